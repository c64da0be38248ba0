import type { Page } from "playwright-core";
import type { Bench } from "../harness.ts";
import { header } from "./ask.ts";
import { settle, textOf, toPainted } from "./page.ts";
import type { Pages } from "./pages.ts";
import { makeRows } from "./rows.ts";

/** How many rows are shown stands there, and changes with what is typed. */
const COUNT = '[class*="_status_"] > span';

/** The instant search: the first letter, and each that follows. */
export async function search(run: Bench, { page, many, rows, runs }: Pages): Promise<void> {
  const word = wordFor(rows);
  const first: number[] = [];
  const rest: number[] = [];
  const sorted: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    const [one, ...others] = await typeIn(page, word);
    first.push(one ?? NaN);
    rest.push(...others);
  }
  await header(page, "lastName").click();
  await settle(page, 1000);
  for (let turn = 0; turn < runs; turn++) {
    const [, ...others] = await typeIn(page, word);
    sorted.push(...others);
  }
  await header(page, "lastName").click();
  await header(page, "lastName").click();
  await settle(page);
  const work = `instant search over ${many} rows, “${word}” letter by letter, key to painted`;
  run.report({ work: `${work}: the first`, unit: "ms", samples: first, target: { most: 400 } });
  run.report({
    work: "the same: later letters, not sorted",
    unit: "ms",
    samples: rest,
    target: { most: 150 },
  });
  run.report({
    work: "the same: later letters, sorted by a text column",
    unit: "ms",
    samples: sorted,
    target: { most: 400 },
  });
}

/** Types it and clears it again; milliseconds for each letter. */
async function typeIn(page: Page, word: string): Promise<number[]> {
  const taken: number[] = [];
  await page.locator("[data-search]").click();
  for (const letter of word) {
    await settle(page);
    const not = await textOf(page, COUNT);
    taken.push(
      await toPainted(page, "keydown", { selector: COUNT, not }, () => page.keyboard.press(letter)),
    );
  }
  await page.keyboard.press("Escape");
  await settle(page, 400);
  return taken;
}

/** A word each letter of which leaves fewer rows than the one before, the first too. */
function wordFor(count: number): string {
  const { rows } = makeRows(Math.min(count, 5000));
  const texts = rows.map((row) => row.join("\n").toLowerCase());
  const holding = (part: string) => texts.filter((text) => text.includes(part)).length;
  for (const row of rows) {
    for (const cell of [row[1], row[5], row[7]]) {
      const word = (cell ?? "").toLowerCase().slice(0, 5);
      if (!/^[a-z]{5}$/.test(word)) continue;
      const counts = [0, 1, 2, 3, 4, 5].map((length) => holding(word.slice(0, length)));
      const falls = counts.every((count, at) => at === 0 || count < (counts[at - 1] ?? 0) * 0.97);
      if (falls) return word;
    }
  }
  throw new Error("No word among the rows fits for the search.");
}
