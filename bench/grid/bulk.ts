import type { Bench } from "../harness.ts";
import { bringIntoView, cell, longest, settle, tasksOf } from "./page.ts";
import type { Pages } from "./pages.ts";

/** A change of every row and its undo: how long the page does nothing else. */
export async function bulk(run: Bench, { page, many, runs }: Pages): Promise<void> {
  const cleared: number[] = [];
  const undone: number[] = [];
  for (let turn = 0; turn < Math.min(runs, 3); turn++) {
    await bringIntoView(page, "title");
    await page.locator(cell(0, "title")).first().click();
    await page.keyboard.press("Control+Space");
    await settle(page, 500);
    const clear = await tasksOf(page, async () => {
      await page.keyboard.press("Delete");
      await page
        .getByText(/^Cleared [\d,]+ cells/)
        .first()
        .waitFor();
      await saved();
    });
    cleared.push(longest(clear.all));
    const undo = await tasksOf(page, async () => {
      await page.keyboard.press("Control+z");
      await page.waitForTimeout(1000);
      await saved();
    });
    undone.push(longest(undo.all));
  }
  run.report({
    work: `clearing a column of ${many} rows: the longest task`,
    unit: "ms",
    samples: cleared,
    target: { most: 200 },
  });
  run.report({
    work: "the undo of that: the longest task",
    unit: "ms",
    samples: undone,
    target: { most: 200 },
  });

  /** Until the server has answered and the log has brought it back. */
  async function saved(): Promise<void> {
    await page.waitForTimeout(300);
    await page.getByText("Saved", { exact: true }).first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1500);
  }
}
