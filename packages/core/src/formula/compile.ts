import { Missing } from "../ledger/absent.ts";
import { children, type BinaryOperator, type Expression } from "./expression.ts";
import type { Environment, Evaluate, FunctionDefinition } from "./function.ts";
import {
  ANY,
  DATE,
  DATE_TIME,
  isNumeric,
  isTime,
  listOf,
  NUMBER,
  oneOf,
  TEXT,
  TRUTH,
  type Kind,
} from "./kind.ts";
import { find, nearest } from "./library.ts";
import { parse } from "./parse.ts";
import { FormulaProblem } from "./problem.ts";
import { power } from "./functions/numbers.ts";
import {
  compare,
  DIVIDED_BY_ZERO,
  error,
  finite,
  isError,
  isList,
  isMoney,
  mixed,
  single,
  toNumber,
  toText,
  type ErrorCode,
  type Money,
  type Scalar,
  type Value,
} from "./value.ts";

/** What names in brackets stand for. FormulaProblem for names that stand for nothing. */
export interface Scope {
  path(expression: Extract<Expression, { kind: "path" }>): Source;
  column(expression: Extract<Expression, { kind: "column" }>): Source;
  /** A date as people write it. */
  timeText(serial: number, kind: Kind): string;
}

export interface Source {
  readonly kind: Kind;
  readonly evaluate: Evaluate;
}

export interface Compiled {
  readonly kind: Kind;
  readonly evaluate: Evaluate;
  /** Its values change without any cell changing. */
  readonly volatile: boolean;
}

/**
 * Makes a function of rows from a formula. Never throws while it computes: what goes wrong is an error value. FormulaProblem
 * when the formula cannot be understood.
 */
export function compile(text: string, scope: Scope, environment: Environment): Compiled {
  const expression = parse(text);
  const { kind, evaluate } = plan(expression, scope, environment);
  return {
    kind,
    volatile: isVolatile(expression),
    evaluate(row) {
      try {
        return evaluate(row);
      } catch (cause) {
        if (cause instanceof Missing) throw cause;
        return error("#NUM!", cause instanceof Error ? cause.message : "The formula broke off.");
      }
    },
  };
}

function isVolatile(expression: Expression): boolean {
  if (expression.kind === "call" && find(expression.name)?.volatile === true) return true;
  return children(expression).some(isVolatile);
}

function plan(expression: Expression, scope: Scope, environment: Environment): Source {
  switch (expression.kind) {
    case "number":
      return constant(expression.value, NUMBER);
    case "text":
      return constant(expression.value, TEXT);
    case "truth":
      return constant(expression.value, TRUTH);
    case "error":
      return constant(error(expression.code as ErrorCode, "The formula says so."), ANY);
    case "path":
      return scope.path(expression);
    case "column":
      return scope.column(expression);
    case "list": {
      const items = expression.items.map((item) => plan(item, scope, environment));
      return {
        kind: listOf(items[0]?.kind ?? ANY),
        evaluate: (row) => items.map((item) => single(item.evaluate(row))),
      };
    }
    case "unary":
      return unary(expression, scope, environment);
    case "binary":
      return binary(expression, scope, environment);
    case "call":
      return call(expression, scope, environment);
  }
}

function constant(value: Scalar, kind: Kind): Source {
  return { kind, evaluate: () => value };
}

function unary(
  { op, of }: Extract<Expression, { kind: "unary" }>,
  scope: Scope,
  environment: Environment,
): Source {
  const { kind, evaluate } = plan(of, scope, environment);
  if (op === "+") return { kind, evaluate };
  const { mark } = environment;
  const one = (value: Scalar): Scalar => {
    const number = toNumber(value, mark);
    if (typeof number !== "number") return number;
    const result = op === "-" ? -number || 0 : number / 100;
    return isMoney(value) ? { amount: result, currency: value.currency } : result;
  };
  const result: Kind = op === "%" ? { type: "percent" } : isNumeric(kind) ? oneOf(kind) : NUMBER;
  return {
    kind: kind.list === true ? listOf(result) : result,
    evaluate(row) {
      const value = evaluate(row);
      return isList(value) ? value.map(one) : one(value);
    },
  };
}

type Operate = (a: Scalar, b: Scalar) => Scalar;

