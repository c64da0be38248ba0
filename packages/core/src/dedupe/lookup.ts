import { indexKeys } from "./blocks.ts";
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
}

/** So many records that share most keys are compared. */
const MOST_COMPARED = 200;
const MOST_MATCHES = 10;

/**
 * Makes rows ready to be asked for. `weights` are those that `find` in duplicates.ts learnt from the same columns. What is asked is answered
 * within a few milliseconds, however many rows there are.
 */
export function lookup(columns: readonly Column[], weights: Weights): Lookup {
  const table = read(columns);
  const scale = scaleOf(weights, table.columns);
  const index = indexKeys(table);
  const placeOf = table.columns.map(
    ({ values }) => new Map(values.map((value, place) => [value.key, place])),
  );

  function compare(values: readonly (Value | undefined)[], record: number) {
    let odds = scale.prior;
    const levels = new Uint8Array(table.columns.length).fill(NONE);
    const own = new Float64Array(levels.length);
    table.columns.forEach((column, at) => {
      const value = values[at];
      const place = column.places[record] as number;
      if (value === undefined || place < 0) return;
      const level = levelOf(column, value, place);
      levels[at] = level;
      own[at] = weightOf(scale.columns[at]!, level, placeOf[at]!.get(value.key) ?? place, place);
      odds += own[at] as number;
    });
    for (let at = 0; at < levels.length; at += 1)
      odds += saidBefore(scale, levels, 0, at, own[at] as number);
    return { odds, levels };
  }

  return {
    find(texts, least = 0.5) {
      const values = table.columns.map(({ kind }, at) => kind.parse(texts[at] ?? ""));
      const nearest = [...index.find(values)]
        .sort(([a, x], [b, y]) => y - x || a - b)
        .slice(0, MOST_COMPARED);
      return nearest
        .map(([record]) => ({ record, ...compare(values, record) }))
        .map((one) => ({ ...one, probability: probability(one.odds) }))
        .filter((one) => one.probability >= least)
        .sort((x, y) => y.odds - x.odds || x.record - y.record)
        .slice(0, MOST_MATCHES)
        .map(({ record, levels, probability }) => {
          const row = table.rows[record]?.[0] ?? 0;
          return { row, probability, reasons: reasons(record, row, levels, texts) };
        });
    },
  };

  function reasons(
    record: number,
    row: number,
    levels: Uint8Array,
    texts: readonly string[],
  ): Reason[] {
    return table.columns
      .flatMap(({ name, kind, places }, at): Reason[] => {
        const level = kind.levels[levels[at] as number];
        if (level === undefined) return [];
        const place = places[record] as number;
        const one = scale.columns[at]!;
        const weight =
          Math.round((weightOf(one, levels[at] as number, place, place) / Math.LN2) * 10) / 10;
        const both = [texts[at] ?? "", columns[at]?.values[row] ?? ""] as const;
        const words = sentence(name, level.agreement, level.words, both, 0);
        return [{ column: name, agreement: level.agreement, words, weight }];
      })
      .sort((x, y) => Math.abs(y.weight) - Math.abs(x.weight));
  }
}

function levelOf({ kind, values, words }: ReadColumn, value: Value, place: number): number {
  const other = values[place] as Value;
  return other.key === value.key ? 0 : kind.compare(value, other, words);
}
