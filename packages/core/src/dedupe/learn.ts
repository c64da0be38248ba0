import { block, isSmall } from "./blocks.ts";
import { chances, dependences, sample } from "./chance.ts";
import { estimate } from "./estimate.ts";
import { type Agreeing, agreeing, relations } from "./related.ts";
import { costOfSecond, outdone } from "./rivals.ts";
import { allOdds, type Pairs, scan } from "./scan.ts";
import type { Table } from "./table.ts";
import { countedByThings } from "./things.ts";
import { type Scale, scaleOf, type Weights } from "./weights.ts";

/** Pairs whose odds may still grow to something when the weights are learnt. */
const KEPT = Math.log(1e-4);
/** How often what is learnt is used to learn again; more often where things occur twice at most. */
const ROUNDS = 2;
const DOUBLED_ROUNDS = 3;
/** From this cost of a second double on, a list is one in which things occur twice at most. */
const DOUBLED = 1;

/** What was learnt from a table. */
export interface Learnt {
  readonly weights: Weights;
  /** Ready for the table. */
  readonly scale: Scale;
  /** Pairs that may be of one thing, and the logarithm of the odds of each. */
  readonly pairs: Pairs;
  readonly odds: Float64Array;
}

/** Learns from the table alone what agreement and difference say in it, and looks at all pairs that may be of one thing. */
export function learn(table: Table): Learnt {
  const sampled = sample(table);
  const related = agreeing(table);
  const prior = Math.min(0.3, 0.4 / Math.max(2, table.size));
  const blind: Weights = { prior, columns: chances(table, sampled) };
  const start = withDependences(table, sampled, related, blind);
  const blocks = isSmall(table.size) ? undefined : block(table);
  const pairs = scan(table, scaleOf(start, table.columns), blocks, KEPT);
  let counted = table;
  let weights = estimate(table, start, pairs, 0);
  let odds = allOdds(pairs, table, scaleOf(weights, table.columns));
  let second = 0;
  for (let round = 0; round < (second > DOUBLED ? DOUBLED_ROUNDS : ROUNDS); round += 1) {
    second = costOfSecond(pairs, odds, table.size);
    const judged = second > DOUBLED ? less(pairs, odds, second, table.size) : odds;
    counted = countedByThings(table, pairs, judged);
    const u = chances(counted, sampled);
    const again = withDependences(counted, sampled, related, {
      ...weights,
      columns: weights.columns.map((column, at) => ({ ...u[at]!, m: column.m })),
    });
    weights = estimate(counted, again, pairs, second > DOUBLED ? second : 0);
    odds = allOdds(pairs, counted, scaleOf(weights, counted.columns));
  }
  const scale = scaleOf(weights, counted.columns);
  if (second > DOUBLED) odds = less(pairs, odds, second, table.size);
  return { weights, scale, pairs, odds };
}

/** Odds with what it costs to be a record's second double. */
function less(pairs: Pairs, odds: Float64Array, second: number, size: number): Float64Array {
  const isOutdone = outdone(pairs, odds, size);
  return odds.map((one, n) => (isOutdone[n] === 1 ? one - second : one));
}

/** Notes what columns say twice, judged by what is known so far. */
function withDependences(table: Table, sampled: Pairs, agree: Agreeing, weights: Weights): Weights {
  const plain = weights.columns.map((column) => ({
    ...column,
    parent: -1,
    shared: [],
    related: [],
  }));
  const odds = allOdds(sampled, table, scaleOf({ ...weights, columns: plain }, table.columns));
  const related = relations(table, plain, agree);
  return {
    ...weights,
    columns: dependences(plain, sampled, odds).map((column, at) => ({
      ...column,
      related: related.map((of) => of[at] ?? []),
    })),
  };
}
