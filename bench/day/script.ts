import { setTimeout as delay } from "node:timers/promises";
import { must } from "@gridfolk/core/assert";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Count } from "./meter.ts";
import type { Office } from "./office.ts";
import { Page } from "./page.ts";

export interface Work {
  readonly edits: number;
  readonly imports: number;
  readonly importRows: number;
  readonly reports: number;
  /** Comings back of all people together. */
  readonly looks: number;
  /** How many look at the same time. */
  readonly looking: number;
}

export interface Ran {
  readonly count: Count;
  /** Changesets of edits that were answered. */
  readonly landed: readonly string[];
  /** Where the log is in the end. */
  readonly seq: number;
  readonly pages: readonly Page[];
}

const PAUSE_MS = 280;
const PRESENCE_PAUSE_MS = 1_000;

/**
 * What people do in a day, one after the other, without the hours in between: all open the workspace, then in turns somebody comes
 * back to it and whoever looked longest turns away; those who look edit, import, ask for reports. What goes by the clock (pings,
 * the schedule, new sockets) is not in it.
 */
export async function runDay(
  office: Office,
  work: Work,
  say: (text: string) => void = () => {},
): Promise<Ran> {
  const { meter, people } = office;
  await meter.take();
  const pages: Page[] = [];
  for (const person of people) {
    const page = await Page.open(person);
    page.away();
    pages.push(page);
  }
  const looking: Page[] = [];
  const ids = [...Workbook.table(must(pages[0]).workbook, "contacts").ids];
  const due = (total: number, turn: number): number =>
    Math.floor((total * (turn + 1)) / work.looks) - Math.floor((total * turn) / work.looks);
  let done = 0;
  let imported = 0;
  let last = 0;
  for (let turn = 0; turn < work.looks; turn += 1) {
    const page = must(pages[turn % pages.length]);
    if (looking.length >= Math.min(work.looking, pages.length - 1)) looking.shift()?.away();
    looking.push(page);
    await page.back({ sheet: "contacts", record: ids[turn % ids.length], field: "title" });
    await delay(PRESENCE_PAUSE_MS);
    for (let n = due(work.edits, turn); n > 0; n -= 1) {
      const by = must(looking[done % looking.length]);
      done += 1;
      const record = ids[(done * 7_919) % ids.length] ?? "";
      last = await by.edit(record, "title", `Title ${done}`);
      await by.reaches(last);
      await delay(PAUSE_MS);
    }
    for (let n = due(work.imports, turn); n > 0; n -= 1) {
      imported += 1;
      const csv = new TextEncoder().encode(contactsCsv(work.importRows, 1_000 + imported));
      last = await page.import(csv, `contacts ${imported}.csv`);
      await page.reaches(last);
      await delay(PAUSE_MS);
    }
    for (let n = due(work.reports, turn); n > 0; n -= 1) await page.report();
    if ((turn + 1) % 20 === 0) say(`  ${turn + 1} of ${work.looks} turns, ${done} edits`);
  }
  const count = await meter.take();
  return { count, landed: pages.flatMap(({ landed }) => landed), seq: last, pages };
}
