/** A pair of records and the logarithm of the odds that they are of one thing, less that of the threshold. */
export interface Link {
  readonly a: number;
  readonly b: number;
  readonly odds: number;
}

/** No pair of records counts for more, for or against. */
const MOST = 5;
/** Of larger groups only the pairs that are known are looked at. */
const COMPLETE = 150;

/**
 * Groups of records of one thing. Records that are linked directly or through others are looked at together; within, the two groups that fit
 * best on average over all their pairs are joined, as long as that average speaks for it: so one weak link does not join two strong groups
 * (average linkage; correlation clustering after Bansal, Blum and Chawla 2004). `oddsOf` compares a pair that no link names. The order of
 * links does not matter; records stand for themselves.
 */
export function clusters(
  links: readonly Link[],
  oddsOf: (a: number, b: number) => number,
): number[][] {
  const groups = components(links);
  const found: number[][] = [];
  for (const { members, links: own } of groups) {
    if (members.length === 2) found.push(members);
    else if (members.length <= COMPLETE) found.push(...splitComplete(members, own, oddsOf));
    else found.push(...splitSparse(members, own));
  }
  return found.sort((a, b) => (a[0] as number) - (b[0] as number));
}

interface Component {
  /** Ascending. */
  readonly members: number[];
  readonly links: Link[];
}

/** Records that links above the threshold connect, with all links among them. */
function components(links: readonly Link[]): Component[] {
  const parents = new Map<number, number>();
  function root(one: number): number {
    let at = one;
    for (let up = parents.get(at) ?? at; up !== at; up = parents.get(at) ?? at) {
      parents.set(at, parents.get(up) ?? up);
      at = up;
    }
    return at;
  }
  for (const { a, b, odds } of links) {
    if (odds < 0) continue;
    const [x, y] = [root(a), root(b)];
    parents.set(Math.max(x, y), Math.min(x, y));
    parents.set(Math.min(x, y), Math.min(x, y));
  }
  const found = new Map<number, Component>();
  for (const one of [...parents.keys()].sort((a, b) => a - b)) {
    const at = root(one);
    const component = found.get(at);
    if (component === undefined) found.set(at, { members: [one], links: [] });
    else component.members.push(one);
  }
  for (const link of links) {
    if (!parents.has(link.a) || !parents.has(link.b)) continue;
    const at = root(link.a);
    if (at === root(link.b)) found.get(at)?.links.push(link);
  }
  return [...found.values()];
}

function bounded(odds: number): number {
  return Math.max(-MOST, Math.min(MOST, odds));
}

function splitComplete(
  members: readonly number[],
  links: readonly Link[],
  oddsOf: (a: number, b: number) => number,
): number[][] {
  const size = members.length;
  const placeOf = new Map(members.map((member, at) => [member, at]));
  const sums = new Float64Array(size * size).fill(Number.NaN);
  for (const { a, b, odds } of links) {
    const [x, y] = [placeOf.get(a) as number, placeOf.get(b) as number];
    sums[x * size + y] = sums[y * size + x] = bounded(odds);
  }
  for (let x = 0; x < size; x += 1) {
    for (let y = x + 1; y < size; y += 1) {
      if (!Number.isNaN(sums[x * size + y])) continue;
      sums[x * size + y] = sums[y * size + x] = bounded(
        oddsOf(members[x] as number, members[y] as number),
      );
    }
  }
  const groups: (number[] | undefined)[] = members.map((member) => [member]);
  for (;;) {
    let best = 0;
    let from = -1;
    let to = -1;
    for (let x = 0; x < size; x += 1) {
      const first = groups[x];
      if (first === undefined) continue;
      for (let y = x + 1; y < size; y += 1) {
        const second = groups[y];
        if (second === undefined) continue;
        const average = (sums[x * size + y] as number) / (first.length * second.length);
        // Numbers that differ by rounding alone are equal: then the first in the order of content wins.
        if (average > best + 1e-9) [best, from, to] = [average, x, y];
      }
    }
    if (from < 0) break;
    groups[from] = [...(groups[from] as number[]), ...(groups[to] as number[])].sort(
      (a, b) => a - b,
    );
    groups[to] = undefined;
    for (let z = 0; z < size; z += 1) {
      if (z === from || z === to) continue;
      sums[from * size + z] = sums[z * size + from] =
        (sums[from * size + z] as number) + (sums[to * size + z] as number);
    }
  }
  return groups.filter((group): group is number[] => group !== undefined && group.length > 1);
}

/** What a pair counts that nobody compared. */
const UNKNOWN = -1.5;

/** The strongest links first, each joining two groups where the links between them speak for it on average. */
function splitSparse(members: readonly number[], links: readonly Link[]): number[][] {
  const groupOf = new Map(members.map((member) => [member, member]));
  const groups = new Map(members.map((member) => [member, [member]]));
  const sums = new Map<number, Map<number, number>>(members.map((member) => [member, new Map()]));
  for (const { a, b, odds } of links) {
    sums.get(a)?.set(b, bounded(odds) - UNKNOWN);
    sums.get(b)?.set(a, bounded(odds) - UNKNOWN);
  }
  const sorted = [...links]
    .filter(({ odds }) => odds >= 0)
    .sort((x, y) => y.odds - x.odds || x.a - y.a || x.b - y.b);
  for (const { a, b } of sorted) {
    const [x, y] = [groupOf.get(a) as number, groupOf.get(b) as number];
    if (x === y) continue;
    const [first, second] = [groups.get(x) as number[], groups.get(y) as number[]];
    const sum = (sums.get(x)?.get(y) ?? 0) + UNKNOWN * first.length * second.length;
    if (sum <= 0) continue;
    const [into, from] = first.length >= second.length ? [x, y] : [y, x];
    for (const member of groups.get(from) as number[]) {
      groupOf.set(member, into);
      groups.get(into)?.push(member);
    }
    groups.delete(from);
    const kept = sums.get(into) as Map<number, number>;
    for (const [other, odds] of sums.get(from) as Map<number, number>) {
      const theirs = sums.get(other);
      theirs?.delete(from);
      if (other === into) continue;
      const total = (kept.get(other) ?? 0) + odds;
      kept.set(other, total);
      theirs?.set(into, total);
    }
    kept.delete(from);
    sums.delete(from);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => group.sort((a, b) => a - b));
}
