import { DomainError } from "@gridfolk/core/error";
import { alongsideIn } from "@gridfolk/core/import/history";
import type { RefusedRow } from "@gridfolk/core/import/plan";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { sheetOf } from "../http/sheet.ts";

/** The records that imports left of themselves, newest first; those of undone ones are in the trash. */
export function allImports(workbook: Workbook.Workbook) {
  const table = sheetOf(workbook, "_imports");
  return Workbook.allRows(table)
    .map((row) => importAt(workbook, table, row))
    .toReversed();
}

/** One of them. DomainError "not-found". */
export function importOf(workbook: Workbook.Workbook, id: string) {
  const table = sheetOf(workbook, "_imports");
  const row = Workbook.allRows(table).find((row) => Workbook.value(table, row, "import") === id);
  if (row === undefined) throw noImport();
  return importAt(workbook, table, row);
}

export function noImport(): DomainError {
  return new DomainError("not-found", "There is no such import.");
}

function importAt(workbook: Workbook.Workbook, table: Workbook.Table, row: number) {
  const text = (key: string): string | undefined => {
    const cell = Workbook.value(table, row, key);
    return typeof cell === "string" ? cell : undefined;
  };
  const number = (key: string): number => {
    const cell = Workbook.value(table, row, key);
    return typeof cell === "number" ? cell : 0;
  };
  const along = alongsideIn(text("along"));
  const stamp = workbook.stamps.get(table.created[row] ?? 0);
  return {
    import: text("import") ?? "",
    file: text("file") ?? null,
    sheet: text("sheet") ?? "",
    at: new Date(stamp?.at ?? 0).toISOString(),
    actor: stamp?.actor ?? "",
    undone: !Workbook.isLive(table, row),
    rows: number("rows"),
    created: number("created"),
    updated: number("updated"),
    unchanged: number("unchanged"),
    refused: refusedIn(text("refused")),
    ...(along.length === 0 ? {} : { along: [...along] }),
  };
}

function refusedIn(text: string | undefined): RefusedRow[] {
  if (text === undefined) return [];
  try {
    return JSON.parse(text) as RefusedRow[];
  } catch {
    return [];
  }
}
