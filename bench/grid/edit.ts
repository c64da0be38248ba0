import type { Page } from "playwright-core";
import type { Bench } from "../harness.ts";
import { header, onlyLikeFirst, removeFilters } from "./ask.ts";
import { cell, settle, textOf, toPainted } from "./page.ts";
import type { Pages } from "./pages.ts";

/** Typing into a cell where rows are sorted and filtered: from Enter to the cell that says it. */
export async function edit(run: Bench, { page, floor, many, runs }: Pages): Promise<void> {
  const city = await textOf(page, cell(0, "city"));
  await onlyLikeFirst(page, "city");
  await header(page, "lastName").click();
  await floor.getByLabel("City Filter Input").fill(city);
  await header(floor, "lastName").click();
  const own: number[] = [];
  const bare: number[] = [];
  for (let turn = 0; turn < runs * 4; turn++) {
    own.push(await editOnce(page, turn));
    bare.push(await editOnce(floor, turn));
  }
  await floor.getByLabel("City Filter Input").fill("");
  for (const each of [page, floor]) {
    await header(each, "lastName").click();
    await header(each, "lastName").click();
  }
  await removeFilters(page);
  run.report({
    work: `edit of one cell among ${many} rows, sorted and filtered, Enter to painted`,
    unit: "ms",
    samples: own,
    floor: { name: "the bare grid", samples: bare },
    target: { most: 32 },
  });
}

/** In the column by which rows are sorted. */
async function editOnce(page: Page, turn: number): Promise<number> {
  const selector = cell(turn % 12, "lastName");
  const is = `Name ${turn}`;
  await page.locator(selector).first().click();
  await page.keyboard.type(is);
  await settle(page, 50);
  return toPainted(page, "keydown", { selector, is }, () => page.keyboard.press("Enter"));
}
