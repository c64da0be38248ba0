import { probability, type Weights } from "./weights.ts";

/** What somebody decided about two records, and what was said of them then. Plain JSON, kept with the workspace. */
export interface Decision {
  /** Merged, or kept separate. */
  readonly same: boolean;
  /** What was said before anybody decided, 0 to 1. */
  readonly probability: number;
  /** What each column said, in bits, as `explain` answered it. */
  readonly reasons: readonly { readonly column: string; readonly weight: number }[];
}

/** How a workspace's decisions move what was learnt from its rows. Plain JSON; nothing is lost by dropping it. */
export interface Refit {
  /** Added to the logarithm of the odds. */
  readonly shift: number;
  /** Times what each column says, by its name; 1 where it is not named. */
  readonly trust: { readonly [column: string]: number };
}

export interface Refitted {
  /** Undefined where decisions are too few, or would have been foretold no better by it: then nothing is moved. */
  readonly refit: Refit | undefined;
  /** How it foretold decisions that it had not seen. */
  readonly heldOut: {
    readonly decisions: number;
    /** Wrongly foretold at one half, without and with it. */
    readonly wrongBefore: number;
    readonly wrongAfter: number;
    /** Surprise of a decision on average, in bits, without and with it; what it is better by is the gain. */
    readonly bitsBefore: number;
    readonly bitsAfter: number;
  };
}

/** Fewer decisions, or fewer of either kind, move nothing. */
export const LEAST_DECISIONS = 20;
const LEAST_OF_A_KIND = 4;
const FOLDS = 5;
/** How far trust in a column is expected to move, and the shift: standard deviations of what is believed beforehand. */
const SPREAD_OF_TRUST = 0.5;
const SPREAD_OF_SHIFT = 2;
const MOST_TURNS = 60;
/** Gain below this, in bits a decision, is chance. */
const LEAST_GAIN = 0.01;

/**
 * Learns from decisions how far each column is to be trusted: a logistic regression on what the columns said, drawn towards leaving all as it
 * is (a normal prior; Bishop 2006, chapter 4.5). It is kept only where it foretells decisions better that it had not seen, each fifth by the
 * other four. The order of decisions changes nothing.
 */
export function refit(decisions: readonly Decision[]): Refitted {
  const rows = decisions.map(exampleOf).sort(byContent);
  const same = rows.filter((one) => one.same).length;
  const enough =
    rows.length >= LEAST_DECISIONS && Math.min(same, rows.length - same) >= LEAST_OF_A_KIND;
  const heldOut = { decisions: rows.length, ...scores(rows, enough) };
  const isBetter = enough && heldOut.bitsBefore - heldOut.bitsAfter >= LEAST_GAIN;
  return { refit: isBetter ? fit(rows) : undefined, heldOut };
}

/** Weights moved by decisions. */
export function refitted(weights: Weights, moved: Refit | undefined): Weights {
  if (moved === undefined) return weights;
  const odds = Math.log(weights.prior / (1 - weights.prior)) + moved.shift;
  return {
    prior: Math.min(0.5, Math.max(1e-12, probability(odds))),
    columns: weights.columns.map((column) => {
      const trust = trustIn(moved, column.name);
      return trust === 1 ? column : { ...column, trust: bounded(trust) };
    }),
  };
}

/** Columns are named by people, also like what every object has. */
function trustIn({ trust }: Refit, column: string): number {
  return Object.hasOwn(trust, column) ? (trust[column] as number) : 1;
}

interface Example {
  readonly same: boolean;
  /** Logarithm of the odds that were said. */
  readonly odds: number;
  /** What each column said, as a logarithm of odds. */
  readonly said: ReadonlyMap<string, number>;
}

function exampleOf({ same, probability, reasons }: Decision): Example {
  const p = Math.min(1 - 1e-6, Math.max(1e-6, probability));
  const said = new Map<string, number>();
  for (const { column, weight } of reasons)
    said.set(column, (said.get(column) ?? 0) + weight * Math.LN2);
  return { same, odds: Math.log(p / (1 - p)), said };
}

function byContent(a: Example, b: Example): number {
  return a.odds - b.odds || Number(a.same) - Number(b.same) || compareText(textOf(a), textOf(b));
}

function textOf({ said }: Example): string {
  return [...said].map(([column, one]) => `${column} ${one}`).join();
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function bounded(trust: number): number {
  return Math.min(3, Math.max(0.1, trust));
}

function judged({ odds, said }: Example, moves: Refit): number {
  let moved = odds + moves.shift;
  for (const [column, one] of said) moved += (trustIn(moves, column) - 1) * one;
  return moved;
}

function scores(rows: readonly Example[], enough: boolean) {
  const score = { wrongBefore: 0, wrongAfter: 0, bitsBefore: 0, bitsAfter: 0 };
  const none: Refit = { shift: 0, trust: {} };
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const moved = enough ? fit(rows.filter((_, at) => at % FOLDS !== fold)) : none;
    for (const [at, row] of rows.entries()) {
      if (at % FOLDS !== fold) continue;
      const [before, after] = [row.odds, judged(row, moved)];
      score.wrongBefore += before >= 0 === row.same ? 0 : 1;
      score.wrongAfter += after >= 0 === row.same ? 0 : 1;
      score.bitsBefore += surprise(row.same ? before : -before) / rows.length;
      score.bitsAfter += surprise(row.same ? after : -after) / rows.length;
    }
  }
  return score;
}

/** In bits. */
function surprise(odds: number): number {
  return (odds > 0 ? Math.log1p(Math.exp(-odds)) : Math.log1p(Math.exp(odds)) - odds) / Math.LN2;
}

/** One column after the other by Newton's method, until nothing moves. */
function fit(rows: readonly Example[]): Refit {
  const columns = [...new Set(rows.flatMap(({ said }) => [...said.keys()]))].sort();
  const trust = new Map<string, number>();
  let shift = 0;
  const odds = rows.map((row) => row.odds);
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    let moved = 0;
    const byShift = step(rows, odds, () => 1, shift, SPREAD_OF_SHIFT);
    shift += byShift;
    rows.forEach((_, at) => {
      odds[at] = (odds[at] as number) + byShift;
    });
    moved = Math.max(moved, Math.abs(byShift));
    for (const column of columns) {
      const now = trust.get(column) ?? 1;
      const next = bounded(
        now + step(rows, odds, ({ said }) => said.get(column) ?? 0, now - 1, SPREAD_OF_TRUST),
      );
      rows.forEach(({ said }, at) => {
        odds[at] = (odds[at] as number) + (next - now) * (said.get(column) ?? 0);
      });
      trust.set(column, next);
      moved = Math.max(moved, Math.abs(next - now));
    }
    if (moved < 1e-5) break;
  }
  const rounded = [...trust].map(([column, one]) => [column, round(one)] as const);
  return { shift: round(shift), trust: Object.fromEntries(rounded) };
}

/** A bounded step towards the best value of one number, all others as they are. */
function step(
  rows: readonly Example[],
  odds: readonly number[],
  factor: (row: Example) => number,
  from: number,
  spread: number,
): number {
  let slope = -from / spread ** 2;
  let bend = 1 / spread ** 2;
  rows.forEach((row, at) => {
    const x = factor(row);
    if (x === 0) return;
    const p = probability(odds[at] as number);
    slope += x * ((row.same ? 1 : 0) - p);
    bend += x * x * p * (1 - p);
  });
  return Math.max(-0.5, Math.min(0.5, slope / bend));
}

function round(one: number): number {
  return Math.round(one * 1e4) / 1e4;
}
