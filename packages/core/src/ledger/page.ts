import { DomainError } from "../error.ts";
import type { Bytes } from "../platform.ts";
import { FORMAT, MAX_PART_BYTES, MAX_PART_ROWS, MAX_PART_TEXT } from "./codec.ts";
import {
  decodeColumn,
  decodeColumns,
  encodeColumn,
  encodeColumns,
  fail,
  isKey,
} from "./columns.ts";
import * as Derived from "./derived.ts";
import { fromRuns, toRuns } from "./ids.ts";
import type { PageReference } from "./ledger.ts";
import type { Column } from "./operation.ts";
import type { Rules } from "./rules.ts";
import { readSheet } from "./shape.ts";
import * as Workbook from "./workbook.ts";

/**
 * A stored piece of a snapshot: `bytes` is one gzip member, `reference.hash` the SHA-256 of the inflated text, so that a
 * browser whose `fetch` inflates can check it too.
 */
export interface Page {
  readonly reference: PageReference;
  readonly bytes: Uint8Array;
}

/** All sheets and fields, whole sheets on each page. `first` and `last` are "". */
export async function schemaPages(workbook: Workbook.Workbook, bytes: Bytes): Promise<Page[]> {
  const sheets = [...workbook.sheets.values()].map((table) => table.sheet);
  sheets.sort((a, b) => (a.key < b.key ? -1 : 1));
  return cutUp(bytes, sheets, (some) => ({
    text: JSON.stringify({ format: FORMAT, kind: "schema", sheets: some }),
    reference: { sheet: "", kind: "schema", first: "", last: "", count: some.length },
  }));
}

/**
 * Pages for the records of a sheet (in the trash or not) with `from` <= id < `to`, in ascending order, each of at most
 * 4,000 records and 350 kB. Open ends when absent. Same records, same pages, same hashes.
 */
export async function recordPages(
  table: Workbook.Table,
  bytes: Bytes,
  range: { from?: string; to?: string } = {},
): Promise<Page[]> {
  const order = Workbook.allRows(table);
  const start = range.from === undefined ? 0 : lowerBound(table, order, range.from);
  const end = range.to === undefined ? order.length : lowerBound(table, order, range.to);
  return cutUp(bytes, order.slice(start, end), (rows) => ({
    text: recordText(table, rows),
    reference: {
      sheet: table.key,
      kind: "records",
      first: table.ids[rows[0] as number] as string,
      last: table.ids[rows.at(-1) as number] as string,
      count: rows.length,
    },
  }));
}

