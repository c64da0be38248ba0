// The way of 100,000 contacts (29 MB of CSV) into a workspace: by the command line against the built server, and the units of
// the table that it costs. The floor is Papa.parse of the same text, with nothing else.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { send } from "@gridfolk/core/import/send";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import * as Ids from "@gridfolk/core/ledger/ids";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import { nodePlatform } from "@gridfolk/functions/platform";
import Papa from "papaparse";
import { bench, median, timed } from "./harness.ts";
import { openLedger, transportTo } from "./on-disk.ts";
import { newWorkspace, planContacts } from "./workspace.ts";

await bench("import", async (run) => {
  const { report, option } = run;
  const rows = option("rows", 100_000);
  const runs = option("runs", 5);
  const file = join(run.directory(), "contacts.csv");
  writeFileSync(file, contactsCsv(rows));

  const parse: number[] = [];
  const inProcess: number[] = [];
  const units: number[] = [];
  const unitsWithSnapshot: number[] = [];
  const beside: number[] = [];
  const unitsBeside: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    const text = readFileSync(file, "utf8");
    parse.push((await timed(() => Papa.parse(text, { header: false }))).ms);
    const quiet = await importInProcess(run.directory(), file, 0);
    inProcess.push(quiet.ms);
    units.push(quiet.units);
    unitsWithSnapshot.push(quiet.withSnapshot);
    const busy = await importInProcess(run.directory(), file, 10);
    beside.push(busy.ms);
    unitsBeside.push(busy.units);
  }
  const floor = { name: "Papa.parse", samples: parse };
  const what = `import of ${rows.toLocaleString("en")} rows`;
  report({ work: `${what}, in one process`, unit: "ms", samples: inProcess, floor });
  report({ work: `${what}: write units`, unit: "units", samples: units, target: { most: 10_000 } });
  report({
    work: `${what}: write units with the snapshot`,
    unit: "units",
    samples: unitsWithSnapshot,
    target: { most: 20_000 },
  });
  report({
    work: `${what} beside 10 cells a second: write units without those of the cells`,
    unit: "units",
    samples: unitsBeside,
    floor: { name: "the quiet import", samples: units },
    target: { ratio: 1.2 },
  });
  report({
    work: `${what} beside 10 cells a second, in one process`,
    unit: "ms",
    samples: beside,
    floor: { name: "the quiet import", samples: inProcess },
  });
  run.say(`Papa.parse: ${Math.round(median(parse))} ms`);
});

/** Reads, plans and sends the file as the command line does, but into a ledger of this process. */
async function importInProcess(dataDir: string, file: string, cellsPerSecond: number) {
  const { store, ledger, stop } = await openLedger(dataDir);
  try {
    const workspace = await newWorkspace(ledger);
    const edits = await startEdits(ledger, workspace, cellsPerSecond);
    await ledger.flush();
    const cellUnits = cellsPerSecond === 0 ? 0 : await edits.unitsPerEdit(() => store.consumed.write);
    const before = store.consumed.write;
    edits.count = 0;
    const { ms } = await timed(async () => {
      const workbook = await ledger.read(workspace);
      const plan = planContacts(workbook, readFileSync(file));
      const transport = transportTo(ledger, workspace, "owner");
      const sending = { import: Ids.newId(nodePlatform), file: "contacts.csv", base: workbook.seq };
      await send(plan, sending, transport, nodePlatform);
    });
    await edits.stop();
    await ledger.flush();
    const units = store.consumed.write - before - edits.count * cellUnits;
    await ledger.compact(workspace, { force: true });
    return { ms, units, withSnapshot: store.consumed.write - before - edits.count * cellUnits };
  } finally {
    await stop();
  }
}

/** Somebody who changes a cell of a deal so many times a second. */
async function startEdits(ledger: Ledger, workspace: string, perSecond: number) {
  const [deal = ""] = Ids.recordIds(nodePlatform, 1);
  let n = 0;
  const commit = async (operation: Parameters<Ledger["commit"]>[1]["operations"][number]) => {
    const { seq } = await ledger.read(workspace);
    await ledger.commit(workspace, {
      id: Ids.newId(nodePlatform),
      base: seq,
      actor: "owner",
      source: "grid",
      label: "Edited",
      operations: [operation],
    });
  };
  const edit = () =>
    commit({ op: "set", sheet: "deals", ids: [deal], fields: { name: [`Deal ${(n += 1)}`] } });
  await commit({ op: "create", sheet: "deals", ids: [deal], fields: { name: ["Deal"] } });
  Workbook.table(await ledger.read(workspace), "deals");
  const under = new Set<Promise<void>>();
  const edits = {
    count: 0,
    async unitsPerEdit(consumed: () => number): Promise<number> {
      const before = consumed();
      for (let turn = 0; turn < 20; turn++) await edit();
      await ledger.flush();
      return (consumed() - before) / 20;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(under);
    },
  };
  const timer = setInterval(() => {
    const work = edit().then(() => {
      edits.count += 1;
      under.delete(work);
    });
    under.add(work);
  }, 1000 / Math.max(perSecond, 0.001));
  if (perSecond === 0) clearInterval(timer);
  return edits;
}
