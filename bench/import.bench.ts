// The way of 100,000 contacts (29 MB of CSV) into a workspace: by the command line against the built server, and the units of
// the table that it costs. The floor is Papa.parse of the same text, with nothing else.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { send } from "@gridfolk/core/import/send";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import { nodePlatform } from "@gridfolk/functions/platform";
import Papa from "papaparse";
import { bench, timed } from "./harness.ts";
import { openLedger, transportTo } from "./on-disk.ts";
import { createRecords, importByCommand, makeWorkspace, setCell, startServer } from "./server.ts";
import { newWorkspace, planContacts } from "./workspace.ts";

const CELLS_PER_SECOND = 10;
const gzipAsync = promisify(gzip);
/** Compresses as the command does, less than the server. */
const commandPlatform = {
  ...nodePlatform,
  bytes: {
    ...nodePlatform.bytes,
    gzip: (data: Uint8Array) => gzipAsync(data, { level: 1 }),
  },
};
/** The snapshot follows an import a second later, and would compete with the next one. */
const SNAPSHOT_MS = 4000;

await bench("import", async (run) => {
  const { report, option } = run;
  const rows = option("rows", 100_000);
  const runs = option("runs", 5);
  const directory = run.directory();
  const file = join(directory, "contacts.csv");
  writeFileSync(file, contactsCsv(rows));
  const what = `import of ${rows.toLocaleString("en")} rows`;

  const { api } = await startServer(run);
  const few = join(directory, "few.csv");
  writeFileSync(few, contactsCsv(200));
  // Bundles the command, which a second use finds bundled.
  await importByCommand(api, await makeWorkspace(api), few);

  const parse: number[] = [];
  const quiet: number[] = [];
  const beside: number[] = [];
  const small: number[] = [];
  const edits: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    const text = readFileSync(file, "utf8");
    parse.push((await timed(() => Papa.parse(text, { header: false }))).ms);
    small.push((await importByCommand(api, await makeWorkspace(api), few)).ms);
    quiet.push((await importByCommand(api, await makeWorkspace(api), file)).ms);
    await delay(SNAPSHOT_MS);
    const workspace = await makeWorkspace(api);
    const [deal = ""] = await createRecords(api, workspace, "deals", [{ name: "Deal" }]);
    let base = 0;
    const stop = startEdits(CELLS_PER_SECOND, async (n) => {
      const cell = { sheet: "deals", id: deal, field: "name", value: `Deal ${n}`, base };
      const { ms, seq } = await setCell(api, workspace, cell);
      base = seq;
      edits.push(ms);
    });
    beside.push((await importByCommand(api, workspace, file)).ms);
    await stop();
    await delay(SNAPSHOT_MS);
  }
  const floor = { name: "Papa.parse", samples: parse };
  report({
    work: `${what} by the command`,
    unit: "ms",
    samples: quiet,
    floor,
    target: { ratio: 8 },
  });
  report({ work: "import of 200 rows by the command", unit: "ms", samples: small });
  report({
    work: `${what} beside 10 cells a second`,
    unit: "ms",
    samples: beside,
    floor: { name: "the quiet import", samples: quiet },
    target: { ratio: 1.5 },
  });
  report({ work: "one of those cells, acknowledged", unit: "ms", samples: edits });

  const units: number[] = [];
  const withSnapshot: number[] = [];
  const besideUnits: number[] = [];
  for (let turn = 0; turn < Math.min(3, runs); turn++) {
    const alone = await unitsOf(run.directory(), file, 0);
    units.push(alone.units);
    withSnapshot.push(alone.withSnapshot);
    besideUnits.push((await unitsOf(run.directory(), file, CELLS_PER_SECOND)).units);
  }
  report({ work: `${what}: write units`, unit: "units", samples: units, target: { most: 10_000 } });
  report({
    work: `${what}: write units with the snapshot that follows`,
    unit: "units",
    samples: withSnapshot,
    target: { most: 20_000 },
  });
  report({
    work: `${what} beside 10 cells a second: write units without those of the cells`,
    unit: "units",
    samples: besideUnits,
    floor: { name: "the quiet import", samples: units },
    target: { ratio: 1.2 },
  });
});

/**
 * Units that the engine reports for the import: read, planned, compressed and sent as the command does it, into a ledger of this
 * process, where the engine can be asked.
 */
async function unitsOf(
  dataDir: string,
  file: string,
  cellsPerSecond: number,
): Promise<{ units: number; withSnapshot: number }> {
  const { store, ledger, stop } = await openLedger(dataDir);
  try {
    const workspace = await newWorkspace(ledger);
    const edit = await dealEditor(ledger, workspace);
    const unitsPerEdit = await unitsPerEditOf(edit, ledger, () => store.consumed.write);
    let edited = 0;
    const before = store.consumed.write;
    const own = (): number => store.consumed.write - before - edited * unitsPerEdit;
    const stopEdits = startEdits(cellsPerSecond, async (n) => {
      await edit(n);
      edited += 1;
    });
    const workbook = await ledger.read(workspace);
    const plan = planContacts(workbook, readFileSync(file));
    const { seq, epoch, hash } = workbook;
    const base = { seq, epoch, hash };
    const sending = { import: Ids.newId(nodePlatform), file: "contacts.csv", base };
    await send(plan, sending, transportTo(ledger, workspace, "owner"), commandPlatform);
    await stopEdits();
    await ledger.flush();
    const units = own();
    await ledger.compact(workspace, { force: true });
    return { units, withSnapshot: own() };
  } finally {
    await stop();
  }
}

async function dealEditor(
  ledger: Ledger,
  workspace: string,
): Promise<(n: number) => Promise<void>> {
  const [deal = ""] = Ids.recordIds(nodePlatform, 1);
  async function commit(op: "create" | "set", name: string): Promise<void> {
    const { seq: base } = await ledger.read(workspace);
    await ledger.commit(workspace, {
      id: Ids.newId(nodePlatform),
      base,
      actor: "owner",
      source: "grid",
      label: "Changed Name",
      operations: [{ op, sheet: "deals", ids: [deal], fields: { name: [name] } }],
    });
  }
  await commit("create", "Deal");
  return (n) => commit("set", `Deal ${n}`);
}

async function unitsPerEditOf(
  edit: (n: number) => Promise<void>,
  ledger: Ledger,
  consumed: () => number,
): Promise<number> {
  const before = consumed();
  for (let n = 1; n <= 20; n++) await edit(n);
  await ledger.flush();
  return (consumed() - before) / 20;
}

/** Calls `edit` so many times a second until stopped; stopping waits for those under way. */
function startEdits(perSecond: number, edit: (n: number) => Promise<void>): () => Promise<void> {
  if (perSecond === 0) return () => Promise.resolve();
  const under = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let n = 0;
  const timer = setInterval(() => {
    const work = edit((n += 1))
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => under.delete(work));
    under.add(work);
  }, 1000 / perSecond);
  return async () => {
    clearInterval(timer);
    await Promise.all(under);
    if (failure !== undefined) throw failure.error;
  };
}
