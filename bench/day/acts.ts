import { setTimeout as delay } from "node:timers/promises";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Act, ActName } from "../../infra/cost/profile.ts";
import { minus, plus, times, type Usage } from "../../infra/cost/usage.ts";
import type { Office } from "./office.ts";
import { Page } from "./page.ts";

/**
 * Another message about who is where follows a second later at the earliest, and who comes too early waits for as long in a
 * function that is paid for. Another broadcast follows after a quarter of a second.
 */
const PRESENCE_PAUSE_MS = 2_100;
const BROADCAST_PAUSE_MS = 300;
const LARGE_IMPORT = 25_000;
const TICKS = 24;

export interface Measured {
  /** Rows of the workspace while it was measured; of a snapshot and what follows, in the end. */
  readonly rows: { readonly before: number; readonly after: number };
  readonly acts: Readonly<Record<ActName, Act>>;
  /** Bytes that an act leaves in the table. */
  readonly stored: { readonly edit: number; readonly importRow: number; readonly row: number };
  /** Characters of it that a browser keeps. */
  readonly kept: { readonly edit: number; readonly importRow: number };
}

/**
 * Measures every act by itself, some times over, in an office of at least two people whose workspace has so many rows. How many
 * times: `samples`.
 */
export async function measureActs(
  office: Office,
  before: { readonly rows: number; readonly storedBytes: number },
  samples: number,
  say: (text: string) => void,
): Promise<Measured> {
  const { meter, deployment, people } = office;

  /** What one of `count` acts used, without snapshots that happened to be due. */
  async function each(what: string, count: number, act: (n: number) => Promise<void>) {
    await meter.take();
    const begun = performance.now();
    for (let n = 0; n < count; n += 1) await act(n);
    const tookMs = performance.now() - begun;
    const { usage, snapshots, functions } = await meter.take();
    const invoked = Object.entries(functions)
      .filter(([, { invocations }]) => invocations > 0)
      .map(
        ([name, { invocations, ms, clockMs }]) =>
          `${name} ${invocations} × ${Math.round(ms / invocations)} ms (here ${Math.round(clockMs / invocations)})`,
      );
    say(`  ${what}: ${count} in ${Math.round(tookMs)} ms: ${invoked.join(", ")}`);
    return times(minus(usage, snapshots.usage), 1 / count);
  }

  const [first, ...rest] = people;
  if (first === undefined || rest.length === 0) throw new Error("There have to be two people.");
  const rowsStored = (await office.storedBytes()) - before.storedBytes;

  // The first warms up what the others use.
  const page = await Page.open(first);
  const pages: Page[] = [];
  const opening = await each("open", rest.length, async (n) => {
    page.away();
    const person = rest[n];
    if (person !== undefined) pages.push(await Page.open(person));
    pages.at(-1)?.away();
    await delay(PRESENCE_PAUSE_MS);
  });
  const kept = await each("open, rows kept", rest.length, async (n) => {
    await pages[n]?.disconnect();
    await delay(PRESENCE_PAUSE_MS);
    const person = rest[n];
    if (person !== undefined) pages[n] = await Page.open(person);
    pages[n]?.away();
    await delay(PRESENCE_PAUSE_MS);
  });
  const look = async (on: boolean): Promise<void> => {
    for (const other of pages) {
      if (on) await other.back(place(0));
      else other.away();
    }
    await delay(PRESENCE_PAUSE_MS);
  };
  await page.back(place(0));

  /** An act with nobody else looking on, and with all the others. */
  async function watched(what: string, count: number, act: (n: number) => Promise<void>) {
    await look(false);
    const alone = await each(`${what}, alone`, count, act);
    await look(true);
    const together = await each(`${what}, ${pages.length} looking on`, count, act);
    await look(false);
    return { each: alone, perLooker: times(minus(together, alone), 1 / pages.length) };
  }

  const few = Math.max(2, Math.round(samples / 8));
  const ids = [...Workbook.table(page.workbook, "contacts").ids];
  let edits = 0;
  const edit = async (by: Page): Promise<void> => {
    edits += 1;
    const record = ids[(edits * 7_919) % ids.length] ?? "";
    await by.reaches(await by.edit(record, "title", `Title ${edits} of ${samples}`));
  };

  // An instance reads pages once; that is on the account of its start.
  await page.report();
  const storedBefore = await office.storedBytes();
  page.keptText = 0;
  await look(false);
  const editAlone = await each("edit, alone", samples, async () => {
    await edit(page);
    await delay(BROADCAST_PAUSE_MS);
  });
  const keptEdit = page.keptText / samples;
  const storedEdit = ((await office.storedBytes()) - storedBefore) / samples;
  const caughtUp = await each("edits seen later", pages.length, async (n) => {
    await pages[n]?.back(place(n));
    await delay(PRESENCE_PAUSE_MS);
  });
  await look(true);
  const editTogether = await each("edit, others looking on", samples, async () => {
    await edit(page);
    await delay(BROADCAST_PAUSE_MS);
  });
  const looked = await watched("look", few, async () => {
    page.away();
    await delay(PRESENCE_PAUSE_MS);
    await page.back(place(1));
    await delay(PRESENCE_PAUSE_MS);
  });
  // Of those who came back one after the other, half were looking already.
  const backOnly = await each("back", pages.length, async (n) => {
    await pages[n]?.back(place(n));
    await delay(PRESENCE_PAUSE_MS);
  });
  const moved = await watched("move", few, async (n) => {
    page.say({ type: "presence", ...place(n + 10) });
    await delay(PRESENCE_PAUSE_MS);
  });
  await look(false);
  const ping = await each("ping", few, () => page.ping());
  const beat = await each("beat", few, async () => {
    page.beat();
    await delay(BROADCAST_PAUSE_MS);
  });
  const reconnected = await watched("reconnect", few, async () => {
    await page.disconnect();
    await delay(400);
    await page.connect();
    await delay(PRESENCE_PAUSE_MS);
  });
  await look(false);

  await page.report();
  const report = await each("report", few, () => page.report());
  const exported = await each("export", 2, async () => void (await page.export()));

  const importing = async (rows: number, seed: number): Promise<void> => {
    const csv = new TextEncoder().encode(contactsCsv(rows, seed));
    await page.reaches(await page.import(csv, `contacts ${seed}.csv`));
    await delay(BROADCAST_PAUSE_MS);
  };
  const back = async (n: number): Promise<void> => {
    await pages[n]?.back(place(n));
    await delay(PRESENCE_PAUSE_MS);
  };
  await importing(100, 1);
  for (const other of pages) await other.back(place(0));
  await look(false);
  const small = await each("import of 500 rows", 3, (n) => importing(500, 10 + n));
  const smallSeen = await each("the same, seen", pages.length, back);
  await look(false);
  const storedImport = await office.storedBytes();
  page.keptText = 0;
  const large = await each("import of 2,500 rows", 2, (n) => importing(2_500, 20 + n));
  const keptImport = page.keptText;
  const importRow = ((await office.storedBytes()) - storedImport) / 5_000;
  const largeSeen = await each("the same, seen", pages.length, back);
  await look(false);

  // Every page is touched, and the tail is long enough.
  for (let n = 0; n < 60; n += 1) await edit(page);
  await meter.take();
  await importing(LARGE_IMPORT, 30);
  const { snapshots } = await meter.take();
  if (snapshots.taken === 0) throw new Error("There was no snapshot.");
  say("  snapshot");
  const after = Workbook.rows(Workbook.table(page.workbook, "contacts")).length;

  const start = await each("start", 2, async () => {
    await office.cool();
    await edit(page);
    await page.report();
    await page.ping();
  });
  const tick = await each("tick", TICKS, async () => {
    await office.cool("tick");
    const outcome = await deployment.tick();
    if ("failure" in outcome) throw new Error(outcome.failure.errorMessage);
  });
  const seen = (usage: Usage, imports: number) => times(minus(usage, backOnly), 1 / imports);
  const warm = plus(plus(editAlone, report), ping);
  return {
    rows: { before: before.rows, after },
    acts: {
      open: { each: kept, perLooker: reconnected.perLooker },
      rows: { each: minus(opening, kept) },
      edit: {
        each: editAlone,
        perLooker: times(minus(editTogether, editAlone), 1 / pages.length),
      },
      editSeen: { each: times(minus(caughtUp, backOnly), 1 / samples) },
      import: byRows(small, large),
      importSeen: byRows(seen(smallSeen, 3), seen(largeSeen, 2)),
      report: { each: report },
      export: { each: exported },
      look: looked,
      move: moved,
      ping: { each: ping },
      beat: { each: beat },
      reconnect: reconnected,
      snapshot: { each: times(snapshots.usage, 1 / snapshots.taken) },
      tick: { each: tick },
      start: { each: minus(start, warm) },
    },
    kept: { edit: keptEdit, importRow: keptImport / 5_000 },
    stored: { edit: storedEdit, importRow, row: rowsStored / before.rows },
  };
}

/** What 500 and 2,500 rows used, by row. */
function byRows(small: Usage, large: Usage): Act {
  const perImportRow = times(minus(large, small), 1 / 2_000);
  return { each: minus(small, times(perImportRow, 500)), perImportRow };
}

const place = (n: number) => ({ sheet: "contacts", record: `record-${n}`, field: "title" });
