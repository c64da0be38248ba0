import type { RepeatedFormula } from "./read/formatting.ts";
import { areaAt, columnAt } from "./read/reference.ts";
import { dataRows, type Table } from "./table.ts";

/** A column whose cells are computed by one formula that was filled down. */
export interface Computed {
  /** Position in the rows. */
  readonly column: number;
  readonly name: string;
  /** The formula as it stands in its first cell, without the sign before it. */
  readonly text: string;
  /** The same with the names of the file's columns in brackets; absent where it reads anything but cells of its own row. */
  readonly formula?: string;
  /** It only fetches a value that stands beside the same key in another place. */
  readonly lookup?: Lookup;
}

/** Which columns a VLOOKUP joins, and what it fetches: what would be a link between records. */
export interface Lookup {
  /** Position of the column of this table whose value is looked up. */
  readonly by: number;
  /** Name of the worksheet it is looked up in. */
  readonly sheet: string;
  /** Position of the column there that has the value. */
  readonly key: number;
  /** Position of the column there that is fetched. */
  readonly result: number;
}

/** What fewer rows share is no rule of the column. */
const NEARLY_ALL = 0.9;
const WIDEST_RANGE = 40;

/** The computed columns of a table. */
export function computedIn(table: Table): Computed[] {
  const formulas = table.raw.formatting?.formulas ?? [];
  if (formulas.length === 0) return [];
  const rows = dataRows(table).length;
  return formulas.flatMap((found): Computed[] => {
    const own = table.columns.find(({ index }) => index === found.column);
    if (own === undefined || rows < 2 || found.cells < rows * NEARLY_ALL) return [];
    const formula = inNames(found, table);
    const lookup = lookupIn(plain(found.pattern));
    return [
      {
        column: own.index,
        name: own.name,
        text: plain(found.text),
        ...(formula === undefined ? {} : { formula }),
        ...(lookup === undefined ? {} : { lookup }),
      },
    ];
  });
}

/** Without what Excel writes before functions that are newer than its file format. */
function plain(text: string): string {
  return text.replace(/_xlfn\.(?:_xlws\.)?/gi, "").trim();
}

const OWN_ROW = /"(?:[^"]|"")*"|\$?([A-Z]{1,3})\{0\}:\$?([A-Z]{1,3})\{0\}|\$?([A-Z]{1,3})\{0\}/g;
const OF_TABLE = /[\p{L}_][\p{L}\p{N}_.]*\[\[#This Row\],\[([^[\]]+)\]\]/gu;
/** What is left of references to other rows, worksheets, workbooks and names of tables. */
const ELSEWHERE = /\{-?\d+\}|\$\d|[!:#@{}]/;

function inNames({ pattern }: RepeatedFormula, table: Table): string | undefined {
  const names = new Map(table.columns.map(({ index, name }) => [index, name]));
  let isWhole = true;
  const named = (column: number): string => {
    const name = names.get(column);
    if (name === undefined) isWhole = false;
    return `[${(name ?? "").replaceAll("]", "]]")}]`;
  };
  const ofTable = plain(pattern).replace(OF_TABLE, (_all, name: string) => {
    const column = table.columns.find((one) => one.name === name.trim());
    return column === undefined ? "#" : named(column.index);
  });
  // Texts and names may hold any sign: what remains without them must be free of references.
  const rest = ofTable.replace(/"(?:[^"]|"")*"|\[(?:[^\]]|\]\])*\]/g, "").replace(OWN_ROW, "");
  if (ELSEWHERE.test(rest)) return undefined;
  const text = ofTable.replace(
    OWN_ROW,
    (all: string, first?: string, last?: string, single?: string) => {
      if (single !== undefined) return named(columnAt(single));
      if (first === undefined || last === undefined) return all;
      const [from, to] = [columnAt(first), columnAt(last)];
      if (to < from || to - from > WIDEST_RANGE) {
        isWhole = false;
        return all;
      }
      return Array.from({ length: to - from + 1 }, (_, at) => named(from + at)).join(", ");
    },
  );
  return isWhole && text.includes("[") ? text : undefined;
}

const KEY = "\\$?([A-Z]{1,3})\\{0\\}";
/** A block or whole columns of another worksheet. */
const BLOCK = "((?:'(?:[^']|'')+'|[^'!,;()]+)![^,;()]+)";
const WRAPPED = /^(?:IFERROR|IFNA)\(([\s\S]*),[^,()]*\)$/i;
const VLOOKUP = new RegExp(`^VLOOKUP\\(${KEY},${BLOCK},(\\d{1,3})(?:,(?:FALSE|0)?)\\)$`, "i");
const XLOOKUP = new RegExp(`^XLOOKUP\\(${KEY},${BLOCK},${BLOCK}(?:,[^()]*)?\\)$`, "i");
const MATCH = new RegExp(`^INDEX\\(${BLOCK},MATCH\\(${KEY},${BLOCK},0\\)\\)$`, "i");

function lookupIn(pattern: string): Lookup | undefined {
  const text = (WRAPPED.exec(pattern)?.[1] ?? pattern).trim().replace(/\s*,\s*/g, ",");
  const [, key = "", block = "", nth] = VLOOKUP.exec(text) ?? [];
  if (nth !== undefined) {
    const area = areaAt(rowless(block));
    const result = (area?.left ?? 0) + Number(nth) - 1;
    return area?.sheet === undefined || result > area.right
      ? undefined
      : { by: columnAt(key), sheet: area.sheet, key: area.left, result };
  }
  const [, by = "", within = "", fetched] = XLOOKUP.exec(text) ?? [];
  if (fetched !== undefined) return joined(by, within, fetched);
  const [, result, wanted = "", among = ""] = MATCH.exec(text) ?? [];
  return result === undefined ? undefined : joined(wanted, among, result);
}

function joined(by: string, within: string, fetched: string): Lookup | undefined {
  const keys = areaAt(rowless(within));
  const results = areaAt(rowless(fetched));
  return keys?.sheet === undefined || results?.sheet !== keys.sheet || keys.left !== keys.right
    ? undefined
    : { by: columnAt(by), sheet: keys.sheet, key: keys.left, result: results.left };
}

/** Only its columns matter: `A{1}:C$9` is `A:C`. */
function rowless(block: string): string {
  const at = block.lastIndexOf("!") + 1;
  const columns = block
    .slice(at)
    .replace(/\{-?\d+\}|\$?\d+/g, "")
    .trim();
  return `${block.slice(0, at)}${columns.includes(":") ? columns : `${columns}:${columns}`}`;
}
