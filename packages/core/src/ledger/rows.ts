import { DomainError } from "../error.ts";
import type {
  Columns,
  CreateOperation,
  DeleteOperation,
  Operation,
  RestoreOperation,
  SetOperation,
} from "./operation.ts";

/** Operations on records: all have one list of ids. */
export type RecordOperation = CreateOperation | SetOperation | DeleteOperation | RestoreOperation;

export function isRecords(operation: Operation): operation is RecordOperation {
  return operation.op !== "sheet" && operation.op !== "field";
}

/** The same operation on some of its rows, in whatever order: `pick` is applied to ids and to every column alike. */
export function pickRows<O extends RecordOperation>(
  operation: O,
  pick: <T>(list: readonly T[]) => readonly T[],
): O {
  const columns = (all: Columns): Columns =>
    Object.fromEntries(Object.entries(all).map(([key, column]) => [key, pick(column)]));
  const picked = { ...operation, ids: pick(operation.ids) };
  if (picked.op === "create") return { ...picked, fields: columns(picked.fields) };
  if (picked.op === "set") {
    return {
      ...picked,
      fields: columns(picked.fields),
      ...(picked.before === undefined ? {} : { before: columns(picked.before) }),
      ...(picked.prev === undefined ? {} : { prev: pick(picked.prev) }),
    };
  }
  return { ...picked, ...(picked.prev === undefined ? {} : { prev: pick(picked.prev) }) };
}

/** The operation with its rows in ascending order of id. DomainError "malformed" when an id stands twice. */
export function sortRows(operation: Operation): Operation {
  if (!isRecords(operation) || isAscending(operation.ids)) return operation;
  const { ids } = operation;
  const order = ids.map((_, index) => index);
  order.sort((a, b) => ((ids[a] as string) < (ids[b] as string) ? -1 : 1));
  const sorted = pickRows(operation, (list) => order.map((index) => list[index] as never));
  if (!isAscending(sorted.ids)) {
    throw new DomainError("malformed", "The changes name a record twice in one operation.");
  }
  return sorted;
}

function isAscending(ids: readonly string[]): boolean {
  for (let index = 1; index < ids.length; index += 1) {
    if ((ids[index - 1] as string) >= (ids[index] as string)) return false;
  }
  return true;
}
