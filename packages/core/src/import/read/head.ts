import { detectKind } from "./kind.ts";

/** Smaller files are read as a whole at once. */
export const LARGE_BYTES = 24 * 1024 * 1024;
/** Enough to tell what the columns are. */
export const HEAD_BYTES = 1024 * 1024;

/**
 * The first lines of a large text file, to be looked at before all of it was read; undefined where that cannot be, as of a workbook. The
 * last line may end within a quoted text.
 */
export function headOf(beginning: Uint8Array): Uint8Array | undefined {
  if (detectKind(beginning) !== "csv") return undefined;
  let end = beginning.lastIndexOf(0x0a) + 1;
  if (end === 0) end = beginning.lastIndexOf(0x0d) + 1;
  if (end === 0) return undefined;
  // Of UTF-16 with the lower byte first the line feed has a second byte.
  if (beginning[end] === 0 && end % 2 === 1) end += 1;
  return beginning.subarray(0, end);
}
