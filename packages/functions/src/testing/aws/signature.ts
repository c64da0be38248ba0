import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type Incoming, values } from "./incoming.ts";
import { CREDENTIALS, REGION } from "./instance.ts";

const MAX_SKEW_MS = 15 * 60 * 1_000;

/**
 * Why AWS would refuse this request, or `undefined`: Signature Version 4 by the credentials of the function's role, for
 * this service, over what was sent, at about the right time.
 */
export function refusal(incoming: Incoming, service: string): string | undefined {
  const one = (name: string): string => values(incoming.headers, name)[0] ?? "";
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      one("authorization"),
    );
  if (parsed === null) return "Missing Authentication Token";
  const [, key = "", day = "", region = "", named = "", signedHeaders = "", signature = ""] =
    parsed;
  if (key !== CREDENTIALS.AWS_ACCESS_KEY_ID) return "The security token is invalid.";
  if (one("x-amz-security-token") !== CREDENTIALS.AWS_SESSION_TOKEN)
    return "The security token included in the request is invalid.";
  if (region !== REGION || named !== service)
    return `Credential should be scoped to ${REGION}/${service}, not ${region}/${named}.`;
  const names = signedHeaders.split(";");
  if (!names.includes("host")) return "'Host' must be a 'SignedHeader'.";
  const date = one("x-amz-date");
  const at = Date.parse(
    date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  if (!date.startsWith(day) || !(Math.abs(Date.now() - at) < MAX_SKEW_MS))
    return "Signature expired or not yet current.";
  const [path = "/", query = ""] = incoming.target.split("?");
  const hash = createHash("sha256").update(incoming.body).digest("hex");
  const stated = one("x-amz-content-sha256");
  if (stated !== "" && stated !== hash && stated !== "UNSIGNED-PAYLOAD")
    return "The provided content hash is not that of the body.";
  const canonical = [
    incoming.method,
    path
      .split("/")
      .map((segment) => escaped(segment))
      .join("/"),
    [...new URLSearchParams(query)]
      .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
      .sort()
      .join("&"),
    ...names.map((name) => `${name}:${values(incoming.headers, name).join(",").trim()}`),
    "",
    signedHeaders,
    stated === "UNSIGNED-PAYLOAD" ? stated : hash,
  ].join("\n");
  const toSign = [
    "AWS4-HMAC-SHA256",
    date,
    `${day}/${region}/${named}/aws4_request`,
    createHash("sha256").update(canonical).digest("hex"),
  ].join("\n");
  const signingKey = [day, region, named, "aws4_request"].reduce<Buffer>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    Buffer.from(`AWS4${CREDENTIALS.AWS_SECRET_ACCESS_KEY}`),
  );
  const expected = createHmac("sha256", signingKey).update(toSign).digest();
  return timingSafeEqual(expected, Buffer.from(signature, "hex"))
    ? undefined
    : "The request signature we calculated does not match the signature you provided.";
}

/** Everything but A–Z a–z 0–9 - _ . ~, once more also what is escaped already. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
