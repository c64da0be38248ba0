import type { KindName } from "./kinds/kind.ts";
import { extra } from "./rivals.ts";
import type { Pairs } from "./scan.ts";
import { allOdds, NONE } from "./scan.ts";
import type { Table } from "./table.ts";
import { probability, rescaled, scaleOf, type Weights } from "./weights.ts";

/** As if so many pairs of one thing had been seen that come out as a kind's levels expect. */
const PAIRS_BEFORE = 12;
/** And for each pair of one thing that is believed to be seen so many more. */
const SHARE_BEFORE = 0.05;
/**
 * Texts that name a thing may be half alike in different things of one author or maker, which looks like a large crowd of doubles: there more
 * weight lies on what is expected; less where things occur twice at most, which keeps such crowds out by itself.
 */
const SHARE_BEFORE_OF_TITLES = 0.5;
const SHARE_BEFORE_OF_DOUBLED_TITLES = 0.1;
const MOST_TURNS = 40;
const STILL = 1e-4;

/**
 * Learns from the data what pairs of one thing look like, without being told which are: expectation maximisation (Dempster, Laird and Rubin
 * 1977; for record linkage Winkler 1988) with what chance does held fixed (chance.ts), begun and smoothed by what the kinds expect. Pairs
 * that were not kept count as pairs of different things. Where too little speaks for any pair, what the kinds expect stays.
 */
export function estimate(table: Table, start: Weights, pairs: Pairs, second: number): Weights {
  const all = (table.size * (table.size - 1)) / 2;
  const width = table.columns.length;
  let weights = start;
  let scale = scaleOf(start, table.columns);
  const equals = equalRows(table);
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    scale = rescaled(scale, weights);
    const seen = table.columns.map(({ kind }) => new Float64Array(kind.levels.length));
    let sum = 0;
    const odds = allOdds(pairs, table, scale);
    const more = second > 0 ? extra(pairs, odds, table.rows) : undefined;
    for (let n = 0; n < pairs.count; n += 1) {
      const p = probability((odds[n] as number) - second * (more?.[n] ?? 0));
      if (p < 1e-6) continue;
      sum += p;
      for (let index = 0; index < width; index += 1) {
        const level = pairs.levels[n * width + index] as number;
        if (level !== NONE) seen[index]![level] = (seen[index]![level] as number) + p;
      }
    }
    const alike = allOdds(equals, table, scale);
    for (let n = 0; n < equals.count; n += 1)
      sum += probability(alike[n] as number) * (table.rows[equals.a[n] as number]!.length - 1);
    // One column alone cannot say which pairs are of one thing and how these look: then they look as expected.
    const columns = weights.columns.map((column, index) => ({
      ...column,
      m:
        width === 1
          ? column.m
          : smoothed(
              seen[index]!,
              table.columns[index]!.kind.levels.map(({ m }) => m),
              shareBefore(table.columns[index]!.kind.name, start.columns[index]!.u[0]!, second),
            ),
    }));
    // As if one record in fifty had one double more, and never more pairs than three doubles a record.
    const prior = Math.min(
      (sum + 0.02 * table.size * 0.5 + 0.5) / all,
      (1.5 * table.size) / all,
      0.5,
    );
    const moved = Math.max(
      Math.abs(Math.log(prior / weights.prior)) / 10,
      ...columns.map(({ m }, index) =>
        Math.max(
          ...m.map((one, level) => Math.abs(one - (weights.columns[index]!.m[level] as number))),
        ),
      ),
    );
    weights = { prior, columns };
    if (!Number.isFinite(moved)) return start;
    if (moved < STILL) break;
  }
  return weights;
}

/** Records that stand in several rows, each as a pair with itself. */
function equalRows({ rows, columns }: Table): Pairs {
  const a = Int32Array.from(rows.flatMap((own, record) => (own.length > 1 ? [record] : [])));
  const levels = new Uint8Array(a.length * columns.length);
  a.forEach((record, n) => {
    columns.forEach(({ places }, index) => {
      levels[n * columns.length + index] = (places[record] as number) < 0 ? NONE : 0;
    });
  });
  return { count: a.length, a, b: a, levels, swapped: new Uint8Array(a.length) };
}

function shareBefore(kind: KindName, same: number, second: number): number {
  if (kind !== "text" || same > 0.01) return SHARE_BEFORE;
  return second > 0 ? SHARE_BEFORE_OF_DOUBLED_TITLES : SHARE_BEFORE_OF_TITLES;
}

function smoothed(seen: Float64Array, before: readonly number[], share: number): number[] {
  const seenPairs = seen.reduce((sum, one) => sum + one, 0);
  const weight = PAIRS_BEFORE + share * seenPairs;
  return before.map((m, level) => ((seen[level] as number) + weight * m) / (seenPairs + weight));
}
