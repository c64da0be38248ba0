import type { RepeatedFormula } from "./formatting.ts";
import { attributes, unescapeText } from "./xml.ts";

/** Collects the formulas of a worksheet's cells by column, those that are the same but for their row as one. */
export interface FormulaCollector {
  /** The XML from `<f` to behind `</f>`. */
  add(row: number, column: number, xml: string): void;
  /** The most frequent of each column. */
  end(): RepeatedFormula[];
}

/** A column of more different formulas is not one that repeats. */
const MOST_PATTERNS = 40;
const LONGEST = 1000;
const REFERENCE =
  /"(?:[^"]|"")*"|'(?:[^']|'')*'!|\[[^\]]*\]|(?<![\p{L}\p{N}_.])(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})(?![\p{L}\p{N}_.(!])/gu;

export function formulaCollector(): FormulaCollector {
  const columns: Map<string, { text: string; firstRow: number; cells: number }>[] = [];
  const shared = new Map<string, string>();

  function add(row: number, column: number, xml: string): void {
    const tagEnd = xml.indexOf(">");
    if (tagEnd === -1) return;
    const isEmpty = xml.charCodeAt(tagEnd - 1) === 47;
    const tag = xml.slice(0, tagEnd);
    const { si, t } = tag.length < 6 ? {} : (attributes(tag) as { si?: string; t?: string });
    const end = isEmpty ? tagEnd + 1 : xml.indexOf("<", tagEnd);
    const text = isEmpty || end === -1 ? "" : unescapeText(xml.slice(tagEnd + 1, end));
    const known = t === "shared" && si !== undefined && text === "" ? shared.get(si) : undefined;
    if (text.length > LONGEST || (text === "" && known === undefined)) return;
    const pattern = known ?? patternOf(text, row);
    if (t === "shared" && si !== undefined && known === undefined) shared.set(si, pattern);
    const patterns = (columns[column] ??= new Map<string, never>());
    const found = patterns.get(pattern);
    if (found !== undefined) found.cells += 1;
    else if (patterns.size < MOST_PATTERNS)
      patterns.set(pattern, { text: text === "" ? pattern : text, firstRow: row, cells: 1 });
  }

  function end(): RepeatedFormula[] {
    return Array.from(columns, (patterns, column) => {
      const [most] = [...(patterns ?? [])].toSorted(([, a], [, b]) => b.cells - a.cells);
      return most === undefined ? [] : [{ column, pattern: most[0], ...most[1] }];
    }).flat();
  }

  return { add, end };
}

/** The text of a formula with the rows of its relative references as distances: the same for every row it was filled down to. */
export function patternOf(text: string, row: number): string {
  return text.replace(
    REFERENCE,
    (all: string, fixedColumn?: string, letters?: string, fixedRow?: string, number?: string) => {
      if (letters === undefined || number === undefined) return all;
      if (fixedRow === "$") return `${fixedColumn}${letters}$${number}`;
      return `${fixedColumn}${letters.toUpperCase()}{${Number(number) - 1 - row}}`;
    },
  );
}
