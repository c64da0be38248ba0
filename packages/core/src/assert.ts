/** For what cannot happen. A failure here is a bug in Gridfolk, never in what a person did. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
}

/** The value, when it cannot be absent. */
export function must<T>(value: T | null | undefined, message = "a value was expected"): T {
  if (value === null || value === undefined) throw new Error(`Assertion failed: ${message}`);
  return value;
}

/** Marks the end of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new Error(`Assertion failed: unreachable case ${JSON.stringify(value)}`);
}
