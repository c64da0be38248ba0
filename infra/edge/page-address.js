// A CloudFront function on requests for pages: every address that is no file is the application's, as on the local server
// (packages/functions/src/local/static-files.ts). A missing asset stays missing. The list of files is put in at deployment.
var files = __FILES__;

// eslint-disable-next-line no-unused-vars -- CloudFront calls it
function handler(event) {
  var request = event.request;
  if (request.uri.indexOf("/assets/") !== 0 && files.indexOf(request.uri) < 0) {
    request.uri = "/index.html";
  }
  return request;
}
