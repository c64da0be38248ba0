import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import { dayOf } from "@gridfolk/core/field/types/date-time";
import { firstDay, type Group } from "@gridfolk/core/view/group";
import { weekBegins } from "@gridfolk/core/sheet/period";
import type { GroupLine } from "../row-model.ts";
import { isWritable, type SheetContext } from "../sheet-context.ts";

/** What a new record has to hold to stand in a group, and in those around it: blank and computed columns have nothing. */
export function groupValues(
  line: GroupLine,
  lines: readonly GroupLine[],
  sheet: SheetContext,
): ReadonlyMap<string, Cell> {
  const around = lines.filter(
    ({ group, from, to }) => group.level <= line.group.level && from <= line.from && to >= line.to,
  );
  const cells = new Map<string, Cell>();
  for (const { group } of around) {
    const cell = valueOf(group, sheet);
    if (cell !== undefined && isWritable(group.field)) cells.set(group.field.key, cell);
  }
  return cells;
}

function valueOf({ cell, unit, field }: Group, sheet: SheetContext): Cell | undefined {
  if (cell === undefined || isInvalid(cell)) return undefined;
  if (unit === undefined) return cell;
  // Today where it lies in the stretch of time, otherwise the first day.
  const { timeZone, country } = sheet.look().locale;
  const today = dayOf(new Date().toISOString(), timeZone);
  const isNow = firstDay(today, unit, weekBegins(country)) === cell;
  const day = isNow ? today : String(cell);
  return field.type === "date" ? day : `${day}T12:00:00Z`;
}
