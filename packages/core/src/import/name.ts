import { fold } from "../field/fold.ts";

/** First and last name of a full name: "Last, First" is turned round, particles ("van der", "de la") stay with the last name. */
export function splitName(text: string): { first: string; last: string } {
  const name = text.replace(/\s+/g, " ").trim();
  const comma = /^([^,]+), ([^,]+)$/.exec(name);
  if (comma !== null && !SUFFIX.test(comma[2]!)) return { first: comma[2]!, last: comma[1]! };
  const words = name.split(" ");
  if (words.length === 1) return { first: name, last: "" };
  let at = words.length - 1;
  while (at > 1 && SUFFIX.test(words[at]!)) at--;
  while (at > 1 && PARTICLES.has(words[at - 1]!.toLowerCase())) at--;
  return { first: words.slice(0, at).join(" ").replace(/,$/, ""), last: words.slice(at).join(" ") };
}

const SUFFIX = /^(?:jr|sr|ii|iii|iv|phd|md|esq|dds|cpa|mba)\.?$/i;
const PARTICLES = new Set(
  "van von der den de del della di da dos das du la le los las ter ten zu zum zur af bin ibn al el mc mac st san".split(
    " ",
  ),
);

/**
 * The text by which names of linked records are matched: case, accents, punctuation and the spelling of legal forms do not
 * matter ("Blue Bakery, L.L.C." is "blue bakery llc"); the legal form itself does.
 */
export function matchingName(text: string): string {
  const words = fold(text)
    .replace(/(?<=\b\p{L})\.(?=\p{L}\b)/gu, "")
    .replace(/['’`]/g, "")
    .replace(/&/g, " and ")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .split(" ");
  return words.map((word) => LEGAL[word] ?? word).join(" ");
}

const LEGAL: { readonly [word: string]: string } = {
  incorporated: "inc",
  limited: "ltd",
  corporation: "corp",
  company: "co",
};
