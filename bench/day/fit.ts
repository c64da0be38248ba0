import { type Act, type ActName, ACTS } from "../../infra/cost/profile.ts";
import type { PriceName } from "../../infra/cost/price.ts";
import type { Usage } from "../../infra/cost/usage.ts";
import type { Measured } from "./acts.ts";

/** Acts that were measured when the workspace had grown. */
const LATE: ReadonlySet<ActName> = new Set(["snapshot", "start", "tick"]);

/**
 * What an act uses by the rows of the workspace, as a straight line through what was measured at a small and a large size. Less
 * for more rows is chance: then it is the mean of the two. Nothing is less than nothing.
 */
export function fit(small: Measured, large: Measured): Record<ActName, Act> {
  const fitted = ACTS.map((name): [ActName, Act] => {
    const [a, b] = [small.acts[name], large.acts[name]];
    const when = LATE.has(name) ? "after" : "before";
    const [each, perThousandRows] = line(
      [small.rows[when] / 1_000, a.each],
      [large.rows[when] / 1_000, b.each],
    );
    return [
      name,
      {
        each,
        ...(Object.keys(perThousandRows).length > 0 && { perThousandRows }),
        ...(a.perLooker && b.perLooker && { perLooker: mean(a.perLooker, b.perLooker) }),
        ...(a.perImportRow &&
          b.perImportRow && { perImportRow: mean(a.perImportRow, b.perImportRow) }),
      },
    ];
  });
  return Object.fromEntries(fitted) as Record<ActName, Act>;
}

type Point = readonly [x: number, usage: Usage];

/** What it is at 0, and how much more for one more. */
export function line([x1, one]: Point, [x2, two]: Point): [Usage, Usage] {
  const start: Record<string, number> = {};
  const slope: Record<string, number> = {};
  for (const name of namesOf(one, two)) {
    const [y1, y2] = [one[name] ?? 0, two[name] ?? 0];
    const rise = (y2 - y1) / (x2 - x1);
    if (rise > 0) set(slope, name, Math.min(rise, y2 / x2));
    set(start, name, rise > 0 ? y2 - x2 * Math.min(rise, y2 / x2) : (y1 + y2) / 2);
  }
  return [start, slope];
}

function mean(one: Usage, two: Usage): Usage {
  const usage: Record<string, number> = {};
  for (const name of namesOf(one, two)) set(usage, name, ((one[name] ?? 0) + (two[name] ?? 0)) / 2);
  return usage;
}

function set(usage: Record<string, number>, name: PriceName, value: number): void {
  const rounded = Number(value.toPrecision(4));
  if (rounded > 1e-15) usage[name] = rounded;
}

function namesOf(one: Usage, two: Usage): PriceName[] {
  return [...new Set([...Object.keys(one), ...Object.keys(two)])] as PriceName[];
}
