import { DomainError } from "../error.ts";
import type { Bytes } from "../platform.ts";
import {
  checkCells,
  concat as concatLists,
  concatColumns,
  decodeColumn,
  decodeColumns,
  encodeColumn,
  fail,
  isKey,
  type Damage,
} from "./columns.ts";
import { fromRuns, isRecordId, toRuns } from "./ids.ts";
import type { Column, Columns, Operation } from "./operation.ts";
import { isRecords, pickRows, sortRows, type RecordOperation } from "./rows.ts";
import { readField, readProperties } from "./shape.ts";

/** Written into everything stored; readers know every number ever released. */
export const FORMAT = 1;
/** A part holds at most this many records, */
export const MAX_PART_ROWS = 4000;
/** this many bytes stored, */
export const MAX_PART_BYTES = 350 * 1024;
/** this many bytes inflated, */
export const MAX_PART_TEXT = 16 * 1024 * 1024;
/** and this many cells, before-values and row ids counted in. */
const MAX_PART_CELLS = 2_000_000;
/** So few records of several sheets go into one part: whoever follows the log fetches every part by a request. */
const TOGETHER_ROWS = 1_000;
/** What a body in a head may unfold to: a delete of many records is short. */
const MAX_BODY_ROWS = 1_000_000;
const MAX_BODY_CELLS = 4_000_000;

/** Whose bytes are read: the log's own ("corrupt" when they are wrong) or a client's ("malformed"). */
export type Origin = "log" | "client";

/** A piece of a changeset's body: a gzip member of its own. Parts stand in ascending order of `first`. */
export interface Part {
  /** `<sheet>/<record id>` of the first record in it; "" for a part of sheet and field operations only. */
  readonly first: string;
  /** Distinct records. */
  readonly rows: number;
  readonly bytes: Uint8Array;
  /** Of `bytes`. */
  readonly sha256: string;
}

/** The rows of one operation that stand in one part. */
export interface Slice {
  /** Index of the operation in the changeset. */
  readonly index: number;
  readonly operation: Operation;
}

/** Consecutive records of one sheet. */
interface Range {
  readonly sheet: string;
  /** Ascending, distinct: every record that the changeset touches in the sheet. */
  readonly ids: readonly string[];
  readonly from: number;
  readonly to: number;
}

/**
 * Splits a body by records: all rows of a record, of whatever operation, are in one part. `join` of the decoded parts is
 * the same list of operations (without those that have no rows). DomainError "too-large" when one record alone does not fit.
 * A body that is made a batch at a time counts its operations on by `firstIndex`; the batches' records must ascend.
 */
