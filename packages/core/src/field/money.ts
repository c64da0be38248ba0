import { supported } from "./intl.ts";
import { inspect, LONGEST, markOf, shift, type Mark, withCents } from "./decimal.ts";

/**
 * Amounts of money: integer minor units and an ISO 4217 code, stored as `"123450 USD"`. Codes and minor units are a table of
 * our own, because what ICU answers changes with its version and stored values must not.
 */
export interface Money {
  /** Integer, at most 15 digits. */
  readonly minor: number;
  readonly currency: string;
}

const CODES = new Set(
  (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF " +
    "CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL " +
    "HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA " +
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF " +
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW " +
    "UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
  ).split(" "),
);
const NO_MINOR = new Set(
  "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" "),
);
const THREE = new Set("BHD IQD JOD KWD LYD OMR TND".split(" "));

/** Symbols that several currencies share name all of them; the field's or the workspace's own decides, else the first. */
const SYMBOLS: { readonly [symbol: string]: string } = {
  $: "USD CAD AUD NZD SGD HKD MXN ARS CLP COP UYU BSD BBD BMD BND BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD TWD XCD",
  us$: "USD",
  u$s: "USD",
  c$: "CAD",
  ca$: "CAD",
  a$: "AUD",
  au$: "AUD",
  nz$: "NZD",
  hk$: "HKD",
  s$: "SGD",
  mx$: "MXN",
  r$: "BRL",
  "€": "EUR",
  euro: "EUR",
  euros: "EUR",
  "£": "GBP EGP",
  "¥": "JPY CNY",
  "￥": "JPY CNY",
  円: "JPY",
  元: "CNY",
  "₹": "INR",
  "rs.": "INR PKR LKR NPR MUR SCR",
  rs: "INR PKR LKR NPR MUR SCR",
  "₽": "RUB",
  "₺": "TRY",
  "₴": "UAH",
  "₪": "ILS",
  "₩": "KRW",
  "₫": "VND",
  "฿": "THB",
  "₱": "PHP",
  "₦": "NGN",
  "₵": "GHS",
  "₡": "CRC",
  "₲": "PYG",
  "₸": "KZT",
  "₼": "AZN",
  "₾": "GEL",
  "֏": "AMD",
  zł: "PLN",
  kč: "CZK",
  ft: "HUF",
  lei: "RON MDL",
  "fr.": "CHF",
  "sfr.": "CHF",
  rm: "MYR",
  rp: "IDR",
};
/** Letters too common to mean money elsewhere: read only where the field or the workspace uses that currency. */
const LOCAL_SYMBOLS: { readonly [symbol: string]: string } = {
  kr: "SEK NOK DKK ISK",
  "kr.": "SEK NOK DKK ISK",
  r: "ZAR",
  l: "HNL LSL ALL",
  q: "GTQ",
  p: "BWP",
  "s/": "PEN",
  "s/.": "PEN",
  fr: "CHF",
  лв: "BGN",
  "лв.": "BGN",
  дин: "RSD",
};

