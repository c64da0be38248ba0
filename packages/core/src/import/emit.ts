import type { Cell } from "../field/cell.ts";
import type {
  Column,
  Columns,
  CreateOperation,
  Operation,
  SetOperation,
} from "../ledger/operation.ts";
import { recordIds } from "../ledger/ids.ts";
import type { Platform } from "../platform.ts";
import { alongside } from "./history.ts";
import type { Counts, Plan, RefusedRow } from "./plan.ts";
import { plansOf } from "./plans.ts";

/** Records of one changeset at most; a larger import is a row of changesets under one import id. */
export const MAX_RECORDS = 100_000;
/** Records handed over at a time. */
const BATCH = 4000;
/** More different sets of changed columns than this in one batch are written column by column. */
const MAX_PATTERNS = 24;

/** What the log keeps about an import besides its changesets. */
export interface ImportRecord {
  readonly import: string;
  readonly file: string;
  readonly counts: Counts;
  readonly refused: readonly RefusedRow[];
  /** What has to be there for it to say more than every workspace has room for (history.ts); absent: it does not. */
  readonly fields?: readonly Operation[];
  /** The file is kept. */
  readonly kept?: boolean;
}

/** One changeset of an import. */
export interface PlannedChangeset {
  /** Records of the sheet in it. */
  readonly records: number;
  /**
   * Its operations, some thousand records at a time: sheets in ascending order, record ids ascending throughout, fields first. Each
   * batch can be encoded and sent while the next is made.
   */
  batches(): Generator<Operation[]>;
}

/** Consecutive records of a plan that are written in one changeset. */
interface Piece {
  readonly plan: Plan;
  /** All its records that are written. */
  readonly order: Int32Array;
  readonly from: number;
  readonly to: number;
}

/** What each changeset writes. Who is linked to is written before who links. */
function pieces(plan: Plan): Piece[][] {
  const found: Piece[][] = [[]];
  let room = MAX_RECORDS;
  for (const one of plansOf(plan)) {
    const order = writtenRecords(one);
    let from = 0;
    do {
      if (room === 0) {
        found.push([]);
        room = MAX_RECORDS;
      }
      const to = Math.min(order.length, from + room);
      found.at(-1)!.push({ plan: one, order, from, to });
      room -= to - from;
      from = to;
    } while (from < order.length);
  }
  return found;
}

/** The changesets of a plan, in order; the last one carries the import's own record. Empty when there is nothing to write. */
export function changesets(
  plan: Plan,
  record: ImportRecord,
  platform: Pick<Platform, "clock" | "random">,
): PlannedChangeset[] {
  const all = pieces(plan);
  return all.map((own, index) => ({
    records: own.reduce((sum, { from, to }) => sum + to - from, 0),
    *batches() {
      const lead: Operation[] =
        index === 0 ? [...(record.fields ?? []), ...plansOf(plan).flatMap(fieldOperations)] : [];
      const system = index === all.length - 1 ? [importOperation(plan, record, platform)] : [];
      const bySheet = new Map<string, Generator<Operation[]>[]>();
      const add = (sheet: string, batches: Generator<Operation[]>): void => {
        bySheet.set(sheet, [...(bySheet.get(sheet) ?? []), batches]);
      };
      for (const { linked } of index === 0 ? plansOf(plan) : [])
        for (const one of linked) add(one.sheet, linkedBatches(one));
      for (const piece of own) add(piece.plan.sheet.key, recordBatches(piece));
      // "_imports" sorts before every sheet of people's.
      if (lead.length + system.length > 0) yield [...lead, ...system];
      for (const sheet of [...bySheet.keys()].sort()) {
        const [first, ...more] = bySheet.get(sheet)!;
        // Ids of several sources do not ascend from one to the next: all of them in one batch.
        if (more.length === 0) yield* first!;
        else yield [first!, ...more].flatMap((batches) => [...batches].flat());
      }
    },
  }));
}

/** All at once, for small imports. */
export function operations(
  plan: Plan,
  record: ImportRecord,
  platform: Pick<Platform, "clock" | "random">,
): Operation[] {
  return changesets(plan, record, platform).flatMap((changeset) => [...changeset.batches()].flat());
}

/** Records that are created or change, in the order of their ids. */
function writtenRecords(plan: Plan): Int32Array {
  const written: number[] = [];
  for (let record = 0; record < plan.ids.length; record++) {
    if (plan.matches.existing[record] === undefined || plan.changes.any(record))
      written.push(record);
  }
  const { ids } = plan;
  const ascending = written.every(
    (record, at) => at === 0 || ids[written[at - 1]!]! < ids[record]!,
  );
  if (!ascending) written.sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1));
  return Int32Array.from(written);
}

function fieldOperations(plan: Plan): Operation[] {
  const before = new Map(plan.sheet.fields.map((field) => [field.key, field]));
  return [...plan.newFields, ...plan.changedFields].map((after) => {
    const known = before.get(after.key);
    // With what it was, only what differs is changed: two imports may add choices at once.
    return {
      op: "field",
      sheet: plan.sheet.key,
      after,
      ...(known === undefined ? {} : { before: known }),
    };
  });
}

/** Refusals are kept as JSON in one cell: as many as fit. */
const REFUSED_CHARS = 90_000;