export async function encodeParts(
  operations: readonly Operation[],
  bytes: Bytes,
  firstIndex = 0,
): Promise<Part[]> {
  const body = prepare(operations);
  const schema: Slice[] = [];
  const bySheet = new Map<string, { index: number; operation: RecordOperation }[]>();
  body.forEach((operation, at) => {
    const index = firstIndex + at;
    if (!isRecords(operation)) {
      schema.push({ index, operation });
      return;
    }
    const list = bySheet.get(operation.sheet);
    if (list === undefined) bySheet.set(operation.sheet, [{ index, operation }]);
    else list.push({ index, operation });
  });

  /** Learnt from the parts already made: a part is as long as fits, and rarely has to be made twice. */
  let bytesPerRow = 0;
  async function encodeRange(range: Range, along: readonly Slice[]): Promise<Part[]> {
    const slices: Slice[] = [...along];
    for (const { index, operation } of bySheet.get(range.sheet) ?? []) {
      const [from, to] = positions(operation.ids, range);
      if (from < to) slices.push({ index, operation: cut(operation, from, to) });
    }
    const count = range.to - range.from;
    const text = encodePieces(toPieces(slices), bytes);
    const fits = text.byteLength <= MAX_PART_TEXT && cellsOf(slices) <= MAX_PART_CELLS;
    const member = fits ? await bytes.gzip(text) : undefined;
    if (member !== undefined && member.byteLength <= MAX_PART_BYTES) {
      if (count >= 100) bytesPerRow = Math.max(bytesPerRow * 0.9, member.byteLength / count);
      const first = count === 0 ? "" : `${range.sheet}/${range.ids[range.from]}`;
      return [{ first, rows: count, bytes: member, sha256: await bytes.sha256(member) }];
    }
    if (count <= 1) {
      throw new DomainError(
        "too-large",
        "One record is too large to be stored: shorten its texts.",
      );
    }
    bytesPerRow = Math.max(bytesPerRow, (member?.byteLength ?? MAX_PART_BYTES * 2) / count);
    const middle = range.from + Math.ceil(count / 2);
    const left = await encodeRange({ ...range, to: middle }, along);
    return [...left, ...(await encodeRange({ ...range, from: middle }, []))];
  }

  const together = bySheet.size > 1 ? await encodeTogether(bySheet, schema, bytes) : undefined;
  if (together !== undefined) return [together];

  // Compressing runs beside this thread: a few parts at a time are on the way.
  const parts: Part[] = [];
  const under: Promise<Part[]>[] = [];
  const settle = async (): Promise<void> => {
    for (const part of (await under.shift()) ?? []) parts.push(part);
  };
  let along: readonly Slice[] = schema;
  try {
    for (const sheet of [...bySheet.keys()].sort()) {
      const ids = distinctIds((bySheet.get(sheet) ?? []).map(({ operation }) => operation.ids));
      for (let from = 0; from < ids.length;) {
        const rows =
          bytesPerRow === 0
            ? MAX_PART_ROWS
            : Math.max(
                1,
                Math.min(MAX_PART_ROWS, Math.floor((MAX_PART_BYTES * 0.93) / bytesPerRow)),
              );
        const to = Math.min(ids.length, from + rows);
        const made = encodeRange({ sheet, ids, from, to }, along);
        // A failure is met when its turn comes; until then it is not unhandled.
        made.catch(() => undefined);
        under.push(made);
        along = [];
        from = to;
        if (bytesPerRow === 0 || under.length >= 4) await settle();
      }
    }
    while (under.length > 0) await settle();
    if (along.length > 0) {
      parts.push(...(await encodeRange({ sheet: "", ids: [], from: 0, to: 0 }, along)));
    }
  } finally {
    await Promise.allSettled(under);
  }
  return parts;
}

/** A few records of several sheets as one part, named by the first of them; `undefined` when they are more than that. */
async function encodeTogether(
  bySheet: ReadonlyMap<string, readonly { index: number; operation: RecordOperation }[]>,
  schema: readonly Slice[],
  bytes: Bytes,
): Promise<Part | undefined> {
  let rows = 0;
  const firsts: string[] = [];
  for (const [sheet, list] of bySheet) {
    const ids = distinctIds(list.map(({ operation }) => operation.ids));
    rows += ids.length;
    if (rows > TOGETHER_ROWS) return undefined;
    if (ids[0] !== undefined) firsts.push(`${sheet}/${ids[0]}`);
  }
  const slices = [...schema, ...[...bySheet.values()].flat()];
  const text = encodePieces(toPieces(slices), bytes);
  if (text.byteLength > MAX_PART_TEXT || cellsOf(slices) > MAX_PART_CELLS) return undefined;
  const member = await bytes.gzip(text);
  if (member.byteLength > MAX_PART_BYTES) return undefined;
  const [first = ""] = firsts.sort();
  return { first, rows, bytes: member, sha256: await bytes.sha256(member) };
}

/** Inflates (bounded) and reads a part. DomainError "corrupt" or "malformed" by origin. */
export async function decodePart(part: Uint8Array, bytes: Bytes, origin: Origin): Promise<Slice[]> {
  let text: string;
  try {
    text = bytes.decode(await bytes.gunzip(part, MAX_PART_TEXT));
  } catch (cause) {
    throw new DomainError(damageOf(origin), "A part of the changes cannot be unpacked.", { cause });
  }
  return parsePart(text, origin);
}

/** The same for a part that `fetch` has inflated already. */
export function parsePart(text: string, origin: Origin): Slice[] {
  return parseBody(text, damageOf(origin), MAX_PART_ROWS, MAX_PART_CELLS);
}

