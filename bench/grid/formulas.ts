import type { Page } from "playwright-core";
import type { Bench } from "../harness.ts";
import { bringIntoView, cell, longest, settle, tasksOf, textOf, toPainted } from "./page.ts";
import type { Pages } from "./pages.ts";

const FORMULAS = [
  ["Points", "[Visits] * 2 + [Score]"],
  ["Band", 'IF([Visits] > 100, "Often", "Seldom")'],
  ["Greeting", '"Dear " & [First name] & ", visit " & [Visits]'],
  ["Share", "[Points] / 100"],
  ["Due", "[Last Call] + [Visits]"],
] as const;

/** What an edit costs that five formula columns follow: all listeners of Enter together, the drawing of the row's cells among them. */
export async function formulas(run: Bench, pages: Pages): Promise<void> {
  const { page, many, runs } = pages;
  const without = await editVisits(page, runs * 3);
  for (const [name, formula] of FORMULAS) await addField(pages, name, formula);
  const five = await editVisits(page, runs * 3);
  run.report({
    work: `listeners of Enter after an edit that five formula columns of ${many} rows follow`,
    unit: "ms",
    samples: five,
    floor: { name: "the same edit without them", samples: without },
    target: { most: 16 },
  });
  const painted: number[] = [];
  await bringIntoView(page, "visits");
  for (let turn = 0; turn < runs; turn++) {
    const selector = cell(turn, "points");
    const not = await textOf(page, selector);
    await page.locator(cell(turn, "visits")).first().click();
    await page.keyboard.type(String(2000 + turn));
    await settle(page);
    painted.push(
      await toPainted(page, "keydown", { selector, not }, () => page.keyboard.press("Enter")),
    );
  }
  run.report({
    work: "the same, Enter to the computed cell painted",
    unit: "ms",
    samples: painted,
  });
  await addField(pages, "Of best", "[Visits] / MAX([Contacts!Visits])");
  run.report({
    work: "the same with a formula over the whole column",
    unit: "ms",
    samples: await editVisits(page, runs * 3),
    target: { most: 16 },
  });
}

async function addField({ api, workspace, page }: Pages, name: string, formula: string) {
  const { key } = await api.call<{ key: string }>(
    "POST",
    `/api/workspaces/${workspace}/sheets/contacts/fields`,
    // Beside the column that they read, so that both are on screen.
    { name, formula, position: 22 },
  );
  await settle(page, 1000);
  return key;
}

/** What all listeners of Enter take after edits of a number that formulas read. */
async function editVisits(page: Page, times: number): Promise<number[]> {
  await bringIntoView(page, "visits");
  const taken: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    await page
      .locator(cell(turn % 12, "visits"))
      .first()
      .click();
    await page.keyboard.type(String(1000 + turn * 7));
    const tasks = await tasksOf(page, () => page.keyboard.press("Enter"), 60);
    taken.push(longest(tasks.keys));
  }
  return taken;
}