function binary(
  { op, left, right }: Extract<Expression, { kind: "binary" }>,
  scope: Scope,
  environment: Environment,
): Source {
  const a = plan(left, scope, environment);
  const b = plan(right, scope, environment);
  const operate = timely(op, a.kind, b.kind, operation(op, a.kind, b.kind, scope, environment));
  const kind = kindOf(op, oneOf(a.kind), oneOf(b.kind));
  const list = a.kind.list === true || b.kind.list === true;
  return {
    kind: list ? listOf(kind) : kind,
    evaluate(row) {
      const x = a.evaluate(row);
      const y = b.evaluate(row);
      if (!isList(x) && !isList(y)) return operate(x, y);
      return each([x, y], ([one, other]) => operate(one, other), environment);
    },
  };
}

/** Without a date there is nothing to count from or to: 30 days after no date is no date. */
function timely(op: BinaryOperator, left: Kind, right: Kind, operate: Operate): Operate {
  if ((op !== "+" && op !== "-") || (!isTime(left) && !isTime(right))) return operate;
  return (a, b) =>
    (a === undefined && isTime(left)) || (b === undefined && isTime(right))
      ? undefined
      : operate(a, b);
}

/** Value by value; what is single, or a list of one, stands beside every value of the longest list. */
function each(
  values: readonly Value[],
  compute: (items: readonly Scalar[]) => Scalar,
  environment: Environment,
): Value {
  const length = Math.max(...values.map((value) => (isList(value) ? value.length : 0)));
  environment.spend(length);
  const result: Scalar[] = [];
  for (let index = 0; index < length; index += 1) {
    result.push(
      compute(
        values.map((value) =>
          !isList(value) ? value : value.length === 1 ? value[0] : value[index],
        ),
      ),
    );
  }
  return result;
}

function operation(
  op: BinaryOperator,
  left: Kind,
  right: Kind,
  scope: Scope,
  { mark }: Environment,
): Operate {
  switch (op) {
    case "&": {
      const words = (value: Scalar, kind: Kind) =>
        typeof value === "number" && isTime(kind)
          ? scope.timeText(value, kind)
          : toText(value, mark);
      return (a, b) => {
        const x = words(a, left);
        if (typeof x !== "string") return x;
        const y = words(b, right);
        if (typeof y !== "string") return y;
        return x + y;
      };
    }
    case "+":
      return adding(mark, (a, b) => a + b);
    case "-":
      return adding(mark, (a, b) => a - b);
    case "*":
      return figuring(
        mark,
        (a, b) => finite(a * b),
        (a, b) => (isMoney(a) && isMoney(b) ? undefined : currencyOf(a, b)),
      );
    case "/":
      return figuring(
        mark,
        (a, b) => (b === 0 ? DIVIDED_BY_ZERO : finite(a / b)),
        (a, b) => (isMoney(b) ? undefined : currencyOf(a, b)),
      );
    case "^":
      return figuring(mark, power, () => undefined);
    case "=":
      return comparing((order) => order === 0);
    case "<>":
      return comparing((order) => order !== 0);
    case "<":
      return comparing((order) => order < 0);
    case "<=":
      return comparing((order) => order <= 0);
    case ">":
      return comparing((order) => order > 0);
    case ">=":
      return comparing((order) => order >= 0);
  }
}

function adding(mark: Environment["mark"], compute: (a: number, b: number) => number): Operate {
  const slow = figuring(mark, (a, b) => finite(tidy(compute(a, b), a, b)), currencyOf);
  return (a, b) => {
    if (typeof a === "number" && typeof b === "number") {
      return finite(tidy(compute(a, b), a, b));
    }
    return slow(a, b);
  };
}

/** What is left when two numbers cancel out and only the error of their last digit remains is 0, as spreadsheets show it. */
function tidy(result: number, a: number, b: number): number {
  return Math.abs(result) < Math.max(Math.abs(a), Math.abs(b)) * 1e-15 ? 0 : result;
}

function figuring(
  mark: Environment["mark"],
  compute: (a: number, b: number) => Scalar,
  currency: (a: Scalar, b: Scalar) => string | undefined,
): Operate {
  return (a, b) => {
    if (isMoney(a) && isMoney(b) && a.currency !== b.currency) return mixed(a, b);
    const x = toNumber(a, mark);
    if (typeof x !== "number") return x;
    const y = toNumber(b, mark);
    if (typeof y !== "number") return y;
    const result = compute(x, y);
    const unit = typeof result === "number" ? currency(a, b) : undefined;
    return unit === undefined ? result : { amount: result as number, currency: unit };
  };
}

