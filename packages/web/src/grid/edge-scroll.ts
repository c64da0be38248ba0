const EDGE = 36;
const STEP_MS = 40;

/** Scrolling along while something is dragged to an edge of the rows. */
export interface EdgeScroll {
  /** The pointer is here now: at an edge `onStep` is called again and again until it leaves it. */
  at(x: number, y: number): void;
  stop(): void;
}

/** `onStep` gets the rows and columns to go: -1, 0 or 1. */
export function makeEdgeScroll(
  root: HTMLElement,
  onStep: (down: number, right: number) => void,
): EdgeScroll {
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    at(x, y) {
      stop();
      const viewport = root.querySelector(".ag-grid-viewport")?.getBoundingClientRect();
      if (viewport === undefined) return;
      const header = root.querySelector(".ag-grid-pinned-top-rows")?.getBoundingClientRect();
      const down = y > viewport.bottom - EDGE ? 1 : y < (header?.bottom ?? viewport.top) ? -1 : 0;
      const right = x > viewport.right - EDGE ? 1 : x < viewport.left ? -1 : 0;
      if (down !== 0 || right !== 0) timer = setInterval(() => onStep(down, right), STEP_MS);
    },
    stop,
  };
}
