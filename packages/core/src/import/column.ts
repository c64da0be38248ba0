import type { Fit, NumberEvidence, Reading, Registry } from "../field/behaviour.ts";
import { endsWithYear } from "../field/calendar.ts";
import type { FieldType, Locale } from "../field/field.ts";
import { chosenFrom } from "./chosen-from.ts";
import { inWords, orderOf } from "./date-order.ts";
import { markFacts } from "./decimal-mark.ts";
import { normaliseHeader } from "./header.ts";
import { type Placeholder, placeholdersIn } from "./placeholders.ts";
import { sift } from "../field/sift.ts";
import { cellText, type Formatted, isBlank, type RawCell } from "./read/raw.ts";
import { fromSerial } from "./read/number-format.ts";
import * as Rows from "./read/rows.ts";
import type { Table, TableColumn } from "./table.ts";
import type { Writing } from "./writing.ts";

/** What is known about a column from its own values, with the counts that prove it. */
export interface ColumnFacts {
  readonly column: TableColumn;
  /** Data rows with a value. */
  readonly filled: number;
  /** Data rows. */
  readonly of: number;
  /** The first few different values. */
  readonly samples: readonly string[];
  /** The type a new field for it would have. */
  readonly type: FieldType;
  /** How its texts are read. */
  readonly reading: Reading;
  /** "ymd" also for dates with a written month; null: no date, or nothing proves the order. */
  readonly dateOrder: "dmy" | "mdy" | "ymd" | null;
  /** Why, in words and counts, for people. */
  readonly reason: string;
  /** Something a person should look at: an order nothing proves, values that contradict each other. */
  readonly doubt?: string;
  /** How dates or figures are written, where they can be read in more than one way. */
  readonly writing?: Writing;
  /** What becomes blank because it says that there is nothing, and what only looks like that. */
  readonly placeholders: readonly Placeholder[];
  /** Share of the values that fit each type that was considered, 0 to 1. */
  readonly fits: { readonly [type in FieldType]?: number };
  /** ISO 4217, when the values or their format name one. */
  readonly currency?: string;
  /** What the file lets people choose from. */
  readonly options?: readonly string[];
}

const SAMPLE = 600;

/** Facts about every column of a table. `rows` are its data rows (`dataRows`). */
export function describeColumns(
  table: Table,
  rows: readonly number[],
  locale: Locale,
  registry: Registry,
): ColumnFacts[] {
  const filled = countFilled(table, rows);
  const facts = table.columns.map((column, at) =>
    describeColumn(table, column, rows, filled[at]!, locale, registry),
  );
  return facts.map((fact) => chosenFrom(withNeighbours(fact, facts), table, rows));
}

/**
 * What a column leaves open, another one of the same file may prove: people and programs write all their dates and figures in one way.
 * It is used and said; that the column itself proves nothing stays true.
 */
function withNeighbours(fact: ColumnFacts, facts: readonly ColumnFacts[]): ColumnFacts {
  const { writing } = fact;
  if (writing?.asks !== true || writing.examples.some(({ proves }) => proves !== null)) return fact;
  const proving = facts.filter(
    (one) => one.writing?.about === writing.about && !one.writing.asks && hasProof(one.writing),
  );
  const used = new Set(proving.map((one) => one.writing!.used));
  const [way] = used;
  if (used.size !== 1 || way === undefined) return fact;
  if (!writing.ways.some(({ value }) => value === way)) return fact;
  const reading =
    way === "." || way === ","
      ? { ...fact.reading, decimal: way }
      : { ...fact.reading, dateOrder: way };
  const says = way === "." ? "a decimal point" : way === "," ? "a decimal comma" : inWords(way);
  const name = proving[0]!.column.name;
  return {
    ...fact,
    reading,
    doubt:
      `${fact.doubt ?? ""} “${name}” proves ${says}, so these are read in that way, too.`.trim(),
    writing: { ...writing, used: way, asks: false },
  };
}

function hasProof({ examples, used }: Writing): boolean {
  return examples.some(({ proves }) => proves === used);
}

