import { DomainError } from "@gridfolk/core/error";

/** A limit as a query gives it. DomainError "malformed" unless it is a whole number from 1 to `most`. */
export function limitOf(text: string, most: number): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= most) return limit;
  throw new DomainError("malformed", `“limit” is a whole number from 1 to ${most}.`, {
    errors: [{ path: "/limit", message: `from 1 to ${most}` }],
  });
}
