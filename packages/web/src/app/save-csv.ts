import { csvPieces } from "@gridfolk/core/export/csv";
import { download } from "./download.ts";
import { exported, type Exported } from "./exported.ts";

/** Gives the person a CSV file of rows that are at hand, as exports are written: formula-safe, in the workspace's language. */
export function saveCsv(
  workspace: Exported,
  sheet: string,
  what: Parameters<typeof exported>[2],
  name: string,
): void {
  download([...csvPieces(exported(workspace, sheet, what))], "text/csv", `${name}.csv`);
}
