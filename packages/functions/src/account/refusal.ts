import { DomainError, type ErrorCode } from "@gridfolk/core/error";

const codes: Readonly<Record<number, ErrorCode>> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  422: "invalid-values",
  429: "too-many-requests",
};

/** Runs a call of better-auth; what it refuses becomes a DomainError. */
export async function refusing<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // Here by now: the call that failed is its own.
    const { APIError } = await import("better-auth/api");
    if (!(error instanceof APIError) || error.statusCode >= 500) throw error;
    const said = error.body?.message ?? "This was refused";
    throw new DomainError(codes[error.statusCode] ?? "malformed", `${said.replace(/\.$/, "")}.`, {
      cause: error,
    });
  }
}
