import { fold } from "../../field/fold.ts";
import { toLatin } from "./script.ts";

/** Of longer values only so much is looked at. */
const MOST_CHARACTERS = 600;
export const MOST_WORDS = 60;

const APOSTROPHES = /['’`´ʻʼʿʾ‘"“”«»]/g;
const NO_WORD = /[^\p{L}\p{N}]+/gu;
const ENTITY = /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|amp|lt|gt|quot|nbsp);/gi;
const TIDY = /^[a-z0-9]+(?: [a-z0-9]+)*$/;

/**
 * Lower case in Latin letters without accents, words apart by single spaces, punctuation gone: "O'Brien-Łukasz, J." is
 * "obrien lukasz j". Doing it again changes nothing.
 */
export function plain(text: string): string {
  const cut = text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text;
  if (TIDY.test(cut)) return cut;
  const once = step(cut);
  return TIDY.test(once) ? once : step(once);
}

function step(text: string): string {
  const decoded = text.includes("&") ? text.replace(ENTITY, decode).replaceAll("&", " and ") : text;
  const latin = fold(toLatin(decoded.toLowerCase()));
  return latin.replace(APOSTROPHES, "").replace(NO_WORD, " ").trim();
}

function decode(entity: string, decimal?: string, hex?: string): string {
  const code = decimal ? Number(decimal) : hex ? parseInt(hex, 16) : 0;
  return code > 0 && code < 0x110000 ? String.fromCodePoint(code) : entity === "&amp;" ? "&" : " ";
}

/** The words of a plain text. */
export function words(plainText: string): string[] {
  if (plainText === "") return [];
  const all = plainText.split(" ");
  return all.length > MOST_WORDS ? all.slice(0, MOST_WORDS) : all;
}
