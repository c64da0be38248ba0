import { block, isSmall } from "./blocks.ts";
import { chances, dependences, sample } from "./chance.ts";
import { estimate } from "./estimate.ts";
import { type Agreeing, agreeing, relations } from "./related.ts";
import { costOfSecond, extra } from "./rivals.ts";
import { allOdds, type Pairs, scan } from "./scan.ts";
import { judge, sureness } from "./judge.ts";
import { type Decision, refit as refitOn, type Refit, refitted, type Refitted } from "./refit.ts";
import { type Column, read, type Table } from "./table.ts";
import { countedByThings } from "./things.ts";
import { together } from "./together.ts";
import { type Scale, scaleOf, type Weights } from "./weights.ts";

/** Pairs whose odds may still grow to something when the weights are learnt. */
const KEPT = Math.log(1e-4);
/** How often what is learnt is used to learn again; more often where things occur twice at most. */
const ROUNDS = 2;
const DOUBLED_ROUNDS = 3;
/** From this cost of a second double on, a list is one in which things occur twice at most. */
const DOUBLED = 1;

/** Two records that somebody merged or kept separate, as they were then: one text for each column. */
export interface Decided {
  readonly same: boolean;
  readonly a: readonly string[];
  readonly b: readonly string[];
}

/** What was learnt from a table. */
export interface Learnt {
  readonly weights: Weights;
  /** Ready for the table. */
  readonly scale: Scale;
  /** Pairs that may be of one thing, and the logarithm of the odds of each. */
  readonly pairs: Pairs;
  readonly odds: Float64Array;
  /** What decisions moved, where some were given. */
  readonly refitted: Refitted | undefined;
  /** What every row of a thing beyond two costs, where things occur twice at most; else 0. */
  readonly second: number;
}

/** Learns from the table alone what agreement and difference say in it, and looks at all pairs that may be of one thing. */
export function learn(table: Table, refit?: Refit | readonly Decided[]): Learnt {
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
    second = costOfSecond(pairs, odds, table.rows);
    const judged = second > DOUBLED ? less(pairs, odds, second, table) : odds;
    counted = countedByThings(table, pairs, judged);
    const blindly = allOdds(sampled, counted, scaleOf(weights, counted.columns));
    const u = chances(counted, sampled, blindly);
    const seen = together(counted, pairs, judged, scaleOf(weights, counted.columns));
    const again = withDependences(counted, sampled, related, {
      ...weights,
      columns: weights.columns.map((column, at) => ({
        ...u[at]!,
        m: column.m,
        ...(seen[at] === undefined ? {} : { together: seen[at] }),
      })),
    });
    weights = estimate(counted, again, pairs, second > DOUBLED ? second : 0);
    odds = allOdds(pairs, counted, scaleOf(weights, counted.columns));
  }
  // Decisions move what was learnt, not what is learnt from.
  const { moved, told } = movedBy(refit, counted, weights);
  weights = refitted(weights, moved);
  const scale = scaleOf(weights, counted.columns);
  if (moved !== undefined) odds = allOdds(pairs, counted, scale);
  if (second > DOUBLED) odds = less(pairs, odds, second, table);
  const cost = second > DOUBLED ? second : 0;
  return { weights, scale, pairs, odds, refitted: told, second: cost };
}

/**
 * What is expected of columns before pairs are looked at: enough to look for single records (lookup.ts), in a tenth of the time that learning
 * takes.
 */
export function expectedWeights(
  columns: readonly Column[],
  refit?: Refit | readonly Decided[],
): Weights {
  const table = read(columns);
  const sampled = sample(table);
  const prior = Math.min(0.3, 0.4 / Math.max(2, table.size));
  const blind: Weights = { prior, columns: chances(table, sampled) };
  const weights = withDependences(table, sampled, agreeing(table), blind);
  return refitted(weights, movedBy(refit, table, weights).moved);
}

/** What decisions say of weights that were learnt without them: they are judged as they would be without any decision. */
function movedBy(
  by: Refit | readonly Decided[] | undefined,
  table: Table,
  weights: Weights,
): { readonly moved: Refit | undefined; readonly told: Refitted | undefined } {
  if (!isDecisions(by)) return { moved: by, told: undefined };
  if (by.length === 0) return { moved: undefined, told: refitOn([]) };
  const { parse, compare, reasons } = judge(table, scaleOf(weights, table.columns));
  const decisions = by.map(({ same, a, b }): Decision => {
    const judged = compare(parse(a), parse(b));
    return { same, probability: sureness(judged), reasons: reasons(judged, a, b) };
  });
  const told = refitOn(decisions);
  return { moved: told.refit, told };
}

function isDecisions(by: Refit | readonly Decided[] | undefined): by is readonly Decided[] {
  return Array.isArray(by);
}

/** Odds with what it costs to be a record's second double. */
function less(pairs: Pairs, odds: Float64Array, second: number, { rows }: Table): Float64Array {
  const more = extra(pairs, odds, rows);
  return odds.map((one, n) => one - second * (more[n] as number));
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
  let columns = dependences(plain, sampled, odds);
  for (let turn = 0; turn < 2; turn += 1) {
    const related = relations(table, { ...weights, columns }, agree);
    columns = columns.map((column, at) => ({
      ...column,
      related: related.map((of) => of[at] ?? []),
    }));
  }
  return { ...weights, columns };
}