function currencyOf(a: Scalar, b: Scalar): string | undefined {
  if (isMoney(a)) return a.currency;
  return isMoney(b) ? (b as Money).currency : undefined;
}

function comparing(answer: (order: number) => boolean): Operate {
  return (a, b) => {
    const order = compare(a, b);
    return typeof order === "number" ? answer(order) : order;
  };
}

function kindOf(op: BinaryOperator, a: Kind, b: Kind): Kind {
  switch (op) {
    case "&":
      return TEXT;
    case "+":
      if (isTime(a) !== isTime(b)) return moved(isTime(a) ? a : b, isTime(a) ? b : a);
      return isTime(a) ? NUMBER : sum(a, b);
    case "-":
      if (isTime(a) && isTime(b)) return NUMBER;
      return isTime(a) ? moved(a, b) : isTime(b) ? NUMBER : sum(a, b);
    case "*":
      if (a.type === "currency") return b.type === "currency" ? NUMBER : a;
      if (b.type === "currency") return b;
      return a.type === "percent" && b.type === "percent" ? a : NUMBER;
    case "/":
      if (a.type === "currency") return b.type === "currency" ? NUMBER : a;
      return a.type === "percent" && b.type === "number" ? a : NUMBER;
    case "^":
      return NUMBER;
    default:
      return TRUTH;
  }
}

/** A date and so many days; with a time of day added it is a date with time. */
function moved(time: Kind, by: Kind): Kind {
  return time.type === "date" && by.type === "dateTime"
    ? DATE_TIME
    : time.type === "date"
      ? DATE
      : time;
}

function sum(a: Kind, b: Kind): Kind {
  if (a.type === "currency") return a;
  if (b.type === "currency") return b;
  return a.type === "percent" && b.type === "percent" ? a : NUMBER;
}

function call(
  { name, args, at }: Extract<Expression, { kind: "call" }>,
  scope: Scope,
  environment: Environment,
): Source {
  const definition = find(name);
  if (definition === undefined) {
    const near = nearest(name);
    throw new FormulaProblem(
      `There is no function ${name}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
      at,
    );
  }
  checkCount(definition, args.length, at);
  const sources = args.map((arg) => plan(arg, scope, environment));
  const kinds = sources.map(({ kind }) => kind);
  const kind = typeof definition.kind === "function" ? definition.kind(kinds) : definition.kind;
  const inputs = sources.map((source) =>
    definition.texts === true ? inWords(source, scope) : source.evaluate,
  );
  if (definition.plan !== undefined) {
    return { kind, evaluate: definition.plan(inputs, environment) };
  }
  const compute = definition.call;
  if (compute === undefined) throw new Error(`${name} has nothing to compute.`);
  const list = definition.takes === "each" && kinds.some((each) => each.list === true);
  return {
    kind: list ? listOf(kind) : kind,
    evaluate(row) {
      const values: Value[] = [];
      let lists = false;
      for (const input of inputs) {
        const value = input(row);
        if (isList(value)) lists = true;
        else if (isError(value) && definition.errors !== true) return value;
        values.push(value);
      }
      if (!lists || definition.takes === "whole") return compute(values, environment);
      return each(
        values,
        (items) => {
          const wrong = definition.errors === true ? undefined : items.find(isError);
          return wrong ?? single(compute(items, environment));
        },
        environment,
      );
    },
  };
}

function inWords({ kind, evaluate }: Source, scope: Scope): Evaluate {
  if (!isTime(kind)) return evaluate;
  const words = (value: Scalar): Scalar =>
    typeof value === "number" ? scope.timeText(value, kind) : value;
  return (row) => {
    const value = evaluate(row);
    return isList(value) ? value.map(words) : words(value);
  };
}

function checkCount(
  { name, syntax, least, most }: FunctionDefinition,
  count: number,
  at: number,
): void {
  if (count >= least && count <= most) return;
  throw new FormulaProblem(
    `${name} takes ${count < least ? "more" : "fewer"} values: ${syntax}.`,
    at,
  );
}
