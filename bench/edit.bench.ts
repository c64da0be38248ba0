// What a person or a script waits for: one cell, ten thousand cells by PATCH, the undo of an import. The floor of a cell is a raw
// conditional put of an item of a head's size into the same engine with the same durability, in turn with the edits.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "@gridfolk/core/ledger/store";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import { openStore } from "@gridfolk/functions/engine";
import { nodePlatform } from "@gridfolk/functions/platform";
import type { Api } from "../packages/web/e2e/product.ts";
import { bench, median, timed } from "./harness.ts";
import {
  importByCommand,
  makeWorkspace,
  setCell,
  startServer,
  type ImportResult,
} from "./server.ts";

await bench("edit", async (run) => {
  const { report, option } = run;
  const rows = option("rows", 100_000);
  const samples = option("samples", 300);
  const { api } = await startServer(run);
  const raw = await openStore({
    dataDir: run.directory(),
    durability: "fsync",
    tableName: "gridfolk",
    platform: nodePlatform,
  });
  run.later(() => raw.stop());

  const directory = run.directory();
  const small = await imported(api, directory, 1000);
  const large = await imported(api, directory, rows);

  const edits: { [size: string]: number[] } = { small: [], large: [] };
  const puts: number[] = [];
  const writers = { small: await cellWriter(api, small), large: await cellWriter(api, large) };
  const put = rawWriter(raw.store);
  for (let turn = 0; turn < 30; turn++) {
    await put();
    await writers.small();
    await writers.large();
  }
  // One after the other, so that all three meet the same disk and the same neighbours.
  for (let turn = 0; turn < samples; turn++) {
    puts.push(await put());
    edits["small"]?.push(await writers.small());
    edits["large"]?.push(await writers.large());
  }
  const floor = { name: "raw conditional put", samples: puts };
  const [atSmall, atLarge] = [edits["small"] ?? [], edits["large"] ?? []];
  const many = rows.toLocaleString("en");
  report({
    work: "cell edit at 1,000 rows",
    unit: "ms",
    samples: atSmall,
    floor,
    target: { ratio: 3 },
  });
  report({
    work: `cell edit at ${many} rows`,
    unit: "ms",
    samples: atLarge,
    floor,
    target: { ratio: 3 },
  });
  const [low, high] = [median(atSmall), median(atLarge)].sort((a, b) => a - b) as [number, number];
  report({
    work: `cell edit: the slower of 1,000 and ${many} rows to the other`,
    unit: "×",
    samples: [high / low],
    target: { most: 1.3 },
  });

  const health: number[] = [];
  for (let turn = 0; turn < samples; turn++) {
    health.push((await timed(() => api.call("GET", "/api/health"))).ms);
  }
  report({ work: "the least that a request takes (GET /api/health)", unit: "ms", samples: health });

  const patches: number[] = [];
  const ids = await someIds(api, large.workspace, 10_000);
  for (let turn = 0; turn < 7; turn++) {
    const path = `/api/workspaces/${large.workspace}/sheets/contacts/records`;
    const body = { ids, set: { title: `Title ${turn}` } };
    const { ms, answer } = await timed(() => api.call<{ changed: number }>("PATCH", path, body));
    if (answer.changed !== ids.length) throw new Error(`Changed ${answer.changed} records.`);
    patches.push(ms);
  }
  report({
    work: `PATCH of ${ids.length.toLocaleString("en")} rows of ${many}`,
    unit: "ms",
    samples: patches,
    target: { most: 250 },
  });

  const undos: number[] = [];
  for (let turn = 0; turn < option("undos", 3); turn++) {
    const fresh = await imported(api, directory, rows);
    const path = `/api/workspaces/${fresh.workspace}/imports/${fresh.result.import}/undo`;
    const { ms, answer } = await timed(() => api.call<{ reverted: number }>("POST", path, {}));
    if (answer.reverted < fresh.result.created) throw new Error(`Reverted ${answer.reverted}.`);
    undos.push(ms);
  }
  report({
    work: `undo of an import of ${many} rows`,
    unit: "ms",
    samples: undos,
    target: { most: 3000 },
  });

  const mixed: number[] = [];
  for (let turn = 0; turn < option("undos", 3); turn++) {
    const { ms, updated, created } = await undoMixed(api, directory, rows);
    run.say(`undone: ${created} new, ${updated} changed`);
    mixed.push(ms);
  }
  report({
    work: `undo of an import of ${many} rows that changed ${(rows / 2).toLocaleString("en")} records`,
    unit: "ms",
    samples: mixed,
    target: { most: 5000 },
  });
});

