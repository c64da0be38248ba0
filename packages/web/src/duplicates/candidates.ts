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
  const holding = weakestLinks(clusters, clusterOf, pairs);
  const doubts: Candidate[] = [];
  for (const { a, b, probability } of pairs) {
    const cluster = clusterOf.get(a);
    if (cluster !== undefined && cluster === clusterOf.get(b)) continue;
    if (doubts.length === MOST_DOUBTS) break;
    doubts.push({ ids: [idOf(a), idOf(b)], certainty: "maybe", probability });
  }
  const sure = clusters.map((rows, at): Candidate => {
    const probability = holding[at] ?? 0;
    const certainty = probability >= automatic ? "sure" : "likely";
    return { ids: rows.map(idOf), certainty, probability };
  });
  return [...sure, ...doubts].sort(
    (x, y) => RANK[x.certainty] - RANK[y.certainty] || y.probability - x.probability,
  );
}

/**
 * Of each cluster the weakest of the strongest links that hold it together: two sure pairs that are joined by a doubtful one are as
 * doubtful as that. `pairs` come likeliest first, so that this is Kruskal's way to the maximum spanning tree. 0: not held together.
 */
function weakestLinks(
  clusters: Duplicates["clusters"],
  clusterOf: ReadonlyMap<number, number>,
  pairs: Duplicates["pairs"],
): number[] {
  const parent = new Map<number, number>();
  const rootOf = (row: number): number => {
    let root = row;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    return root;
  };
  const left = clusters.map((rows) => rows.length - 1);
  const weakest = clusters.map(() => 0);
  for (const { a, b, probability } of pairs) {
    const cluster = clusterOf.get(a);
    if (cluster === undefined || cluster !== clusterOf.get(b)) continue;
    const [x, y] = [rootOf(a), rootOf(b)];
    if (x === y) continue;
    parent.set(x, y);
    left[cluster] = (left[cluster] ?? 0) - 1;
    if (left[cluster] === 0) weakest[cluster] = probability;
  }
  return weakest;
}
