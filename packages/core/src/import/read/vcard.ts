import { DomainError } from "../../error.ts";
import { createDecoder } from "./decoder.ts";
import { detectEncoding } from "./encoding.ts";
import type { Note, RawTable } from "./raw.ts";

/** A line of a card: what it is, what is said about it, and its value as written. */
interface Property {
  readonly name: string;
  /** Parameters in capitals, TYPE's values among them by name. */
  readonly types: ReadonlySet<string>;
  readonly encoding: string | undefined;
  readonly charset: string | undefined;
  readonly value: string;
}

const MAX_CARDS = 200_000;
/** Columns in the order in which people read them. */
const COLUMNS = [
  "First name",
  "Last name",
  "Name",
  "Nickname",
  "E-mail",
  "E-mail 2",
  "E-mail 3",
  "Mobile phone",
  "Work phone",
  "Home phone",
  "Phone",
  "Phone 2",
  "Fax",
  "Company",
  "Department",
  "Job title",
  "Role",
  "Street",
  "City",
  "State",
  "Postal code",
  "Country",
  "Street 2",
  "City 2",
  "State 2",
  "Postal code 2",
  "Country 2",
  "Website",
  "Website 2",
  "Birthday",
  "Categories",
  "Notes",
] as const;
type ColumnName = (typeof COLUMNS)[number];
type Card = Map<ColumnName, string>;

/**
 * Reads contact cards (vCard 2.1, 3.0 and 4.0): one row per card, with the columns that any card fills. Pictures, keys and what programs
 * keep for themselves are left out. Lines that are no property are told in the notes. Throws `too-large` for more than 200,000 cards.
 */
export function readVcard(bytes: Uint8Array, options: { encoding?: string } = {}): RawTable {
  const found = detectEncoding(bytes);
  const encoding = options.encoding === undefined ? found : { ...found, name: options.encoding };
  const text = createDecoder(encoding.name).decode(bytes.subarray(encoding.skip));
  const cards: Card[] = [];
  const notes: Note[] = [];
  let card: Card | undefined;
  for (const line of unfold(text)) {
    const property = parse(line);
    if (property === undefined) {
      if (card !== undefined && line.trim() !== "" && notes.length < 20) {
        notes.push({ row: cards.length, message: "A line of the card could not be read." });
      }
      continue;
    }
    const { name, value } = property;
    if (name === "BEGIN" && /^vcard$/i.test(value.trim())) card ??= new Map();
    else if (name === "END" && /^vcard$/i.test(value.trim())) {
      if (card !== undefined && card.size > 0) cards.push(card);
      card = undefined;
      if (cards.length > MAX_CARDS) {
        throw new DomainError(
          "too-large",
          `The file holds more than ${MAX_CARDS.toLocaleString("en")} contact cards. Split it into smaller files.`,
        );
      }
    } else if (card !== undefined) take(card, property);
  }
  if (card !== undefined && card.size > 0) {
    notes.push({
      row: cards.length,
      message: "The last card has no end: the file may be cut off.",
    });
    cards.push(card);
  }
  for (const one of cards) tidy(one);
  const used = COLUMNS.filter((name) => cards.some((one) => one.has(name)));
  return {
    sheet: null,
    encoding: encoding.name,
    delimiter: null,
    quote: null,
    names: used,
    rows: cards.map((one) => used.map((name) => one.get(name) ?? "")),
    notes,
  };
}

/** Lines that begin with a space go on from the one before; quoted-printable ones end with "=" where they go on. */
function unfold(text: string): string[] {
  const lines: string[] = [];
  let soft = false;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const last = lines.length - 1;
    if (soft) lines[last] = `${lines[last]!.slice(0, -1)}${line.replace(/^[ \t]/, "")}`;
    else if (/^[ \t]/.test(line) && last >= 0) lines[last] += line.slice(1);
    else lines.push(line);
    soft = line.endsWith("=") && /^[^:]*QUOTED-PRINTABLE[^:]*:/i.test(lines.at(-1)!);
  }
  return lines;
}

function parse(line: string): Property | undefined {
  const match =
    /^(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;(?:"[^"]*"|[^":;]*(?:"[^"]*")?)*)*):(.*)$/s.exec(line);
  if (match === null) return undefined;
  const [, name = "", parameters = "", value = ""] = match;
  const types = new Set<string>();
  let encoding: string | undefined;
  let charset: string | undefined;
  for (const parameter of parameters.split(";")) {
    if (parameter === "") continue;
    const [key = "", given] = parameter.toUpperCase().split("=");
    if (given === undefined) {
      if (key === "QUOTED-PRINTABLE" || key === "BASE64") encoding = key;
      else types.add(key);
    } else if (key === "ENCODING") encoding = given;
    else if (key === "CHARSET") charset = given;
    else if (key === "TYPE")
      for (const type of given.replaceAll('"', "").split(",")) types.add(type.trim());
    else if (key === "PREF") types.add("PREF");
  }
  return { name: name.toUpperCase(), types, encoding, charset, value };
}