function lowerBound(table: Workbook.Table, order: readonly number[], id: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((table.ids[order[middle] as number] as string) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function recordText(table: Workbook.Table, rows: readonly number[]): string {
  const columns: { [field: string]: Column } = {};
  for (const key of [...table.columns.keys()].sort()) {
    const column = table.columns.get(key) ?? [];
    const values = rows.map((row) => (row < column.length ? (column[row] ?? null) : null));
    if (values.some((value) => value !== null)) columns[key] = values;
  }
  // Stamps are numbered from the oldest on the page, so that few digits repeat.
  const numbers = new Set<number>();
  for (const row of rows) {
    numbers.add(table.created[row] as number);
    numbers.add(table.updated[row] as number);
  }
  const stamps = [...numbers].sort((a, b) => a - b);
  const place = new Map(stamps.map((stamp, index) => [stamp, index]));
  return JSON.stringify({
    format: FORMAT,
    kind: "records",
    sheet: table.key,
    ids: toRuns(rows.map((row) => table.ids[row] as string)),
    stamps: stamps.map((number) => {
      const stamp = table.stamps.get(number);
      return [number, stamp?.at ?? 0, stamp?.actor ?? ""];
    }),
    created: encodeColumn(rows.map((row) => place.get(table.created[row] as number) as number)),
    updated: encodeColumn(rows.map((row) => place.get(table.updated[row] as number) as number)),
    deleted: encodeColumn(rows.map((row) => table.deleted[row] as number)),
    shared: encodeColumn(rows.map((row) => table.shared[row] as number)),
    fields: encodeColumns(columns),
  });
}

/** Normalised keys of a field's live records, ascending by key. `sheet` of the reference is `<sheet>/<field>`. */
export async function uniquePages(
  workbook: Workbook.Workbook,
  sheet: string,
  fieldKey: string,
  rules: Rules,
  bytes: Bytes,
): Promise<Page[]> {
  const table = Workbook.table(workbook, sheet);
  const index = Derived.keysOf(table, Workbook.field(table, fieldKey), rules);
  return indexPages(bytes, "unique", `${sheet}/${fieldKey}`, table, index);
}

/** Who links to the records of a sheet through one field, ascending by target. `sheet` is `<linking sheet>/<field>`. */
export async function linkPages(
  workbook: Workbook.Workbook,
  sheet: string,
  fieldKey: string,
  bytes: Bytes,
): Promise<Page[]> {
  const table = Workbook.table(workbook, sheet);
  const index = Derived.linksOf(table, Workbook.field(table, fieldKey));
  return indexPages(bytes, "links", `${sheet}/${fieldKey}`, table, index);
}

/** Where more records than this stand under one key, the key comes again, on the next page if need be. */
const MAX_ENTRY_IDS = 1_000;

function indexPages(
  bytes: Bytes,
  kind: "unique" | "links",
  name: string,
  table: Workbook.Table,
  index: Derived.ColumnIndex,
): Promise<Page[]> {
  const entries = [...index.rows.keys()].sort().flatMap((key) => {
    const pieces = Math.max(1, Math.ceil(Derived.countAt(index, key) / MAX_ENTRY_IDS));
    return Array.from({ length: pieces }, (_, piece) => ({ key, from: piece * MAX_ENTRY_IDS }));
  });
  return cutUp(bytes, entries, (some) => ({
    text: JSON.stringify({
      format: FORMAT,
      kind,
      name,
      keys: some.map(({ key }) => key),
      ids: some.map(({ key, from }) =>
        Derived.idsAt(table, index, key)
          .slice(from, from + MAX_ENTRY_IDS)
          .join(" "),
      ),
    }),
    reference: {
      sheet: name,
      kind,
      first: some[0]?.key ?? "",
      last: some.at(-1)?.key ?? "",
      count: some.length,
    },
  }));
}

type Described = Omit<PageReference, "hash" | "bytes">;

/** Pages compressed at a time, beside this thread. */
const PARALLEL = 4;

/** Pages from as many entries as fit into each, halving those that turn out too large. */
async function cutUp<T>(
  bytes: Bytes,
  entries: readonly T[],
  describe: (entries: readonly T[]) => { text: string; reference: Described },
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let at = 0; at < entries.length;) {
    const batch: Promise<Page[]>[] = [];
    for (; at < entries.length && batch.length < PARALLEL; at += MAX_PART_ROWS) {
      batch.push(fit(bytes, entries.slice(at, at + MAX_PART_ROWS), describe));
    }
    pages.push(...(await Promise.all(batch)).flat());
  }
  return pages;
}

async function fit<T>(
  bytes: Bytes,
  entries: readonly T[],
  describe: (entries: readonly T[]) => { text: string; reference: Described },
): Promise<Page[]> {
  const { text, reference } = describe(entries);
  if (text.length <= MAX_PART_TEXT / 3) {
    const page = await seal(bytes, text, reference);
    if (page.bytes.byteLength <= MAX_PART_BYTES) return [page];
  }
  if (entries.length === 1) {
    throw new DomainError("too-large", "One record is too large to be stored: shorten its texts.");
  }
  const middle = Math.ceil(entries.length / 2);
  return [
    ...(await fit(bytes, entries.slice(0, middle), describe)),
    ...(await fit(bytes, entries.slice(middle), describe)),
  ];
}

async function seal(bytes: Bytes, text: string, described: Described): Promise<Page> {
  const data = bytes.encode(text);
  const [hash, member] = await Promise.all([bytes.sha256(data), bytes.gzip(data)]);
  return { reference: { hash, ...described, bytes: member.byteLength }, bytes: member };
}

/** Inflates (bounded), checks the hash, answers the text. DomainError "corrupt". */
export async function openPage(page: Uint8Array, hash: string, bytes: Bytes): Promise<string> {
  let data: Uint8Array;
  try {
    data = await bytes.gunzip(page, MAX_PART_TEXT);
  } catch (cause) {
    throw new DomainError("corrupt", "A page of the snapshot cannot be unpacked.", { cause });
  }
  return pageText(data, hash, bytes);
}

/** The text of a page that `fetch` has inflated already, when its hash is right. DomainError "corrupt". */
export async function pageText(data: Uint8Array, hash: string, bytes: Bytes): Promise<string> {
  if ((await bytes.sha256(data)) !== hash) fail("corrupt", "a page of the snapshot has changed");
  return bytes.decode(data);
}

interface Json {
  readonly [name: string]: unknown;
}

function parse(text: string): Json {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail("corrupt", "a page is not JSON");
  }
  if (typeof json !== "object" || json === null) return fail("corrupt", "a page is empty");
  const { format } = json as Json;
  if (format !== FORMAT)
    return fail("corrupt", `page format ${JSON.stringify(format)} is not known`);
  return json as Json;
}

