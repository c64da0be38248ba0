/**
 * The headers of pages and assets, the same from the local server and from CloudFront (`infra/stacks/web.ts`). Has no imports, so
 * that both can read it.
 */

/** Every header but the policy of contents. */
export const PAGE_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
} as const;

/** Hashed assets never change; pages are asked for again every time. */
export const CACHE_CONTROL = {
  asset: "public, max-age=31536000, immutable",
  page: "no-cache",
} as const;

/**
 * What pages may load and from where. `connect` names what they may talk to besides their own address: WebSockets, since
 * not every browser counts them as 'self', and where files are sent. AG Grid sets sizes and positions by style attributes.
 */
export function contentSecurityPolicy(connect: readonly string[]): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    ["connect-src 'self'", ...connect].join(" "),
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