const STORED = /^(0|-?[1-9]\d{0,14}) ([A-Z]{3})$/;
const AMOUNT = /^(.*?)\s*(\(?[+\-−–]?\s*(?:\d[\d.,'’\s]*|[.,]\d+)\s*[-−]?\)?)\s*(.*)$/su;

export function isCurrency(code: string): boolean {
  return CODES.has(code);
}

/** Digits after the point, by ISO 4217. */
export function minorDigits(currency: string): number {
  if (NO_MINOR.has(currency)) return 0;
  if (THREE.has(currency)) return 3;
  return currency === "CLF" || currency === "UYW" ? 4 : 2;
}

export function isStored(text: string): boolean {
  const match = STORED.exec(text);
  return match !== null && isCurrency(match[2] ?? "");
}

export function fromStored(text: string): Money {
  return { minor: minorOf(text), currency: currencyIn(text) };
}

/** Digit by digit: sorting a column calls this by the million. */
function minorOf(stored: string): number {
  const negative = stored.charCodeAt(0) === 45;
  let minor = 0;
  for (let index = negative ? 1 : 0; ; index += 1) {
    const digit = stored.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return negative ? -minor : minor;
    minor = minor * 10 + digit;
  }
}

function currencyIn(stored: string): string {
  return stored.slice(stored.indexOf(" ") + 1);
}

/** The amount in major units as a number, for comparing; whatever the currency. */
export function majorOf(stored: string): number {
  return minorOf(stored) / 10 ** minorDigits(currencyIn(stored));
}

/** By amount, then by currency: amounts of different currencies are compared as figures, no rate is known here. */
export function compare(a: string, b: string): number {
  const difference =
    a.slice(-3) === b.slice(-3) ? minorOf(a) - minorOf(b) : majorOf(a) - majorOf(b);
  if (difference !== 0) return difference;
  return a === b ? 0 : a.slice(-3) < b.slice(-3) ? -1 : 1;
}

/** `undefined` when the amount has more decimals than the currency, or more than 15 digits. */
export function toStored(amount: string, currency: string): string | undefined {
  const minor = shift(amount, minorDigits(currency));
  return /^-?\d{1,15}$/.test(minor) ? `${minor} ${currency}` : undefined;
}

/** Major units with all decimals: "1234.50". */
export function amountOf(stored: string): string {
  const space = stored.indexOf(" ");
  const digits = minorDigits(stored.slice(space + 1));
  if (digits === 0) return stored.slice(0, space);
  const negative = stored.startsWith("-");
  const minor = stored.slice(negative ? 1 : 0, space).padStart(digits + 1, "0");
  return `${negative ? "-" : ""}${minor.slice(0, -digits)}.${minor.slice(-digits)}`;
}

/** Why an amount cannot be read; "currency" names one that is not known. */
export type Misread = "shape" | "currency" | "precision";

export interface ReadOptions {
  /** What a bare number means. */
  readonly currency: string;
  /** The workspace's own, for symbols that several currencies share. */
  readonly home: string;
  readonly mark: Mark;
  readonly strict: boolean;
}

/** Typed text to the stored form: "$1,234.50", "1.234,50 €", "USD 5", "(12.00)", "1.200,-". */
export function read(
  text: string,
  options: ReadOptions,
): { stored: string } | { misread: Misread } {
  const split = take(text);
  if (split === undefined) return { misread: "shape" };
  const currency =
    split.unit === "" ? options.currency : currencyOf(split.unit, options.currency, options.home);
  if (currency === undefined) return { misread: "currency" };
  const decimal = inspect(split.number, options.mark, options.strict);
  if (decimal === undefined) return { misread: "shape" };
  const stored = toStored(decimal.value, currency);
  return stored === undefined ? { misread: "precision" } : { stored };
}

/** As Excel shows amounts of accounts: "$ (1,200.00)" is less than nothing, */
const ACCOUNTED = /^([^\d\s()+\-−–]{1,5}\s*)\(\s*([\d.,'’\s]+)\)$/;
/** and "$ -" is nothing. */
const NONE = /^([^\d\s()+\-−–]{1,5})\s*[-–]$/;

/** Splits an amount from its symbol or code; the sign may stand on either side of it. */
export function take(text: string): { number: string; unit: string } | undefined {
  if (text.length > LONGEST) return undefined;
  let body = text.trim();
  let around = false;
  if (body.startsWith("(") && body.endsWith(")")) {
    around = true;
    body = body.slice(1, -1).trim();
  }
  const inside = ACCOUNTED.exec(body);
  if (inside !== null && !around) {
    around = true;
    body = `${inside[1] ?? ""}${inside[2] ?? ""}`;
  }
  const none = NONE.exec(body);
  if (none !== null && !around) return { number: "0", unit: (none[1] ?? "").trim() };
  const match = AMOUNT.exec(withCents(body));
  if (match === null) return undefined;
  const [, before = "", raw = "", after = ""] = match;
  const sign = /^[-−–]/.test(before) ? "-" : "";
  const left = before.replace(/^[-−–]\s*/, "").trim();
  if (left !== "" && after !== "" && currencyMeans(left) !== currencyMeans(after)) {
    if (!sharesCurrency(left, after)) return undefined;
    return join(sign, raw, around, codeOf(left) ?? codeOf(after) ?? left);
  }
  return join(sign, raw, around, left === "" ? after.trim() : left);
}

function join(
  sign: string,
  raw: string,
  around: boolean,
  unit: string,
): { number: string; unit: string } | undefined {
  const number = raw.trim();
  if (sign !== "" && /^[(+\-−–]|[-−]$/.test(number)) return undefined;
  return { number: around ? `(${sign}${number})` : `${sign}${number}`, unit };
}

function codeOf(unit: string): string | undefined {
  const upper = unit.toUpperCase();
  return CODES.has(upper) ? upper : undefined;
}

function currencyMeans(unit: string): string {
  return codeOf(unit) ?? SYMBOLS[unit.toLowerCase()] ?? LOCAL_SYMBOLS[unit.toLowerCase()] ?? unit;
}

/** "$ … USD": a symbol on one side and the code on the other. */
function sharesCurrency(a: string, b: string): boolean {
  const first = currencyMeans(a).split(" ");
  return currencyMeans(b)
    .split(" ")
    .some((code) => first.includes(code) && CODES.has(code));
}

/** The currency a symbol or code stands for; `undefined` when it is none or in doubt. */
export function currencyOf(unit: string, own: string, home: string): string | undefined {
  const code = codeOf(unit);
  if (code !== undefined) return code;
  const symbol = unit.toLowerCase();
  const shared = SYMBOLS[symbol]?.split(" ");
  const local = LOCAL_SYMBOLS[symbol]?.split(" ");
  const codes = shared ?? local ?? [];
  if (codes.includes(own)) return own;
  if (codes.includes(home)) return home;
  return shared?.[0];
}

const formats = new Map<string, Intl.NumberFormat>();

/** For people, in the locale's manner, with all decimals of the currency. */
export function format(stored: string, locale: string): string {
  const { minor, currency } = fromStored(stored);
  const digits = minorDigits(currency);
  const name = `${locale} ${currency}`;
  let prepared = formats.get(name);
  if (prepared === undefined) {
    prepared = new Intl.NumberFormat(supported(locale), {
      style: "currency",
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(name, prepared);
  }
  return prepared.format(minor / 10 ** digits);
}

/** Text that reads back to the same amount: the code is named unless it is the field's own. */
export function edit(stored: string, own: string, locale: string): string {
  const amount = amountOf(stored);
  const text = markOf(locale) === "," ? amount.replace(".", ",") : amount;
  const currency = currencyIn(stored);
  return currency === own ? text : `${text} ${currency}`;
}
