import type { RequestLine } from "./http/request-log.ts";

/** One line of JSON on standard output. */
export function print(line: RequestLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Failures that belong to no request. */
export function fault(error: unknown): void {
  const line = {
    level: "error",
    at: new Date().toISOString(),
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
