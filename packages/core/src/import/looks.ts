import { colourName } from "./colour-name.ts";
import { type Look, LOOK_BITS } from "./read/formatting.ts";
import { isBlank, type RawCell } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { isStriped } from "./stripes.ts";
import { dataRows, type Table } from "./table.ts";

/** Something written in how rows or cells look, or in notes on cells, that can become a column. Plain data. */
export interface LookOffer {
  /** Stays the same when the file is read again: `fill`, `strike:Name`. */
  readonly id: string;
  readonly about: "fill" | "font" | "strike" | "bold" | "notes";
  /** Name of the column whose cells have it; absent: whole rows, or any cells. */
  readonly column?: string;
  /** What the column could be called. */
  readonly name: string;
  /** Data rows that have it. */
  readonly rows: number;
  /** The different looks, the most frequent first; none for notes. */
  readonly looks: readonly OfferedLook[];
}

export interface OfferedLook {
  /** `#rrggbb` for colours, else what it is about. */
  readonly key: string;
  /** What it could be called. */
  readonly name: string;
  readonly rows: number;
}

/** A look that becomes a column, by the names somebody gave it. */
export interface LookChoice {
  readonly id: string;
  readonly name: string;
  /** By key of the look; one without a name, or with a blank one, is left out. */
  readonly names: { readonly [key: string]: string };
}

/** An offer with what it says of each row. */
export interface FoundLook {
  readonly offer: LookOffer;
  /** By row of the file: place among the offer's looks plus one, 0 for none. */
  readonly codes?: Uint16Array;
  /** By row of the file. */
  readonly texts?: ReadonlyMap<number, string>;
}

type About = "fill" | "font" | "strike" | "bold";
const ABOUT: readonly About[] = ["fill", "font", "strike", "bold"];
/** What nearly all rows have says nothing. */
const NEARLY_ALL = 0.8;
/** More colours are a picture. */
const MOST_COLOURS = 12;
const MOST_OFFERS = 8;
const LONGEST_NOTES = 20_000;

/**
 * What can be taken of a table's formatting: fills, colours of text, strike-through, bold rows and notes on cells. What only helps the
 * eye is not: stripes, heads, what nearly all rows have.
 */
export function looksIn(table: Table): FoundLook[] {
  const { formatting } = table.raw;
  const hasMarks = (formatting?.marks?.rows.length ?? 0) > 0;
  if (!hasMarks && (formatting?.remarks.length ?? 0) === 0) return [];
  const rows = dataRows(table);
  const found = [...lookedAt(table, rows)];
  const notes = notesIn(table, rows);
  found.sort(
    (a, b) =>
      Number(a.offer.column !== undefined) - Number(b.offer.column !== undefined) ||
      b.offer.rows - a.offer.rows,
  );
  return [...found.slice(0, MOST_OFFERS), ...(notes === undefined ? [] : [notes])];
}

/** Looks of one kind in whole rows, or in the cells of one column. */
interface Group {
  readonly about: About;
  /** Position in the rows; -1: whole rows. */
  readonly column: number;
  readonly keys: string[];
  readonly codes: Uint16Array;
}

function* lookedAt(table: Table, rows: readonly number[]): Generator<FoundLook> {
  for (const group of groupsIn(table, rows)) {
    const found = offered(table, rows, group);
    if (found !== undefined) yield found;
  }
}

function groupsIn(table: Table, rows: readonly number[]): Iterable<Group> {
  const { looks = [], marks } = table.raw.formatting ?? {};
  const groups = new Map<string, Group>();
  if (marks === undefined || marks.rows.length === 0) return [];
  const size = Rows.count(table.raw.rows);
  const isData = new Uint8Array(size);
  for (const row of rows) isData[row] = 1;
  const columns = new Set(table.columns.map(({ index }) => index));
  const keys = looks.map(keysOf);
  const put = (about: About, column: number, row: number, key: string) => {
    const id = `${about} ${column}`;
    let group = groups.get(id);
    if (group === undefined)
      groups.set(id, (group = { about, column, keys: [], codes: new Uint16Array(size) }));
    let place = group.keys.indexOf(key);
    if (place === -1) {
      // Beyond any number that is offered they are all alike.
      if (group.keys.length > 4 * MOST_COLOURS) return;
      place = group.keys.push(key) - 1;
    }
    group.codes[row] = place + 1;
  };
  const { rows: markRows, cells } = marks;
  for (let from = 0, to = 0; from < markRows.length; from = to) {
    const row = markRows[from]!;
    while (to < markRows.length && markRows[to] === row) to++;
    if (row >= size || isData[row] !== 1) continue;
    const filled = table.columns.filter(
      ({ index }) => !isBlank(Rows.cell(table.raw.rows, row, index)),
    ).length;
    const least = Math.max(Math.min(2, table.columns.length), filled / 2);
    for (const about of ABOUT) {
      const times = new Map<string, number>();
      const each = (visit: (column: number, key: string) => void) => {
        for (let at = from; at < to; at++) {
          const column = cells[at]! >> LOOK_BITS;
          const key = keys[(cells[at]! & 0xffff) - 1]?.[about];
          if (key === undefined || !columns.has(column)) continue;
          if (about === "fill" || !isBlank(Rows.cell(table.raw.rows, row, column)))
            visit(column, key);
        }
      };
      each((_, key) => times.set(key, (times.get(key) ?? 0) + 1));
      if (times.size === 0) continue;
      const [most, count] = [...times].reduce((a, b) => (b[1] > a[1] ? b : a));
      const whole = count >= least ? most : undefined;
      if (whole !== undefined) put(about, -1, row, whole);
      if (about === "bold") continue;
      each((column, key) => {
        if (key !== whole) put(about, column, row, key);
      });
    }
  }
  return groups.values();
}

