import type { GridRow, RowSource } from "./row-model.ts";

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
}

/**
 * Which rows are on screen and in what order. Kept as one list of row numbers, so that 100,000 rows cost 400 kB and are
 * sorted over plain columns. A row that is edited stays where it is until the question is asked again: nothing moves
 * under anybody's hands.
 */
export class RowOrder implements RowSource {
  #table: RowTable;
  #question: Question = {};
  #rows: Int32Array = new Int32Array(0);
  /** Where each row of the table stands, -1 when it is not shown; made when first asked for. */
  #places: Int32Array | undefined;
  /**
   * Ids of the newest rows. A record that the server has not confirmed yet may get another row when somebody else's comes
   * before it; older rows never move.
   */
  #fresh = new Map<number, string>();

  constructor(table: RowTable) {
    this.#table = table;
  }

  get count(): number {
    return this.#rows.length;
  }

  at(index: number): GridRow | undefined {
    const row = this.#rows[index];
    if (row === undefined) return undefined;
    return { id: this.#table.ids[row] as string, row };
  }

  /** The table's row at a place on screen, -1 beyond the end. */
  rowAt(index: number): number {
    return this.#rows[index] ?? -1;
  }

  indexOf(id: string): number {
    const row = this.#table.rowById.get(id);
    return row === undefined ? -1 : this.placeOf(row);
  }

  placeOf(row: number): number {
    if (this.#places === undefined) {
      this.#places = new Int32Array(this.#table.ids.length).fill(-1);
      for (let place = 0; place < this.#rows.length; place++) {
        this.#places[this.#rows[place] as number] = place;
      }
    }
    return this.#places[row] ?? -1;
  }

  /** All shown rows in order. Not to be changed; replaced by the next call that changes the order. */
  get rows(): Int32Array {
    return this.#rows;
  }

  /** Asks anew: filters and sorts `live`, the table's rows in order of creation. */
  ask(table: RowTable, live: readonly number[], question: Question): void {
    this.#table = table;
    this.#question = question;
    const { select, compare, arrange } = question;
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
    this.#set(rows);
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
    this.#set(this.#rows.map((row) => moved.get(row) ?? row).filter((row) => row >= 0));
    return true;
  }

  /** Takes rows off the screen. Tells whether any was on it. */
  remove(rows: ReadonlySet<number>): boolean {
    const rest = this.#rows.filter((row) => !rows.has(row));
    if (rest.length === this.#rows.length) return false;
    this.#set(rest);
    return true;
  }

  /** Adds rows at the end whatever the question: what a person just added must not vanish. */
  append(rows: readonly number[]): void {
    const fresh = rows.filter((row) => this.placeOf(row) < 0);
    this.#remember(fresh);
    this.#set(concat(this.#rows, fresh));
  }

  /** Adds those of the rows that match where the question puts them: what other people added. */
  insert(rows: readonly number[]): boolean {
    const { select, compare } = this.#question;
    const hidden = rows.filter((row) => this.placeOf(row) < 0);
    const fresh = [...(select === undefined ? hidden : select(hidden))];
    if (fresh.length === 0) return false;
    const order = (a: number, b: number) => compare?.(a, b) || a - b;
    fresh.sort(order);
    this.#remember(fresh);
    const old = this.#rows;
    const merged = new Int32Array(old.length + fresh.length);
    let from = 0;
    fresh.forEach((row, index) => {
      const to = lowerBound(old, from, (other) => order(other, row) < 0);
      merged.set(old.subarray(from, to), from + index);
      merged[to + index] = row;
      from = to;
    });
    merged.set(old.subarray(from), from + fresh.length);
    this.#set(merged);
    return true;
  }

  /** Whether an edited row no longer stands where the question would put it. */
  misplaced(row: number): boolean {
    const place = this.placeOf(row);
    const { select, compare } = this.#question;
    const shown = select === undefined || select([row]).length > 0;
    if (shown !== place >= 0) return true;
    if (place < 0 || compare === undefined) return false;
    const before = this.#rows[place - 1];
    const after = this.#rows[place + 1];
    return (
      (before !== undefined && compare(before, row) > 0) ||
      (after !== undefined && compare(row, after) > 0)
    );
  }

  #remember(rows: readonly number[]): void {
    for (const row of rows) this.#fresh.set(row, this.#table.ids[row] as string);
  }

  #set(rows: Int32Array): void {
    this.#rows = rows;
    this.#places = undefined;
  }
}

function concat(rows: Int32Array, more: readonly number[]): Int32Array {
  const all = new Int32Array(rows.length + more.length);
  all.set(rows);
  all.set(more, rows.length);
  return all;
}

/** First index from `from` on for which `before` is false. */
function lowerBound(rows: Int32Array, from: number, before: (row: number) => boolean): number {
  let low = from;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(rows[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
