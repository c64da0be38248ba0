import { kindOf } from "./kinds/kinds.ts";

/** Of names that somebody puts side by side one in six is the same before they are read. */
const PRIOR_ODDS = 0.2;

/**
 * How likely two names are of one person or company, 0 to 1, when nothing else is known and there are no other rows to learn from: by what
 * the kinds expect. From .5 on they are taken for the same.
 */
export function probabilityOfNames(kind: "personName" | "company", a: string, b: string): number {
  const { parse, compare, levels } = kindOf(kind);
  const [x, y] = [parse(a), parse(b)];
  if (x === undefined || y === undefined) return 0;
  const { m, u } = levels[x.key === y.key ? 0 : compare(x, y, { weightOf: () => 1 })]!;
  const odds = (PRIOR_ODDS * m) / u;
  return odds / (1 + odds);
}
