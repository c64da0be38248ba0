export interface Pause {
  /** Resolves after the time, or as soon as `end` is called. */
  wait(ms: number): Promise<void>;
  end(): void;
}

/** Waiting that something can cut short: the network is back, the page is being left. */
export function createPause(): Pause {
  let end = () => {};
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    end: () => end(),
  };
}

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Twice as long after each failure, up to half a minute. */
export function backoffMs(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
}
