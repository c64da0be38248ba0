import type { Page } from "playwright-core";
import type { Bench } from "../harness.ts";
import { cell } from "./page.ts";
import type { Pages } from "./pages.ts";

const FIRST_CELL = cell(0, "firstName");

/** A large paste: until it is on screen, and until the server has it. */
export async function paste(run: Bench, { page, many, rows, runs }: Pages): Promise<void> {
  const lines = Math.min(run.option("lines", 25_000), rows);
  const painted: number[] = [];
  const durable: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    const took = await pasteOnce(page, lines, turn);
    painted.push(took.painted);
    durable.push(took.durable);
  }
  const work = `paste ${(lines * 2).toLocaleString("en")} cells among ${many} rows, keypress to`;
  run.report({ work: `${work} painted`, unit: "ms", samples: painted, target: { most: 700 } });
  run.report({ work: `${work} durable`, unit: "ms", samples: durable, target: { most: 1500 } });
}

interface Pasted {
  readonly painted: number;
  readonly durable: number;
}

/** Pastes first and last names over the first rows: from the key to the frame after the one that has them, and until it is saved. */
async function pasteOnce(page: Page, lines: number, turn: number): Promise<Pasted> {
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Home");
  await page.locator(FIRST_CELL).first().click();
  await page.evaluate(
    async ({ lines, turn, selector }) => {
      const text = Array.from({ length: lines }, (_, n) => `First ${turn}-${n}\tLast ${turn}-${n}`);
      await navigator.clipboard.writeText(text.join("\n"));
      const seen: { pressed: number; painted?: number } = { pressed: 0 };
      Object.assign(window, { seen });
      performance.clearResourceTimings();
      window.addEventListener(
        "keydown",
        (event) => {
          if (event.key === "v") seen.pressed = event.timeStamp;
        },
        { capture: true },
      );
      const look = (): void => {
        const has = document.querySelector(selector)?.textContent?.trim() === `First ${turn}-0`;
        if (has && seen.painted === undefined) {
          requestAnimationFrame((at) => (seen.painted ??= at - seen.pressed));
        }
        if (seen.painted === undefined) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    },
    { lines, turn, selector: FIRST_CELL },
  );
  await page.keyboard.press("Control+v");
  const cells = (lines * 2).toLocaleString("en");
  await page.getByText(`Pasted ${cells} cells`).first().waitFor();
  const handle = await page.waitForFunction(
    () => {
      const { pressed, painted } = (window as unknown as { seen: Pasted & { pressed: number } })
        .seen;
      // The answer to the last request that carried a part of it.
      const ends = performance
        .getEntriesByType("resource")
        .filter(({ name }) => /\/(changesets|uploads)\b/.test(name))
        .map((entry) => (entry as PerformanceResourceTiming).responseEnd);
      const durable = Math.max(...ends) - pressed;
      const quiet = performance.now() - pressed - durable > 1500;
      return painted !== undefined && durable > 0 && quiet ? { painted, durable } : undefined;
    },
    undefined,
    { timeout: 60_000 },
  );
  return handle.jsonValue() as Promise<Pasted>;
}
