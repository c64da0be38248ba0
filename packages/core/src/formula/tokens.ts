import { FormulaProblem } from "./problem.ts";

export type Token =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  /** What stands in brackets, a doubled closing bracket read as one. */
  | { readonly kind: "name"; readonly value: string; readonly at: number; readonly end: number }
  | { readonly kind: "word"; readonly value: string; readonly at: number }
  | { readonly kind: "error"; readonly value: string; readonly at: number }
  | { readonly kind: "sign"; readonly value: string; readonly at: number };

/** Longer formulas are refused, as in Excel. */
export const LONGEST = 8_192;

const SPACE = /\s+/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}_][\p{L}\p{N}_.]*/uy;
const ERROR = /#(?:NULL!|DIV\/0!|VALUE!|REF!|NAME\?|NUM!|N\/A)/iy;
const SIGN = /<>|<=|>=|[-+*/^&=<>%(),;{}.]/y;

/** Cuts a formula into its pieces. FormulaProblem for what belongs to no formula, such as an unclosed quotation mark. */
export function tokens(text: string): Token[] {
  if (text.length > LONGEST) {
    throw new FormulaProblem(
      `A formula has at most ${LONGEST.toLocaleString("en")} characters; this one has ${text.length.toLocaleString("en")}.`,
    );
  }
  const found: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const space = take(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const letter = text.charAt(at);
    if (letter === '"' || letter === "“" || letter === "”") {
      const { value, end } = quoted(text, at, letter === '"' ? '"' : "”", "quotation mark");
      found.push({ kind: "text", value, at });
      at = end;
      continue;
    }
    if (letter === "[") {
      const { value, end } = quoted(text, at, "]", "bracket");
      found.push({ kind: "name", value: value.trim(), at, end });
      at = end;
      continue;
    }
    const number = take(NUMBER);
    if (number !== undefined) {
      found.push({ kind: "number", value: Number(number), at });
      at += number.length;
      continue;
    }
    const error = take(ERROR);
    if (error !== undefined) {
      found.push({ kind: "error", value: error.toUpperCase(), at });
      at += error.length;
      continue;
    }
    const word = take(WORD);
    if (word !== undefined) {
      found.push({ kind: "word", value: word, at });
      at += word.length;
      continue;
    }
    const sign = take(SIGN) ?? LIKE_SIGN[letter];
    if (sign === undefined) {
      throw new FormulaProblem(`“${letter}” means nothing in a formula.`, at);
    }
    found.push({ kind: "sign", value: LIKE_SIGN[letter] ?? sign, at });
    at += LIKE_SIGN[letter] === undefined ? sign.length : 1;
  }
  return found;
}

/** Signs that keyboards and word processors make of the usual ones. */
const LIKE_SIGN: { readonly [sign: string]: string } = {
  "−": "-",
  "–": "-",
  "×": "*",
  "·": "*",
  "÷": "/",
  "≠": "<>",
  "≤": "<=",
  "≥": ">=",
};

/** Text up to the closing mark; a doubled mark stands for itself. */
function quoted(
  text: string,
  from: number,
  close: string,
  what: string,
): { value: string; end: number } {
  let value = "";
  for (let at = from + 1; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter !== close) {
      value += letter;
    } else if (text.charAt(at + 1) === close) {
      value += close;
      at += 1;
    } else return { value, end: at + 1 };
  }
  throw new FormulaProblem(`The ${what} opened here is never closed.`, from);
}
