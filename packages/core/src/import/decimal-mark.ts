import type { NumberEvidence, Registry } from "../field/behaviour.ts";
import { type Mark, markOf } from "../field/decimal.ts";
import type { FieldType, Locale } from "../field/field.ts";
import { cellText, isBlank } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import type { Table } from "./table.ts";
import { exampleOf, examplesIn, waysOf, type Writing } from "./writing.ts";

/** What the figures of a column say about their decimal mark. */
export interface MarkFacts {
  readonly reading: { readonly decimal?: Mark };
  /** Counts, as a sentence; absent when there is nothing to tell. */
  readonly evidence?: string;
  readonly doubt?: string;
  readonly writing?: Writing;
}

const NAMES = { ".": "a decimal point", ",": "a decimal comma" } as const;

/** `sampled` is what a sample proves: where that has marks, all rows are looked at. */
export function markFacts(
  table: Table,
  index: number,
  rows: readonly number[],
  about: { readonly type: FieldType; readonly currency?: string | undefined },
  sampled: NumberEvidence,
  locale: Locale,
  registry: Registry,
): MarkFacts {
  const { type, currency } = about;
  // A plain decimal point is what programs write: nobody reads it otherwise.
  if (sampled.decimalComma + sampled.either === 0)
    return { reading: sampled.decimalPoint > 0 ? { decimal: "." } : {} };
  const texts = textsIn(table, index, rows);
  const found = registry[type].guess(texts, locale).numbers ?? sampled;
  const { decimalComma: commas, decimalPoint: points, either } = found;
  const examples = examplesIn(table, index, rows, (text) => {
    if (!/[.,]/.test(text)) return undefined;
    const proof = registry[type].guess([text], locale).numbers;
    if (proof === undefined) return undefined;
    if (proof.decimalComma > 0) return ",";
    if (proof.decimalPoint > 0) return ".";
    return proof.either > 0 ? null : undefined;
  });
  const ways = waysOf(examples, [".", ","], type, currency, locale, registry);
  const writing = (used: Mark, asks: boolean): Writing => ({
    about: "decimal",
    used,
    asks,
    ways,
    examples,
  });
  const fitBoth = either > 0 ? `, ${count(either)} fit both` : "";
  if (commas > 0 && points > 0) {
    const doubt = `${count(commas)} values have a decimal comma, ${count(points)} a decimal point${fitBoth}.`;
    // Each says itself what it is, unless some fit both.
    if (either === 0) return { reading: {}, doubt: `${doubt} Each is read by its own form.` };
    const used = commas >= points ? "," : ".";
    return {
      reading: { decimal: used },
      doubt: `${doubt} Those that do not fit what you choose are kept as text.`,
      writing: writing(used, true),
    };
  }
  if (commas > 0 || points > 0) {
    const used = commas > 0 ? "," : ".";
    return {
      reading: { decimal: used },
      evidence: `${commas + points === 1 ? "1 value proves" : `${count(commas + points)} values prove`} ${NAMES[used]}, none ${NAMES[used === "," ? "." : ","]}${fitBoth}.`,
      writing: writing(used, false),
    };
  }
  const own = markOf(locale.locale);
  const [only] = ways;
  const readable = ways.filter(({ reads }) => reads !== null);
  if (readable.length === 1 && only !== undefined) {
    const used = readable[0]!.value as Mark;
    return {
      reading: { decimal: used },
      evidence: `In ${count(either)} values such as ${exampleOf(examples)?.text ?? "1,234"} the mark sets thousands apart: as decimals they would have too many.`,
      writing: writing(used, false),
    };
  }
  const example = exampleOf(examples);
  return {
    reading: { decimal: own },
    doubt: `${either === 1 ? "1 value can" : `${count(either)} values can`} be read in two ways, none proves one.${example === undefined ? "" : ` For example ${example.text} in row ${example.row + 1}.`}`,
    writing: writing(own, true),
  };
}

function textsIn(table: Table, index: number, rows: readonly number[]): string[] {
  const texts: string[] = [];
  for (const row of rows) {
    const cell = Rows.cell(table.raw.rows, row, index);
    if (!isBlank(cell)) texts.push(cellText(cell));
  }
  return texts;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