/** Puts a changeset's operations together again from its parts, in their order. */
export function join(parts: readonly (readonly Slice[])[], origin: Origin): Operation[] {
  const damage = damageOf(origin);
  const slices: Operation[][] = [];
  for (const { index, operation } of parts.flat()) (slices[index] ??= []).push(operation);
  return Array.from(slices, (pieces) => {
    const first = pieces?.[0];
    if (first === undefined) return fail(damage, "an operation is missing");
    if (pieces?.length === 1) return first;
    return concat(pieces as Operation[], damage);
  });
}

/** Index of the one part that may hold a record, given every part's `first`; -1 when none does. */
export function partOf(firsts: readonly string[], sheet: string, id: string): number {
  const key = `${sheet}/${id}`;
  const next = firsts.findIndex((first) => first !== "" && isAfter(first, key));
  return next === -1 ? firsts.length - 1 : next - 1;
}

function isAfter(first: string, key: string): boolean {
  const [sheet = "", id = ""] = first.split("/");
  const [otherSheet = "", otherId = ""] = key.split("/");
  return sheet === otherSheet ? id > otherId : sheet > otherSheet;
}

/**
 * A small body as one JSON text in the form of a part, for the head. `unpack(pack(x))` is x, rows sorted. DomainError
 * "too-large" for what `unpack` would not read.
 */
export function pack(operations: readonly Operation[]): string {
  const slices = prepare(operations).map((operation, index) => ({ index, operation }));
  const isLong = slices.some(
    ({ operation }) => isRecords(operation) && operation.ids.length > MAX_BODY_ROWS,
  );
  if (isLong || cellsOf(slices) > MAX_BODY_CELLS) {
    throw new DomainError("too-large", "These are too many records for one change.");
  }
  return toPieces(slices).join("");
}

export function unpack(text: string, origin: Origin): Operation[] {
  return join([parseBody(text, damageOf(origin), MAX_BODY_ROWS, MAX_BODY_CELLS)], origin);
}

/** Operations as JSON from a client (`POST changesets`), checked for shape, rows sorted. DomainError "malformed". */
export function parseOperations(json: unknown): Operation[] {
  if (!Array.isArray(json)) return fail("malformed", "operations are not a list");
  return json.map((operation: unknown) =>
    sortRows(readOperation(asObject(operation, "malformed"), "malformed", plainReader)),
  );
}

function prepare(operations: readonly Operation[]): Operation[] {
  return operations
    .filter((operation) => !isRecords(operation) || operation.ids.length > 0)
    .map(sortRows);
}

function damageOf(origin: Origin): Damage {
  return origin === "log" ? "corrupt" : "malformed";
}

function distinctIds(lists: readonly (readonly string[])[]): readonly string[] {
  if (lists.length === 1) return lists[0] as readonly string[];
  const ids = new Set<string>();
  for (const list of lists) for (const id of list) ids.add(id);
  return [...ids].sort();
}

/** Where the ids of a range begin and end in an operation's ids. */
function positions(ids: readonly string[], range: Range): [number, number] {
  if (ids === range.ids) return [range.from, range.to];
  return [
    lowerBound(ids, range.ids[range.from] as string),
    range.to === range.ids.length ? ids.length : lowerBound(ids, range.ids[range.to] as string),
  ];
}

function lowerBound(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] as string) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function cut(operation: RecordOperation, from: number, to: number): RecordOperation {
  if (from === 0 && to === operation.ids.length) return operation;
  return pickRows(operation, (list) => list.slice(from, to));
}

/** Cells in slices as they are in memory, before-values and row ids counted in. */
export function cellsOf(slices: readonly Slice[]): number {
  let cells = 0;
  for (const { operation } of slices) {
    if (!isRecords(operation)) continue;
    let columns = 2;
    if (operation.op === "create" || operation.op === "set")
      columns += Object.keys(operation.fields).length;
    if (operation.op === "set") columns += Object.keys(operation.before ?? {}).length;
    cells += columns * operation.ids.length;
  }
  return cells;
}

