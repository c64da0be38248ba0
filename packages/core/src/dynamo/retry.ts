import { DomainError } from "../error.ts";
import type { Platform } from "../platform.ts";

export interface RetryPolicy {
  /** Attempts in all before giving up. */
  readonly tries: number;
  /** Full jitter: before attempt n + 1 a random time up to min(capMs, baseMs × 2ⁿ). */
  readonly baseMs: number;
  readonly capMs: number;
  /** Of one attempt. */
  readonly timeoutMs: number;
}

/** About 20 s in the worst run of luck, seven on average: longer than a new table needs to split a hot partition's burst. */
export const defaultRetry: RetryPolicy = { tries: 12, baseMs: 25, capMs: 2_500, timeoutMs: 8_000 };

/** One run of attempts at one thing. */
export interface Attempts {
  /** One attempt under the time-out; throws what `send` throws when retrying cannot help. `undefined`: waited, try again. */
  once<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
  /** The engine answered, but did none of the work: counts as a failed attempt. */
  stalled(): Promise<void>;
  /** The engine did some of the work: the count starts again. */
  progressed(): void;
}

/** Throws DomainError "busy" with the last cause once the policy's tries are used up. */
export function startAttempts(
  platform: Pick<Platform, "clock" | "random">,
  policy: RetryPolicy,
  doing: string,
): Attempts {
  let failed = 0;
  async function fail(cause: unknown): Promise<void> {
    failed += 1;
    if (failed >= policy.tries)
      throw new DomainError(
        "busy",
        `The database did not manage to ${doing} in ${policy.tries} tries. Nothing is lost: try again in a moment.`,
        {
          retryAfterMs: 2_000,
          cause,
        },
      );
    const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** (failed - 1));
    await platform.clock.sleep(platform.random.next() * ceiling);
  }
  return {
    async once(send) {
      try {
        return await send(AbortSignal.timeout(policy.timeoutMs));
      } catch (error) {
        if (!isTransient(error)) throw error;
        await fail(error);
        return undefined;
      }
    },
    stalled: () => fail(undefined),
    progressed() {
      failed = 0;
    },
  };
}

/** Runs `send` until it succeeds or fails for good. */
export async function retrying<T>(
  attempts: Attempts,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (;;) {
    const answer = await attempts.once(async (signal) => ({ value: await send(signal) }));
    if (answer !== undefined) return answer.value;
  }
}

const TRANSIENT = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "ThrottledException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "LimitExceededException",
  "InternalServerError",
  "InternalFailure",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "RequestTimeout",
  "RequestTimeoutException",
  "TimeoutError",
  "AbortError",
]);

const TRANSIENT_SOCKET = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
]);

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (TRANSIENT.has(error.name)) return true;
  if ("code" in error && typeof error.code === "string" && TRANSIENT_SOCKET.has(error.code))
    return true;
  return isClockCorrected(error) || (httpStatus(error) ?? 0) >= 500;
}

/** The system clock was off: the SDK has taken the server's time from the answer and signs with it from now on. */
function isClockCorrected(error: Error): boolean {
  const { $metadata: metadata } = error as { $metadata?: { clockSkewCorrected?: boolean } };
  return metadata?.clockSkewCorrected === true;
}

export function httpStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata as { readonly httpStatusCode?: number } | undefined;
  return metadata?.httpStatusCode;
}
