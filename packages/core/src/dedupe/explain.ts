import { sentence, type Reason } from "./reasons.ts";
import { comparer, NONE, saidBefore } from "./scan.ts";
import type { Table } from "./table.ts";
import { type Scale, weightOf } from "./weights.ts";

/** Bits below which a column says nothing worth telling. */
const LEAST = 0.3;
/** What still says this much is not called common. */
const COMMON = 4;

/**
 * Why two records are taken for one thing, or not: one sentence for every column that says something, what counts most first. The weights
 * and what was expected beforehand add up to the logarithm of the odds. `textOf` gives a record's text in a column as it was written.
 */
export function explain(
  table: Table,
  scale: Scale,
  a: number,
  b: number,
  textOf: (column: number, side: "a" | "b") => string,
): Reason[] {
  const levels = new Uint8Array(table.columns.length);
  const compared = comparer(table, scale);
  compared.compare(a, b, levels, 0, -Infinity);
  const isSwapped = compared.swapped();
  const reasons = table.columns.flatMap(({ name, kind, places }, at): Reason[] => {
    const level = levels[at] as number;
    if (level === NONE) return [];
    const one = scale.columns[at]!;
    const [x, y] = [places[a] as number, places[b] as number];
    const texts = [textOf(at, "a"), textOf(at, "b")] as const;
    const { agreement, words } = kind.levels[level]!;
    if (isSwapped && (kind.name === "givenName" || kind.name === "familyName")) {
      const weight = bits(one.weights[level] as number);
      return [
        {
          column: name,
          agreement: "nearly",
          words: `${name} stands in the other name's place: ${texts.join(" / ")}`,
          weight,
        },
      ];
    }
    const said = weightOf(one, level, x, y);
    const weight = bits(said + saidBefore(scale, levels, 0, at, said));
    if (Math.abs(weight) < LEAST) return [];
    const rare = level === 0 ? (one.rare[x] as number) / Math.LN2 : 0;
    const rarity = rare < 0 && weight > COMMON ? 0 : rare;
    return [
      { column: name, agreement, words: sentence(name, agreement, words, texts, rarity), weight },
    ];
  });
  return reasons.sort((x, y) => Math.abs(y.weight) - Math.abs(x.weight));
}

function bits(weight: number): number {
  return Math.round((weight / Math.LN2) * 10) / 10;
}