/** One JSON text in pieces: a column each, so that one with other characters than ASCII does not make all of them wide. */
function toPieces(slices: readonly Slice[]): string[] {
  const pieces = [`{"format":${FORMAT},"operations":[`];
  slices.forEach(({ index, operation }, at) => {
    if (at > 0) pieces.push(",");
    if (!isRecords(operation)) {
      pieces.push(JSON.stringify({ n: index, ...operation }));
      return;
    }
    const { op, sheet } = operation;
    // Open at its end.
    pieces.push(JSON.stringify({ n: index, op, sheet, ids: toRuns(operation.ids) }).slice(0, -1));
    if (op === "create" || op === "set") addColumns(pieces, "fields", operation.fields);
    if (op === "set" && operation.before !== undefined)
      addColumns(pieces, "before", operation.before);
    if (op !== "create" && operation.prev !== undefined)
      pieces.push(`,"prev":${JSON.stringify(encodeColumn(operation.prev))}`);
    pieces.push("}");
  });
  pieces.push("]}");
  return pieces;
}

function addColumns(pieces: string[], name: "fields" | "before", columns: Columns): void {
  let before = `,"${name}":{`;
  for (const key in columns) {
    pieces.push(`${before}${JSON.stringify(key)}:`);
    pieces.push(JSON.stringify(encodeColumn(columns[key] as Column)));
    before = ",";
  }
  pieces.push(before === "," ? "}" : `${before}}`);
}

function encodePieces(pieces: readonly string[], bytes: Bytes): Uint8Array {
  const encoded = pieces.map((piece) => bytes.encode(piece));
  const whole = new Uint8Array(encoded.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of encoded) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** How ids and columns are written: packed (the log) or plain (JSON from clients). */
interface Reader {
  ids(json: unknown): string[];
  columns(json: unknown, length: number): Columns;
  column(json: unknown, length: number): Column;
}

function parseBody(text: string, damage: Damage, rowLimit: number, cellLimit: number): Slice[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail(damage, "it is not JSON");
  }
  const { format, operations } = asObject(json, damage);
  if (format !== FORMAT) return fail(damage, `format ${JSON.stringify(format)} is not known`);
  if (!Array.isArray(operations)) return fail(damage, "it has no operations");
  let cells = 0;
  const count = (more: number): void => {
    cells += more;
    if (cells > cellLimit) fail(damage, "it unfolds to too much");
  };
  const reader: Reader = {
    ids(runs) {
      const ids = fromRuns(runs, rowLimit, damage);
      count(ids.length);
      return ids;
    },
    columns(encoded, length) {
      if (typeof encoded === "object" && encoded !== null)
        count(Object.keys(encoded).length * length);
      return decodeColumns(encoded, length, damage);
    },
    column(encoded, length) {
      count(length);
      return decodeColumn(encoded, length, damage);
    },
  };
  return operations.map((item: unknown) => {
    const { n, ...operation } = asObject(item, damage);
    if (typeof n !== "number" || !Number.isInteger(n) || n < 0 || n > 1_000_000) {
      return fail(damage, "an operation has no place");
    }
    return { index: n, operation: readOperation(operation, damage, reader) };
  });
}

const plainReader: Reader = {
  ids(json) {
    if (!Array.isArray(json) || !json.every(isRecordId)) {
      return fail("malformed", "ids are not a list of record ids");
    }
    return json as string[];
  },
  columns(json, length) {
    const columns: { [field: string]: Column } = {};
    for (const [key, column] of Object.entries(asObject(json, "malformed"))) {
      if (!isKey(key)) fail("malformed", `"${key}" cannot be the key of a column`);
      columns[key] = plainReader.column(column, length);
    }
    return columns;
  },
  column(json, length) {
    if (!Array.isArray(json) || json.length !== length) {
      return fail("malformed", "a column is not a list with one value per id");
    }
    checkCells(json, "malformed");
    return json;
  },
};