function describeColumn(
  table: Table,
  column: TableColumn,
  rows: readonly number[],
  filled: number,
  locale: Locale,
  registry: Registry,
): ColumnFacts {
  const cells = sampleCells(table, column.index, rows, filled);
  const placeholders = placeholdersIn(table, column, rows, cells.map(cellText));
  const base = {
    column,
    placeholders,
    filled,
    of: rows.length,
    samples: firstDistinct(cells, 6),
  };
  if (filled === 0) {
    return {
      ...base,
      type: "text",
      reading: {},
      dateOrder: null,
      reason: "The column is empty.",
      fits: {},
      placeholders: [],
    };
  }
  // Counts of a part of the values say so.
  const said = <Judged extends { readonly reason: string }>(judged: Judged): Judged =>
    cells.length < filled && /^\d/.test(judged.reason)
      ? { ...judged, reason: `In a sample, ${judged.reason}` }
      : judged;
  const typed = fromFormats(cells);
  if (typed !== undefined && !(typed.type === "number" && saysDate(column)))
    return { ...base, ...said(typed) };
  const texts = cells.map(cellText);
  const judged = said(judge(texts, column, locale, registry));
  if (typed !== undefined && judged.reading.serials !== true) return { ...base, ...said(typed) };
  if (judged.reading.serials !== true && (judged.type === "date" || judged.type === "dateTime")) {
    return {
      ...base,
      ...judged,
      ...orderOf(table, column.index, rows, judged.type, locale, registry),
    };
  }
  const { numbers, ...known } = judged;
  if (numbers === undefined) return { ...base, ...known };
  const marks = markFacts(table, column.index, rows, known, numbers, locale, registry);
  const { evidence, ...others } = marks;
  const reason = evidence === undefined ? known.reason : `${known.reason} ${evidence}`;
  return { ...base, ...known, ...others, reason };
}

function countFilled({ raw, columns }: Table, rows: readonly number[]): number[] {
  return columns.map(({ index }) => {
    const { size, repeats, code, isBlank: isBlankAt } = Rows.column(raw.rows, index);
    let count = 0;
    if (!repeats) {
      for (const row of rows) {
        const place = code(row);
        if (place >= 0 && !isBlankAt(place)) count++;
      }
      return count;
    }
    const times = new Int32Array(size + 1);
    for (const row of rows) times[code(row) + 1]!++;
    for (let place = 0; place < size; place++) if (!isBlankAt(place)) count += times[place + 1]!;
    return count;
  });
}

/** Some hundred values from all over the column. */
function sampleCells(
  table: Table,
  index: number,
  rows: readonly number[],
  filled: number,
): RawCell[] {
  const take = (step: number): RawCell[] => {
    const cells: RawCell[] = [];
    for (let at = 0; at < rows.length; at += step) {
      const cell = Rows.cell(table.raw.rows, rows[Math.floor(at)]!, index);
      if (!isBlank(cell)) cells.push(cell!);
    }
    return cells;
  };
  const cells = take(Math.max(1, filled / SAMPLE));
  if (cells.length >= Math.min(filled, SAMPLE / 4)) return cells;
  // Sparse values in clusters: every row is looked at, then thinned out.
  const all = take(1);
  const step = Math.max(1, all.length / SAMPLE);
  return Array.from(
    { length: Math.ceil(all.length / step) },
    (_, at) => all[Math.floor(at * step)]!,
  );
}

function firstDistinct(cells: readonly RawCell[], count: number): string[] {
  const seen = new Set<string>();
  for (const cell of cells) {
    seen.add(cellText(cell));
    if (seen.size === count) break;
  }
  return [...seen];
}

type Judgement = Pick<ColumnFacts, "type" | "reading" | "dateOrder" | "reason" | "fits"> & {
  readonly currency?: string;
  /** Of figures. */
  readonly numbers?: NumberEvidence;
};

