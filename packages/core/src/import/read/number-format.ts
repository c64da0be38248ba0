import type { Formatted, RawCell } from "./raw.ts";

/** What a number format makes of a number. */
export interface NumberFormat {
  readonly as: "general" | "date" | "dateTime" | "time" | "percent" | "currency" | "digits";
  readonly currency?: string;
  /** time: hours that are not counted anew each day. */
  readonly elapsed?: boolean;
  /** digits: a pattern such as 00000 or (###) ###-####. */
  readonly pattern?: string;
}

const GENERAL: NumberFormat = { as: "general" };
const BUILT_IN: { readonly [id: number]: NumberFormat } = {
  9: { as: "percent" },
  10: { as: "percent" },
  14: { as: "date" },
  15: { as: "date" },
  16: { as: "date" },
  17: { as: "date" },
  18: { as: "time" },
  19: { as: "time" },
  20: { as: "time" },
  21: { as: "time" },
  22: { as: "dateTime" },
  45: { as: "time" },
  46: { as: "time", elapsed: true },
  47: { as: "time" },
};
// 5 to 8 and 42, 44 are the system's currency, which the file does not name; 27 to 36 and 50 to 58 are dates in East Asia.
for (const id of [5, 6, 7, 8, 42, 44])
  (BUILT_IN as { [id: number]: NumberFormat })[id] = { as: "currency" };
for (let id = 27; id <= 36; id++) (BUILT_IN as { [id: number]: NumberFormat })[id] = { as: "date" };
for (let id = 50; id <= 58; id++) (BUILT_IN as { [id: number]: NumberFormat })[id] = { as: "date" };

const SYMBOLS: { readonly [symbol: string]: string } = {
  "€": "EUR",
  "£": "GBP",
  "¥": "JPY",
  "₹": "INR",
  "₽": "RUB",
  "₩": "KRW",
  "₺": "TRY",
  zł: "PLN",
  Kč: "CZK",
  US$: "USD",
  R$: "BRL",
  CHF: "CHF",
};

export function numberFormat(id: number, code: string | undefined): NumberFormat {
  return code === undefined ? (BUILT_IN[id] ?? GENERAL) : fromCode(code);
}

const formats = new Map<string, NumberFormat>();

/** Reads a format code such as `[$€-407] #,##0.00` or `dd.mm.yyyy hh:mm`. */
export function fromCode(code: string): NumberFormat {
  let format = formats.get(code);
  if (format === undefined) {
    format = judge(code);
    if (formats.size < 5000) formats.set(code, format);
  }
  return format;
}

