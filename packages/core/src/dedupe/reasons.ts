import type { Agreement } from "./kinds/kind.ts";

/** What one column says about a pair. */
export interface Reason {
  readonly column: string;
  readonly agreement: Agreement;
  /** A sentence for people: "Last name is the same: Müller (rare)." */
  readonly words: string;
  /** How much it counts, in bits: every bit doubles the odds, or halves them where it is negative. */
  readonly weight: number;
}

const MOST_TEXT = 40;
/** From so many bits more than usual on, a value that agrees is called rare. */
const RARE = 1.5;

/** The sentence about two values of a column. */
export function sentence(
  column: string,
  agreement: Agreement,
  level: string,
  [a, b]: readonly [string, string],
  rarity: number,
): string {
  const [x, y] = [short(a), short(b)];
  if (agreement === "agrees" && (a === b || level === "is the same")) {
    const note = rarity >= RARE ? " (rare)" : rarity <= -RARE ? " (common)" : "";
    return `${column} ${level}: ${x}${a === b || x === y ? "" : ` / ${y}`}${note}`;
  }
  return `${column} ${level}: ${x} / ${y}`;
}

function short(text: string): string {
  const tidy = text.replace(/\s+/g, " ").trim();
  return tidy.length <= MOST_TEXT ? tidy : `${tidy.slice(0, MOST_TEXT - 1)}…`;
}
