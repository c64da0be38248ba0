import { unreachable } from "../../assert.ts";
import type { FieldBehaviour, Reading } from "../behaviour.ts";
import { markOf } from "../decimal.ts";
import { define, invalid, isBlank, quoted } from "../define.ts";
import type { Field, Locale } from "../field.ts";
import * as Money from "../money.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";
import { countNumbers } from "./number.ts";

function optionsOf(field: Field, locale: Locale, reading?: Reading): Money.ReadOptions {
  return {
    currency: field.currency ?? locale.currency,
    home: locale.currency,
    mark: reading?.decimal ?? markOf(locale.locale),
    strict: reading?.decimal !== undefined,
  };
}

const SIMPLE = /^(0|-?[1-9]\d{0,11})(?:\.(\d{1,2}))?$/;

/** Integer minor units and an ISO 4217 code. */
export const currency: FieldBehaviour = define<string>({
  type: "currency",
  label: "Currency",
  icon: "banknote",
  align: "end",
  operators: Operators.forNumbers,
  takes: 'a number or {"amount": "1234.50", "currency": "USD"}',
  is: (cell) => typeof cell === "string",
  parser(field, locale, reading) {
    const options = optionsOf(field, locale, reading);
    const quick = options.mark === "." && Money.minorDigits(options.currency) === 2;
    return (text) => {
      if (quick) {
        const match = SIMPLE.exec(text);
        if (match !== null) {
          const minor = `${match[1]}${(match[2] ?? "").padEnd(2, "0")}`;
          return `${match[1] === "0" ? Number(minor) : minor} ${options.currency}`;
        }
      }
      if (isBlank(text)) return undefined;
      const result = Money.read(text, options);
      return "stored" in result ? result.stored : invalid(text);
    };
  },
  why(text, field, locale) {
    const options = optionsOf(field, locale);
    const result = Money.read(text, options);
    if ("stored" in result) return "";
    const shown = quoted(text.trim());
    switch (result.misread) {
      case "shape":
        return `${shown} is not an amount. An amount looks like ${Money.format(`123450 USD`, locale.locale)} or ${Money.edit("123450 USD", "USD", locale.locale)}.`;
      case "currency":
        return `${shown} names a currency that is not known here. Use its three-letter code, such as ${options.currency}.`;
      case "precision":
        return `${shown} has more digits than ${options.currency} can hold: ${Money.minorDigits(options.currency)} decimals and 15 digits in all.`;
      default:
        return unreachable(result.misread);
    }
  },
  format: (value, _field, locale) => Money.format(value, locale.locale),
  edit: (value, field, locale) =>
    Money.edit(value, field.currency ?? locale.currency, locale.locale),
  compare: Money.compare,
  check: Money.isStored,
  key: (value) => value,
  toJson(value) {
    return { amount: Money.amountOf(value), currency: value.slice(value.indexOf(" ") + 1) };
  },
  fromJson(json, field, locale) {
    const own = field.currency ?? locale.currency;
    if (typeof json === "number") return ofNumber(json, own);
    if (typeof json !== "object" || Array.isArray(json)) return undefined;
    const { amount, currency: code = own } = json as {
      readonly amount?: unknown;
      readonly currency?: unknown;
    };
    if (typeof code !== "string" || !Money.isCurrency(code)) return undefined;
    if (typeof amount === "number") return ofNumber(amount, code);
    if (typeof amount !== "string" || !/^-?\d+(\.\d+)?$/.test(amount)) return undefined;
    return Money.toStored(amount, code) ?? invalid(`${amount} ${code}`);
  },
  search: (value) =>
    `${Money.amountOf(value)} ${grouped(value)} ${value.slice(value.indexOf(" ") + 1)}`,
  guess(sample, locale) {
    const { texts, placeholders } = sift(sample);
    let marked = 0;
    const { fits, evidence } = countNumbers(texts, markOf(locale.locale), (text) => {
      const amount = Money.take(text);
      if (amount === undefined) return undefined;
      if (amount.unit === "") return amount.number;
      if (Money.currencyOf(amount.unit, locale.currency, locale.currency) === undefined)
        return undefined;
      marked += 1;
      return amount.number;
    });
    const numbers = { ...evidence, currency: marked };
    if (marked === 0) {
      return {
        fits: 0,
        of: texts.length,
        placeholders,
        numbers,
        against: "no text names a currency",
      };
    }
    return { fits, of: texts.length, placeholders, numbers };
  },
});

/** A JSON number in major units; the noise of binary fractions is not a decimal too many. */
function ofNumber(value: number, currency: string) {
  if (!Number.isFinite(value)) return undefined;
  const minor = value * 10 ** Money.minorDigits(currency);
  const rounded = Math.round(minor);
  const near = Math.abs(minor - rounded) <= Math.max(1e-6, Math.abs(minor) * 1e-12);
  if (!near || Math.abs(rounded) >= 1e15) return invalid(`${value} ${currency}`);
  return `${rounded || 0} ${currency}`;
}

function grouped(stored: string): string {
  return Money.amountOf(stored).replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ",");
}
