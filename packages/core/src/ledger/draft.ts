import { must } from "../assert.ts";
import { DomainError, type ErrorDetail } from "../error.ts";
import type { Cell } from "../field/cell.ts";
import * as Absent from "./absent.ts";
import type { Answer, Draft, Refusal } from "./changeset.ts";
import { linked } from "./derived.ts";
import { checkRecords } from "./draft-records.ts";
import { checkSchema, SchemaRefusal } from "./draft-schema.ts";
import { createScope, type Entry, type Scope, type SheetScope } from "./draft-scope.ts";
import { isRecordId } from "./ids.ts";
import type { Operation } from "./operation.ts";
import { isRecords, pickRows, sortRows } from "./rows.ts";
import type { Rules } from "./rules.ts";
import * as Touches from "./touches.ts";
import * as Workbook from "./workbook.ts";

/** A draft that may land on the workbook it was checked against, at its next seq. */
export interface Checked {
  /**
   * Complete: `before` and `prev` filled from the workbook, refused rows and rows that change nothing left out, operations
   * without rows left out.
   */
  readonly operations: readonly Operation[];
  /** For each of `operations`, its index in the draft. */
  readonly sources: readonly number[];
  readonly answer: Omit<Answer, "seq" | "changeset">;
  /** Distinct existing records that change in any way. */
  readonly records: number;
  readonly touches: Touches.Touches;
}

export interface CheckOptions {
  /**
   * What becomes of a row that breaks a rule: "throw" fails the whole draft (DomainError "invalid-values" with a path for
   * each), "refuse" leaves the record out, in every operation of the draft, and lists it in the answer (imports, undo).
   * Default "throw".
   */
  readonly onInvalid?: "throw" | "refuse";
  /** When given, in milliseconds, records that were deleted too long ago are no longer brought back, see trash.ts. */
  readonly now?: number;
}

/** As many errors are listed in a DomainError. */
const ERRORS = 100;

/**
 * Validates a draft against the exact workbook it is to land on; access is checked elsewhere. Whatever `before` and `prev` the
 * draft carries is ignored and filled again; only the `before` of a field operation says what the client started from, and
 * the operation then changes just the properties in which `before` and `after` differ. Rules hold for the state after the whole draft: two records may swap a unique
 * value. Never changes the workbook.
 *
 * DomainErrors: "not-found" (no such sheet), "unknown-field", "stale" (sheet or field is in the trash, or existing values no
 * longer fit a changed field), "invalid-values", "malformed" (an id twice, columns of different lengths).
 */
export function check(
  workbook: Workbook.Workbook,
  draft: Pick<Draft, "operations" | "guard">,
  rules: Rules,
  options: CheckOptions = {},
): Checked {
  const asked = draft.operations.map(sortRows);
  for (const operation of asked) checkForm(operation);
  wantAll(workbook, asked, rules);
  const refuses = options.onInvalid === "refuse";
  // A sheet or field operation that is refused changes what all others are checked against: begin again without it.
  const without = new Map<number, Refusal>();
  for (;;) {
    try {
      return checkOnce(workbook, asked, draft.guard ?? [], rules, refuses, without, options.now);
    } catch (error) {
      if (!(error instanceof SchemaRefusal)) throw error;
      if (!refuses || without.has(error.index) || error.index < 0) throw error.toDomainError();
      without.set(error.index, error.refusal);
    }
  }
}

/** What the check is sure to look at: on a workbook that is not whole, all of it comes at once. */
function wantAll(workbook: Workbook.Workbook, asked: readonly Operation[], rules: Rules): void {
  const wants = Absent.wants();
  for (const operation of asked) {
    if (!isRecords(operation)) continue;
    const table = workbook.sheets.get(operation.sheet);
    if (table === undefined) continue;
    Absent.want(wants, table, operation.ids);
    if (operation.op !== "create" && operation.op !== "set") continue;
    for (const key in operation.fields) {
      const field = Workbook.findField(table, key);
      const target = workbook.sheets.get(field?.link?.sheet ?? "");
      if (field?.type === "link" && target?.absent !== undefined) {
        const cells = operation.fields[key] as readonly (Cell | null)[];
        Absent.want(
          wants,
          target,
          cells.flatMap((cell) => (cell === null ? [] : (linked(cell) ?? []))),
        );
      }
      if (field?.unique === true && table.absent !== undefined) {
        const keys = (operation.fields[key] ?? []).flatMap((cell) =>
          cell === null ? [] : (rules.key(cell, field) ?? []),
        );
        Workbook.wantKeys(wants, table, field, rules, keys);
      }
    }
  }
  Absent.settle(wants);
}

