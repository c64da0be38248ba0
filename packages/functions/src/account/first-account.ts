import { createHmac } from "node:crypto";

/**
 * What the very first account brings along where accounts are by invitation: the same as long as the secret is. The local
 * server prints it at its start, the deployment after its end (infra derives it by the same rule).
 */
export function firstAccountToken(secret: string): string {
  return createHmac("sha256", secret).update("first-account").digest("base64url").slice(0, 32);
}
