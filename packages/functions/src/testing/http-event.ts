/** What a request looks like to a function, as API Gateway documents it (HTTP API, payload format 2.0, behind CloudFront). */
export function httpEvent(
  method: string,
  path: string,
  given: {
    readonly query?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly cookies?: readonly string[];
    readonly body?: string;
    readonly isBase64Encoded?: boolean;
    readonly stage?: string;
    readonly sourceIp?: string;
  } = {},
) {
  const { query = "", headers = {}, cookies, body, stage = "$default" } = given;
  return {
    version: "2.0",
    routeKey: "ANY /api/{proxy+}",
    rawPath: path,
    rawQueryString: query,
    ...(cookies === undefined ? {} : { cookies }),
    headers: {
      accept: "*/*",
      "accept-encoding": "gzip",
      "content-length": String(body?.length ?? 0),
      host: "abc123.execute-api.us-east-1.amazonaws.com",
      "user-agent": "Amazon CloudFront",
      via: "2.0 0123456789abcdef.cloudfront.net (CloudFront)",
      "x-amzn-trace-id": "Root=1-67000000-0123456789abcdef01234567",
      "x-forwarded-for": "198.51.100.7, 130.176.0.1",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      ...headers,
    },
    requestContext: {
      accountId: "123456789012",
      apiId: "abc123",
      domainName: "abc123.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "abc123",
      http: {
        method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: given.sourceIp ?? "130.176.0.1",
        userAgent: "Amazon CloudFront",
      },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "ANY /api/{proxy+}",
      stage,
      time: "10/Mar/2026:05:16:23 +0000",
      timeEpoch: 1_773_119_783_636,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: given.isBase64Encoded ?? false,
  };
}
