/**
 * Damerau and Levenshtein's distance (neighbours swapped count once), or `most + 1` when it is more than `most`. Sources: Damerau 1964,
 * Levenshtein 1966; the restricted form ("optimal string alignment").
 */
export function distance(a: string, b: string, most: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let from = 0;
  let endA = a.length;
  let endB = b.length;
  while (from < endA && from < endB && a.charCodeAt(from) === b.charCodeAt(from)) from += 1;
  while (endA > from && endB > from && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA -= 1;
    endB -= 1;
  }
  const m = endA - from;
  const n = endB - from;
  if (m === 0 || n === 0) return Math.min(most + 1, m + n);
  if (m === 1 && n === 1) return 1;
  let [before, row, next] = n < SIZE ? ROWS : rows(n + 1);
  const far = most + 1;
  // Only places that can still be reached count: so many to either side of the diagonal.
  for (let j = 0; j <= Math.min(n, most + 1); j += 1) row[j] = j;
  for (let i = 1; i <= m; i += 1) {
    const first = Math.max(1, i - most);
    const last = Math.min(n, i + most);
    next[first - 1] = first === 1 ? i : far;
    let least = next[first - 1] as number;
    const code = a.charCodeAt(from + i - 1);
    for (let j = first; j <= last; j += 1) {
      const other = b.charCodeAt(from + j - 1);
      let steps = (row[j - 1] as number) + (code === other ? 0 : 1);
      if (j < i + most && (row[j] as number) + 1 < steps) steps = (row[j] as number) + 1;
      if ((next[j - 1] as number) + 1 < steps) steps = (next[j - 1] as number) + 1;
      if (
        i > 1 &&
        j > 1 &&
        code === b.charCodeAt(from + j - 2) &&
        a.charCodeAt(from + i - 2) === other &&
        (before[j - 2] as number) + 1 < steps
      ) {
        steps = (before[j - 2] as number) + 1;
      }
      next[j] = steps;
      if (steps < least) least = steps;
    }
    if (least > most) return far;
    if (last < n) next[last + 1] = far;
    [before, row, next] = [row, next, before];
  }
  return Math.min(most + 1, row[n] as number);
}

type Rows = readonly [Uint16Array, Uint16Array, Uint16Array];
const rows = (size: number): Rows => [
  new Uint16Array(size),
  new Uint16Array(size),
  new Uint16Array(size),
];

/** Most words find their place in what is there already; by Jaro and Winkler no more letters are compared. */
const SIZE = 700;
const ROWS = rows(SIZE);

const usedA = new Uint8Array(SIZE);
const usedB = new Uint8Array(SIZE);

/** Jaro's similarity with Winkler's bonus for a shared beginning, 0 to 1. Sources: Jaro 1989, Winkler 1990. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const m = Math.min(a.length, SIZE);
  const n = Math.min(b.length, SIZE);
  if (m === 0 || n === 0) return 0;
  const reach = Math.max(0, (Math.max(m, n) >> 1) - 1);
  usedA.fill(0, 0, m);
  usedB.fill(0, 0, n);
  let matches = 0;
  for (let i = 0; i < m; i += 1) {
    const code = a.charCodeAt(i);
    const end = Math.min(n, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < end; j += 1) {
      if (usedB[j] === 1 || b.charCodeAt(j) !== code) continue;
      usedA[i] = 1;
      usedB[j] = 1;
      matches += 1;
      break;
    }
  }
  if (matches === 0) return 0;
  let swaps = 0;
  let j = 0;
  for (let i = 0; i < m; i += 1) {
    if (usedA[i] === 0) continue;
    while (usedB[j] === 0) j += 1;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) swaps += 1;
    j += 1;
  }
  const jaro = (matches / m + matches / n + (matches - swaps / 2) / matches) / 3;
  let shared = 0;
  while (shared < 4 && shared < m && shared < n && a.charCodeAt(shared) === b.charCodeAt(shared))
    shared += 1;
  return jaro + shared * 0.1 * (1 - jaro);
}
