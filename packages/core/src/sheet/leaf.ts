import { unreachable } from "../assert.ts";
import { DomainError } from "../error.ts";
import type { Json, Operator } from "../field/behaviour.ts";
import { isInvalid, type Cell } from "../field/cell.ts";
import { plain } from "../field/define.ts";
import { isIsoDay } from "../field/calendar.ts";
import type { Field } from "../field/field.ts";
import { fold, keyOf } from "../field/fold.ts";
import { majorOf } from "../field/money.ts";
import { registry } from "../field/registry.ts";
import { dayOf } from "../field/types/date-time.ts";
import type { Context } from "./context.ts";
import { periodOf, weekBegins } from "./period.ts";

export type Test = (cell: Cell | undefined) => boolean;

/**
 * What one condition asks of a cell. Text is compared without regard to case; `contains`, `startsWith` and `endsWith` also
 * without regard to accents. Text that does not fit its type is only found by `contains` and its kin, `notEmpty` and
 * `isInvalid`, and is never equal, smaller or larger. Blank cells are found by `empty`, by the negations, and by a `null` in the
 * list of `anyOf`; an unticked checkbox is `false`. DomainError "malformed" for a value that the field cannot have.
 */
export function test(op: Operator, value: Json | undefined, field: Field, context: Context): Test {
  switch (op) {
    case "empty":
      return isEmpty;
    case "notEmpty":
      return (cell) => !isEmpty(cell);
    case "isInvalid":
      return (cell) => isInvalid(cell);
    case "contains":
    case "startsWith":
    case "endsWith":
      return textTest(op, textOf(value, field), field, context);
    case "notContains":
      return not(textTest("contains", textOf(value, field), field, context));
    case "is":
    case "on":
      return isTest(value, field, context);
    case "isNot":
      return not(isTest(value, field, context));
    case "anyOf":
      return anyOf(listOf(value, field), field, context);
    case "noneOf":
      return not(anyOf(listOf(value, field), field, context));
    case "allOf":
      return allOf(listOf(value, field), field, context);
    case "gt":
    case "after":
      return sizeTest(value, field, context, (order) => order > 0);
    case "gte":
      return sizeTest(value, field, context, (order) => order >= 0);
    case "lt":
    case "before":
      return sizeTest(value, field, context, (order) => order < 0);
    case "lte":
      return sizeTest(value, field, context, (order) => order <= 0);
    case "during": {
      if (typeof value !== "string") {
        throw new DomainError("malformed", "“during” takes a period such as “this month”.");
      }
      if (context.today === undefined) {
        throw new DomainError("malformed", "Periods mean nothing here.");
      }
      const period = periodOf(value, context.today, weekBegins(context.locale.country));
      return test("between", [period.from, period.to], field, context);
    }
    case "between": {
      const [from, to] = listOf(value, field);
      if (from === undefined || to === undefined || listOf(value, field).length !== 2) {
        throw new DomainError("malformed", `“between” takes a list of two values.`);
      }
      const atLeast = sizeTest(from, field, context, (order) => order >= 0);
      const atMost = sizeTest(to, field, context, (order) => order <= 0);
      return (cell) => atLeast(cell) && atMost(cell);
    }
    default:
      return unreachable(op);
  }
}

function not(test: Test): Test {
  return (cell) => !test(cell);
}

function isEmpty(cell: Cell | undefined): boolean {
  return cell === undefined || cell === "" || (Array.isArray(cell) && cell.length === 0);
}

function textOf(value: Json | undefined, field: Field): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new DomainError("malformed", `${field.name} is searched for text.`);
}

function listOf(value: Json | undefined, field: Field): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new DomainError("malformed", `${field.name} is compared with a list of values here.`);
}

/** Remembers the answer for cells that come again and again. */
function remembered(test: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    let answer = known.get(text);
    if (answer === undefined) {
      answer = test(text);
      if (known.size < 10_000) known.set(text, answer);
    }
    return answer;
  };
}