function keysOf({ fill, font, strike, bold }: Look): { readonly [about in About]?: string } {
  return {
    ...(fill === undefined ? {} : { fill }),
    ...(font === undefined ? {} : { font }),
    ...(strike === undefined ? {} : { strike: "strike" }),
    ...(bold === undefined ? {} : { bold: "bold" }),
  };
}

const WORDS = {
  fill: { row: "Row colour", cell: "Colour of" },
  font: { row: "Text colour", cell: "Text colour of" },
  strike: { row: "Struck through", cell: "Struck through in" },
  bold: { row: "Bold rows", cell: "Bold in" },
} as const;

function offered(table: Table, rows: readonly number[], group: Group): FoundLook | undefined {
  const { about, column, keys } = group;
  if (isStriped(table, rows, group.codes)) return undefined;
  const counts = new Uint32Array(keys.length + 1);
  for (const row of rows) counts[group.codes[row]!]! += 1;
  const of =
    column === -1 || about === "fill"
      ? rows.length
      : rows.filter((row) => !isBlank(Rows.cell(table.raw.rows, row, column))).length;
  const kept = keys
    .map((key, place) => ({ key, place, rows: counts[place + 1]! }))
    .filter((one) => one.rows > 0 && one.rows < of * NEARLY_ALL)
    .toSorted((a, b) => b.rows - a.rows);
  const all = kept.reduce((sum, one) => sum + one.rows, 0);
  if (kept.length === 0 || kept.length > MOST_COLOURS) return undefined;
  // One cell of a colour is an accident; so are columns in which nearly every cell has one of several.
  if (column !== -1 && (all < 2 || (kept.length > 1 && all >= of * 0.98 && kept.length > of / 3)))
    return undefined;
  const taken = new Set<string>();
  const looks = kept.map(({ key, rows: count }) => {
    const base = key.startsWith("#") ? colourName(key) : WORDS[key as "strike" | "bold"].row;
    let name = key === "bold" ? "Bold" : base;
    for (let again = 2; taken.has(name); again++) name = `${base} ${again}`;
    taken.add(name);
    return { key, name, rows: count };
  });
  const codeOf = new Uint16Array(keys.length + 1);
  kept.forEach(({ place }, at) => (codeOf[place + 1] = at + 1));
  const columnName = table.columns.find(({ index }) => index === column)?.name;
  return {
    offer: {
      id: columnName === undefined ? about : `${about}:${columnName}`,
      about,
      ...(columnName === undefined ? {} : { column: columnName }),
      name: columnName === undefined ? WORDS[about].row : `${WORDS[about].cell} ${columnName}`,
      rows: all,
      looks,
    },
    codes: group.codes.map((code) => codeOf[code]!),
  };
}

/** Notes on cells of the data, those of a row together; which cell they are on is said where they are on several columns. */
function notesIn(table: Table, rows: readonly number[]): FoundLook | undefined {
  const isData = new Set(rows);
  const names = new Map(table.columns.map(({ index, name }) => [index, name]));
  const remarks = (table.raw.formatting?.remarks ?? []).filter(
    ({ row, column }) => isData.has(row) && names.has(column),
  );
  if (remarks.length === 0) return undefined;
  const several = new Set(remarks.map(({ column }) => column)).size > 1;
  const texts = new Map<number, string>();
  for (const { row, column, text } of remarks) {
    const said = several ? `${names.get(column)}: ${text}` : text;
    const before = texts.get(row);
    texts.set(row, (before === undefined ? said : `${before}\n${said}`).slice(0, LONGEST_NOTES));
  }
  return {
    offer: {
      id: "notes",
      about: "notes",
      name: "Notes on cells",
      rows: texts.size,
      looks: [],
    },
    texts,
  };
}

/** The table with a column more for each look that somebody chose, as if it had been written there. */
export function withLooks(
  table: Table,
  found: readonly FoundLook[],
  choices: readonly LookChoice[],
): Table {
  const chosen = found.flatMap((one, place) => {
    const choice = choices.find(({ id }) => id === one.offer.id);
    return choice === undefined ? [] : [{ ...one, choice, place }];
  });
  const { rows } = table.raw;
  if (chosen.length === 0 || !Array.isArray(rows)) return table;
  const list: RawCell[][] = [...rows];
  const width = list.reduce((most, row) => Math.max(most, row.length), 0);
  const valueIn = ({ offer, codes, texts, choice }: (typeof chosen)[number], row: number) => {
    if (texts !== undefined) return texts.get(row) ?? "";
    const look = offer.looks[(codes?.[row] ?? 0) - 1];
    return look === undefined ? "" : (choice.names[look.key] ?? "").trim();
  };
  for (const row of dataRows(table)) {
    for (const one of chosen) {
      const value = valueIn(one, row);
      if (value === "") continue;
      const own = list[row]!;
      const cells = own === rows[row] ? [...own] : own;
      while (cells.length < width + one.place) cells.push(null);
      cells[width + one.place] = value;
      list[row] = cells;
    }
  }
  return {
    ...table,
    raw: { ...table.raw, rows: list },
    columns: [
      ...table.columns,
      ...chosen.map(({ offer, choice, place }) => ({
        index: width + place,
        name: choice.name.trim() === "" ? offer.name : choice.name.trim(),
        named: true,
        look: offer.about,
      })),
    ],
  };
}
