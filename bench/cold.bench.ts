// What a process that has nothing in memory has to read, decode and check before it answers: the ledger's share of a cold start,
// on the embedded engine. `latency` is what each call to the table takes besides, as over a network.
import { writeFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { access } from "@gridfolk/functions/account/access";
import * as Role from "@gridfolk/core/access/role";
import { registry } from "@gridfolk/core/field/registry";
import { send } from "@gridfolk/core/import/send";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import type { Store } from "@gridfolk/core/ledger/store";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import * as Filter from "@gridfolk/core/sheet/filter";
import * as RecordJson from "@gridfolk/core/sheet/json";
import * as Query from "@gridfolk/core/sheet/query";
import * as Sort from "@gridfolk/core/sheet/sort";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import { nodePlatform } from "@gridfolk/functions/platform";
import { bench, median, timed, type Bench } from "./harness.ts";
import { openLedger, transportTo } from "./on-disk.ts";
import { newWorkspace, planContacts } from "./workspace.ts";

await bench("cold", async (run) => {
  const runs = run.option("runs", 15);
  const latencyMs = run.option("latency", 0);
  const tail = run.option("tail", 300);
  for (const rows of [10_000, run.option("rows", 100_000)]) {
    const { store, ledger, stop } = await openLedger(run.directory());
    run.later(stop);
    const { workspace, ids } = await fill(run, ledger, rows, tail);
    const cold = (work: string, look: (ledger: Ledger) => Promise<unknown>): Promise<void> =>
      measure(run, store, { work, rows, runs, latencyMs }, look);

    await cold("who is a member", (ledger) =>
      ledger.ask(workspace, (workbook) => Role.roleOf(workbook, "owner")),
    );
    let n = 0;
    const someId = (): string => ids[(n += 7_919) % ids.length] ?? "";
    await cold("set a cell", async (ledger) => {
      // Like a request: let in first.
      const base = await ledger.ask(workspace, (workbook) => workbook.seq);
      await ledger.commit(workspace, edit(someId(), `${n} Main St`, base));
    });
    await cold("a record", (ledger) => {
      const id = someId();
      return ledger.ask(workspace, (workbook) => {
        const table = Workbook.table(workbook, "contacts");
        const row = Workbook.record(table, id)?.row ?? -1;
        return RecordJson.toJson(table, row, contextOf(workbook, { now: Date.now() }));
      });
    });
    await cold("its history", (ledger) =>
      ledger.history(workspace, "contacts", someId(), { limit: 50 }),
    );
    await cold("a list of 100, filtered and sorted", (ledger) =>
      ledger.ask(workspace, (workbook) => {
        const table = Workbook.table(workbook, "contacts");
        const context = contextOf(workbook, { now: Date.now() });
        const filter = Filter.parse({ and: [{ field: "lastName", op: "contains", value: "er" }] });
        const page = Query.page(table, { filter, sort: Sort.parse("city") }, context);
        const shown = RecordJson.fieldsOf(table);
        RecordJson.expectLinked(workbook, table, page.rows, shown);
        return page.rows.map((row) => RecordJson.toJson(table, row, context, shown));
      }),
    );
    await cold("the whole workbook", (ledger) => ledger.read(workspace));
  }
});

/** Contacts with their companies, a snapshot, and a tail of single edits all over it. */
async function fill(
  run: Bench,
  ledger: Ledger,
  rows: number,
  tail: number,
): Promise<{ workspace: string; ids: readonly string[] }> {
  const workspace = await newWorkspace(ledger);
  const file = join(run.directory(), `contacts-${rows}.csv`);
  writeFileSync(file, contactsCsv(rows));
  const workbook = await ledger.read(workspace);
  const plan = planContacts(workbook, readFileSync(file));
  const { seq, epoch, hash } = workbook;
  const sending = {
    import: Ids.newId(nodePlatform),
    file: "contacts.csv",
    base: { seq, epoch, hash },
  };
  await send(plan, sending, transportTo(ledger, workspace, "owner"), nodePlatform);
  await ledger.compact(workspace, { force: true });
  const ids = [...Workbook.table(workbook, "contacts").ids];
  for (let n = 0; n < tail; n += 1) {
    await ledger.commit(workspace, edit(ids[(n * 104_729) % ids.length] ?? "", `${n} Elm St`, seq));
  }
  return { workspace, ids };
}

function edit(id: string, street: string, base: number) {
  return {
    id: Ids.newId(nodePlatform),
    base,
    actor: "owner",
    source: "grid" as const,
    label: "Changed Street",
    operations: [
      { op: "set" as const, sheet: "contacts", ids: [id], fields: { street: [street] } },
    ],
  };
}

/** Each time by a ledger of its own, with nothing in memory but the code. */
async function measure(
  { report }: Bench,
  store: Store,
  { work, rows, runs, latencyMs }: { work: string; rows: number; runs: number; latencyMs: number },
  look: (ledger: Ledger) => Promise<unknown>,
): Promise<void> {
  const samples: number[] = [];
  const busy: number[] = [];
  let calls = 0;
  const { read } = store.consumed;
  for (let turn = 0; turn < runs; turn += 1) {
    const ledger = createLedger({
      store: late(store, latencyMs, () => (calls += 1)),
      platform: nodePlatform,
      registry,
      access,
      deferred: "await",
    });
    const before = process.cpuUsage();
    samples.push((await timed(() => look(ledger))).ms);
    const { user, system } = process.cpuUsage(before);
    busy.push((user + system) / 1000);
  }
  const units = Math.round((store.consumed.read - read) / runs);
  report({
    work: `cold, of ${rows.toLocaleString("en")} records: ${work}`,
    unit: "ms",
    samples,
    note: `${Math.round(median(busy))} ms of a processor, ${Math.round(calls / runs)} calls, ${units} read units`,
  });
}

/** The store, every call of which takes longer. */
function late(store: Store, ms: number, called: () => void): Store {
  const wait = async (): Promise<void> => {
    called();
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  };
  return {
    ...store,
    get: async (key) => (await wait(), store.get(key)),
    getMany: async (keys, options) => (await wait(), store.getMany(keys, options)),
    put: async (item, condition) => (await wait(), store.put(item, condition)),
    async *query(query) {
      await wait();
      yield* store.query(query);
    },
  };
}
