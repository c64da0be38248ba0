/** Every way an expected failure can be named. `functions` maps each code to an HTTP status; a missing one does not compile. */
export type ErrorCode =
  | "malformed" // the request cannot be read: bad JSON, bad cursor, bad parameter
  | "unknown-field"
  | "unknown-operator"
  | "unauthenticated"
  | "not-found" // also what one may not see
  | "forbidden" // seen, but the role does not allow the change
  | "stale" // the state moved on in a way the caller must look at
  | "changeset-reused" // same id, another body
  | "duplicate" // what is to be created is there already, and the caller asked for that to be refused
  | "reload" // epoch or hash mismatch: discard and load again, keep the outbox
  | "too-large"
  | "invalid-values"
  | "client-too-old"
  | "too-many-requests"
  | "busy" // contention or throttling outlasted the retries; the same id may be sent again
  | "workspace-too-large" // what is needed of it at once has no room in this process's memory; waiting does not help
  | "unsupported-file"
  | "corrupt"; // stored data that contradicts itself: fail loudly, never continue

export interface ErrorDetail {
  /** Where: a JSON pointer into the input, a field key, or "row 17, column Email". */
  readonly path: string;
  readonly message: string;
}

/** An expected failure, worded for the person who reads it: what was being done, to what, why it failed, what to do. */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: ErrorCode;
  readonly errors: readonly ErrorDetail[];
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { errors?: readonly ErrorDetail[]; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

export function isDomainError(error: unknown, code?: ErrorCode): error is DomainError {
  return error instanceof DomainError && (code === undefined || error.code === code);
}
