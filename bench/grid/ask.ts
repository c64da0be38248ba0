import type { Page } from "playwright-core";
import type { Bench } from "../harness.ts";
import { bringIntoView, cell, settle, textOf, toPainted } from "./page.ts";
import type { Pages } from "./pages.ts";

const ROWS = ".ag-grid-scrolling-container .ag-row";

/** Sort by a click on a column's header, upwards and downwards in turn. */
export async function sort(run: Bench, { page, floor, many, runs }: Pages): Promise<void> {
  const own: number[] = [];
  const bare: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    own.push(...(await sortOnce(page)));
    bare.push(...(await sortOnce(floor)));
  }
  run.report({
    work: `sort ${many} rows by a text column, click to painted`,
    unit: "ms",
    samples: own,
    floor: { name: "the bare grid", samples: bare },
    target: { ratio: 1.3 },
  });
}

async function sortOnce(page: Page): Promise<number[]> {
  const taken: number[] = [];
  for (const isMeasured of [true, true, false]) {
    await settle(page);
    const not = await textOf(page, cell(0, "lastName"));
    const took = await toPainted(page, "click", { selector: cell(0, "lastName"), not }, () =>
      header(page, "lastName").click(),
    );
    if (isMeasured) taken.push(took);
  }
  return taken;
}

export function header(page: Page, column: string) {
  return page.locator(`.ag-header-cell[col-id="${column}"]`).first();
}

/** The rows that are like the first in one column: by the menu of a cell; in the bare grid by what is typed under the header. */
export async function filter(run: Bench, pages: Pages): Promise<void> {
  const { page, floor, many, runs } = pages;
  const own: number[] = [];
  const bare: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    const every = await textOf(page, cell(0, "city"));
    const sight = { selector: `${ROWS} [col-id="city"]`, every };
    await settle(page);
    own.push(await toPainted(page, "click", sight, () => onlyLikeFirst(page, "city")));
    await removeFilters(page);
    await settle(floor);
    const field = floor.getByLabel("City Filter Input");
    await field.click();
    bare.push(await toPainted(floor, "input", sight, () => floor.keyboard.insertText(every)));
    await field.fill("");
    await settle(floor);
  }
  run.report({
    work: `filter ${many} rows by one value, click to painted`,
    unit: "ms",
    samples: own,
    floor: { name: "the bare grid", samples: bare },
    target: { ratio: 1.3 },
  });
}

export async function onlyLikeFirst(page: Page, column: string): Promise<void> {
  await page.locator(cell(0, column)).first().click({ button: "right" });
  await page.getByRole("menuitem", { name: /Only rows like this one/ }).click();
}

export async function removeFilters(page: Page): Promise<void> {
  const remove = page.getByRole("button", { name: /^Remove the filter/ });
  while ((await remove.count()) > 0) await remove.first().click();
  await settle(page);
}

/** Group by a column of few values, from its menu. */
export async function group(run: Bench, { page, many, runs }: Pages): Promise<void> {
  const taken: number[] = [];
  await bringIntoView(page, "state");
  for (let turn = 0; turn < runs; turn++) {
    for (const isGrouped of [false, true]) {
      await settle(page);
      await header(page, "state").hover();
      await page.locator('[data-column-menu="state"]').click();
      const name = isGrouped ? "Do not group by it" : "Group by this column";
      const sight = { selector: ".gf-group", count: isGrouped ? "none" : "some" } as const;
      const took = await toPainted(page, "click", sight, () =>
        page.getByRole("menuitem", { name }).click(),
      );
      if (!isGrouped) taken.push(took);
    }
  }
  run.report({
    work: `group ${many} rows by one column, click to painted`,
    unit: "ms",
    samples: taken,
    target: { most: 700 },
  });
}