/** Nine in ten cells of a worksheet column that carry a type of their own decide it. */
function fromFormats(cells: readonly RawCell[]): Judgement | undefined {
  const counts = new Map<FieldType, number>();
  let currency: string | undefined;
  let wide = 0;
  let timed = 0;
  for (const cell of cells) {
    const type = cellType(cell);
    if (type === undefined) continue;
    if (type === "dateTime" && !isMidnight(cell)) timed++;
    if (type === "currency") currency ??= (cell as Formatted).currency;
    if (typeof cell === "number" && !Number.isSafeInteger(cell) && Math.abs(cell) > 1e15) wide++;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const dates = (counts.get("date") ?? 0) + (counts.get("dateTime") ?? 0);
  if (dates > 0 && counts.has("dateTime")) {
    counts.delete("date");
    counts.delete("dateTime");
    // Programs that know no plain dates store midnight with each of them.
    counts.set(timed > 0 && timed * 10 >= dates ? "dateTime" : "date", dates);
  }
  const numbers = ["number", "currency", "percent"] as const;
  const figures = numbers.reduce((sum, type) => sum + (counts.get(type) ?? 0), 0);
  let main: [FieldType, number] | undefined;
  for (const entry of counts) if (main === undefined || entry[1] > main[1]) main = entry;
  if (main === undefined || wide > 0) return undefined;
  const [type, count] = main;
  const isFigure = type === "number" || type === "currency" || type === "percent";
  const fitting = isFigure ? figures : count;
  if (fitting < cells.length * 0.9) return undefined;
  return {
    type,
    reading: {},
    dateOrder: type === "date" || type === "dateTime" ? "ymd" : null,
    reason: `${fitting} of ${cells.length} cells are stored as ${TYPE_WORDS[type] ?? type}.`,
    fits: { [type]: fitting / cells.length },
    ...(currency === undefined ? {} : { currency }),
  };
}

function isMidnight(cell: RawCell): boolean {
  return (
    typeof cell === "object" &&
    cell !== null &&
    typeof cell.value === "string" &&
    cell.value.endsWith("T00:00:00")
  );
}

const TYPE_WORDS: { readonly [type in FieldType]?: string } = {
  number: "numbers",
  currency: "amounts of money",
  percent: "percentages",
  date: "dates",
  dateTime: "dates with a time",
  checkbox: "yes or no",
  email: "e-mail addresses",
  phone: "phone numbers",
  url: "web addresses",
};

function cellType(cell: RawCell): FieldType | undefined {
  if (typeof cell === "number") return "number";
  if (typeof cell === "boolean") return "checkbox";
  if (typeof cell !== "object" || cell === null) return undefined;
  if (cell.as === "time" || cell.as === "error") return undefined;
  return cell.as;
}

/** Least share of the values that must fit, in the order in which types are tried. */
const TRIED: readonly (readonly [FieldType, number])[] = [
  ["email", 0.7],
  ["url", 0.7],
  ["checkbox", 0.97],
  ["percent", 0.9],
  ["currency", 0.9],
  ["date", 0.85],
  ["dateTime", 0.85],
  ["phone", 0.75],
  ["number", 0.9],
];

function judge(
  texts: readonly string[],
  column: TableColumn,
  locale: Locale,
  registry: Registry,
): Judgement {
  const fits: { [type in FieldType]?: number } = {};
  const saysPhone = PHONE_NAME.test(normaliseHeader(column.name));
  const saysText = TEXT_NAME.test(normaliseHeader(column.name));
  const telling = sift(texts).texts;
  if (telling.length === 0) return asText(texts, column, fits, undefined, registry, locale);
  const digits = share(telling, (text) => /\p{Nd}/u.test(text));
  let against: string | undefined;
  for (const [type, least] of TRIED) {
    if (!worthTrying(type, telling, digits)) continue;
    const fit = registry[type].guess(texts, locale);
    if (fit.of === 0) continue;
    fits[type] = fit.fits / fit.of;
    against ??= type === "number" ? fit.against : undefined;
    if (type === "number" && saysDate(column) && areSerials(telling)) {
      return {
        type: "date",
        reading: { serials: true },
        dateOrder: "ymd",
        reason: `${telling.length} values are day numbers as Excel counts days: ${telling[0]!} is ${serialDay(telling[0]!)}.`,
        fits: { date: 1 },
      };
    }
    if (saysText && (type === "number" || type === "phone" || type === "currency")) continue;
    if (saysPhone && type === "number") continue;
    if (type === "phone" && !saysPhone && !looksDialled(telling)) continue;
    // Numbers of another country without its code are possible nowhere else, but phone numbers all the same.
    const dialled = type === "phone" && saysPhone && looksDialled(telling, 0.7);
    if (!dialled && fit.fits / fit.of < (type === "phone" && saysPhone ? 0.5 : least)) continue;
    if (type === "url" && share(telling, (text) => !HOST.test(text)) > 0.5) continue;
    if (type === "percent" && fit.numbers !== undefined && fit.numbers.percent < fit.fits * 0.5)
      continue;
    if (type === "currency" && fit.numbers !== undefined && fit.numbers.currency < fit.fits * 0.3)
      continue;
    // Eight figures may be any number, unless the name says that they are days.
    if (type === "date" && !saysDate(column) && telling.some(endsWithYear)) continue;
    // A date-time column is one in which times occur: date fits first only when there are none.
    if (type === "date" && registry.dateTime.guess(texts, locale).fits > fit.fits) continue;
    return {
      type,
      reading: {},
      dateOrder: null,
      reason: `${fit.fits} of ${fit.of} values read as ${TYPE_WORDS[type] ?? type}.`,
      fits,
      ...(fit.numbers === undefined ? {} : { numbers: fit.numbers }),
      ...currencyIn(texts, type),
    };
  }
  return asText(texts, column, fits, against, registry, locale);
}

/** What is no web address by its beginning is one by its end: files and codes have dots as well. */
const HOST =
  /^(?:https?:|ftp:|www\.)|\.(?:com|org|net|edu|gov|mil|int|info|biz|name|pro|app|dev|cloud|shop|store|online|site|tech|ai|io|eu|example|(?!(?:js|py|md|sh|ts|rs|pl|so|vb|cs|db)\b)[a-z]{2})(?:[/?#:]|$)/i;
const PHONE_NAME =
  /电话|手机|電話|手機|携帯|전화|휴대|телефон|моб|τηλ|هاتف|טלפון|\b(?:phones?|tel|telephone|telefon\w*|telefoon\w*|telefone|telefono|mobile?|mobil\w*|mobiel|cell|cellular\w*|cellphone|celular|handy\w*|fax|rufnummer|gsm|portable|movil|whatsapp|landline|festnetz)\b/;
const TEXT_NAME =
  /\b(?:zip|postal|postcode|plz|postleitzahl|cep|cp|codigo postal|code postal|pin ?code|iban|vat|tax id|ssn|ein|account (?:no|nr|number)|kontonummer|sku|barcode|ean|isbn|serial)\b/;

function worthTrying(type: FieldType, texts: readonly string[], digits: number): boolean {
  if (type === "email") return share(texts, (text) => text.includes("@")) >= 0.5;
  if (type === "url")
    return share(texts, (text) => text.includes(".") && !text.includes("@")) >= 0.5;
  // A single letter says yes or no only beside another one.
  if (type === "checkbox" && texts.length < 3 && texts.every((text) => text.length === 1))
    return new Set(texts).size > 1;
  if (type === "checkbox") return new Set(texts.map((text) => text.trim().toLowerCase())).size <= 4;
  if (type === "percent") return share(texts, (text) => text.includes("%")) >= 0.4;
  if (type === "phone")
    return share(texts, (text) => text.length < 40 && text.replace(/\D/g, "").length >= 6) >= 0.5;
  return digits >= 0.5;
}

const DATE_NAME =
  /\b(?:dates?|\w*datum|data|fecha|day|tag|birthday|birthdate|dob|geburtstag|closed?|due|since|seit|depuis|desde|opened|created|updated|start|end|begin|expires?|expiry|deadline|signed|le)\b|日期|日付|날짜|дата/;

function saysDate(column: TableColumn): boolean {
  return DATE_NAME.test(normaliseHeader(column.name));
}

/** Whole numbers that are days between 1950 and 2079 as Excel counts them. */
function areSerials(texts: readonly string[]): boolean {
  return texts.every(
    (text) => /^\d{5}$/.test(text) && Number(text) > 18_263 && Number(text) < 65_745,
  );
}

function serialDay(text: string): string {
  return fromSerial(Number(text), "date", false)?.text ?? text;
}

function share(texts: readonly string[], test: (text: string) => boolean): number {
  let count = 0;
  for (const text of texts) if (test(text)) count++;
  return texts.length === 0 ? 0 : count / texts.length;
}

/** Without a name that says phone, plain digits may be any number: some must be written as people write phone numbers. */
function looksDialled(texts: readonly string[], least = 0.3): boolean {
  return (
    share(texts, (text) => {
      const trimmed = text.trim();
      if (!/^(?:\+|00\d|\(?0?\d)[\d\s().\-/]{5,}\d(?:\s?(?:x|ext\.?)\s?\d+)?$/i.test(trimmed))
        return false;
      if (/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/.test(trimmed)) return false;
      return (
        trimmed.startsWith("+") ||
        /\d[\s().\-/]+\d{2,}[\s.\-/]+\d/.test(trimmed) ||
        /^\(?0\d{1,4}[)\s/-]/.test(trimmed) ||
        /^\(\d{3}\)/.test(trimmed)
      );
    }) >= least
  );
}

const SIGNS: { readonly [sign: string]: string } = {
  "€": "EUR",
  "£": "GBP",
  "¥": "JPY",
  "₹": "INR",
};

function currencyIn(texts: readonly string[], type: FieldType): { currency?: string } {
  if (type !== "currency") return {};
  for (const text of texts) {
    const code = /\b([A-Z]{3})\b/.exec(text)?.[1] ?? SIGNS[/[€£¥₹]/.exec(text)?.[0] ?? ""];
    if (code !== undefined) return { currency: code };
  }
  return {};
}

/** Names of columns whose values repeat without being a list to choose from. */
const NO_CHOICE =
  /\b(?:name|names|first|last|city|town|street|address|zip|postal|postcode|plz|phone|mobile|title|vorname|nachname|ort|stadt|strasse|nom|prenom|ville|apellidos?|nombre|ciudad|nome|cidade|citta|cognome|naam|plaats|notes?|comments?|description|company|organi[sz]ation|firma|id|email)\b/;

function asText(
  texts: readonly string[],
  column: TableColumn,
  fits: ColumnFacts["fits"],
  against: string | undefined,
  registry: Registry,
  locale: Locale,
): Judgement {
  const plain = { reading: {}, dateOrder: null, fits } as const;
  const fit: Fit = registry.text.guess(texts, locale);
  if (fit.of > 0 && fit.fits < fit.of * 0.98) {
    return {
      ...plain,
      type: "longText",
      reason: `${fit.of - fit.fits} of ${fit.of} values are long or have several lines.`,
    };
  }
  const repeated = repetition(texts);
  if (repeated !== undefined && column.named && !NO_CHOICE.test(normaliseHeader(column.name))) {
    return { ...plain, ...repeated };
  }
  return {
    ...plain,
    type: "text",
    reason: against === undefined ? "Plain text." : `Kept as text: ${against}.`,
  };
}

/** A short list of values that come back again and again is a choice; lists of such values a multiple choice. */
function repetition(texts: readonly string[]): Pick<Judgement, "type" | "reason"> | undefined {
  if (texts.length < 8) return undefined;
  // Codes of digits are no list to choose from.
  if (texts.every((text) => /^[\d\s]+$/.test(text))) return undefined;
  const whole = new Set<string>();
  const parts = new Set<string>();
  let several = 0;
  let count = 0;
  for (const text of texts) {
    const trimmed = text.trim();
    if (trimmed.length > 120) return undefined;
    whole.add(trimmed.toLowerCase());
    const pieces = trimmed.split(/\s*[,;|]\s*/).filter((piece) => piece !== "");
    if (pieces.length > 1) several++;
    for (const piece of pieces) {
      if (piece.length > 30) return undefined;
      parts.add(piece.toLowerCase());
      count++;
    }
  }
  if (several === 0 && whole.size <= 25 && whole.size * 4 <= texts.length) {
    const values = whole.size === 1 ? "The same value" : `${whole.size} different values`;
    return { type: "choice", reason: `${values} in ${texts.length}.` };
  }
  if (several >= texts.length * 0.2 && parts.size <= 40 && parts.size * 6 <= count) {
    return { type: "multiChoice", reason: `${parts.size} different words, several in one cell.` };
  }
  return undefined;
}
