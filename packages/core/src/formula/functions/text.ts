import type { Environment, FunctionDefinition } from "../function.ts";
import { NUMBER, TEXT, TRUTH, type Kind } from "../kind.ts";
import { formatNumber } from "../library-parts.ts";
import {
  error,
  isError,
  isList,
  LONGEST_TEXT,
  single,
  toNumber,
  toText,
  toTruth,
} from "../value.ts";
import type { FormulaError, Scalar, Value } from "../value.ts";
import { round } from "./numbers.ts";
import { searchWildcards } from "./wildcards.ts";

const category = "Text";

type Argument = string | number;

/** A function whose parameters are texts ("t"), numbers ("n"), or numbers that may be left out ("1", "0": what they are then). */
function of(
  name: string,
  parameters: string,
  shape: string,
  summary: string,
  example: readonly [string, string],
  compute: (...args: readonly never[]) => Value,
  kind: Kind = TEXT,
): FunctionDefinition {
  const shapes = shape.split(" ");
  return {
    name,
    category,
    syntax: `${name}(${parameters})`,
    summary,
    example,
    least: shapes.filter((each) => each === "t" || each === "n").length,
    most: shapes.length,
    takes: "each",
    kind,
    call(args, { mark }) {
      const read: Argument[] = [];
      for (const [index, each] of shapes.entries()) {
        const value = args[index];
        const argument =
          index >= args.length
            ? each === "''"
              ? ""
              : Number(each)
            : each === "t" || each === "''"
              ? toText(value, mark)
              : toNumber(value, mark);
        if (typeof argument === "object") return argument;
        read.push(argument);
      }
      return limited(compute(...(read as never[])));
    },
  };
}

function limited(value: Value): Value {
  if (typeof value !== "string" || value.length <= LONGEST_TEXT) return value;
  return error(
    "#VALUE!",
    `The text has ${value.length.toLocaleString("en")} characters; a cell holds ${LONGEST_TEXT.toLocaleString("en")}.`,
  );
}

const NOT_FOUND = (what: string) =>
  error("#VALUE!", `“${what.slice(0, 40)}” does not occur in the text.`);

/** Letters as people count them, so that an emoji is one. */
function letters(text: string): readonly string[] {
  return /^\p{ASCII}*$/u.test(text) ? text.split("") : [...text];
}

function proper(text: string): string {
  return text
    .toLowerCase()
    .replace(/\p{L}[\p{L}\p{M}]*/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}

function joined(
  args: readonly Value[],
  between: string,
  skipBlank: boolean,
  mark: Environment["mark"],
): Value {
  const words: string[] = [];
  let length = 0;
  for (const arg of args) {
    for (const item of isList(arg) ? arg : [arg]) {
      const text = toText(item, mark);
      if (typeof text !== "string") return text;
      if (skipBlank && text === "") continue;
      length += text.length;
      if (length > LONGEST_TEXT) return limited("x".repeat(LONGEST_TEXT + 1));
      words.push(text);
    }
  }
  return limited(words.join(between));
}

function cut(text: string, from: number, count: number): string | FormulaError {
  if (count < 0) return error("#VALUE!", "A number of letters cannot be negative.");
  return letters(text)
    .slice(from, from + Math.trunc(count))
    .join("");
}

function nth(text: string, what: string, which: number): number {
  if (what === "") return which > 0 ? 0 : text.length;
  const found: number[] = [];
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + what.length))
    found.push(at);
  return found.at(which > 0 ? which - 1 : which) ?? -1;
}

