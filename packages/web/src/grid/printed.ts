import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { words } from "./cell-content.ts";
import { isNumber } from "./filter/words.ts";
import { PRINT_LIMIT, type Printed } from "./print.ts";
import type { SheetContext } from "./sheet-context.ts";
import type { ViewCells } from "./view/view-cells.ts";

export interface PrintedDeps {
  readonly sheet: SheetContext;
  readonly fields: readonly Field[];
  readonly cells: ViewCells;
  /** Name of the view, if one is open. */
  readonly view: string | undefined;
  /** What rows are chosen by, in words. */
  readonly about: readonly (string | undefined)[];
}

/** What is on screen, for paper. */
export function printed({ sheet, fields, cells, view, about }: PrintedDeps): Printed {
  const { order } = sheet;
  const [look, table] = [sheet.look(), sheet.table()];
  const { name } = sheet.sheet();
  return {
    title: view === undefined ? name : `${name}: ${view}`,
    about: about.filter(Boolean).join(", "),
    columns: fields.map(({ name: column, type }) => ({ name: column, end: isNumber(type) })),
    rows: Array.from(order.rows.subarray(0, PRINT_LIMIT), (row) =>
      fields.map((field) => words(field, Workbook.value(table, row, field.key), look)),
    ),
    groups: order.groups.map(({ group, from, to }) => ({
      at: from,
      level: group.level,
      name: `${cells.groupWords(group)} (${to - from})`,
    })),
    of: order.count,
  };
}