function importOperation(
  plan: Plan,
  { import: id, file, counts, refused, fields, kept: isKept = false }: ImportRecord,
  platform: Pick<Platform, "clock" | "random">,
): CreateOperation {
  const kept: string[] = [];
  let length = 0;
  for (const refusal of [...refused, ...(plan.along?.refused ?? [])]) {
    const text = JSON.stringify(refusal);
    length += text.length + 1;
    if (length > REFUSED_CHARS) break;
    kept.push(text);
  }
  const others = fields === undefined ? [] : alongside(plan);
  const values: { readonly [field: string]: Cell | null } = {
    import: id,
    file: file === "" ? null : file.slice(0, 500),
    sheet: plan.sheet.key,
    rows: counts.rows,
    created: counts.created,
    updated: counts.updated,
    unchanged: counts.unchanged,
    refused: kept.length === 0 ? null : `[${kept.join(",")}]`,
    ...(isKept ? { kept: true } : {}),
    ...(others.length === 0 ? {} : { along: JSON.stringify(others) }),
  };
  return {
    op: "create",
    sheet: "_imports",
    ids: recordIds(platform, 1),
    fields: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [value]])),
  };
}

function* linkedBatches(linked: Plan["linked"][number]): Generator<Operation[]> {
  for (let from = 0; from < linked.ids.length; from += BATCH) {
    const to = from + BATCH;
    const fields = Object.fromEntries(
      Object.entries(linked.fields).map(([key, column]) => [key, column.slice(from, to)]),
    );
    yield [{ op: "create", sheet: linked.sheet, ids: linked.ids.slice(from, to), fields }];
  }
}

/** The records that a changeset deletes: those whose ids stand among its own, for ids ascend from piece to piece. */
function deletedIn({ plan, order, from, to }: Piece): readonly string[] {
  const idAt = (at: number) => plan.ids[order[at]!]!;
  const after = from === 0 ? "" : idAt(from - 1);
  const upTo = to === order.length ? undefined : idAt(to - 1);
  return (plan.deleted ?? []).filter((id) => id > after && (upTo === undefined || id <= upTo));
}

function* recordBatches(piece: Piece): Generator<Operation[]> {
  const { plan } = piece;
  const order = piece.order.subarray(piece.from, piece.to);
  const deleted = deletedIn(piece);
  let gone = 0;
  const deletion = (upTo: string | undefined): Operation[] => {
    const from = gone;
    while (gone < deleted.length && (upTo === undefined || deleted[gone]! <= upTo)) gone++;
    const ids = deleted.slice(from, gone);
    return ids.length === 0 ? [] : [{ op: "delete", sheet: plan.sheet.key, ids }];
  };
  if (order.length === 0 && deleted.length > 0) yield deletion(undefined);
  for (let from = 0; from < order.length; from += BATCH) {
    const records = order.subarray(from, from + BATCH);
    const created = records.filter((record) => plan.matches.existing[record] === undefined);
    const changed = records.filter((record) => plan.matches.existing[record] !== undefined);
    const batch: Operation[] = [];
    if (created.length > 0) batch.push(createOperation(plan, created));
    if (changed.length > 0) batch.push(...setOperations(plan, changed));
    const isLast = from + BATCH >= order.length;
    batch.push(...deletion(isLast ? undefined : plan.ids[records.at(-1)!]));
    yield batch;
  }
}

function createOperation(plan: Plan, records: Int32Array): CreateOperation {
  const fields: { [field: string]: Column } = {};
  plan.columns.forEach(({ field }, column) => {
    const values = valuesOf(plan, records, column);
    if (values !== undefined) fields[field.key] = values;
  });
  return { op: "create", sheet: plan.sheet.key, ids: idsOf(plan, records), fields };
}

function valuesOf(plan: Plan, records: Int32Array, column: number): Column | undefined {
  let filled = false;
  const values = plan.values(records, column) as (Cell | null)[];
  for (let at = 0; at < values.length; at++) {
    if ((values[at] ??= null) !== null) filled = true;
  }
  return filled ? values : undefined;
}

function idsOf(plan: Plan, records: Int32Array): string[] {
  const ids: string[] = [];
  for (let at = 0; at < records.length; at++) ids.push(plan.ids[records[at]!]!);
  return ids;
}

/** Only cells that change are written: a colleague's edit of another cell in the meantime must survive. */
function setOperations(plan: Plan, records: Int32Array): SetOperation[] {
  const patterns = new Map<string, number[]>();
  for (const record of records) {
    let pattern = "";
    for (let column = 0; column < plan.columns.length; column++) {
      if (plan.changes.has(record, column)) pattern += `${column} `;
    }
    const list = patterns.get(pattern);
    if (list === undefined) patterns.set(pattern, [record]);
    else list.push(record);
  }
  if (patterns.size <= MAX_PATTERNS) {
    return [...patterns].map(([pattern, list]) =>
      setOperation(plan, Int32Array.from(list), pattern.trim().split(" ").map(Number)),
    );
  }
  return plan.columns.flatMap((_, column) => {
    const changing = records.filter((record) => plan.changes.has(record, column));
    return changing.length === 0 ? [] : [setOperation(plan, changing, [column])];
  });
}

function setOperation(plan: Plan, records: Int32Array, columns: readonly number[]): SetOperation {
  const fields: Columns = Object.fromEntries(
    columns.map((column) => [
      plan.columns[column]!.field.key,
      plan.values(records, column).map((cell) => cell ?? null),
    ]),
  );
  return { op: "set", sheet: plan.sheet.key, ids: idsOf(plan, records), fields };
}
