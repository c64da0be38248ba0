import type { Environment } from "../function.ts";
import {
  compare,
  isError,
  single,
  toNumber,
  type List,
  type Scalar,
  type Value,
} from "../value.ts";

/**
 * What SUMIF and COUNTIF compare with: a value ("Won"), or text that begins with an operator (">=100", "<>Lost"); in texts `*`
 * stands for any letters and `?` for one, `~` before them for themselves, as in Excel.
 */
interface Criterion {
  readonly matches: (value: Scalar) => boolean;
  /** Set when only equal values match: then an index answers. */
  readonly key: string | undefined;
}

const OPERATOR = /^(<>|<=|>=|=|<|>)/;

export function criterion(value: Value, { mark }: Environment): Criterion {
  const given = single(value);
  if (typeof given !== "string") {
    return { matches: (other) => same(other, given), key: keyOf(given) };
  }
  const op = OPERATOR.exec(given)?.[0] ?? "=";
  const rest = given.startsWith(op) ? given.slice(op.length) : given;
  const number = rest.trim() === "" ? undefined : toNumber(rest, mark);
  const wanted: Scalar = typeof number === "number" ? number : rest;
  if (op === "=" || op === "<>") {
    const test = equality(wanted);
    if (op === "<>") return { matches: (other) => !test.matches(other), key: undefined };
    return test;
  }
  return {
    key: undefined,
    matches(other) {
      if (other === undefined || isError(other)) return false;
      if (
        typeof wanted === "number"
          ? typeof toNumberOnly(other) !== "number"
          : typeof other !== "string"
      )
        return false;
      const order = compare(other, wanted);
      if (typeof order !== "number") return false;
      if (op === "<") return order < 0;
      if (op === "<=") return order <= 0;
      return op === ">" ? order > 0 : order >= 0;
    },
  };
}

function toNumberOnly(value: Scalar): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "object" && !isError(value) ? value.amount : undefined;
}

function equality(wanted: Scalar): Criterion {
  if (wanted === "") {
    return { matches: (other) => other === undefined || other === "", key: undefined };
  }
  if (typeof wanted === "string" && /[*?]/.test(wanted)) {
    const pattern = wildcard(wanted);
    return { matches: (other) => typeof other === "string" && pattern(other), key: undefined };
  }
  const plain = typeof wanted === "string" ? wanted.replace(/~([*?~])/g, "$1") : wanted;
  return { matches: (other) => same(other, plain), key: keyOf(plain) };
}

function same(value: Scalar, wanted: Scalar): boolean {
  if (isError(value) || isError(wanted)) return false;
  if (value === undefined || wanted === undefined) return value === wanted;
  const left = toNumberOnly(value);
  const right = toNumberOnly(wanted);
  if (left !== undefined || right !== undefined) return left === right;
  return compare(value, wanted) === 0;
}

/** Equal values have equal keys. Letters that only differ by case are equal; what collation beyond that calls equal is rare and left. */
export function keyOf(value: Scalar): string | undefined {
  if (value === undefined || isError(value)) return undefined;
  const number = toNumberOnly(value);
  if (number !== undefined) return `n${number}`;
  return typeof value === "string" ? `s${value.toLowerCase()}` : `b${String(value)}`;
}

/** `*` and `?`, matched from left to right without ever going back more than one star: no text takes long. */
export function wildcard(pattern: string): (text: string) => boolean {
  const parts: { readonly kind: "one" | "any" | "letter"; readonly letter: string }[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern.charAt(at);
    if (letter === "~" && /[*?~]/.test(pattern.charAt(at + 1))) {
      parts.push({ kind: "letter", letter: pattern.charAt((at += 1)).toLowerCase() });
    } else if (letter === "*") parts.push({ kind: "any", letter });
    else if (letter === "?") parts.push({ kind: "one", letter });
    else parts.push({ kind: "letter", letter: letter.toLowerCase() });
  }
  return (given) => {
    const text = given.toLowerCase();
    let at = 0;
    let part = 0;
    let star = -1;
    let resume = 0;
    while (at < text.length) {
      const wanted = parts[part];
      if (
        wanted?.kind === "one" ||
        (wanted?.kind === "letter" && wanted.letter === text.charAt(at))
      ) {
        at += 1;
        part += 1;
      } else if (wanted?.kind === "any") {
        star = part;
        resume = at;
        part += 1;
      } else if (star >= 0) {
        part = star + 1;
        at = resume += 1;
      } else return false;
    }
    while (parts[part]?.kind === "any") part += 1;
    return part === parts.length;
  };
}

/** Positions of a list's values by key, made once for as long as the list is the same one. */
const indexes = new WeakMap<List, ReadonlyMap<string, readonly number[]>>();

/** Lists shorter than this are looked through; making an index would cost more. */
const SHORT = 32;

export function positions(
  list: List,
  asked: Criterion,
  environment: Environment,
): readonly number[] {
  if (asked.key !== undefined && list.length > SHORT) {
    return indexOf(list, environment).get(asked.key) ?? [];
  }
  environment.spend(list.length);
  const found: number[] = [];
  for (let index = 0; index < list.length; index += 1) {
    if (asked.matches(list[index])) found.push(index);
  }
  return found;
}

function indexOf(list: List, environment: Environment): ReadonlyMap<string, readonly number[]> {
  const known = indexes.get(list);
  if (known !== undefined) return known;
  environment.spend(list.length);
  const index = new Map<string, number[]>();
  list.forEach((value, at) => {
    const key = keyOf(value);
    if (key === undefined) return;
    const found = index.get(key);
    if (found === undefined) index.set(key, [at]);
    else found.push(at);
  });
  indexes.set(list, index);
  return index;
}
