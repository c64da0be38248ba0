import { createHash, timingSafeEqual } from "node:crypto";
import * as v from "valibot";

/**
 * A request as API Gateway hands it to a function (HTTP API, payload format 2.0), as far as it is used. Headers are in lower
 * case with several values joined by commas; cookies come on their own.
 */
export const HttpEvent = v.object({
  version: v.literal("2.0"),
  rawPath: v.string(),
  rawQueryString: v.optional(v.string(), ""),
  cookies: v.optional(v.array(v.string()), []),
  headers: v.optional(v.record(v.string(), v.string()), {}),
  requestContext: v.object({
    domainName: v.optional(v.string(), "localhost"),
    stage: v.optional(v.string(), "$default"),
    http: v.object({ method: v.string(), sourceIp: v.optional(v.string()) }),
  }),
  body: v.optional(v.string()),
  isBase64Encoded: v.optional(v.boolean(), false),
});

export type HttpEvent = v.InferOutput<typeof HttpEvent>;

/** The request of an event. Throws a TypeError where fetch would. */
export function toRequest(event: HttpEvent): Request {
  const { method } = event.requestContext.http;
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers)) headers.set(name, value);
  if (event.cookies.length > 0) headers.set("cookie", event.cookies.join("; "));
  const withBody = method !== "GET" && method !== "HEAD";
  const body = withBody ? bodyOf(event) : undefined;
  // What was sent may have been in chunks; what is here has a length.
  headers.delete("transfer-encoding");
  if (body === undefined) headers.delete("content-length");
  else headers.set("content-length", String(body.byteLength));
  return new Request(urlOf(event), { method, headers, ...(body === undefined ? {} : { body }) });
}

/**
 * The client's address for limits. A function of CloudFront's writes whom it serves into `x-viewer-address`, over what the client
 * may have put there; CloudFront also brings the token, which nobody else knows (`infra/stacks/web.ts`). Who comes without it has come
 * to the gateway itself, which saw his address. X-Forwarded-For is not asked: it ends with CloudFront's own address.
 */
export function addressOf(event: HttpEvent, originToken: string | undefined): string | undefined {
  const { "x-origin-token": token, "x-viewer-address": viewer } = event.headers;
  const byCloudFront =
    originToken !== undefined && token !== undefined && isSame(token, originToken);
  return (byCloudFront ? viewer : undefined) ?? event.requestContext.http.sourceIp;
}

/** Takes as long whatever differs. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function urlOf({ rawPath, rawQueryString, headers, requestContext }: HttpEvent): string {
  const { stage, domainName } = requestContext;
  const prefix = `/${stage}`;
  // The stage is part of the path unless it is $default or a domain is mapped to it.
  const path =
    rawPath === prefix || rawPath.startsWith(`${prefix}/`) ? rawPath.slice(prefix.length) : rawPath;
  // The gateway decodes what it routes by: what would end a path is encoded again.
  const encoded = path.replace(/[?#\\\s]/g, (character) => encodeURIComponent(character));
  const query = rawQueryString === "" ? "" : `?${rawQueryString}`;
  return `https://${headers["host"] ?? domainName}${encoded.startsWith("/") ? "" : "/"}${encoded}${query}`;
}

function bodyOf({ body = "", isBase64Encoded }: HttpEvent): Buffer<ArrayBuffer> {
  return Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
}
