import { arrange as arrangeGroups, type Group, type Grouping } from "@gridfolk/core/view/group";
import type { GridRow, GroupLine, RowSource } from "./row-model.ts";

/** More than anybody adds before the server confirms it. */
const NEWEST = 4096;

/** The part of a table that an order is made of. */
export interface RowTable {
  readonly ids: readonly string[];
  readonly rowById: Pick<ReadonlyMap<string, number>, "get">;
}

export interface Question {
  /** Those of the rows that are shown, in the same order. Absent: every row. */
  readonly select?: (rows: readonly number[]) => readonly number[];
  /** Absent: in the order of creation. */
  readonly compare?: (a: number, b: number) => number;
  /** Many rows in the order of `compare`, where that can be done faster than by comparing. */
  readonly arrange?: (rows: readonly number[]) => Int32Array;
  /** Rows stand under the header rows of their groups, within a group in the order of `compare`. */
  readonly groups?: Grouping;
  /** Keys of the groups that are shut. */
  readonly collapsed?: ReadonlySet<string>;
}

/** What stands on screen where rows are grouped: records by their place among `rows`, headers as their complement. */
interface Lines {
  readonly at: Int32Array;
  readonly headers: readonly GroupLine[];
  readonly placeById: ReadonlyMap<string, number>;
  /** For each line, and behind the last, how many headers stand above it. */
  readonly headersAbove: Int32Array;
  /** Records of each leaf group among `rows`, in their order. */
  readonly blocks: readonly { readonly leaf: number; readonly from: number; readonly to: number }[];
}

/** A row on its way into the order. */
interface Arrival {
  readonly row: number;
  readonly leaf: number;
  /** Among `rows`. */
  readonly to: number;
}

/**
 * Which rows are on screen and in what order. Kept as one list of row numbers, so that 100,000 rows cost 400 kB and are
 * sorted over plain columns. A row that is edited stays where it is, and in its group, until the question is asked again: nothing moves
 * under anybody's hands.
 */
export class RowOrder implements RowSource {
  #table: RowTable;
  #question: Question = {};
  #rows: Int32Array = new Int32Array(0);
  /** The leaf group of each of `#rows`, as it was when the row came to stand there. */
  #leaves: Int32Array | undefined;
  #lines: Lines | undefined;
  #collapsed: ReadonlySet<string> = new Set();
  /** Where each row of the table stands on screen, -1 when it is not shown; made when first asked for. */
  #places: Int32Array | undefined;
  /** Where each row of the table stands among `#rows`; made when first asked for. */
  #positions: Int32Array | undefined;
  /**
   * Ids of the newest rows. A record that the server has not confirmed yet may get another row when somebody else's comes
   * before it; older rows never move.
   */
  #fresh = new Map<number, string>();

  constructor(table: RowTable) {
    this.#table = table;
  }

  /** Lines on screen: records and header rows. */
  get count(): number {
    return this.#lines?.at.length ?? this.#rows.length;
  }

