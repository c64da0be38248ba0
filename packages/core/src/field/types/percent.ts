import type { FieldBehaviour } from "../behaviour.ts";
import { LONGEST, markOf, read, scaled, shift } from "../decimal.ts";
import { compareNumber, define, invalid, isBlank } from "../define.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";
import { countNumbers, exact, figures, typed, whyNoNumber } from "./number.ts";

/** A fraction, typed and shown in hundredths: 12 and 12 % are both 0.12. */
export const percent: FieldBehaviour = define<number>({
  type: "percent",
  label: "Percent",
  icon: "percent",
  align: "end",
  operators: Operators.forNumbers,
  takes: "a number (0.12 for 12 %)",
  is: (cell) => typeof cell === "number",
  parser(_field, locale, reading) {
    const strict = reading?.decimal !== undefined;
    const mark = reading?.decimal ?? markOf(locale.locale);
    return (text) => {
      if (isBlank(text)) return undefined;
      const value = read(withoutSign(text), mark, strict);
      if (value === undefined || !fits(value)) return invalid(text);
      return scaled(value, -2);
    };
  },
  why: (text, _field, locale) => whyNoNumber(withoutSign(text), markOf(locale.locale)),
  format: (value, field, locale) =>
    `${figures(locale.locale, field.decimals).format(hundredths(value))}${spaced(locale.locale) ? "\u00a0" : ""}%`,
  edit: (value, _field, locale) => {
    const mark = markOf(locale.locale);
    const text =
      Math.abs(value) >= 1e10 || (value !== 0 && Math.abs(value) < 1e-10)
        ? scientific(value)
        : shift(String(value), 2);
    return `${mark === "," ? text.replace(".", ",") : text}%`;
  },
  compare: compareNumber,
  check: (value) => Number.isFinite(value),
  key: (value) => String(value),
  fromJson: (json) => (typeof json === "number" && Number.isFinite(json) ? json || 0 : undefined),
  search: (value) => `${typed(hundredths(value), ".")}%`,
  guess(sample, locale) {
    const { texts, placeholders } = sift(sample);
    let percent = 0;
    const { fits, evidence } = countNumbers(texts, markOf(locale.locale), (text) => {
      // Nothing is nothing, with the sign or without it.
      if (!text.includes("%")) return /^0(?:[.,]0+)?$/.test(text) ? text : undefined;
      percent += 1;
      return withoutSign(text);
    });
    return { fits, of: texts.length, placeholders, numbers: { ...evidence, percent } };
  },
});

/** Hundredths without the noise of binary fractions: 0.07 is 7, not 7.000000000000001. */
function hundredths(value: number): number {
  return scaled(String(value), 2);
}

/** No digits before the point would be lost, and no range either. */
function fits(value: string): boolean {
  return Number.isFinite(scaled(value, -2)) && (value.includes("e") || exact(value) !== undefined);
}

function scientific(value: number): string {
  const [digits = "0", power = "0"] = value.toExponential().split("e");
  return `${digits}e${Number(power) + 2}`;
}

function withoutSign(text: string): string {
  if (text.length > LONGEST) return text;
  return text.trim().replace(/^([+\-−(]?)\s*[%٪]\s*|\s*[%٪]\s*(\)?)$/u, "$1$2");
}

function spaced(locale: string): boolean {
  return /^(de|fr|es|sv|nb|nn|no|fi|da|cs|sk|ru|uk|pl|hu)\b/.test(locale);
}
