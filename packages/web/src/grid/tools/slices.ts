import { finish, type Steps } from "@gridfolk/core/edit/steps";

/** Work between two chances to draw and to take keys. */
const SLICE_MS = 8;
/** Where the workbook changes faster than the work is done, it is done at once. */
const MOST_STARTS = 5;

/**
 * Runs steps without holding up the page. Begins again when `version`, of what they read, is another after a pause. Rejects with
 * the signal's reason once it is aborted.
 */
export async function inSlices<Result>(
  make: () => Steps<Result>,
  version: () => number,
  signal: AbortSignal,
): Promise<Result> {
  for (let starts = 1; starts < MOST_STARTS; starts += 1) {
    const began = version();
    const steps = make();
    while (version() === began) {
      const until = performance.now() + SLICE_MS;
      do {
        const { done, value } = steps.next();
        if (done === true) return value;
      } while (performance.now() < until);
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
    }
  }
  return finish(make());
}
