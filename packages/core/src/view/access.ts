import type { Operation } from "../ledger/operation.ts";
import { record, value, type Workbook } from "../ledger/workbook.ts";
import { SHEET } from "./views.ts";

/**
 * Whose views an operation changes: nothing but the actor's own private ones ("own"), which people of every role keep; also
 * somebody else's private one ("foreign"), which nobody may; or what the role decides ("shared"), as for every operation that
 * concerns no views.
 */
export function ownership(
  workbook: Workbook,
  actor: string,
  operation: Operation,
): "own" | "foreign" | "shared" {
  if (operation.op === "sheet" || operation.op === "field" || operation.sheet !== SHEET) {
    return "shared";
  }
  const owners = operation.ids.flatMap((id, index) => {
    const before = operation.op === "create" ? undefined : ownerOf(workbook, id);
    if (operation.op !== "create" && operation.op !== "set") return [before];
    const column = operation.fields["owner"];
    return operation.op === "create"
      ? [column?.[index]]
      : column === undefined
        ? [before]
        : [before, column[index]];
  });
  const isNobody = (owner: unknown) => owner === undefined || owner === null || owner === "";
  if (owners.some((owner) => !isNobody(owner) && owner !== actor)) return "foreign";
  return owners.every((owner) => owner === actor) ? "own" : "shared";
}

function ownerOf(workbook: Workbook, id: string): unknown {
  const table = workbook.sheets.get(SHEET);
  const row = table && record(table, id)?.row;
  return table === undefined || row === undefined ? undefined : value(table, row, "owner");
}