function readOperation(
  json: { readonly [name: string]: unknown },
  damage: Damage,
  reader: Reader,
): Operation {
  const { op } = json;
  if (op === "sheet") {
    const { key, after, before } = json;
    if (!isKey(key)) return fail(damage, "a sheet has a key that cannot be");
    return {
      op,
      key,
      after: readProperties(after, damage),
      ...(before === undefined
        ? {}
        : { before: before === null ? null : readProperties(before, damage) }),
    };
  }
  const { sheet } = json;
  if (!isKey(sheet)) return fail(damage, "a sheet has a key that cannot be");
  if (op === "field") {
    const { after, before, position, beforePosition } = json;
    return {
      op,
      sheet,
      after: readField(after, damage),
      ...(position === undefined ? {} : { position: asPosition(position, damage) }),
      ...(before === undefined
        ? {}
        : { before: before === null ? null : readField(before, damage) }),
      ...(beforePosition === undefined
        ? {}
        : { beforePosition: asPosition(beforePosition, damage) }),
    };
  }
  if (op !== "create" && op !== "set" && op !== "delete" && op !== "restore") {
    return fail(damage, `${JSON.stringify(op)} is not an operation`);
  }
  const ids = reader.ids(json["ids"]);
  if (op === "create") {
    return { op, sheet, ids, fields: reader.columns(json["fields"], ids.length) };
  }
  const prev =
    json["prev"] === undefined
      ? {}
      : { prev: asSeqs(reader.column(json["prev"], ids.length), damage) };
  if (op !== "set") return { op, sheet, ids, ...prev };
  return {
    op,
    sheet,
    ids,
    fields: reader.columns(json["fields"], ids.length),
    ...(json["before"] === undefined ? {} : { before: reader.columns(json["before"], ids.length) }),
    ...prev,
  };
}

function asObject(json: unknown, damage: Damage): { readonly [name: string]: unknown } {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return fail(damage, "an object was expected");
  }
  return json as { readonly [name: string]: unknown };
}

function asPosition(json: unknown, damage: Damage): number {
  if (typeof json === "number" && Number.isInteger(json) && json >= 0) return json;
  return fail(damage, "a position is not a number");
}

function asSeqs(column: Column, damage: Damage): readonly number[] {
  for (const seq of column) {
    if (typeof seq !== "number" || !Number.isInteger(seq) || seq < 0)
      fail(damage, "a chain is broken");
  }
  return column as readonly number[];
}

/** One operation from its slices, which follow one another by id and are alike in everything else. */
function concat(pieces: readonly Operation[], damage: Damage): Operation {
  const slices: RecordOperation[] = [];
  for (const piece of pieces) {
    const last = slices.at(-1);
    if (!isRecords(piece)) return fail(damage, "a sheet or column operation stands twice");
    if (last !== undefined) {
      if (piece.op !== last.op || piece.sheet !== last.sheet)
        fail(damage, "pieces of two operations are mixed");
      if ((piece.ids[0] ?? "") <= (last.ids.at(-1) ?? "")) fail(damage, "parts overlap");
    }
    slices.push(piece);
  }
  const first = slices[0] as RecordOperation;
  const ids = concatLists(slices.map((slice) => slice.ids));
  const columns = (pick: (slice: RecordOperation) => Columns | undefined): Columns | undefined => {
    const sample = pick(first);
    if (sample === undefined) {
      if (slices.some((slice) => pick(slice) !== undefined))
        fail(damage, "pieces of an operation differ");
      return undefined;
    }
    const keys = Object.keys(sample);
    const joined: { [field: string]: Column } = {};
    for (const key of keys) {
      joined[key] = concatColumns(
        slices.map((slice) => {
          const found = pick(slice);
          const column = found !== undefined && Object.hasOwn(found, key) ? found[key] : undefined;
          if (column === undefined || Object.keys(found ?? {}).length !== keys.length) {
            return fail(damage, "pieces of an operation differ");
          }
          return column;
        }),
      );
    }
    return joined;
  };
  const prev = (): { prev?: readonly number[] } => {
    const chains = slices.map((slice) => (slice.op === "create" ? undefined : slice.prev));
    if (chains.every((chain) => chain === undefined)) return {};
    if (chains.some((chain) => chain === undefined))
      return fail(damage, "pieces of an operation differ");
    return { prev: concatLists(chains as number[][]) };
  };
  const { op, sheet } = first;
  if (op === "delete" || op === "restore") return { op, sheet, ids, ...prev() };
  const fields =
    columns((slice) => (slice.op === "create" || slice.op === "set" ? slice.fields : undefined)) ??
    {};
  if (op === "create") return { op, sheet, ids, fields };
  const before = columns((slice) => (slice.op === "set" ? slice.before : undefined));
  return { op, sheet, ids, fields, ...(before === undefined ? {} : { before }), ...prev() };
}
