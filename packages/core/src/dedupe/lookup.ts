import { indexKeys, keysOf } from "./blocks.ts";
import type { Value } from "./kinds/kind.ts";
import { sentence, type Reason } from "./reasons.ts";
import { NONE, saidBefore } from "./scan.ts";
import { type Column, read, type ReadColumn } from "./table.ts";
import { probability, scaleOf, type Weights, weightOf } from "./weights.ts";

/** A row that may be of the same thing as what was asked for. */
export interface Match {
  readonly row: number;
  /** 0 to 1. */
  readonly probability: number;
  readonly reasons: readonly Reason[];
}

/** Finds the rows that a record looks like which is not among them: one that is being typed, a row of a file. */
export interface Lookup {
  /** `texts`: one for each column, "" where there is none yet. Likeliest first, none below `least`. */
  find(texts: readonly string[], least?: number): Match[];
  /** Looks for a row with these texts from now on, in place of what it was if it was there. */
  put(row: number, texts: readonly string[]): void;
  /** Looks for a row no longer. */
  remove(row: number): void;
  /** Rows put and removed since it was made. With very many it is better made again. */
  readonly changes: number;
}

/** So many records that share most keys are compared. */
const MOST_COMPARED = 200;
const MOST_MATCHES = 10;
/** Of rows that were put, a key that more have than this leads to none. */
const MOST_PUT = 300;

type Values = readonly (Value | undefined)[];

/** What is compared with what is asked for: a record of the table, or a row that was put later. */
interface Candidate {
  readonly row: number;
  readonly values: Values;
}

/**
 * Makes rows ready to be asked for. `weights` are those that `find` in duplicates.ts learnt from the same columns, or what is expected of
 * them (`expectedWeights`). What is asked is answered within a few milliseconds, however many rows there are.
 */
export function lookup(columns: readonly Column[], weights: Weights): Lookup {
  const table = read(columns);
  const scale = scaleOf(weights, table.columns);
  const index = indexKeys(table);
  const placeOf = table.columns.map(
    ({ values }) => new Map(values.map((value, place) => [value.key, place])),
  );
  /** Rows that are no longer what the table says. */
  const gone = new Set<number>();
  const put = new Map<number, { readonly values: Values; readonly texts: readonly string[] }>();
  const rowsOfKey = new Map<number, Set<number>>();
  let changes = 0;

  const parse = (texts: readonly string[]): Values =>
    table.columns.map(({ kind }, at) => kind.parse(texts[at] ?? ""));

  function keysOfValues(values: Values): number[] {
    return table.columns.flatMap((column, at) => {
      const value = values[at];
      return value === undefined ? [] : keysOf(column, at, value);
    });
  }

  function forget(row: number): void {
    const before = put.get(row);
    if (before === undefined) return;
    for (const key of keysOfValues(before.values)) rowsOfKey.get(key)?.delete(row);
    put.delete(row);
  }

  function candidates(values: Values): Candidate[] {
    const nearest = [...index.find(values)]
      .sort(([a, x], [b, y]) => y - x || a - b)
      .slice(0, MOST_COMPARED);
    const found: Candidate[] = [];
    for (const [record] of nearest) {
      const row = (table.rows[record] ?? []).find((one) => !gone.has(one));
      if (row === undefined) continue;
      const own = table.columns.map(({ places, values }) => values[places[record] as number]);
      found.push({ row, values: own });
    }
    const rows = new Set<number>();
    for (const key of keysOfValues(values)) {
      const sharing = rowsOfKey.get(key);
      if (sharing !== undefined && sharing.size <= MOST_PUT)
        for (const row of sharing) rows.add(row);
    }
    for (const row of rows) found.push({ row, values: put.get(row)?.values ?? [] });
    return found;
  }

  function compare(values: Values, other: Values) {
    let odds = scale.prior;
    const levels = new Uint8Array(table.columns.length).fill(NONE);
    const own = new Float64Array(levels.length);
    table.columns.forEach((column, at) => {
      const [x, y] = [values[at], other[at]];
      if (x === undefined || y === undefined) return;
      const level = levelOf(column, x, y);
      levels[at] = level;
      own[at] = weight(at, level, placeOf[at]!.get(x.key), placeOf[at]!.get(y.key));
      odds += own[at] as number;
    });
    for (let at = 0; at < levels.length; at += 1)
      odds += saidBefore(scale, levels, 0, at, own[at] as number);
    return { odds, levels, own };
  }

  /** What is not in the table is as rare as can be. */
  function weight(at: number, level: number, a = -1, b = -1): number {
    const one = scale.columns[at]!;
    if (a < 0 && b < 0)
      return level === 0 ? one.best : Math.min(one.best, one.weights[level] as number);
    return weightOf(one, level, a < 0 ? b : a, b < 0 ? a : b);
  }

  return {
    find(texts, least = 0.5) {
      const values = parse(texts);
      return candidates(values)
        .map((one) => ({ ...one, ...compare(values, one.values) }))
        .map((one) => ({ ...one, probability: probability(one.odds) }))
        .filter((one) => one.probability >= least)
        .sort((x, y) => y.odds - x.odds || x.row - y.row)
        .slice(0, MOST_MATCHES)
        .map(({ row, levels, own, probability }) => ({
          row,
          probability,
          reasons: reasons(row, levels, own, texts),
        }));
    },
    put(row, texts) {
      forget(row);
      gone.add(row);
      changes += 1;
      const values = parse(texts);
      put.set(row, { values, texts });
      for (const key of keysOfValues(values)) {
        const rows = rowsOfKey.get(key);
        if (rows === undefined) rowsOfKey.set(key, new Set([row]));
        else rows.add(row);
      }
    },
    remove(row) {
      forget(row);
      gone.add(row);
      changes += 1;
    },
    get changes() {
      return changes;
    },
  };

  function reasons(
    row: number,
    levels: Uint8Array,
    own: Float64Array,
    texts: readonly string[],
  ): Reason[] {
    return table.columns
      .flatMap(({ name, kind }, at): Reason[] => {
        const level = kind.levels[levels[at] as number];
        if (level === undefined) return [];
        const said = (own[at] as number) + saidBefore(scale, levels, 0, at, own[at] as number);
        const theirs = put.get(row)?.texts[at] ?? columns[at]?.values[row] ?? "";
        const words = sentence(name, level.agreement, level.words, [texts[at] ?? "", theirs], 0);
        const bits = Math.round((said / Math.LN2) * 10) / 10;
        return [{ column: name, agreement: level.agreement, words, weight: bits }];
      })
      .sort((x, y) => Math.abs(y.weight) - Math.abs(x.weight));
  }
}

function levelOf({ kind, words }: ReadColumn, a: Value, b: Value): number {
  return a.key === b.key ? 0 : kind.compare(a, b, words);
}
