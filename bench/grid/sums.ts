import type { Page } from "playwright-core";
import type { Bench } from "../harness.ts";
import { bringIntoView, cell, longest, settle, tasksOf } from "./page.ts";
import type { Pages } from "./pages.ts";

const SUMS = [
  ["visits", "Sum"],
  ["visits", "Median"],
  ["lastName", "Unique"],
  ["email", "Unique"],
  ["createdDate", "Latest"],
] as const;

/** What a column comes to, computed again after an edit: the longest callback of a timer after it. */
export async function sums(run: Bench, { page, many, runs }: Pages): Promise<void> {
  for (const [column, kind] of SUMS) {
    await choose(page, column, kind);
    const taken: number[] = [];
    for (let turn = 0; turn < runs; turn++) {
      await page.locator(cell(turn, column)).first().click();
      const text =
        column === "createdDate"
          ? `2024-02-0${turn + 1}`
          : column === "email"
            ? `a${turn}@acme.test`
            : String(300 + turn);
      await page.keyboard.type(text);
      const { timers } = await tasksOf(page, () => page.keyboard.press("Enter"), 700);
      taken.push(longest(timers));
    }
    await choose(page, column, "Nothing");
    run.report({
      work: `${kind} of ${column} under ${many} rows, after an edit`,
      unit: "ms",
      samples: taken,
      target: { most: 20 },
    });
  }
}

async function choose(page: Page, column: string, kind: string): Promise<void> {
  await bringIntoView(page, column);
  // The row of sums is below the last one and comes with the column.
  await page.locator(`[data-summary="${column}"]`).first().click({ force: true });
  await page.getByRole("menuitemcheckbox", { name: kind }).first().click();
  await settle(page, 300);
}
