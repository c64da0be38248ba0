import type { Merge } from "../merge.ts";
import type { Formatting } from "./formatting.ts";
import type { Rows } from "./rows.ts";

/**
 * A file as it was read, before anybody decided what it means: one table of cells per sheet. CSV cells are strings exactly as
 * written. Spreadsheet cells keep what the file knows: numbers and booleans as such, everything with a format as `Formatted`.
 */
export interface RawFile {
  readonly kind: "csv" | "xlsx" | "vcard";
  readonly tables: readonly RawTable[];
}

export interface RawTable {
  /** Name of the worksheet; null for CSV. */
  readonly sheet: string | null;
  /** WHATWG name, e.g. "utf-8"; null for spreadsheets. */
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly quote: string | null;
  /** Every record of the file, blank ones too, as wide as each is. Row numbers everywhere count from 0 in this list. */
  readonly rows: Rows;
  /** Names of the columns that are none of the rows: the format itself gives them. */
  readonly names?: readonly string[];
  /** What a person should know about the reading. */
  readonly notes: readonly Note[];
  /** A hidden worksheet. */
  readonly hidden?: boolean;
  /** Cells of a worksheet that are shown as one. */
  readonly merges?: readonly Merge[];
  /** What a worksheet says beside its values. */
  readonly formatting?: Formatting;
}

export type RawRow = readonly RawCell[];
export type RawCell = string | number | boolean | null | Formatted;

/** A spreadsheet cell whose number format says more than its number. */
export interface Formatted {
  readonly as: "date" | "dateTime" | "time" | "percent" | "currency" | "number" | "error";
  /** date `YYYY-MM-DD`, dateTime `YYYY-MM-DDTHH:mm:ss` (no zone), time `HH:mm:ss`; percent as a fraction; else as stored. */
  readonly value: string | number;
  /** What a person sees; unambiguous for dates. */
  readonly text: string;
  /** ISO 4217, when the format names one. */
  readonly currency?: string;
}

export interface Note {
  /** Index in `rows`; absent: about the whole file. */
  readonly row?: number;
  readonly message: string;
}

/** A cell as text, as a person sees it. */
export function cellText(cell: RawCell | undefined): string {
  if (typeof cell === "string") return cell;
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "object") return cell.text;
  if (typeof cell === "boolean") return cell ? "TRUE" : "FALSE";
  return String(cell);
}

export function isBlank(cell: RawCell | undefined): boolean {
  if (typeof cell !== "string") return cell === null || cell === undefined;
  if (cell.length === 0) return true;
  const first = cell.charCodeAt(0);
  // Called for every cell of a file: most are told by their first character.
  return (first <= 32 || first > 127) && cell.trim() === "";
}
