import { typedXlsx } from "@gridfolk/core/export/typed-xlsx";
import { download } from "./download.ts";
import { exported, type Exported } from "./exported.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/** Written between two chances to draw and to take keys. */
const SLICE_MS = 12;

/**
 * Gives the person an Excel workbook of rows that are at hand, with typed cells, without holding the page up. The rows must stay as
 * they are meanwhile: those of the past do.
 */
export async function saveXlsx(
  workspace: Exported,
  sheet: string,
  what: Parameters<typeof exported>[2],
  name: string,
): Promise<void> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let until = performance.now() + SLICE_MS;
  for (const piece of typedXlsx(exported(workspace, sheet, what))) {
    parts.push(piece as Uint8Array<ArrayBuffer>);
    if (performance.now() < until) continue;
    await new Promise((resolve) => setTimeout(resolve));
    until = performance.now() + SLICE_MS;
  }
  download(parts, XLSX, `${name}.xlsx`);
}
