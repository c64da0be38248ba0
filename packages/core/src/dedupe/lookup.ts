import { indexKeys, keysOf } from "./blocks.ts";
import { judge, sureness, type Values } from "./judge.ts";
import type { Reason } from "./reasons.ts";
import { type Column, read } from "./table.ts";
import { scaleOf, type Weights } from "./weights.ts";

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
  const by = judge(table, scale);
  /** Rows that are no longer what the table says. */
  const gone = new Set<number>();
  const put = new Map<number, { readonly values: Values; readonly texts: readonly string[] }>();
  const rowsOfKey = new Map<number, Set<number>>();
  let changes = 0;

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

  function textsAt(row: number): readonly string[] {
    return put.get(row)?.texts ?? columns.map((column) => column.values[row] ?? "");
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

  return {
    find(texts, least = 0.5) {
      const values = by.parse(texts);
      return candidates(values)
        .map(({ row, values: theirs }) => ({ row, judged: by.compare(values, theirs) }))
        .map((one) => ({ ...one, probability: sureness(one.judged) }))
        .filter((one) => one.probability >= least)
        .sort((x, y) => y.judged.odds - x.judged.odds || x.row - y.row)
        .slice(0, MOST_MATCHES)
        .map(({ row, judged, probability }) => ({
          row,
          probability,
          reasons: by.reasons(judged, texts, textsAt(row)),
        }));
    },
    put(row, texts) {
      forget(row);
      gone.add(row);
      changes += 1;
      const values = by.parse(texts);
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
}
