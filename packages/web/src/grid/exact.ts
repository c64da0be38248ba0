import type { Cell } from "@gridfolk/core/field/cell";
import type { Field, Locale } from "@gridfolk/core/field/field";
import * as Money from "@gridfolk/core/field/money";
import * as Serial from "@gridfolk/core/formula/serial";
import type { Exact } from "./clipboard.ts";

/**
 * What a told value becomes in a column. The text a cell shows may be rounded, may have its day and month the other way round
 * or be "####"; the value behind it is exact. `parse` reads the text where the value does not say more.
 */
export function exactCell(
  exact: Exact,
  field: Field,
  locale: Locale,
  parse: (text: string) => Cell | undefined,
): Cell | undefined {
  const { value, as, text } = exact;
  if (typeof value === "boolean") return field.type === "checkbox" ? value : parse(text);
  const isQuantity = as === "number" || as === "percent" || as === "currency";
  switch (field.type) {
    case "number":
      return isQuantity ? value : parse(text);
    case "percent":
      return as === "percent" ? value : parse(text);
    case "currency": {
      if (!isQuantity) return parse(text);
      const shown = parse(text);
      const code = typeof shown === "string" ? shown.slice(shown.indexOf(" ") + 1) : undefined;
      const currency = code ?? field.currency ?? locale.currency;
      const minor = Math.round(value * 10 ** Money.minorDigits(currency));
      return Number.isSafeInteger(minor) ? `${minor || 0} ${currency}` : shown;
    }
    case "date":
      return as === "date" || as === "dateTime"
        ? (Serial.toDay(Math.floor(value)) ?? parse(text))
        : parse(text);
    case "dateTime":
      return as === "date" || as === "dateTime"
        ? (Serial.toInstant(value, locale.timeZone) ?? parse(text))
        : parse(text);
    default: {
      // A column too narrow for its number.
      const read = /^#+$/.test(text) ? parse(String(value)) : parse(text);
      return read;
    }
  }
}
