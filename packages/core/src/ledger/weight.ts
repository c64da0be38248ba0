import type { Cell } from "../field/cell.ts";

/** A record, with the names of its columns, has to fit a page of its own. */
export const MOST_RECORD = 220_000;
/** So has the description of a sheet. */
export const MOST_SHEET = 150_000;

/** Bytes that a character may cost at worst once compressed: ASCII, everything else. */
const ASCII = 0.85;
const OTHER = 2.1;

/** Whether as many characters never take more than `most` bytes, whatever they are. */
export function isLight(length: number, most: number): boolean {
  return length * OTHER <= most;
}

/** Whether texts may take more than `most` bytes in a page, however little of them can be compressed. */
export function exceeds(texts: readonly string[], most: number): boolean {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (isLight(length, most)) return false;
  let others = 0;
  for (const text of texts) {
    for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) others += 1;
  }
  return (length - others) * ASCII + others * OTHER > most;
}

/** What a cell adds to the text of its record. */
export function textOf(cell: Cell | null | undefined): string {
  if (typeof cell === "string") return cell;
  return cell === undefined || cell === null ? "" : JSON.stringify(cell);
}

/** Length of `textOf`, roughly. */
export function lengthOf(cell: Cell | null | undefined): number {
  if (typeof cell === "string") return cell.length;
  return typeof cell === "object" && cell !== null ? JSON.stringify(cell).length : 8;
}
