import { splitName } from "../import/name.ts";

/** How a text can be written. "name" keeps McDonald and van der Berg as people write them. */
export type Letters = "upper" | "lower" | "title" | "sentence" | "name";

/** The text in other letters; the language decides what the capital of a letter is. */
export function inLetters(text: string, letters: Letters, locale: string): string {
  switch (letters) {
    case "upper":
      return text.toLocaleUpperCase(locale);
    case "lower":
      return text.toLocaleLowerCase(locale);
    case "title":
      return eachWord(text.toLocaleLowerCase(locale), (word) => capital(word, locale));
    case "sentence":
      return capital(text.toLocaleLowerCase(locale), locale);
    case "name":
      return nameInLetters(text, locale);
  }
}

/** Spaces at the ends taken off, runs of spaces and no-break spaces made one; line breaks stay. */
export function trimmed(text: string): string {
  return text
    .replace(/[\p{Cf}]/gu, (sign) => (sign === "\u200D" ? sign : ""))
    .replace(/[^\S\n]+/gu, " ")
    .replace(/ ?\n ?/g, "\n")
    .trim();
}

const WORD = /[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}’']*/gu;

function eachWord(text: string, change: (word: string) => string): string {
  return text.replace(WORD, change);
}

function capital(text: string, locale: string): string {
  const at = text.search(/\p{L}/u);
  if (at < 0) return text;
  const [first = ""] = text.slice(at);
  return text.slice(0, at) + first.toLocaleUpperCase(locale) + text.slice(at + first.length);
}

const PARTICLES = new Set(
  "van von der den de del della di da dos das du la le los las ter ten zu zum zur af bin ibn al el y e".split(
    " ",
  ),
);
const CAPITALS =
  /^(?:ii|iii|iv|vi|vii|viii|phd|md|mba|cpa|dds|llc|llp|gmbh|inc|ltd|plc|bv|nv|sa|ag|kg)$/i;
const WRITTEN: { readonly [word: string]: string } = {
  phd: "PhD",
  gmbh: "GmbH",
  inc: "Inc",
  ltd: "Ltd",
};

/** A name whose letters are all large or all small is written as names are; mixed letters were somebody's choice. */
function nameInLetters(text: string, locale: string): string {
  const tidy = trimmed(text);
  const mixed = tidy !== tidy.toLocaleLowerCase(locale) && tidy !== tidy.toLocaleUpperCase(locale);
  if (mixed) return tidy;
  const lower = tidy.toLocaleLowerCase(locale);
  let first = true;
  return eachWord(lower, (word) => {
    const isFirst = first;
    first = false;
    if (!isFirst && PARTICLES.has(word)) return word;
    if (CAPITALS.test(word)) return WRITTEN[word] ?? word.toUpperCase();
    const celtic = /^(mc|o['’]|d['’])(\p{L}.*)$/u.exec(word);
    if (celtic !== null)
      return capital(celtic[1] as string, locale) + capital(celtic[2] as string, locale);
    return capital(word, locale);
  });
}

/** "Last, First" and "FIRST LAST" as first and last name, in the letters of names. */
export function tidyName(text: string, locale: string): { first: string; last: string } {
  const { first, last } = splitName(trimmed(text));
  return { first: nameInLetters(first, locale), last: nameInLetters(last, locale) };
}
