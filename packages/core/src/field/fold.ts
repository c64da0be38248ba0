const MARKS = /\p{M}+/gu;
const NON_ASCII = /\P{ASCII}/u;
const LETTERS: { readonly [letter: string]: string } = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
  ħ: "h",
};
const SPECIAL = /[ßæœøłđðþıħ]/g;

/** Lower case without accents, for comparing what people mean: "Søren Łukasz" is "soren lukasz". */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (!NON_ASCII.test(lower)) return lower;
  return lower
    .normalize("NFKD")
    .replace(MARKS, "")
    .replace(SPECIAL, (letter) => LETTERS[letter] ?? letter)
    .toLowerCase();
}

/** ASCII words with single spaces between them: what most texts are. */
const TIDY = /^[!-~]+(?: [!-~]+)*$/;

/** The text of a matching key: case, width and spacing do not matter, accents do. */
export function keyOf(text: string): string | undefined {
  if (TIDY.test(text)) return text.toLowerCase();
  const key = text.normalize("NFKC").toLowerCase().normalize("NFKC").replace(/\s+/g, " ").trim();
  return key === "" ? undefined : key;
}
