// A CloudFront function on requests to the API: says who asks, for the limits on signing in. What a client put there itself is
// overwritten.

// eslint-disable-next-line no-unused-vars -- CloudFront calls it
function handler(event) {
  var request = event.request;
  request.headers["x-viewer-address"] = { value: event.viewer.ip };
  return request;
}