/**
 * Loads a schema or records page into a workbook that is being put together: the schema pages first, then record pages in
 * any order. DomainError "corrupt". Index pages are ignored.
 */
export function load(workbook: Workbook.Workbook, text: string): void {
  const page = parse(text);
  if (page["kind"] === "schema") {
    if (!Array.isArray(page["sheets"])) return fail("corrupt", "a schema page has no sheets");
    for (const json of page["sheets"]) {
      const sheet = readSheet(json, "corrupt");
      if (workbook.sheets.has(sheet.key)) fail("corrupt", "a sheet stands twice");
      Workbook.addTable(workbook, sheet);
    }
  } else if (page["kind"] === "records") {
    const table = isKey(page["sheet"]) ? workbook.sheets.get(page["sheet"]) : undefined;
    if (table === undefined) return fail("corrupt", "a page belongs to no sheet");
    loadRecords(workbook, table, page);
  }
}

function loadRecords(workbook: Workbook.Workbook, table: Workbook.Table, page: Json): void {
  const ids = fromRuns(page["ids"], MAX_PART_ROWS, "corrupt");
  const length = ids.length;
  const stamps = readStamps(page["stamps"]);
  for (const { number, at, actor } of stamps) {
    if (!workbook.stamps.has(number)) workbook.stamps.set(number, { at, actor });
  }
  const stampsOf = (name: string): number[] =>
    decodeColumn(page[name], length, "corrupt").map((index) => {
      const stamp = typeof index === "number" ? stamps[index] : undefined;
      return stamp === undefined ? fail("corrupt", "a record has no stamp") : stamp.number;
    });
  const flags = (name: string): number[] =>
    decodeColumn(page[name], length, "corrupt").map((flag) =>
      flag === 0 || flag === 1 ? flag : fail("corrupt", "a record has a wrong mark"),
    );
  const records: Workbook.Records = {
    ids,
    created: stampsOf("created"),
    updated: stampsOf("updated"),
    deleted: flags("deleted"),
    shared: flags("shared"),
    fields: decodeColumns(page["fields"], length, "corrupt"),
  };
  Workbook.addRecords(table, records);
}

function readStamps(json: unknown): { number: number; at: number; actor: string }[] {
  if (!Array.isArray(json)) return fail("corrupt", "a page has no stamps");
  return json.map((item: unknown) => {
    const [number, at, actor] = Array.isArray(item) ? (item as readonly unknown[]) : [];
    if (typeof number !== "number" || typeof at !== "number" || typeof actor !== "string") {
      return fail("corrupt", "a page has a wrong stamp");
    }
    return { number, at, actor };
  });
}

/** Entries of a "unique" page: normalised key to record ids. DomainError "corrupt". */
export function readUnique(text: string): ReadonlyMap<string, readonly string[]> {
  return readIndex(text, "unique");
}

/** Entries of a "links" page: linked record to linking records. DomainError "corrupt". */
export function readLinks(text: string): ReadonlyMap<string, readonly string[]> {
  return readIndex(text, "links");
}

function readIndex(text: string, kind: string): ReadonlyMap<string, readonly string[]> {
  const { keys, ids, ...page } = parse(text);
  if (page["kind"] !== kind || !Array.isArray(keys) || !Array.isArray(ids)) {
    return fail("corrupt", "a page is of another kind");
  }
  const entries = new Map<string, string[]>();
  keys.forEach((key: unknown, at) => {
    const list: unknown = ids[at];
    if (typeof key !== "string" || typeof list !== "string")
      return fail("corrupt", "an index page is damaged");
    entries.set(key, [...(entries.get(key) ?? []), ...list.split(" ")]);
  });
  return entries;
}
