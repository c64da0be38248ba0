import { MOST_RECORDS } from "@gridfolk/core/merge/merge";
import type { Candidate } from "./likeness-messages.ts";

/** How sure a group has to be to be merged without a look, as people choose it. */
export const PRECISIONS = [0.998, 0.99, 0.95] as const;
export type Precision = (typeof PRECISIONS)[number];

/** Groups that are merged at once. */
export const MOST_AT_ONCE = 5000;

export interface Above {
  readonly groups: readonly Candidate[];
  /** Merges that are expected to be wrong, taking the probabilities at their word. */
  readonly wrong: number;
  /** Further groups that are as sure; they take another merge. */
  readonly left: number;
}

/**
 * The groups that are sure enough, the surest first. At the strictest choice those that `find` calls sure: which probability that takes
 * depends on what the rows are of, and was measured.
 */
export function above(candidates: readonly Candidate[], precision: Precision): Above {
  const sure = candidates.filter(
    ({ ids, certainty, probability }) =>
      ids.length <= MOST_RECORDS &&
      (certainty === "sure" ||
        (certainty === "likely" && precision < PRECISIONS[0] && probability >= precision)),
  );
  const groups = sure.toSorted((a, b) => b.probability - a.probability).slice(0, MOST_AT_ONCE);
  const wrong = groups.reduce(
    (sum, { ids, probability }) => sum + (ids.length - 1) * (1 - probability),
    0,
  );
  return { groups, wrong, left: sure.length - groups.length };
}

/** "none of them wrong", "about 3 of them wrong": never less than what is likely. */
export function wrongWords(wrong: number, locale: string): string {
  if (wrong < 0.05) return "probably none of them wrong";
  if (wrong < 1) return "at most 1 of them wrong";
  return `about ${Math.ceil(wrong).toLocaleString(locale)} of them wrong`;
}
