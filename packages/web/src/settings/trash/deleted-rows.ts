import * as Trash from "@gridfolk/core/ledger/trash";
import type { Table, Workbook } from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import * as Search from "@gridfolk/core/sheet/search";

/** A record in the trash that can be brought back. */
export interface DeletedRow {
  readonly table: Table;
  readonly row: number;
  readonly id: string;
  readonly at: number;
  /** User id of who deleted it. */
  readonly by: string;
}

/** What of the trash is looked at; "" and 0 leave nothing out. */
export interface Asked {
  /** Key of a sheet. */
  readonly sheet: string;
  readonly by: string;
  /** Deleted within so many days. */
  readonly days: number;
  readonly words: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What is in the trash of people's sheets, deleted last first. Sheets that are in the trash themselves are looked into too. */
export function deletedRows(
  workbook: Workbook,
  asked: Asked,
  reader: { readonly now: number; readonly me: string },
): DeletedRow[] {
  const since = asked.days === 0 ? 0 : reader.now - asked.days * DAY_MS;
  const context = contextOf(workbook, reader);
  const found: { deleted: DeletedRow; stamp: number }[] = [];
  for (const table of workbook.sheets.values()) {
    if (table.sheet.system === true || (asked.sheet !== "" && asked.sheet !== table.key)) continue;
    const kept = Trash.rows(table, reader.now).filter((row) => {
      const stamp = table.stamps.get(table.updated[row] ?? 0);
      if (stamp === undefined || stamp.at < since) return false;
      return asked.by === "" || stamp.actor === asked.by;
    });
    const search = Search.compile(asked.words, table, context);
    for (const row of search === undefined ? kept : search(kept)) {
      const stamp = table.updated[row] ?? 0;
      const { at = 0, actor: by = "" } = table.stamps.get(stamp) ?? {};
      found.push({ deleted: { table, row, id: table.ids[row] ?? "", at, by }, stamp });
    }
  }
  return found.sort((a, b) => b.stamp - a.stamp).map(({ deleted }) => deleted);
}