  at(index: number): GridRow | undefined {
    const line = this.groupAt(index);
    if (line !== undefined) return { id: line.id, row: -1, group: line };
    const row = this.rowAt(index);
    return row < 0 ? undefined : { id: this.#table.ids[row] as string, row };
  }

  /** The table's row at a place on screen, -1 for a header row and beyond the end. */
  rowAt(index: number): number {
    const place = this.#lines === undefined ? index : (this.#lines.at[index] ?? -1);
    return this.#rows[place] ?? -1;
  }

  /** The header row at a place on screen. */
  groupAt(index: number): GroupLine | undefined {
    const place = this.#lines?.at[index];
    return place === undefined || place >= 0 ? undefined : this.#lines?.headers[~place];
  }

  /** The group whose records stand at a place on screen: the innermost header at or above it. */
  groupOver(index: number): GroupLine | undefined {
    for (let at = Math.min(index, this.count - 1); at >= 0; at--) {
      const line = this.groupAt(at);
      if (line !== undefined) return line;
    }
    return undefined;
  }

  /** All header rows, also those within a shut group. */
  get groups(): readonly GroupLine[] {
    return this.#lines?.headers ?? [];
  }

  /** What a record is numbered by: its place among all records, from 1; 0 for a header row. */
  numberAt(index: number): number {
    const place = this.#lines === undefined ? index : (this.#lines.at[index] ?? -1);
    return Math.max(0, place + 1);
  }

  headersAbove(index: number): number {
    return this.#lines?.headersAbove[Math.min(index, this.count)] ?? 0;
  }

  indexOf(id: string): number {
    const row = this.#table.rowById.get(id);
    return row === undefined ? (this.#lines?.placeById.get(id) ?? -1) : this.placeOf(row);
  }

  placeOf(row: number): number {
    if (this.#lines === undefined) return this.#positionOf(row);
    if (this.#places === undefined) {
      this.#places = new Int32Array(this.#table.ids.length).fill(-1);
      for (let place = 0; place < this.count; place++) {
        const at = this.rowAt(place);
        if (at >= 0) this.#places[at] = place;
      }
    }
    return this.#places[row] ?? -1;
  }

  /** All shown records in order, also those of shut groups. Not to be changed; replaced by the next call that changes the order. */
  get rows(): Int32Array {
    return this.#rows;
  }

  /** Asks anew: filters and sorts `live`, the table's rows in order of creation. */
  ask(table: RowTable, live: readonly number[], question: Question): void {
    this.#table = table;
    this.#question = question;
    const { select, compare, arrange, groups } = question;
    this.#collapsed = question.collapsed ?? new Set();
    const shown = select === undefined ? live : select(live);
    const rows =
      arrange !== undefined
        ? arrange(shown)
        : compare !== undefined
          ? Int32Array.from(shown).sort(compare)
          : Int32Array.from(shown);
    this.#fresh = new Map();
    this.#remember(
      Array.from(
        { length: Math.min(NEWEST, table.ids.length) },
        (_, i) => table.ids.length - 1 - i,
      ),
    );
    if (groups === undefined) this.#set(rows);
    else {
      const arranged = arrangeGroups(rows, groups);
      this.#set(arranged.rows, arranged.leaves);
    }
  }

  /**
   * Asks for part of what is shown: as `ask` with a question that finds no row that the last one did not find, on a table that stood still
   * since, in the same order and groups. What stays is not sorted again.
   */
  narrow(question: Question): void {
    const { groups } = this.#question;
    // Rows are known by the numbers of the groups that they were put into.
    this.#question = { ...question, ...(groups === undefined ? {} : { groups }) };
    const { select } = question;
    if (select === undefined) return;
    const isFound = new Uint8Array(this.#table.ids.length);
    for (const row of select(Array.from(this.#rows))) isFound[row] = 1;
    this.#keep(this.#rows, (row) => isFound[row] === 1);
  }

  /** Shuts the groups of these keys and opens all others. */
  collapse(keys: ReadonlySet<string>): void {
    this.#collapsed = keys;
    this.#set(this.#rows, this.#leaves);
  }

  /** Follows rows that got another number since, and forgets those that are gone. To be called before `insert` and `remove`. */
  settle(): boolean {
    const moved = new Map<number, number>();
    for (const [row, id] of this.#fresh) {
      const now = this.#table.rowById.get(id) ?? -1;
      if (now !== row) moved.set(row, now);
    }
    if (moved.size === 0) return false;
    const ids = [...this.#fresh.values()];
    this.#fresh = new Map();
    this.#remember(ids.flatMap((id) => this.#table.rowById.get(id) ?? []));
    const rows = this.#rows.map((row) => moved.get(row) ?? row);
    this.#keep(rows, (row) => row >= 0);
    return true;
  }

  /** Takes rows off the screen. Tells whether any was on it. */
  remove(rows: ReadonlySet<number>): boolean {
    const before = this.#rows.length;
    this.#keep(this.#rows, (row) => !rows.has(row));
    return this.#rows.length < before;
  }

  /** Adds rows at the end, or at the end of their group, whatever the question: what a person just added must not vanish. */
  append(rows: readonly number[]): void {
    const fresh = rows.filter((row) => !this.#has(row));
    this.#remember(fresh);
    const { groups } = this.#question;
    if (groups === undefined) this.#set(concat(this.#rows, fresh));
    else this.#merge(fresh.map((row) => this.#arrival(row, groups, "last")));
  }

  /** Adds those of the rows that match where the question puts them: what other people added. */
  insert(rows: readonly number[]): boolean {
    const { select, groups } = this.#question;
    const hidden = rows.filter((row) => !this.#has(row));
    const fresh = select === undefined ? hidden : select(hidden);
    if (fresh.length === 0) return false;
    this.#remember(fresh);
    this.#merge(
      fresh.map((row) =>
        groups === undefined
          ? { row, leaf: 0, to: this.#bound(row, 0, this.#rows.length) }
          : this.#arrival(row, groups, "sorted"),
      ),
    );
    return true;
  }

  /** Whether an edited row no longer stands where the question would put it. */
  misplaced(row: number): boolean {
    const { select, groups } = this.#question;
    const isShown = select === undefined || select([row]).length > 0;
    const place = this.#positionOf(row);
    if (isShown !== place >= 0) return true;
    if (place < 0) return false;
    const leaf = this.#leaves?.[place];
    if (groups !== undefined && leaf !== groups.leafOf(row)) return true;
    const { compare } = this.#question;
    if (compare === undefined) return false;
    const beside = (at: number) => (this.#leaves?.[at] === leaf ? this.#rows[at] : undefined);
    const before = beside(place - 1);
    const after = beside(place + 1);
    return (
      (before !== undefined && compare(before, row) > 0) ||
      (after !== undefined && compare(row, after) > 0)
    );
  }

  /** Whether the row is among `rows`, on screen or in a shut group. */
  #has(row: number): boolean {
    return this.#positionOf(row) >= 0;
  }

  #positionOf(row: number): number {
    if (this.#positions === undefined) {
      this.#positions = new Int32Array(this.#table.ids.length).fill(-1);
      for (let at = 0; at < this.#rows.length; at++) this.#positions[this.#rows[at] as number] = at;
    }
    return this.#positions[row] ?? -1;
  }

  #remember(rows: readonly number[]): void {
    for (const row of rows) this.#fresh.set(row, this.#table.ids[row] as string);
  }

  #order(a: number, b: number): number {
    return this.#question.compare?.(a, b) || a - b;
  }

  /** Where among `rows` from..to the row belongs. */
  #bound(row: number, from: number, to: number): number {
    return lowerBound(this.#rows, from, to, (other) => this.#order(other, row) < 0);
  }

  #arrival(row: number, groups: Grouping, as: "last" | "sorted"): Arrival {
    const leaf = groups.leafOf(row);
    const blocks = this.#lines?.blocks ?? [];
    const own = blocks.find((block) => block.leaf === leaf);
    if (own !== undefined) {
      return { row, leaf, to: as === "last" ? own.to : this.#bound(row, own.from, own.to) };
    }
    const next = blocks.find((block) => groups.compare(block.leaf, leaf) > 0);
    return { row, leaf, to: next?.from ?? this.#rows.length };
  }

  #merge(arrivals: Arrival[]): void {
    const { groups } = this.#question;
    arrivals.sort(
      (a, b) =>
        a.to - b.to ||
        (groups === undefined ? 0 : groups.compare(a.leaf, b.leaf)) ||
        this.#order(a.row, b.row),
    );
    const old = this.#rows;
    const length = old.length + arrivals.length;
    const rows = new Int32Array(length);
    const leaves = groups === undefined ? undefined : new Int32Array(length);
    let from = 0;
    arrivals.forEach(({ row, leaf, to }, index) => {
      rows.set(old.subarray(from, to), from + index);
      rows[to + index] = row;
      if (leaves !== undefined && this.#leaves !== undefined) {
        leaves.set(this.#leaves.subarray(from, to), from + index);
        leaves[to + index] = leaf;
      }
      from = to;
    });
    rows.set(old.subarray(from), from + arrivals.length);
    if (this.#leaves !== undefined) {
      leaves?.set(this.#leaves.subarray(from), from + arrivals.length);
    }
    this.#set(rows, leaves);
  }

  /** Only the rows that pass stay. */
  #keep(rows: Int32Array, passes: (row: number) => boolean): void {
    const leaves = this.#leaves;
    const isKept = (_: number, place: number) => passes(rows[place] as number);
    this.#set(rows.filter(passes), leaves?.filter(isKept));
  }

  #set(rows: Int32Array, leaves?: Int32Array): void {
    this.#rows = rows;
    this.#leaves = leaves;
    this.#places = undefined;
    this.#positions = undefined;
    const { groups } = this.#question;
    this.#lines =
      groups === undefined || leaves === undefined
        ? undefined
        : linesOf(leaves, groups, this.#collapsed);
  }
}

function linesOf(leaves: Int32Array, grouping: Grouping, collapsed: ReadonlySet<string>): Lines {
  const blocks: { leaf: number; from: number; to: number }[] = [];
  for (let place = 0; place < leaves.length; place++) {
    const leaf = leaves[place] as number;
    const last = blocks.at(-1);
    if (last?.leaf === leaf) last.to = place + 1;
    else blocks.push({ leaf, from: place, to: place + 1 });
  }
  // Headers first: how far one reaches is known when the next of its level comes.
  const headers: { id: string; group: Group; from: number; to: number; collapsed: boolean }[] = [];
  const firstHeader: number[] = [];
  const open: (typeof headers)[number][] = [];
  for (const { leaf, from, to } of blocks) {
    firstHeader.push(headers.length);
    for (let level = 0; level < grouping.levels; level++) {
      const group = grouping.groupAt(leaf, level);
      const above = open[level];
      if (above?.group === group) {
        above.to = to;
        continue;
      }
      open.length = level;
      const header = {
        id: `group:${group.key}`,
        group,
        from,
        to,
        collapsed: collapsed.has(group.key),
      };
      open.push(header);
      headers.push(header);
    }
  }
  const at = new Int32Array(leaves.length + headers.length);
  const placeById = new Map<string, number>();
  let count = 0;
  /** Level of the shut group that hides what follows. */
  let shut = Infinity;
  blocks.forEach(({ from, to }, index) => {
    for (let number = firstHeader[index] as number; ; number++) {
      const header = headers[number];
      if (header === undefined || header.from !== from) break;
      const { level } = header.group;
      if (level > shut) continue;
      shut = header.collapsed ? level : Infinity;
      placeById.set(header.id, count);
      at[count++] = ~number;
    }
    if (shut < Infinity) return;
    for (let place = from; place < to; place++) at[count++] = place;
  });
  const lines = at.slice(0, count);
  const headersAbove = new Int32Array(count + 1);
  for (let place = 0; place < count; place++) {
    const isHeader = (lines[place] as number) < 0 ? 1 : 0;
    headersAbove[place + 1] = (headersAbove[place] as number) + isHeader;
  }
  return { at: lines, headers, placeById, headersAbove, blocks };
}

function concat(rows: Int32Array, more: readonly number[]): Int32Array {
  const all = new Int32Array(rows.length + more.length);
  all.set(rows);
  all.set(more, rows.length);
  return all;
}

/** First index from `from` on, before `to`, for which `before` is false. */
function lowerBound(
  rows: Int32Array,
  from: number,
  to: number,
  before: (row: number) => boolean,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(rows[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
