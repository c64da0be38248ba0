/** Addresses and numbers that stand somewhere in a text. */
export type Extracted = "email" | "phone" | "url";

const EMAIL = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
const URL = /\b(?:https?:\/\/|www\.)[^\s<>"'，。)\]]{2,2000}/giu;
const PHONE =
  /(?<![\p{L}\p{N}])\+?\(?\d[\d\s().\-/]{5,22}\d(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?![\p{L}\p{N}])/giu;

/** All of one kind in a text, in order, each once, without the punctuation of the sentence around them. */
export function extract(text: string, kind: Extracted): readonly string[] {
  const pattern = kind === "email" ? EMAIL : kind === "url" ? URL : PHONE;
  const found = new Set<string>();
  for (const [match] of text.slice(0, 100_000).matchAll(pattern)) {
    const tidy = match.replace(/[.,;:!?'-]+$/, "").trim();
    if (kind === "phone" && !isPhone(tidy)) continue;
    if (tidy !== "") found.add(tidy);
  }
  return [...found];
}

/** 7 to 15 digits (E.164), and no date or amount. */
function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  if (digits < 7 || digits > 21) return false;
  return !/^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$/.test(text);
}
