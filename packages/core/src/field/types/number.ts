import type { Fit, NumberEvidence } from "../behaviour.ts";
import { inspect, integerDigits, markOf, read, type Mark } from "../decimal.ts";
import { compareNumber, define, invalid, isBlank, quoted } from "../define.ts";
import type { FieldBehaviour } from "../behaviour.ts";
import { supported } from "../intl.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";

const DIGITS = 15;
const formats = new Map<string, Intl.NumberFormat>();

/** Formats figures for people; prepared once per locale, number of decimals and way of grouping. */
export function figures(
  locale: string,
  decimals: number | undefined,
  ungrouped = false,
): Intl.NumberFormat {
  const name = `${locale} ${decimals ?? ""}${ungrouped ? " ungrouped" : ""}`;
  let format = formats.get(name);
  if (format === undefined) {
    format = new Intl.NumberFormat(supported(locale), {
      minimumFractionDigits: decimals ?? 0,
      maximumFractionDigits: decimals ?? 20,
      useGrouping: ungrouped ? false : ("min2" as unknown as boolean),
    });
    formats.set(name, format);
  }
  return format;
}

/** A finite number from canonical decimal text; `undefined` when digits before the point would be lost. */
export function exact(value: string): number | undefined {
  if (!value.includes("e") && integerDigits(value) > DIGITS) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Shortest text that reads back to the same number, without grouping. */
export function typed(value: number, mark: Mark): string {
  const text = Math.abs(value) >= 1e15 ? value.toExponential() : String(value);
  return mark === "," ? text.replace(".", ",") : text;
}

/** Plain digits, with decimal point. */
const SIMPLE = /^-?(?:0|[1-9]\d{0,13})(?:\.\d{1,10})?$/;

/** Why a text is no number, for people. */
export function whyNoNumber(text: string, mark: Mark): string {
  const value = read(text, mark);
  if (value === undefined) {
    return `${quoted(text.trim())} is not a number. A number looks like ${mark === "," ? "1.234,50" : "1,234.50"}.`;
  }
  if (integerDigits(value) > DIGITS) {
    return `${quoted(text.trim())} has more than ${DIGITS} digits; a number would lose some. Use a text column.`;
  }
  return exact(value) === undefined ? `${quoted(text.trim())} is too large for a number.` : "";
}

export const number: FieldBehaviour = define<number>({
  type: "number",
  label: "Number",
  icon: "hash",
  align: "end",
  operators: Operators.forNumbers,
  takes: "a number",
  is: (cell) => typeof cell === "number",
  parser(_field, locale, reading) {
    const strict = reading?.decimal !== undefined;
    const mark = reading?.decimal ?? markOf(locale.locale);
    const simple = mark === ".";
    return (text) => {
      if (simple && SIMPLE.test(text)) return Number(text) || 0;
      if (isBlank(text)) return undefined;
      const value = read(text, mark, strict);
      return (value === undefined ? undefined : exact(value)) ?? invalid(text);
    };
  },
  why: (text, _field, locale) => whyNoNumber(text, markOf(locale.locale)),
  format: (value, { decimals, ungrouped }, locale) =>
    figures(locale.locale, decimals, ungrouped).format(value),
  edit: (value, _field, locale) => typed(value, markOf(locale.locale)),
  compare: compareNumber,
  check: (value) => Number.isFinite(value),
  key: (value) => String(value),
  fromJson: (json) => (typeof json === "number" && Number.isFinite(json) ? json || 0 : undefined),
  search: (value) => String(value),
  guess(sample, locale): Fit {
    const { texts, placeholders } = sift(sample);
    const counted = countNumbers(texts, markOf(locale.locale));
    const { evidence } = counted;
    const fit = { fits: counted.fits, of: texts.length, placeholders, numbers: evidence };
    if (evidence.leadingZero > 0) {
      return {
        ...fit,
        fits: 0,
        against: `${evidence.leadingZero} begin with 0, which a number would lose`,
      };
    }
    if (evidence.tooLong > 0) {
      return { ...fit, fits: 0, against: `${evidence.tooLong} have more than ${DIGITS} digits` };
    }
    return fit;
  },
});

/** Counts what bare numbers prove about their marks. `strip` takes off what is not part of the number. */
export function countNumbers(
  texts: readonly string[],
  mark: Mark,
  strip: (text: string) => string | undefined = (text) => text,
): { fits: number; evidence: NumberEvidence } {
  let fits = 0;
  const evidence = {
    leadingZero: 0,
    tooLong: 0,
    decimalComma: 0,
    decimalPoint: 0,
    either: 0,
    currency: 0,
    percent: 0,
  };
  for (const text of texts) {
    const bare = strip(text);
    if (bare === undefined) continue;
    const decimal = inspect(bare, mark);
    if (decimal === undefined) continue;
    fits += 1;
    if (/^[+-]?0\d/.test(bare)) evidence.leadingZero += 1;
    if (integerDigits(decimal.value) > DIGITS) evidence.tooLong += 1;
    if (decimal.proof === "comma") evidence.decimalComma += 1;
    if (decimal.proof === "point") evidence.decimalPoint += 1;
    if (decimal.proof === "either") evidence.either += 1;
  }
  return { fits, evidence };
}