/** Half of the rows are there already and are changed in three columns by an import that adds the other half; undone at last. */
async function undoMixed(api: Api, directory: string, rows: number) {
  const workspace = await makeWorkspace(api);
  const [first, second] = [join(directory, "there.csv"), join(directory, "all.csv")];
  const line = (at: number, of: string) =>
    `Person ${at},Number ${of},p${at}@example.com,${of} Street ${at},Job ${of},City ${at % 900}`;
  const file = (count: number, of: string) =>
    `First name,Last name,Email,Street,Job title,City\n${Array.from({ length: count }, (_, at) => line(at, of)).join("\n")}\n`;
  writeFileSync(first, file(rows / 2, "A"));
  writeFileSync(second, file(rows, "B"));
  await importByCommand(api, workspace, first);
  const { result } = await importByCommand(api, workspace, second);
  const { import: id, created, updated } = result as ImportResult & { readonly updated: number };
  if (created !== rows / 2 || updated !== rows / 2)
    throw new Error(`Created ${created} and changed ${updated} records.`);
  const records = `/api/workspaces/${workspace}/sheets/contacts/records`;
  // Somebody changes one of the changed records meanwhile: that cell has to stay.
  const { records: some } = await api.call<{ records: { id: string }[] }>(
    "GET",
    `${records}?limit=1`,
  );
  const kept = some[0]?.id ?? "";
  await api.call("PATCH", records, { ids: [kept], set: { street: "Kept" } });
  const { ms, answer } = await timed(() =>
    api.call<{ reverted: number; skipped: unknown[] }>(
      "POST",
      `/api/workspaces/${workspace}/imports/${id}/undo`,
      {},
    ),
  );
  const after = await api.call<{
    total: number;
    records: { fields: { street?: string; lastName?: string } }[];
  }>("GET", `${records}?limit=2`);
  const [one, other] = after.records.map(({ fields }) => fields);
  const isRight =
    after.total === rows / 2 &&
    answer.skipped.length === 1 &&
    one?.street === "Kept" &&
    one.lastName === "Number A" &&
    other?.street?.startsWith("A Street") === true;
  if (!isRight) throw new Error(`After the undo: ${JSON.stringify({ answer, one, other })}`);
  return { ms, created, updated };
}

interface Imported {
  readonly workspace: string;
  readonly result: ImportResult;
}

async function imported(api: Api, directory: string, rows: number): Promise<Imported> {
  const file = join(directory, `contacts-${rows}.csv`);
  writeFileSync(file, contactsCsv(rows));
  const workspace = await makeWorkspace(api);
  return { workspace, result: (await importByCommand(api, workspace, file)).result };
}

async function someIds(api: Api, workspace: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  while (ids.length < count) {
    const path = `/api/workspaces/${workspace}/sheets/contacts/records?limit=1000&fields=title`;
    const page = await api.call<{ records: { id: string }[]; next: string | null }>(
      "GET",
      `${path}${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    ids.push(...page.records.map((record) => record.id));
    if (page.next === null) break;
    cursor = page.next;
  }
  return ids.slice(0, count);
}

async function cellWriter(api: Api, { workspace }: Imported): Promise<() => Promise<number>> {
  const ids = await someIds(api, workspace, 500);
  let base = 0;
  let n = 0;
  return async () => {
    n += 1;
    const id = ids[n % ids.length] ?? "";
    const cell = { sheet: "contacts", id, field: "street", value: `${n} Main St`, base };
    const { ms, seq } = await setCell(api, workspace, cell);
    base = seq;
    return ms;
  };
}

/** Puts items as large as the head of a cell edit. */
function rawWriter(store: Store): () => Promise<number> {
  let seq = 0;
  return async () => {
    seq += 1;
    const item = { pk: "LOG#raw", sk: String(seq).padStart(12, "0"), body: "x".repeat(700) };
    return (await timed(() => store.put(item, { absent: true }))).ms;
  };
}
