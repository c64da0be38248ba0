import type { Page } from "playwright-core";
import type { Bench } from "../harness.ts";
import { cell, settle } from "./page.ts";
import type { Pages } from "./pages.ts";

/** What a selection costs while it is dragged. */
export async function drag(run: Bench, { page, runs }: Pages): Promise<void> {
  const taken: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    await settle(page);
    taken.push(...(await dragOnce(page)));
  }
  run.report({
    work: "handlers of a selection dragged over 35 cells, each move",
    unit: "ms",
    samples: taken,
    statistic: "p95",
    target: { most: 2 },
  });
}

interface Taken {
  readonly taken: number[];
}

/** Milliseconds that all listeners of each move take together while the pointer goes over seven rows of five columns. */
async function dragOnce(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const taken: number[] = [];
    const before = (window as unknown as Partial<Taken>).taken;
    Object.assign(window, { taken });
    if (before !== undefined) return;
    let began = 0;
    window.addEventListener("pointerover", () => (began = performance.now()), { capture: true });
    window.addEventListener("pointerover", () => {
      // What the move queued, the drawing of the selection, comes before this.
      queueMicrotask(() =>
        queueMicrotask(() => (window as unknown as Taken).taken.push(performance.now() - began)),
      );
    });
  });
  const box = await page.locator(cell(0, "firstName")).first().boundingBox();
  if (box === null) throw new Error("The first cell is not on screen.");
  await page.mouse.move(box.x + 20, box.y + 10);
  await page.mouse.down();
  for (let row = 0; row < 7; row++) {
    for (let column = 0; column < 5; column++) {
      await page.mouse.move(box.x + 20 + column * 140, box.y + 10 + row * 32);
    }
  }
  await page.mouse.up();
  return page.evaluate(() => (window as unknown as Taken).taken);
}