function judge(code: string): NumberFormat {
  if (/^general$/i.test(code) || code === "@") return GENERAL;
  const first = code.split(";")[0] ?? code;
  const currency = /\[\$([^\]-]+)(?:-[^\]]*)?\]/.exec(first)?.[1]?.trim();
  // Elapsed times [h], [mm] and [ss] are the only brackets that speak of time.
  const elapsed = /\[(?:h+|m+|s+)\]/i.test(first);
  const literal = first
    .replace(/"([^"]*)"/g, "")
    .replace(/\\./g, "")
    .replace(/_.|\*./g, "");
  const bare = literal.replace(/\[[^\]]*\]/g, "");
  if (!/[#0?]/.test(bare) || /[yd]/i.test(bare)) {
    const hasDate =
      /[yd]/i.test(bare) || /(?<![hs:]\W*)m{1,5}(?!\W*s)/i.test(bare.replace(/am\/pm|a\/p/gi, ""));
    const hasTime = elapsed || /[hs]/i.test(bare);
    const onlyMonths = hasDate && !/[yd]/i.test(bare) && hasTime;
    if (hasDate && hasTime && !onlyMonths) return { as: "dateTime" };
    if (hasTime) return elapsed ? { as: "time", elapsed } : { as: "time" };
    if (hasDate) return { as: "date" };
  }
  if (bare.includes("%")) return { as: "percent" };
  const named = currency !== undefined ? currencyOf(currency) : undefined;
  if (currency !== undefined && currency !== "") {
    return { as: "currency", ...(named === undefined ? {} : { currency: named }) };
  }
  const symbol = /[€£¥₹₽₩₺]|\$|zł|Kč|CHF|\b(?:USD|EUR|GBP|AUD|CAD|SEK|NOK|DKK|PLN)\b/.exec(
    first.replace(/\[\$-[^\]]*\]/g, ""),
  )?.[0];
  if (symbol !== undefined) {
    const code3 = currencyOf(symbol);
    return { as: "currency", ...(code3 === undefined ? {} : { currency: code3 }) };
  }
  const pattern = first
    .replace(/\\(.)/g, "$1")
    .replace(/"([^"]*)"/g, "$1")
    .replace(/\[[^\]]*\]/g, "");
  if (
    /^[0#()\-\s/+]+$/.test(pattern) &&
    (/^0{2,}$/.test(pattern) || /[0#]{2,}[()\-\s/]+[0#]{2,}/.test(pattern))
  ) {
    return { as: "digits", pattern };
  }
  return GENERAL;
}

/** A bare $ is not told: many countries write it. */
function currencyOf(symbol: string): string | undefined {
  return SYMBOLS[symbol] ?? (/^[A-Z]{3}$/.test(symbol) ? symbol : undefined);
}

/** A number in its format, as a cell. `base1904`: days count from 1904. */
export function formatNumber(value: number, format: NumberFormat, base1904: boolean): RawCell {
  switch (format.as) {
    case "general":
      return value;
    case "percent":
      return { as: "percent", value, text: `${shortest(value * 100)}%` };
    case "currency": {
      const text = format.currency === undefined ? String(value) : `${value} ${format.currency}`;
      return {
        as: "currency",
        value,
        text,
        ...(format.currency === undefined ? {} : { currency: format.currency }),
      };
    }
    case "digits":
      return { as: "number", value, text: fillPattern(value, format.pattern!) };
    default: {
      if (format.elapsed === true && value >= 0) return elapsedTime(value);
      const known = dates[format.as];
      const key = base1904 ? -1 - value : value;
      let date = known.get(key);
      if (date === undefined) {
        date = fromSerial(value, format.as, base1904) ?? value;
        if (known.size < 20_000) known.set(key, date);
      }
      return date;
    }
  }
}

function elapsedTime(days: number): Formatted {
  const seconds = Math.round(days * 86_400);
  const text = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor((seconds % 3600) / 60))}:${pad(seconds % 60)}`;
  return { as: "time", value: text, text };
}

/** The same days come back in every row. */
const dates = {
  date: new Map<number, RawCell>(),
  dateTime: new Map<number, RawCell>(),
  time: new Map<number, RawCell>(),
};

function shortest(value: number): number {
  return Number(value.toPrecision(15));
}

function fillPattern(value: number, pattern: string): string {
  if (!Number.isSafeInteger(value) || value < 0) return String(value);
  const digits = String(value);
  let at = digits.length - 1;
  let text = "";
  for (let place = pattern.length - 1; place >= 0; place--) {
    const mark = pattern[place]!;
    if (mark === "0" || mark === "#") {
      if (at >= 0) text = digits[at--]! + text;
      else if (mark === "0") text = `0${text}`;
    } else if (at >= 0 || pattern.slice(0, place).includes("0")) text = mark + text;
    else if (!/[0#]/.test(pattern.slice(0, place))) text = mark + text;
  }
  return at >= 0 ? digits.slice(0, at + 1) + text : text;
}

const DAY_MS = 86_400_000;

/** A serial day number as a date; `undefined` when it is none (negative, beyond the year 9999). */
export function fromSerial(
  serial: number,
  as: "date" | "dateTime" | "time",
  base1904: boolean,
): Formatted | undefined {
  if (!(serial >= 0) || serial > 2_958_466) return undefined;
  const days = Math.floor(serial + 1e-9);
  const seconds = Math.round((serial - days) * 86_400);
  const clock = (total: number) =>
    `${pad(Math.floor(total / 3600))}:${pad(Math.floor((total % 3600) / 60))}:${pad(total % 60)}`;
  if (days === 0 && !base1904 && as !== "date") {
    return { as: "time", value: clock(seconds), text: clock(seconds) };
  }
  if (as === "time" && days === 0)
    return { as: "time", value: clock(seconds), text: clock(seconds) };
  // Excel believes in 29 February 1900: days before it are one off.
  const offset = base1904 ? 24_107 : serial < 60 ? 25_568 : 25_569;
  const day = new Date((days - offset) * DAY_MS);
  if (Number.isNaN(day.getTime())) return undefined;
  const date = day.toISOString().slice(0, 10);
  if (as === "date" && seconds === 0) return { as: "date", value: date, text: date };
  const next =
    seconds >= 86_400 ? new Date(day.getTime() + DAY_MS).toISOString().slice(0, 10) : date;
  const time = clock(seconds % 86_400);
  return { as: "dateTime", value: `${next}T${time}`, text: `${next} ${time}` };
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
