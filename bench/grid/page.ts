import type { Page } from "playwright-core";

/** What is on the page when the work is done. */
export type Sight =
  /** The element is there and says something else than before. */
  | { readonly selector: string; readonly not: string }
  | { readonly selector: string; readonly is: string }
  /** All of them say so, and there is at least one. */
  | { readonly selector: string; readonly every: string }
  | { readonly selector: string; readonly count: "some" | "none" };

interface Watched {
  readonly watched: Promise<number>;
}

/**
 * Milliseconds from the last event of the kind that `act` causes until `sight` is painted: until the frame begins that follows the first
 * frame whose callbacks find it on the page. The event's time is the browser's own, so what it waited for is counted in.
 */
export async function toPainted(
  page: Page,
  kind: "keydown" | "click" | "input" | "paste",
  sight: Sight,
  act: () => Promise<unknown>,
): Promise<number> {
  await page.evaluate(
    ({ kind, sight }) => {
      let began: number | undefined;
      const note = (event: Event): void => {
        began = event.timeStamp;
      };
      window.addEventListener(kind, note, { capture: true });
      const seen = (): boolean => {
        const found = [...document.querySelectorAll(sight.selector)];
        const texts = found.map((element) => element.textContent?.trim() ?? "");
        if ("count" in sight) return found.length > 0 === (sight.count === "some");
        if ("every" in sight)
          return texts.length > 0 && texts.every((text) => text === sight.every);
        const [first = ""] = texts;
        return "is" in sight ? first === sight.is : first !== "" && first !== sight.not;
      };
      const watched = new Promise<number>((resolve, reject) => {
        const until = performance.now() + 30_000;
        const look = (): void => {
          if (began !== undefined && seen()) {
            window.removeEventListener(kind, note, { capture: true });
            const from = began;
            requestAnimationFrame((at) => resolve(at - from));
          } else if (performance.now() > until) {
            reject(new Error(`${JSON.stringify(sight)} does not come after a ${kind}`));
          } else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
      Object.assign(window, { watched });
    },
    { kind, sight },
  );
  await act();
  return page.evaluate(() => (window as unknown as Watched).watched);
}

export function cell(row: number, column: string): string {
  return `[row-index="${row}"] [col-id="${column}"]`;
}

export async function textOf(page: Page, selector: string): Promise<string> {
  return ((await page.locator(selector).first().textContent()) ?? "").trim();
}

/** Two frames and an idle moment: nothing of what was done before is left to do. */
export async function settle(page: Page, ms = 150): Promise<void> {
  await page.waitForTimeout(ms);
  await page.evaluate(
    () =>
      new Promise<void>((resolve) =>
        requestIdleCallback(() => requestAnimationFrame(() => resolve()), { timeout: 5000 }),
      ),
  );
}

/** Scrolls to the first row, and sideways until the column is drawn. */
export async function bringIntoView(page: Page, column: string): Promise<void> {
  await page.locator("[data-grid]").focus();
  await page.keyboard.press("Control+Home");
  await settle(page, 300);
  const wanted = page.locator(cell(0, column)).first();
  for (let left = 0; left < 8000 && (await wanted.count()) === 0; left += 300) {
    await page.locator(".ag-grid-viewport").evaluate((viewport, left) => {
      viewport.scrollLeft = left;
    }, left);
    await settle(page, 100);
  }
  await wanted.evaluate((element) =>
    element.scrollIntoView({ block: "nearest", inline: "center" }),
  );
  await settle(page);
}

interface TraceEvent {
  readonly name: string;
  readonly tid: number;
  readonly pid: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly type?: string } };
}

/** How long each task of the page's main thread took, in milliseconds; each callback of a timer; all listeners of each key. */
export interface Tasks {
  readonly all: readonly number[];
  readonly timers: readonly number[];
  readonly keys: readonly number[];
}

/** From Chromium's own trace while `act` runs and for `after` ms. */
export async function tasksOf(
  page: Page,
  act: () => Promise<unknown>,
  after = 500,
): Promise<Tasks> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("The page has no browser of its own.");
  await settle(page);
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  await act();
  await settle(page, after);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: readonly TraceEvent[];
  };
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const taken = (wanted: (event: TraceEvent) => boolean): number[] =>
    traceEvents
      .filter((event) => wanted(event) && main.has(`${event.pid} ${event.tid}`))
      .map(({ dur = 0 }) => dur / 1000);
  return {
    all: taken(({ name }) => name.endsWith("RunTask")),
    timers: taken(({ name }) => name === "TimerFire"),
    keys: taken(({ name, args }) => name === "EventDispatch" && args?.data?.type === "keydown"),
  };
}

export function longest(durations: readonly number[]): number {
  return durations.reduce((most, one) => Math.max(most, one), 0);
}
