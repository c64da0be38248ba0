import { DomainError } from "@gridfolk/core/error";
import { bodyLimit } from "hono/body-limit";

/** What one request or answer may carry, everywhere: an HTTP API on AWS takes no more. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

export const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw new DomainError(
      "too-large",
      "A request can carry 4 MB. Larger files are imported in the browser or with the gridfolk command.",
    );
  },
});
