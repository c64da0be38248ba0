import { supported } from "./intl.ts";

/**
 * Decimal numbers as people write them, read into canonical text ("-1234.5", "1e21") that loses no digit.
 *
 * A mark that can only be the decimal mark is read as one, whatever the locale: "1.234,50" and "12,5" are never in doubt. Where
 * both are possible ("1,234"), the expected mark decides.
 */
export type Mark = "." | ",";

const marks = new Map<string, Mark>();

/** The decimal mark of a locale; locales with a mark of their own script count as point. */
export function markOf(locale: string): Mark {
  let mark = marks.get(locale);
  if (mark === undefined) {
    const parts = new Intl.NumberFormat(supported(locale)).formatToParts(1.5);
    mark = parts.some((part) => part.type === "decimal" && part.value === ",") ? "," : ".";
    marks.set(locale, mark);
  }
  return mark;
}

/** No number that people write is longer. */
export const LONGEST = 100;

const PLAIN = /^-?(?:0|[1-9]\d{0,14})$/;
const SHAPE =
  /^([+\-−–]?)\s*(\d[\d.,'’\u0020\u00a0\u2009\u202f]*|[.,]\d+)(?:[eE]([+-]?\d{1,3}))?\s*([-−]?)$/;
const SPACE = /[\u0020\u00a0\u2009\u202f]/g;

export interface Decimal {
  /** Sign, digits, at most one point, at most an exponent. */
  readonly value: string;
  /** What the text proves about its marks. */
  readonly proof: "point" | "comma" | "either" | "none";
}

/** Canonical text of a number, or `undefined`. With `strict`, no other decimal mark than the expected one. */
export function read(text: string, expected: Mark, strict = false): string | undefined {
  if (PLAIN.test(text)) return text === "-0" ? "0" : text;
  return inspect(text, expected, strict)?.value;
}

/** `read` with what the text proves about its marks. */
export function inspect(text: string, expected: Mark, strict = false): Decimal | undefined {
  if (text.length > LONGEST) return undefined; // also keeps the patterns from looking far
  let body = withCents(latin(text.trim()));
  let negative = false;
  if (body.startsWith("(") && body.endsWith(")")) {
    negative = true;
    body = body.slice(1, -1).trim();
  }
  const match = SHAPE.exec(body);
  if (match === null) return undefined;
  const [, before = "", digits = "", exponent, after = ""] = match;
  if (before !== "" && (negative || after !== "")) return undefined;
  if (after !== "" && negative) return undefined;
  if (after !== "" || (before !== "" && before !== "+")) negative = true;

  const split = splitAtMark(digits.trimEnd(), expected, strict);
  if (split === undefined) return undefined;
  const whole = ungroup(split.whole);
  if (whole === undefined || !/^\d*$/.test(split.fraction)) return undefined;
  const integer = whole.replace(/^0+(?=\d)/, "") || "0";
  const fraction = split.fraction === "" ? "" : `.${split.fraction}`;
  const power = exponent === undefined ? "" : `e${exponent}`;
  const zero = integer === "0" && /^0*$/.test(split.fraction);
  return {
    value: `${negative && !zero ? "-" : ""}${integer}${fraction}${power}`,
    proof: split.proof,
  };
}

interface Split {
  readonly whole: string;
  readonly fraction: string;
  readonly proof: Decimal["proof"];
}

/** A dash where cents would be: "350,-", "1.200,--", "350.–", and "350:-" in Sweden. */
const NO_CENTS = /(\d)([.,:])(?:--?|[–—])(?=[^\d-]*$)/;

/** A text with such a dash as zeros; a colon is no decimal mark. Other texts as they are. */
export function withCents(text: string): string {
  if (!NO_CENTS.test(text)) return text;
  return text.replace(NO_CENTS, (_, digit: string, mark: string) =>
    mark === ":" ? digit : `${digit}${mark}00`,
  );
}

/** Decides which mark, if any, is the decimal one. */
function splitAtMark(digits: string, expected: Mark, strict: boolean): Split | undefined {
  const point = digits.lastIndexOf(".");
  const comma = digits.lastIndexOf(",");
  if (point < 0 && comma < 0) return { whole: digits, fraction: "", proof: "none" };
  const last = Math.max(point, comma);
  const mark: Mark = point > comma ? "." : ",";
  const cut = (proof: Decimal["proof"]): Split => ({
    whole: digits.slice(0, last),
    fraction: digits.slice(last + 1),
    proof,
  });
  const proofOf = (decimal: Mark) => (decimal === "." ? "point" : "comma");
  if (point >= 0 && comma >= 0) {
    if (digits.indexOf(mark) !== last || (strict && mark !== expected)) return undefined;
    return cut(proofOf(mark));
  }
  if (digits.indexOf(mark) !== last) {
    const proof = proofOf(mark === "." ? "," : ".");
    return strict && mark === expected ? undefined : { whole: digits, fraction: "", proof };
  }
  const groupable = /^[1-9]\d{0,2}$/.test(digits.slice(0, last)) && digits.length - last === 4;
  if (mark === expected) return cut(groupable ? "either" : proofOf(mark));
  if (groupable) return { whole: digits, fraction: "", proof: "either" };
  return strict ? undefined : cut(proofOf(mark));
}

/** Digits without their grouping; `undefined` when the groups are not groups: 1,23 or 12,34,5. */
function ungroup(whole: string): string | undefined {
  if (/^\d*$/.test(whole)) return whole;
  const even = whole.replace(SPACE, " ").replaceAll("’", "'");
  const separator = /[^\d]/.exec(even)?.[0] ?? "";
  const groups = even.split(separator);
  const first = groups[0] ?? "";
  const last = groups.at(-1) ?? "";
  const middle = groups.slice(1, -1);
  if (!/^\d{1,3}$/.test(first) || !/^\d{3}$/.test(last)) return undefined;
  const thousands = middle.every((group) => /^\d{3}$/.test(group));
  const lakhs = first.length <= 2 && middle.every((group) => /^\d{2}$/.test(group));
  return thousands || lakhs ? groups.join("") : undefined;
}

const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0xff10];

/** Digits and marks of other scripts as ASCII. */
function latin(text: string): string {
  if (!/[\u0660-\u066c\u06f0-\u09ef\uff08-\uff19]/.test(text)) return text;
  return Array.from(text)
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      const zero = ZEROS.find((start) => code >= start && code < start + 10);
      if (zero !== undefined) return String(code - zero);
      return (
        { "٫": ".", "٬": ",", "．": ".", "，": ",", "－": "-", "（": "(", "）": ")" }[character] ??
        character
      );
    })
    .join("");
}

/** The number with its decimal point moved right by `places` (left when negative), in digits: nothing is rounded. */
export function shift(value: string, places: number): string {
  const match = /^(-?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(value);
  if (match === null) return value;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + places;
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = point <= 0 ? 1 : point;
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const rest = padded.slice(at).replace(/0+$/, "");
  const text = rest === "" ? integer : `${integer}.${rest}`;
  return text === "0" ? "0" : `${sign}${text}`;
}

/** The number times ten to the power of `places`, rounded once. */
export function scaled(value: string, places: number): number {
  const [digits = "0", power = "0"] = value.toLowerCase().split("e");
  return Number(`${digits}e${Number(power) + places}`) || 0;
}

/** Digits before the decimal point. */
export function integerDigits(value: string): number {
  const match = /^-?(\d+)/.exec(value);
  return match?.[1]?.length ?? 0;
}
