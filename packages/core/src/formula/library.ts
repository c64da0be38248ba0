import type { FunctionDefinition } from "./function.ts";
import { dates } from "./functions/dates.ts";
import { finance } from "./functions/finance.ts";
import { information } from "./functions/information.ts";
import { lists } from "./functions/lists.ts";
import { logic } from "./functions/logic.ts";
import { numbers } from "./functions/numbers.ts";
import { statistics } from "./functions/statistics.ts";
import { text } from "./functions/text.ts";

/** Every function of the language, in the order in which the documentation lists them. */
export const functions: readonly FunctionDefinition[] = [
  ...logic,
  ...numbers,
  ...statistics,
  ...lists,
  ...text,
  ...dates,
  ...information,
  ...finance,
];

/** Other names people know from their spreadsheets. */
const ALIASES: { readonly [name: string]: string } = {
  "STDEV.S": "STDEV",
  "STDEV.P": "STDEVP",
  "VAR.S": "VAR",
  "VAR.P": "VARP",
  "MODE.SNGL": "MODE",
  "PERCENTILE.INC": "PERCENTILE",
  "QUARTILE.INC": "QUARTILE",
  "CEILING.MATH": "CEILING",
  "FLOOR.MATH": "FLOOR",
  ARRAYJOIN: "JOIN",
};

const byName: ReadonlyMap<string, FunctionDefinition> = new Map(
  functions.map((definition) => [definition.name, definition]),
);

/** The function of this name in capital letters. */
export function find(name: string): FunctionDefinition | undefined {
  return byName.get(ALIASES[name] ?? name);
}

/** The known name most like a mistyped one, for “did you mean”. */
export function nearest(name: string): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of byName.keys()) {
    const steps = distance(name, candidate, least);
    if (steps < least) [least, best] = [steps, candidate];
  }
  return best;
}

/** Levenshtein's, given up beyond `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