function checkOnce(
  workbook: Workbook.Workbook,
  asked: readonly Operation[],
  guard: NonNullable<Draft["guard"]>,
  rules: Rules,
  refuses: boolean,
  without: ReadonlyMap<number, Refusal>,
  now: number | undefined,
): Checked {
  const scope = createScope(workbook, rules, without, now);
  const schema = checkSchema(scope, asked);
  checkRecords(scope, asked, guard, refuses);
  const refused = [...without.values(), ...scope.refused.map(({ refusal }) => refusal)];
  if (!refuses && scope.refused.length > 0) throw invalid(scope, asked);

  const operations: Operation[] = [];
  const sources: number[] = [];
  const tally = createTally();
  asked.forEach((operation, index) => {
    const landing = isRecords(operation)
      ? complete(must(scope.entries.get(index)), tally)
      : schema.get(index);
    if (landing === undefined) return;
    operations.push(landing);
    sources.push(index);
  });
  return {
    operations,
    sources,
    answer: { ...tally.answer(), refused },
    records: tally.records(),
    touches: Touches.ofDraft(workbook, asked, operations, rules, {
      records: scope.looked,
      decidedBy: scope.decidedBy,
    }),
  };
}

/** What a reader of the log would refuse must never get there, also when the draft was made in this process. */
function checkForm(operation: Operation): void {
  if (operation.op === "create") {
    const wrong = operation.ids.find((id) => !isRecordId(id));
    if (wrong !== undefined) throw new DomainError("malformed", `“${wrong}” is not a record id.`);
  }
  if (operation.op !== "create" && operation.op !== "set") return;
  for (const key in operation.fields) {
    if (operation.fields[key]?.length === operation.ids.length) continue;
    throw new DomainError(
      "malformed",
      `The changes cannot be read: column "${key}" does not have one value per record.`,
    );
  }
}

/** The operation as it lands: only rows that are allowed and change something. */
function complete({ operation, sheet, rows, keep }: Entry, tally: Tally): Operation | undefined {
  const { refusedIds } = sheet;
  let landing = operation;
  let places = rows;
  let kept = 0;
  for (let at = 0; at < keep.length; at += 1) {
    if (keep[at] === 1 && refusedIds.size > 0 && refusedIds.has(operation.ids[at] as string))
      keep[at] = 0;
    kept += keep[at] as number;
  }
  if (kept === 0) return undefined;
  if (kept < keep.length) {
    const pick = <T>(list: readonly T[]): readonly T[] => list.filter((_, at) => keep[at] === 1);
    landing = pickRows(operation, pick);
    places = pick(rows);
  }
  tally.count(landing.op, sheet.key, landing.ids, sheet);
  if (landing.op === "create") return landing;
  const prev = places.map((row) => sheet.prevOf(row));
  if (landing.op !== "set") return { op: landing.op, sheet: landing.sheet, ids: landing.ids, prev };
  return { ...landing, prev };
}

interface Tally {
  count(op: Entry["operation"]["op"], key: string, ids: readonly string[], sheet: SheetScope): void;
  answer(): Pick<Answer, "created" | "changed" | "deleted" | "restored">;
  records(): number;
}

/** Counts records, each once, however many operations it is in. */
function createTally(): Tally {
  const counts = { created: 0, changed: 0, deleted: 0, restored: 0 };
  const changed = new Map<string, (readonly string[])[]>();
  const existing = new Map<string, (readonly string[])[]>();
  const note = (
    lists: Map<string, (readonly string[])[]>,
    key: string,
    ids: readonly string[],
  ): void => {
    const found = lists.get(key);
    if (found === undefined) lists.set(key, [ids]);
    else found.push(ids);
  };
  const distinct = (lists: Map<string, (readonly string[])[]>): number => {
    let total = 0;
    for (const all of lists.values()) {
      total += all.length === 1 ? (all[0]?.length ?? 0) : new Set(all.flat()).size;
    }
    return total;
  };
  return {
    count(op, key, ids, sheet) {
      if (op === "create") {
        counts.created += ids.length;
        return;
      }
      const old = sheet.creates ? ids.filter((id) => sheet.existed(id)) : ids;
      note(existing, key, old);
      if (op === "set") note(changed, key, old);
      else if (op === "delete") counts.deleted += ids.length;
      else counts.restored += ids.length;
    },
    answer: () => ({ ...counts, changed: distinct(changed) }),
    records: () => distinct(existing),
  };
}

function invalid(scope: Scope, asked: readonly Operation[]): DomainError {
  const errors: ErrorDetail[] = [];
  for (const { refusal, index } of scope.refused) {
    if (errors.length === ERRORS) break;
    const operation = asked[index];
    const row =
      operation !== undefined && isRecords(operation) ? operation.ids.indexOf(refusal.id) : -1;
    const cell = refusal.field === undefined ? "" : `/fields/${refusal.field}`;
    errors.push({
      path: `/operations/${index}${cell}${row === -1 ? "" : `/${row}`}`,
      message: refusal.reason,
    });
  }
  const more = scope.refused.length - 1;
  const first = errors[0]?.message ?? "A value is not allowed.";
  return new DomainError("invalid-values", more === 0 ? first : `${first} (and ${more} more)`, {
    errors,
  });
}
