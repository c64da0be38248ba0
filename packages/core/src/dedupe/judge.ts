import type { Value } from "./kinds/kind.ts";
import { type Reason, sentence } from "./reasons.ts";
import { NONE, saidBefore } from "./scan.ts";
import type { ReadColumn, Table } from "./table.ts";
import { probability, type Scale, weightOf } from "./weights.ts";

export type Values = readonly (Value | undefined)[];

/** What two records say of each other. */
export interface Judged {
  /** Logarithm of the odds that they are of one thing. */
  readonly odds: number;
  readonly levels: Uint8Array;
  /** What each column says by itself. */
  readonly own: Float64Array;
}

/** Compares records that need not be in the table as those in it are compared. */
export interface Judge {
  /** `texts`: one for each column, "" where there is none. */
  parse(texts: readonly string[]): Values;
  compare(a: Values, b: Values): Judged;
  /** What counts most first. */
  reasons(judged: Judged, a: readonly string[], b: readonly string[]): Reason[];
}

export function judge(table: Table, scale: Scale): Judge {
  const placeOf = table.columns.map(
    ({ values }) => new Map(values.map((value, place) => [value.key, place])),
  );

  /** What is not in the table is as rare as can be. */
  function weight(at: number, level: number, a = -1, b = -1): number {
    const one = scale.columns[at]!;
    if (a < 0 && b < 0)
      return level === 0 ? one.best : Math.min(one.best, one.weights[level] as number);
    return weightOf(one, level, a < 0 ? b : a, b < 0 ? a : b);
  }

  return {
    parse: (texts) => table.columns.map(({ kind }, at) => kind.parse(texts[at] ?? "")),
    compare(values, other) {
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
    },
    reasons({ levels, own }, texts, theirs) {
      return table.columns
        .flatMap(({ name, kind }, at): Reason[] => {
          const level = kind.levels[levels[at] as number];
          if (level === undefined) return [];
          const said = (own[at] as number) + saidBefore(scale, levels, 0, at, own[at] as number);
          const both = [texts[at] ?? "", theirs[at] ?? ""] as const;
          const words = sentence(name, level.agreement, level.words, both, 0);
          const bits = Math.round((said / Math.LN2) * 10) / 10;
          return [{ column: name, agreement: level.agreement, words, weight: bits }];
        })
        .sort((x, y) => Math.abs(y.weight) - Math.abs(x.weight));
    },
  };
}

function levelOf({ kind, words }: ReadColumn, a: Value, b: Value): number {
  return a.key === b.key ? 0 : kind.compare(a, b, words);
}

/** How sure a judgement is, 0 to 1. */
export function sureness({ odds }: Judged): number {
  return probability(odds);
}