function textTest(
  op: "contains" | "startsWith" | "endsWith",
  text: string,
  field: Field,
  { locale, names }: Context,
): Test {
  const wanted = fold(text);
  const found = (candidate: string): boolean => {
    const folded = fold(candidate);
    if (op === "contains") return folded.includes(wanted);
    return op === "startsWith" ? folded.startsWith(wanted) : folded.endsWith(wanted);
  };
  const { format } = registry[field.type];
  if (field.type === "user" || field.type === "link") {
    const named = remembered((id) => found(names.nameOf(field, id) ?? id));
    return (cell) => (isInvalid(cell) ? found(cell.invalid) : idsOf(cell).some(named));
  }
  if (field.type === "phone") {
    const digits = text.replace(/[\s().\-/]/g, "");
    return (cell) => {
      if (cell === undefined) return false;
      if (found(format(cell, field, locale))) return true;
      return (
        op === "contains" &&
        typeof cell === "string" &&
        digits !== "" &&
        cell.slice(0, 16).includes(digits)
      );
    };
  }
  if (field.type === "multiChoice") {
    return (cell) => (isInvalid(cell) ? found(cell.invalid) : idsOf(cell).some(found));
  }
  return (cell) => {
    if (cell === undefined) return false;
    return found(typeof cell === "string" ? cell : format(cell, field, locale));
  };
}

/** Ids or names in a cell, one or many. */
function idsOf(cell: Cell | undefined): readonly string[] {
  if (typeof cell === "string") return [cell];
  return Array.isArray(cell) ? (cell as readonly string[]) : [];
}

function isTest(value: Json | undefined, field: Field, context: Context): Test {
  switch (field.type) {
    case "link":
    case "multiChoice": {
      const items = Array.isArray(value) ? listOf(value, field) : [value ?? null];
      const one = items.map((item) => itemTest(item, field, context));
      return (cell) => {
        if (isInvalid(cell)) return false;
        const ids = idsOf(cell);
        return ids.length === one.length && one.every((matches) => ids.some(matches));
      };
    }
    case "user":
    case "createdBy":
    case "updatedBy":
    case "choice": {
      const matches = itemTest(value ?? null, field, context);
      return (cell) => typeof cell === "string" && matches(cell);
    }
    case "checkbox": {
      if (typeof value !== "boolean") {
        throw new DomainError("malformed", `${field.name} is compared with true or false.`);
      }
      return (cell) => (cell === undefined ? !value : cell === value);
    }
    case "number":
    case "percent":
    case "currency":
    case "date":
    case "dateTime":
    case "createdAt":
    case "updatedAt":
      return sizeTest(value, field, context, (order) => order === 0);
    default: {
      const { key } = registry[field.type];
      const wanted = keyFor(value, field, context);
      return (cell) => {
        if (cell === undefined || isInvalid(cell)) return false;
        return cell === value || key(cell) === wanted;
      };
    }
  }
}

/** The matching key of a text, e-mail, phone or URL. A text that does not fit matches nothing. */
function keyFor(
  value: Json | undefined,
  field: Field,
  { locale, names }: Context,
): string | undefined {
  const text = textOf(value, field);
  const cell = registry[field.type].parse(text, field, locale, { names });
  return cell === undefined ? undefined : (registry[field.type].key(cell) ?? "\u0000");
}

/** Whether an id or option name is the one the condition names, by id, by name, or as "me". */
function itemTest(item: Json, field: Field, { me, names }: Context): (id: string) => boolean {
  const text = idOf(item);
  if (text === undefined) {
    throw new DomainError(
      "malformed",
      `${field.name} is compared with ${registry[field.type].takes}.`,
    );
  }
  if (field.type === "choice" || field.type === "multiChoice") {
    const wanted = keyOf(text);
    return (name) => name === text || keyOf(name) === wanted;
  }
  if (text === "me" && field.type !== "link" && me !== undefined) return (id) => id === me;
  const wanted = keyOf(text);
  return remembered((id) => id === text || keyOf(names.nameOf(field, id) ?? "") === wanted);
}

function idOf(item: Json): string | undefined {
  if (typeof item === "string") return item;
  if (typeof item !== "object" || item === null || Array.isArray(item)) return undefined;
  const { id } = item as { readonly [name: string]: Json };
  return typeof id === "string" ? id : undefined;
}

function anyOf(items: readonly Json[], field: Field, context: Context): Test {
  const values = items.filter((item) => item !== null);
  const holds = anyValue(values, field, context);
  return values.length === items.length ? holds : (cell) => isEmpty(cell) || holds(cell);
}

