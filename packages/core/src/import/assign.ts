/**
 * The one-to-one assignment of rows to columns with the greatest sum of scores (Hungarian method, O(n³)). Scores of 0 and less
 * are never assigned. Answers the column of each row, -1 for none.
 */
export function assign(scores: readonly (readonly number[])[]): number[] {
  const height = scores.length;
  const width = scores.reduce((most, row) => Math.max(most, row.length), 0);
  const size = Math.max(height, width);
  if (size === 0) return [];
  const cost = (row: number, column: number) => -Math.max(0, scores[row]?.[column] ?? 0);
  const rowPotential = new Float64Array(size + 1);
  const columnPotential = new Float64Array(size + 1);
  const rowOf = new Int32Array(size + 1);
  const way = new Int32Array(size + 1);
  for (let row = 1; row <= size; row++) {
    rowOf[0] = row;
    let column = 0;
    const least = new Float64Array(size + 1).fill(Infinity);
    const used = new Uint8Array(size + 1);
    do {
      used[column] = 1;
      const current = rowOf[column]!;
      let delta = Infinity;
      let next = 0;
      for (let other = 1; other <= size; other++) {
        if (used[other] === 1) continue;
        const reduced =
          cost(current - 1, other - 1) - rowPotential[current]! - columnPotential[other]!;
        if (reduced < least[other]!) {
          least[other] = reduced;
          way[other] = column;
        }
        if (least[other]! < delta) {
          delta = least[other]!;
          next = other;
        }
      }
      for (let other = 0; other <= size; other++) {
        if (used[other] === 1) {
          rowPotential[rowOf[other]!]! += delta;
          columnPotential[other]! -= delta;
        } else least[other]! -= delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    do {
      const previous = way[column]!;
      rowOf[column] = rowOf[previous]!;
      column = previous;
    } while (column !== 0);
  }
  const assigned = Array.from({ length: height }, () => -1);
  for (let column = 1; column <= width; column++) {
    const row = rowOf[column]! - 1;
    if (row >= 0 && row < height && (scores[row]?.[column - 1] ?? 0) > 0)
      assigned[row] = column - 1;
  }
  return assigned;
}