export const text: readonly FunctionDefinition[] = [
  {
    name: "CONCAT",
    category,
    syntax: "CONCAT(value, [value]…)",
    summary: "All values one after the other.",
    example: ['CONCAT("a", 1, "b")', "a1b"],
    least: 1,
    most: 255,
    takes: "whole",
    texts: true,
    kind: TEXT,
    call: (args, { mark }) => joined(args, "", false, mark),
  },
  {
    name: "CONCATENATE",
    category,
    syntax: "CONCATENATE(value, [value]…)",
    summary: "The same as CONCAT.",
    example: ['CONCATENATE("a", "b")', "ab"],
    least: 1,
    most: 255,
    takes: "whole",
    texts: true,
    kind: TEXT,
    call: (args, { mark }) => joined(args, "", false, mark),
  },
  {
    name: "TEXTJOIN",
    category,
    syntax: "TEXTJOIN(between, skip_blanks, value, [value]…)",
    summary: "All values with a text between them, blanks left out if wanted.",
    example: ['TEXTJOIN(", ", TRUE, {"a", "", "b"})', "a, b"],
    least: 3,
    most: 255,
    takes: "whole",
    texts: true,
    kind: TEXT,
    call([between, skip, ...values], { mark }) {
      const text = toText(between, mark);
      const blanks = toTruth(skip);
      if (typeof text !== "string") return text;
      if (typeof blanks !== "boolean") return blanks;
      return joined(values, text, blanks, mark);
    },
  },
  {
    name: "JOIN",
    category,
    syntax: "JOIN(list, [between])",
    summary:
      "The values of a list with a text between them, a comma unless another is given; blanks are left out.",
    example: ['JOIN({"a", "b"}, " + ")', "a + b"],
    least: 1,
    most: 2,
    takes: "whole",
    texts: true,
    kind: TEXT,
    call(args, { mark }) {
      const between = args.length > 1 ? toText(args[1], mark) : ", ";
      return typeof between === "string" ? joined([args[0]], between, true, mark) : between;
    },
  },
  of(
    "LEFT",
    "text, [count]",
    "t 1",
    "The first letters.",
    ['LEFT("Monday", 3)', "Mon"],
    (text: string, count: number) => cut(text, 0, count),
  ),
  of(
    "RIGHT",
    "text, [count]",
    "t 1",
    "The last letters.",
    ['RIGHT("Monday", 3)', "day"],
    (text: string, count: number) => {
      if (count < 0) return error("#VALUE!", "A number of letters cannot be negative.");
      const all = letters(text);
      return all.slice(Math.max(0, all.length - Math.trunc(count))).join("");
    },
  ),
  of(
    "MID",
    "text, start, count",
    "t n n",
    "Letters from the middle, counted from 1.",
    ['MID("Monday", 2, 3)', "ond"],
    (text: string, start: number, count: number) =>
      start < 1
        ? error("#VALUE!", "MID counts letters from 1.")
        : cut(text, Math.trunc(start) - 1, count),
  ),
  of(
    "LEN",
    "text",
    "t",
    "How many letters it has.",
    ['LEN("Monday")', "6"],
    (text: string) => letters(text).length,
    NUMBER,
  ),
  of("LOWER", "text", "t", "In small letters.", ['LOWER("ABC")', "abc"], (text: string) =>
    text.toLowerCase(),
  ),
  of("UPPER", "text", "t", "In capital letters.", ['UPPER("abc")', "ABC"], (text: string) =>
    text.toUpperCase(),
  ),
  of(
    "PROPER",
    "text",
    "t",
    "Every word with a capital letter.",
    ['PROPER("anna o\'neil")', "Anna O'Neil"],
    proper,
  ),
  of(
    "TRIM",
    "text",
    "t",
    "Without spaces at the ends and with single ones between words.",
    ['TRIM("  a   b ")', "a b"],
    (text: string) => text.replace(/ +/g, " ").replace(/^ | $/g, ""),
  ),
  of(
    "CLEAN",
    "text",
    "t",
    "Without characters that cannot be printed.",
    ['CLEAN("a" & CHAR(7) & "b")', "ab"],
    (text: string) => text.replace(/\p{Cc}/gu, ""),
  ),
  of(
    "SUBSTITUTE",
    "text, old, new, [which]",
    "t t t 0",
    "With one text put in place of another, everywhere or where it comes for the nth time.",
    ['SUBSTITUTE("a-b-c", "-", "+")', "a+b+c"],
    (text: string, old: string, fresh: string, which: number) => {
      if (old === "") return text;
      if (which === 0) return text.replaceAll(old, () => fresh);
      const at = which < 1 ? -1 : nth(text, old, Math.trunc(which));
      if (which < 1) return error("#VALUE!", "SUBSTITUTE counts from 1.");
      return at < 0 ? text : text.slice(0, at) + fresh + text.slice(at + old.length);
    },
  ),
  of(
    "REPLACE",
    "text, start, count, new",
    "t n n t",
    "With so many letters from a place on replaced.",
    ['REPLACE("abcd", 2, 2, "X")', "aXd"],
    (text: string, start: number, count: number, fresh: string) => {
      if (start < 1 || count < 0) return error("#VALUE!", "REPLACE counts letters from 1.");
      const all = letters(text);
      const from = Math.trunc(start) - 1;
      return all.slice(0, from).join("") + fresh + all.slice(from + Math.trunc(count)).join("");
    },
  ),
  of(
    "FIND",
    "what, text, [start]",
    "t t 1",
    "Where a text stands in another, counted from 1; capital letters matter.",
    ['FIND("d", "Monday")', "4"],
    (what: string, text: string, start: number) => {
      const at = start < 1 ? -1 : text.indexOf(what, Math.trunc(start) - 1);
      return at < 0 ? NOT_FOUND(what) : at + 1;
    },
    NUMBER,
  ),
  of(
    "SEARCH",
    "what, text, [start]",
    "t t 1",
    "As FIND, but capital letters do not matter and * and ? stand for any letters.",
    ['SEARCH("DAY", "Monday")', "4"],
    (what: string, text: string, start: number) => {
      if (start < 1) return NOT_FOUND(what);
      const from = Math.trunc(start) - 1;
      const at = /[*?~]/.test(what)
        ? searchWildcards(what, text, from)
        : text.toLowerCase().indexOf(what.toLowerCase(), from);
      return at < from ? NOT_FOUND(what) : at + 1;
    },
    NUMBER,
  ),
  of(
    "CONTAINS",
    "text, what",
    "t t",
    "TRUE where the text contains another; capital letters do not matter.",
    ['CONTAINS("Monday", "DAY")', "TRUE"],
    (text: string, what: string) => text.toLowerCase().includes(what.toLowerCase()),
    TRUTH,
  ),
  of(
    "STARTSWITH",
    "text, what",
    "t t",
    "TRUE where the text begins with another.",
    ['STARTSWITH("Monday", "mon")', "TRUE"],
    (text: string, what: string) => text.toLowerCase().startsWith(what.toLowerCase()),
    TRUTH,
  ),
  of(
    "ENDSWITH",
    "text, what",
    "t t",
    "TRUE where the text ends with another.",
    ['ENDSWITH("Monday", "day")', "TRUE"],
    (text: string, what: string) => text.toLowerCase().endsWith(what.toLowerCase()),
    TRUTH,
  ),
  of(
    "EXACT",
    "text, other",
    "t t",
    "TRUE where both are the same, capital letters included.",
    ['EXACT("a", "A")', "FALSE"],
    (a: string, b: string) => a === b,
    TRUTH,
  ),
  of(
    "REPT",
    "text, times",
    "t n",
    "The text repeated.",
    ['REPT("ab", 3)', "ababab"],
    (text: string, times: number) => {
      if (times < 0) return error("#VALUE!", "REPT repeats 0 times or more.");
      const count = Math.trunc(times);
      if (text.length * count > LONGEST_TEXT) return limited("x".repeat(LONGEST_TEXT + 1));
      return text.repeat(count);
    },
  ),
  of(
    "TEXTBEFORE",
    "text, what, [which]",
    "t t 1",
    "What stands before another text.",
    ['TEXTBEFORE("a@b.com", "@")', "a"],
    (text: string, what: string, which: number) => {
      const at = nth(text, what, Math.trunc(which));
      return at < 0 ? error("#N/A", `“${what}” does not occur in the text.`) : text.slice(0, at);
    },
  ),
  of(
    "TEXTAFTER",
    "text, what, [which]",
    "t t 1",
    "What stands behind another text.",
    ['TEXTAFTER("a@b.com", "@")', "b.com"],
    (text: string, what: string, which: number) => {
      const at = nth(text, what, Math.trunc(which));
      return at < 0
        ? error("#N/A", `“${what}” does not occur in the text.`)
        : text.slice(at + what.length);
    },
  ),
  of("CHAR", "number", "n", "The character with this number.", ["CHAR(65)", "A"], (code: number) =>
    code < 1 || code > 255
      ? error("#VALUE!", "CHAR takes numbers from 1 to 255.")
      : String.fromCharCode(Math.trunc(code)),
  ),
  of(
    "CODE",
    "text",
    "t",
    "The number of the first character.",
    ['CODE("A")', "65"],
    (text: string) => (text === "" ? error("#VALUE!", "The text is empty.") : text.charCodeAt(0)),
    NUMBER,
  ),
  of(
    "UNICHAR",
    "number",
    "n",
    "The Unicode character with this number.",
    ["UNICHAR(8364)", "€"],
    (code: number) =>
      code < 1 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
        ? error("#VALUE!", "There is no such character.")
        : String.fromCodePoint(Math.trunc(code)),
  ),
  of(
    "UNICODE",
    "text",
    "t",
    "The Unicode number of the first character.",
    ['UNICODE("€")', "8364"],
    (text: string) =>
      text === "" ? error("#VALUE!", "The text is empty.") : (text.codePointAt(0) as number),
    NUMBER,
  ),
  of(
    "FIXED",
    "number, [digits]",
    "n 2",
    "The number as text with so many digits.",
    ["FIXED(1234.567, 1)", "1,234.6"],
    (number: number, digits: number) =>
      formatNumber(
        round(number, digits),
        digits > 0 ? `#,##0.${"0".repeat(Math.min(30, Math.trunc(digits)))}` : "#,##0",
        "en-US",
      ),
  ),
  {
    name: "VALUE",
    category,
    syntax: "VALUE(text)",
    summary: "The number a text stands for.",
    example: ['VALUE("12.5")', "12.5"],
    least: 1,
    most: 1,
    takes: "each",
    kind: NUMBER,
    call([value], { mark }) {
      const one: Scalar = single(value);
      if (typeof one === "string" && one.trim() === "")
        return error("#VALUE!", "The text is empty.");
      return toNumber(one, mark);
    },
  },
  {
    name: "TEXT",
    category,
    syntax: "TEXT(value, format)",
    summary:
      'A number or a date as text in a format of spreadsheets: "0.00", "#,##0", "0%", "yyyy-mm-dd", "mmmm".',
    example: ['TEXT(1234.5, "#,##0.00")', "1,234.50"],
    least: 2,
    most: 2,
    takes: "each",
    kind: TEXT,
    call([value, format], { mark, locale }) {
      const pattern = toText(format, mark);
      if (typeof pattern !== "string") return pattern;
      const one = single(value);
      if (isError(one)) return one;
      if (typeof one === "string" && typeof toNumber(one, mark) !== "number") return one;
      const number = toNumber(one, mark);
      if (typeof number !== "number") return number;
      try {
        return limited(formatNumber(number, pattern, locale));
      } catch {
        return error("#VALUE!", `“${pattern.slice(0, 40)}” is not a format.`);
      }
    },
  },
];
