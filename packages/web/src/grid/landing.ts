import { tiled, type Block } from "./clipboard.ts";
import type { Bounds } from "./selection.ts";

/** More than this at once is not pasted: the import is for that. */
export const PASTE_LIMIT = 500_000;

/** How large a block would land on an area, and how many of its columns have no column to go to. */
export function landing(
  block: Block,
  area: Bounds,
  fields: number,
  rowAt: (place: number) => number,
): { readonly rows: number; readonly columns: number; readonly beyond: number } {
  let records = 0;
  for (let place = area.top; place <= area.bottom; place++) if (rowAt(place) >= 0) records++;
  const { rows, columns } = tiled(block, {
    rows: Math.max(1, records),
    columns: area.right - area.left + 1,
  });
  return { rows, columns, beyond: Math.max(0, area.left + columns - fields) };
}