/** Whether a cell has one of the values: people tick hundreds of them, and a sheet has many rows. */
function anyValue(items: readonly Json[], field: Field, context: Context): Test {
  switch (field.type) {
    case "link":
    case "multiChoice":
    case "choice":
    case "user":
    case "createdBy":
    case "updatedBy": {
      const tests = items.map((item) => itemTest(item, field, context));
      const named = remembered((id) => tests.some((matches) => matches(id)));
      return (cell) => !isInvalid(cell) && idsOf(cell).some(named);
    }
    case "text":
    case "longText":
    case "email":
    case "phone":
    case "url": {
      const { key } = registry[field.type];
      const cells = new Set<unknown>(items);
      const keys = new Set(items.map((item) => keyFor(item, field, context)));
      return (cell) =>
        cell !== undefined && !isInvalid(cell) && (cells.has(cell) || keys.has(key(cell)));
    }
    case "date": {
      const days = new Set<unknown>(items.map((item) => dayFor(item, field, context)));
      return (cell) => days.has(cell);
    }
    case "number":
    case "percent": {
      const numbers = new Set<unknown>(items.map((item) => cellFor(item, field, context)));
      return (cell) => numbers.has(cell);
    }
    default: {
      const tests = items.map((item) => isTest(item, field, context));
      const found = remembered((cell) => tests.some((matches) => matches(cell)));
      return (cell) =>
        typeof cell === "string" ? found(cell) : tests.some((matches) => matches(cell));
    }
  }
}

function allOf(items: readonly Json[], field: Field, context: Context): Test {
  const tests = items.map((item) => itemTest(item, field, context));
  return (cell) => {
    const ids = idsOf(cell);
    return ids.length > 0 && tests.every((matches) => ids.some(matches));
  };
}

/** Compares a cell with the value: less than 0 where the cell is smaller. */
function sizeTest(
  value: Json | undefined,
  field: Field,
  context: Context,
  wanted: (order: number) => boolean,
): Test {
  if (field.type === "date") return timeTest(dayFor(value, field, context), wanted, (cell) => cell);
  if (field.type === "dateTime" || field.type === "createdAt" || field.type === "updatedAt") {
    const { timeZone } = context.locale;
    const day = dayIn(value, context);
    if (day !== undefined) return timeTest(day, wanted, (cell) => dayOf(cell, timeZone));
  }
  if (field.type === "currency" && typeof value === "number") return amountTest(value, wanted);
  const bound = cellFor(value, field, context);
  const { compare } = registry[field.type];
  const code = field.type === "currency" && typeof bound === "string" ? bound.slice(-4) : undefined;
  return (cell) => {
    if (cell === undefined || isInvalid(cell)) return false;
    if (code !== undefined && typeof cell === "string" && !cell.endsWith(code)) return false;
    return wanted(compare(cell, bound, field));
  };
}

function timeTest(
  bound: string,
  wanted: (order: number) => boolean,
  read: (cell: string) => string,
): Test {
  return (cell) => {
    if (typeof cell !== "string") return false;
    const time = read(cell);
    return wanted(time === bound ? 0 : time < bound ? -1 : 1);
  };
}

/** A bare number compares amounts of any currency in major units. */
function amountTest(value: number, wanted: (order: number) => boolean): Test {
  return (cell) => typeof cell === "string" && wanted(majorOf(cell) - value);
}

function cellFor(value: Json | undefined, field: Field, { locale, names }: Context): Cell {
  const behaviour = registry[field.type];
  const cell =
    typeof value === "string"
      ? behaviour.parse(value, field, locale, { names })
      : behaviour.fromJson(value ?? null, field, locale, { names });
  if (cell === undefined || isInvalid(cell)) {
    throw new DomainError("malformed", `${field.name} is compared with ${behaviour.takes}.`);
  }
  return cell;
}

function dayFor(value: Json | undefined, field: Field, context: Context): string {
  const day = dayIn(value, context);
  if (day !== undefined) return day;
  return plain(cellFor(value, field, context));
}

/** A calendar day: `YYYY-MM-DD`, "today", "today-30" or "today+7". */
function dayIn(value: Json | undefined, { today }: Context): string | undefined {
  if (typeof value !== "string") return undefined;
  if (isIsoDay(value)) return value;
  const match = /^today(?:([+-])(\d{1,5}))?$/.exec(value);
  if (match === null) return undefined;
  if (today === undefined) throw new DomainError("malformed", "“today” means nothing here.");
  const days = Number(match[2] ?? 0) * (match[1] === "-" ? -1 : 1);
  return new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
}
