import type { ChoiceList } from "./formatting.ts";
import { cellText, type RawTable } from "./raw.ts";
import { areaAt } from "./reference.ts";
import * as Rows from "./rows.ts";
import { elements, unescapeText } from "./xml.ts";

/** A list that cells of a worksheet choose from, as it is written: the choices themselves, or where they stand. */
export interface ListRule {
  readonly source: string;
  /** Such as `C2:C100 E2:E100`. */
  readonly cells: string;
}

const MOST_RULES = 500;
const MOST_OPTIONS = 500;

/** The lists among a worksheet's data validations; `xml` is what stands behind its rows. */
export function listRules(xml: string): ListRule[] {
  if (!xml.includes("dataValidation")) return [];
  const rules: ListRule[] = [];
  for (const { attributes, inner } of elements(xml, "dataValidation")) {
    if (attributes["type"] !== "list") continue;
    const formula = [...elements(inner, "formula1")][0]?.inner ?? "";
    // What refers to other worksheets stands in an extension, one element deeper.
    const source = unescapeText([...elements(formula, "f")][0]?.inner ?? formula).trim();
    const cells = attributes["sqref"] ?? [...elements(inner, "sqref")][0]?.inner ?? "";
    if (source !== "" && cells !== "") rules.push({ source, cells });
    if (rules.length === MOST_RULES) break;
  }
  return rules;
}

/** The choices themselves. `names`: what the workbook's defined names stand for, by name in small letters. */
export function choiceLists(
  rules: readonly ListRule[],
  own: RawTable,
  tables: readonly RawTable[],
  names: ReadonlyMap<string, string>,
): ChoiceList[] {
  return rules.flatMap(({ source, cells }) => {
    const options = optionsOf(source, own, tables, names);
    if (options.length === 0 || options.length > MOST_OPTIONS) return [];
    return cells
      .trim()
      .split(/\s+/)
      .flatMap((text) => {
        const area = areaAt(text);
        if (area === undefined || area.left !== area.right) return [];
        return [{ column: area.left, top: area.top, bottom: area.bottom, options }];
      });
  });
}

function optionsOf(
  source: string,
  own: RawTable,
  tables: readonly RawTable[],
  names: ReadonlyMap<string, string>,
): string[] {
  const literal = /^"([\s\S]*)"$/.exec(source)?.[1];
  if (literal !== undefined) return distinct(literal.replaceAll('""', '"').split(","));
  const text = source.replace(/^=/, "");
  const area = areaAt(names.get(text.toLowerCase())?.replace(/^=/, "") ?? text);
  if (area === undefined) return [];
  const table =
    area.sheet === undefined
      ? own
      : tables.find(({ sheet }) => sheet?.toLowerCase() === area.sheet?.toLowerCase());
  if (table === undefined || area.right - area.left > MOST_OPTIONS) return [];
  const found: string[] = [];
  const last = Math.min(area.bottom, Rows.count(table.rows) - 1, area.top + 10_000);
  for (let row = area.top; row <= last; row++)
    for (let column = area.left; column <= area.right; column++)
      found.push(cellText(Rows.cell(table.rows, row, column)));
  return distinct(found);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ""))];
}
