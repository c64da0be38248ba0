import { LEAST_DECISIONS, type Refitted } from "@gridfolk/core/dedupe/refit";

/** "Learned from 34 decisions: 3 % more of them foretold right, tried on decisions it had not seen." */
export function learnedWords({ refit, heldOut }: Refitted, locale: string): string {
  const { decisions, wrongBefore, wrongAfter } = heldOut;
  const number = (count: number) => count.toLocaleString(locale);
  const many = `${number(decisions)} ${decisions === 1 ? "decision" : "decisions"}`;
  if (refit === undefined) {
    return decisions < LEAST_DECISIONS
      ? `Your decisions are learned from once there are ${LEAST_DECISIONS}: ${number(decisions)} so far.`
      : `${many} so far. They would not have been foretold better by learning from them, so rows are compared as before.`;
  }
  const share = Math.round(((wrongBefore - wrongAfter) / decisions) * 100);
  const gain =
    share >= 1
      ? `${number(share)} % more of them foretold right`
      : "it is surer of what you decide";
  return `Learned from ${many}: ${gain}, tried on decisions it had not seen.`;
}