function textOf({ value, encoding, charset }: Property): string {
  if (encoding !== "QUOTED-PRINTABLE") return value;
  const bytes: number[] = [];
  for (let at = 0; at < value.length; at++) {
    const hex =
      value[at] === "=" ? /^[0-9A-Fa-f]{2}/.exec(value.slice(at + 1, at + 3))?.[0] : undefined;
    if (hex !== undefined) {
      bytes.push(parseInt(hex, 16));
      at += 2;
    } else bytes.push(...new TextEncoder().encode(value[at]));
  }
  const raw = Uint8Array.from(bytes);
  try {
    return createDecoder(charset ?? "utf-8", charset === undefined).decode(raw);
  } catch {
    return createDecoder("windows-1252").decode(raw);
  }
}

/** Parts at semicolons, or at commas, that no backslash escapes. */
function split(text: string, at: ";" | ","): string[] {
  const parts: string[] = [""];
  for (let index = 0; index < text.length; index++) {
    const one = text[index]!;
    if (one === "\\" && index + 1 < text.length) parts[parts.length - 1] += one + text[++index]!;
    else if (one === at) parts.push("");
    else parts[parts.length - 1] += one;
  }
  return parts;
}

function unescape(text: string): string {
  return text
    .replace(/\\([nN\\,;:])/g, (_all, one: string) => (one === "n" || one === "N" ? "\n" : one))
    .replace(/\r\n?/g, "\n")
    .trim();
}

function put(card: Card, names: readonly ColumnName[], value: string): void {
  const text = unescape(value);
  if (text === "") return;
  const free = names.find((name) => !card.has(name));
  if (names.some((name) => card.get(name) === text)) return;
  if (free !== undefined) card.set(free, text);
}

function take(card: Card, property: Property): void {
  const { name, types, encoding } = property;
  if (encoding === "BASE64" || encoding === "B") return;
  const value = textOf(property);
  switch (name) {
    case "N": {
      const [last = "", first = "", middle = ""] = split(value, ";");
      put(card, ["First name"], [first, middle].filter((part) => part.trim() !== "").join(" "));
      put(card, ["Last name"], last);
      return;
    }
    case "FN":
      return put(card, ["Name"], value);
    case "NICKNAME":
      return put(card, ["Nickname"], value);
    case "EMAIL":
      return put(card, ["E-mail", "E-mail 2", "E-mail 3"], value.replace(/^mailto:/i, ""));
    case "TEL":
      return takePhone(card, types, value);
    case "ORG": {
      const [company = "", ...rest] = split(value, ";");
      put(card, ["Company"], company);
      return put(card, ["Department"], rest.filter((part) => part.trim() !== "").join(", "));
    }
    case "TITLE":
      return put(card, ["Job title"], value);
    case "ROLE":
      return put(card, ["Role"], value);
    case "ADR":
      return takeAddress(card, value);
    case "URL":
      return put(card, ["Website", "Website 2"], value);
    case "BDAY":
      return put(card, ["Birthday"], value.replace(/^(\d{4})(\d\d)(\d\d)(?:T.*)?$/, "$1-$2-$3"));
    case "CATEGORIES":
      return put(card, ["Categories"], split(value, ",").join(", "));
    case "NOTE":
      return put(card, ["Notes"], value);
    default:
  }
}

function takePhone(card: Card, types: ReadonlySet<string>, value: string): void {
  const number = value.replace(/^tel:/i, "").replace(/;ext=(\d+)$/i, " ext. $1");
  const own: ColumnName[] = types.has("FAX")
    ? ["Fax"]
    : types.has("PAGER")
      ? []
      : types.has("CELL") || types.has("IPHONE")
        ? ["Mobile phone", "Phone", "Phone 2"]
        : types.has("WORK")
          ? ["Work phone", "Phone", "Phone 2"]
          : types.has("HOME")
            ? ["Home phone", "Phone", "Phone 2"]
            : ["Phone", "Phone 2"];
  put(card, own, number);
}

function takeAddress(card: Card, value: string): void {
  const [box = "", extra = "", street = "", city = "", state = "", code = "", country = ""] = split(
    value,
    ";",
  );
  const lines = [box, extra, street].map(unescape).filter((line) => line !== "");
  const parts = [lines.join(", "), city, state, code, country];
  const hasFirst = ["Street", "City", "Postal code", "Country"].some((name) =>
    card.has(name as ColumnName),
  );
  const names = hasFirst
    ? (["Street 2", "City 2", "State 2", "Postal code 2", "Country 2"] as const)
    : (["Street", "City", "State", "Postal code", "Country"] as const);
  names.forEach((name, at) => put(card, [name], parts[at] ?? ""));
}

/** The whole name is of use only where its parts are not there. */
function tidy(card: Card): void {
  if (card.has("First name") || card.has("Last name")) card.delete("Name");
}
