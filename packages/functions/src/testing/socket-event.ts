/** What a WebSocket looks like to a function, as API Gateway documents it, behind CloudFront. */
export function socketEvent(
  route: "$connect" | "$default" | "$disconnect",
  connectionId: string,
  given: {
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly isBase64Encoded?: boolean;
  } = {},
) {
  const eventType = { $connect: "CONNECT", $default: "MESSAGE", $disconnect: "DISCONNECT" }[route];
  const headers = {
    Host: "ws123.execute-api.us-east-1.amazonaws.com",
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    "Sec-WebSocket-Key": "R2Fp6EWWGNbpDQVdlRPxuA==",
    "Sec-WebSocket-Version": "13",
    "X-Amzn-Trace-Id": "Root=1-67000000-0123456789abcdef01234567",
    "X-Forwarded-For": "198.51.100.7, 130.176.0.1",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
    ...given.headers,
  };
  return {
    ...(route === "$connect" && {
      headers,
      multiValueHeaders: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [value]]),
      ),
      ...(given.query && {
        queryStringParameters: given.query,
        multiValueQueryStringParameters: Object.fromEntries(
          Object.entries(given.query).map(([name, value]) => [name, [value]]),
        ),
      }),
    }),
    requestContext: {
      routeKey: route,
      ...(route === "$default" && { messageId: "NEG7kfGkIAMCIhA=" }),
      eventType,
      extendedRequestId: "NEG7gGxFoAMFaMw=",
      requestTime: "10/Mar/2026:05:16:23 +0000",
      messageDirection: "IN",
      stage: "live",
      connectedAt: 1_773_119_783_100,
      requestTimeEpoch: 1_773_119_783_636,
      identity: { sourceIp: "130.176.0.1" },
      requestId: "NEG7gGxFoAMFaMw=",
      domainName: "ws123.execute-api.us-east-1.amazonaws.com",
      connectionId,
      apiId: "ws123",
      ...(route === "$disconnect" && {
        disconnectStatusCode: 1001,
        disconnectReason: "Going away",
      }),
    },
    ...(given.body !== undefined && { body: given.body }),
    isBase64Encoded: given.isBase64Encoded ?? false,
  };
}
