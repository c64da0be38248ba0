import type { Duplicates } from "@gridfolk/core/dedupe/duplicates";
import type { Candidate, Certainty } from "./likeness-messages.ts";

/** Pairs that are only worth a look: nobody looks at more. */
const MOST_DOUBTS = 2000;

const RANK: { readonly [certainty in Certainty]: number } = { sure: 0, likely: 1, maybe: 2 };

/**
 * What is to be reviewed: clusters, and pairs below the threshold of which not both are in one cluster. The surest first; each
 * record of a cluster is in no other.
 */
export function candidatesOf(
  { clusters, pairs, automatic }: Pick<Duplicates, "clusters" | "pairs" | "automatic">,
  idOf: (row: number) => string,
): Candidate[] {
  const clusterOf = new Map(clusters.flatMap((rows, at) => rows.map((row) => [row, at] as const)));
  /** By row, its likeliest pair within its cluster. */
  const best = new Map<number, number>();
  const doubts: Candidate[] = [];
  for (const { a, b, probability } of pairs) {
    const cluster = clusterOf.get(a);
    if (cluster !== undefined && cluster === clusterOf.get(b)) {
      for (const row of [a, b]) best.set(row, Math.max(best.get(row) ?? 0, probability));
    } else if (doubts.length < MOST_DOUBTS) {
      doubts.push({ ids: [idOf(a), idOf(b)], certainty: "maybe", probability });
    }
  }
  const sure = clusters.map((rows): Candidate => {
    const probability = Math.min(...rows.map((row) => best.get(row) ?? 0));
    const certainty = probability >= automatic ? "sure" : "likely";
    return { ids: rows.map(idOf), certainty, probability };
  });
  return [...sure, ...doubts].sort(
    (x, y) => RANK[x.certainty] - RANK[y.certainty] || y.probability - x.probability,
  );
}
