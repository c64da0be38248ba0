import type { BinaryOperator, Expression, Name } from "./expression.ts";
import { FormulaProblem } from "./problem.ts";
import { tokens, type Token } from "./tokens.ts";

/** How deep a formula may nest; Excel allows 64. */
export const DEEPEST = 64;
/** How many pieces it may have in all. */
const MOST_TOKENS = 4_000;

/** Operators by how tightly they bind, loosest first; all of them from left to right, as in Excel. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ["=", "<>", "<", "<=", ">", ">="],
  ["&"],
  ["+", "-"],
  ["*", "/"],
  ["^"],
];

/**
 * Reads a formula as Excel reads it, with field names in brackets: `IF([Stage]="Won", [Value] * 10%, 0)`. A sign before a value
 * binds tighter than `^`, so that `-2^2` is 4. Arguments may be separated by commas or semicolons; a leading `=` is taken off.
 * FormulaProblem says what is wrong and where.
 */
export function parse(text: string): Expression {
  const list = tokens(text);
  if (list.length > MOST_TOKENS) {
    throw new FormulaProblem(`A formula has at most ${MOST_TOKENS} names, numbers and signs.`);
  }
  const reader = createReader(list, text.length);
  const first = reader.peek();
  if (first?.kind === "sign" && first.value === "=") reader.next();
  if (reader.peek() === undefined) throw new FormulaProblem("The formula is empty.");
  const expression = binary(reader, 0, 0);
  const rest = reader.peek();
  if (rest !== undefined) {
    throw new FormulaProblem(
      rest.kind === "sign" && rest.value === ")"
        ? "This parenthesis closes nothing."
        : `An operator such as + or & is missing before ${shown(rest)}.`,
      rest.at,
    );
  }
  return expression;
}

interface Reader {
  peek(): Token | undefined;
  next(): Token | undefined;
  /** Takes the sign if it comes next. */
  sign(value: string): boolean;
  expect(value: string, why: string): void;
  readonly end: number;
}

function createReader(list: readonly Token[], end: number): Reader {
  let index = 0;
  const reader: Reader = {
    end,
    peek: () => list[index],
    next: () => list[index++],
    sign(value) {
      const token = list[index];
      if (token?.kind !== "sign" || token.value !== value) return false;
      index += 1;
      return true;
    },
    expect(value, why) {
      if (!reader.sign(value)) throw new FormulaProblem(why, list[index]?.at ?? end);
    },
  };
  return reader;
}

function binary(reader: Reader, level: number, depth: number): Expression {
  if (depth > DEEPEST) {
    throw new FormulaProblem(
      `A formula nests at most ${DEEPEST} levels deep.`,
      reader.peek()?.at ?? reader.end,
    );
  }
  const operators = LEVELS[level];
  if (operators === undefined) return signed(reader, depth);
  let left = binary(reader, level + 1, depth);
  for (;;) {
    const token = reader.peek();
    const op = token?.kind === "sign" ? operators.find((each) => each === token.value) : undefined;
    if (op === undefined) return left;
    reader.next();
    left = { kind: "binary", op, left, right: binary(reader, level + 1, depth) };
  }
}

function signed(reader: Reader, depth: number): Expression {
  const signs: ("-" | "+")[] = [];
  for (;;) {
    if (reader.sign("-")) signs.push("-");
    else if (reader.sign("+")) signs.push("+");
    else break;
    if (signs.length > DEEPEST) {
      throw new FormulaProblem("Too many signs stand before this value.", reader.peek()?.at);
    }
  }
  let expression = percent(reader, depth);
  for (const op of signs.toReversed()) expression = { kind: "unary", op, of: expression };
  return expression;
}

function percent(reader: Reader, depth: number): Expression {
  let expression = primary(reader, depth);
  let count = 0;
  while (reader.sign("%")) {
    if ((count += 1) > DEEPEST) throw new FormulaProblem("Too many percent signs.");
    expression = { kind: "unary", op: "%", of: expression };
  }
  return expression;
}

function primary(reader: Reader, depth: number): Expression {
  const token = reader.next();
  if (token === undefined) {
    throw new FormulaProblem("The formula ends where a value is missing.", reader.end);
  }
  switch (token.kind) {
    case "number":
      return { kind: "number", value: token.value };
    case "text":
      return { kind: "text", value: token.value };
    case "error":
      return { kind: "error", code: token.value };
    case "name":
      return path(reader, token);
    case "word":
      return word(reader, token, depth);
    default:
  }
  if (token.value === "(") {
    const inner = binary(reader, 0, depth + 1);
    reader.expect(")", "A closing parenthesis is missing here.");
    return inner;
  }
  if (token.value === "{") {
    return { kind: "list", items: separated(reader, "}", "brace", depth) };
  }
  throw new FormulaProblem(`A value is missing before ${shown(token)}.`, token.at);
}

function path(reader: Reader, first: Extract<Token, { kind: "name" }>): Expression {
  if (first.value === "") throw new FormulaProblem("A field name is missing here.", first.at);
  const split = first.value.indexOf("!");
  if (split > 0) {
    return {
      kind: "column",
      sheet: first.value.slice(0, split).trim(),
      field: first.value.slice(split + 1).trim(),
      at: first.at,
      end: first.end,
    };
  }
  const nameOf = ({ value, at, end }: typeof first): Name => ({ name: value, at, end });
  const names = [nameOf(first)];
  while (reader.sign(".")) {
    const token = reader.next();
    if (token?.kind !== "name") {
      throw new FormulaProblem(
        "After the point comes a field of the linked record, in brackets.",
        token?.at ?? reader.end,
      );
    }
    names.push(nameOf(token));
  }
  return { kind: "path", names, at: first.at };
}

function word(reader: Reader, token: Extract<Token, { kind: "word" }>, depth: number): Expression {
  const name = token.value.toUpperCase();
  if (reader.sign("(")) {
    return { kind: "call", name, args: separated(reader, ")", "parenthesis", depth), at: token.at };
  }
  if (name === "TRUE" || name === "FALSE") return { kind: "truth", value: name === "TRUE" };
  throw new FormulaProblem(
    `“${token.value}” is not known. Field names stand in brackets: [${token.value}]. Text stands in quotation marks.`,
    token.at,
  );
}

function separated(
  reader: Reader,
  close: ")" | "}",
  what: string,
  depth: number,
): readonly Expression[] {
  const items: Expression[] = [];
  if (reader.sign(close)) return items;
  do items.push(binary(reader, 0, depth + 1));
  while (reader.sign(",") || reader.sign(";"));
  const token = reader.peek();
  reader.expect(
    close,
    token === undefined
      ? `A closing ${what} is missing at the end.`
      : `A comma or a closing ${what} is missing before ${shown(token)}.`,
  );
  return items;
}

function shown(token: Token): string {
  if (token.kind === "name") return `[${token.value}]`;
  return `“${String(token.value).slice(0, 40)}”`;
}
