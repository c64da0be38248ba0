/**
 * Work on many rows in steps: whoever runs it may stop between any two of them, so that a page stays quick. What it reads must not
 * change meanwhile: begin again when it did.
 */
export type Steps<Result> = Generator<void, Result, void>;

/** Rows between two pauses: well under a millisecond of most work. */
const ROWS = 512;

/** Whether to pause after this many rows. */
export function isPause(index: number): boolean {
  return index % ROWS === ROWS - 1;
}

/** All steps at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
