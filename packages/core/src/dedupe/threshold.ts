/**
 * The probability from which pairs are called the same so that the expected F1 (harmonic mean of precision and recall) is highest, taking
 * the probabilities at their word: Lipton, Elkan and Naryanaswamy 2014. `probabilities` of all pairs that may be of one thing.
 */
export function bestThreshold(probabilities: ArrayLike<number>): number {
  const sorted = Float64Array.from(probabilities).sort().reverse();
  let all = 0;
  for (const one of sorted) all += one;
  let sum = 0;
  let best = 0;
  let threshold = 0.5;
  for (let count = 0; count < sorted.length; count += 1) {
    sum += sorted[count] as number;
    const f1 = (2 * sum) / (count + 1 + all);
    if (f1 <= best) continue;
    best = f1;
    threshold = sorted[count] as number;
  }
  return Math.min(0.9, Math.max(0.2, threshold));
}
