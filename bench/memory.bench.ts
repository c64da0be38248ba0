// Heap of a workbook of 100,000 records with 21 text columns, and what each step of the ledger costs with nothing around it.
import { registry } from "@gridfolk/core/field/registry";
import type { Changeset } from "@gridfolk/core/ledger/changeset";
import * as Codec from "@gridfolk/core/ledger/codec";
import * as Draft from "@gridfolk/core/ledger/draft";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Page from "@gridfolk/core/ledger/page";
import { fromRegistry } from "@gridfolk/core/ledger/rules";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contacts, HEADER } from "@gridfolk/core/testing/contacts";
import { nodePlatform } from "@gridfolk/functions/platform";
import { bench, timed } from "./harness.ts";

const { bytes } = nodePlatform;
const rules = fromRegistry(registry);

await bench("memory", async ({ report, option }) => {
  const rows = option("rows", 100_000);
  const runs = option("runs", 5);
  const wire = await body(rows);

  const times = { encode: [], decode: [], check: [], apply: [], parse: [], page: [], load: [] } as {
    [step: string]: number[];
  };
  const took = (step: string, ms: number) => times[step]?.push(ms);
  const folded: number[] = [];
  const loaded: number[] = [];

  for (let run = 0; run < runs; run++) {
    const bases = await oneRun(wire, rows, took);
    folded.push(bases.folded);
    loaded.push(bases.loaded);
    took("parse", (await timed(() => parseAll(wire.texts))).ms);
  }

  const floor = { name: "JSON.parse of the same body", samples: times["parse"] ?? [] };
  const heapTarget = { most: 1200 };
  report({
    work: "heap per record, folded from the log",
    unit: "B",
    samples: folded,
    target: heapTarget,
  });
  report({
    work: "heap per record, loaded from pages",
    unit: "B",
    samples: loaded,
    target: heapTarget,
  });
  const steps = {
    encode: "encode and compress the body",
    decode: "inflate and decode it",
    check: "check it as a draft",
    apply: "fold it",
    page: "cut and compress snapshot pages",
    load: "inflate, check and load them",
  };
  for (const [step, what] of Object.entries(steps)) {
    report({
      work: `${rows.toLocaleString("en")} records: ${what}`,
      unit: "ms",
      samples: times[step] ?? [],
      floor,
    });
  }
});

/** Bytes of heap per record of both workbooks. A function of its own: nothing of one run is left in the next. */
async function oneRun(
  wire: { parts: readonly Uint8Array[] },
  rows: number,
  took: (step: string, ms: number) => void,
): Promise<{ folded: number; loaded: number }> {
  const before = heap();
  const workbook = schema();
  await fold(workbook, wire.parts, took);
  const folded = (heap() - before) / rows;

  const paged = await timed(() => Page.recordPages(Workbook.table(workbook, "people"), bytes));
  took("page", paged.ms);
  const stored = [...(await Page.schemaPages(workbook, bytes)), ...paged.answer];
  const empty = heap();
  const fresh = Workbook.empty("w", "e");
  const load = await timed(async () => {
    for (const page of stored) {
      Page.load(fresh, await Page.openPage(page.bytes, page.reference.hash, bytes));
    }
  });
  took("load", load.ms);
  const loaded = (heap() - empty) / rows;
  for (const each of [workbook, fresh]) {
    if (Workbook.table(each, "people").live !== rows) throw new Error("A workbook is not whole.");
  }
  return { folded, loaded };
}

async function fold(
  workbook: Workbook.Workbook,
  parts: readonly Uint8Array[],
  took: (step: string, ms: number) => void,
): Promise<void> {
  const { ms, answer: operations } = await timed(async () => {
    const slices = [];
    for (const part of parts) slices.push(await Codec.decodePart(part, bytes, "log"));
    return Codec.join(slices, "log");
  });
  took("decode", ms);
  took("check", (await timed(() => Draft.check(workbook, { operations }, rules))).ms);
  took("apply", (await timed(() => Workbook.apply(workbook, head(2, operations)))).ms);
  took("encode", (await timed(() => Codec.encodeParts(operations, bytes))).ms);
}

/** The rows as the parts of one changeset, made apart so that nothing of it is shared with what is measured. */
async function body(count: number): Promise<{ parts: Uint8Array[]; texts: string[] }> {
  const rows = contacts(count);
  const fields = Object.fromEntries(
    HEADER.map((_, column) => [`c${column}`, rows.map((row) => row[column] || null)]),
  );
  const ids = Ids.recordIds(nodePlatform, count);
  const parts = await Codec.encodeParts([{ op: "create", sheet: "people", ids, fields }], bytes);
  const texts: string[] = [];
  for (const part of parts) texts.push(bytes.decode(await bytes.gunzip(part.bytes)));
  return { parts: parts.map((part) => part.bytes), texts };
}

function schema(): Workbook.Workbook {
  const workbook = Workbook.empty("w", "e");
  const operations: Operation[] = [
    { op: "sheet", key: "people", after: { name: "People", title: ["c0"], position: 0 } },
    ...HEADER.map((name, column): Operation => ({
      op: "field",
      sheet: "people",
      after: { key: `c${column}`, name, type: "text" },
    })),
  ];
  Workbook.apply(workbook, head(1, operations));
  return workbook;
}

function head(seq: number, operations: readonly Operation[]): Workbook.Committed {
  const id = Ids.newId(nodePlatform);
  const answer = {
    seq,
    changeset: id,
    created: 0,
    changed: 0,
    deleted: 0,
    restored: 0,
    refused: [],
  };
  const changeset: Changeset = {
    id,
    base: seq - 1,
    actor: "owner",
    source: "import",
    label: "Imported",
    operations,
    seq,
    at: seq,
    answer,
  };
  return { seq, at: seq, hash: "", changesets: [changeset] };
}

function parseAll(texts: readonly string[]): number {
  let length = 0;
  for (const text of texts) length += Object.keys(JSON.parse(text) as object).length;
  return length;
}

function heap(): number {
  for (let turn = 0; turn < 3; turn++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
