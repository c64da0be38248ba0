import type { Json, Operator } from "@gridfolk/core/field/behaviour";
import type { Field, FieldType } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import type { Filter, Leaf } from "@gridfolk/core/sheet/filter";
import type { Look } from "../cell-content.ts";
import type { AskedField } from "./asked-fields.ts";

const forTimes: { readonly [op in Operator]?: string } = {
  is: "is",
  gt: "is after",
  gte: "is on or after",
  lt: "is before",
  lte: "is on or before",
};

const forNumbers: { readonly [op in Operator]?: string } = {
  is: "=",
  isNot: "≠",
  gt: ">",
  gte: "≥",
  lt: "<",
  lte: "≤",
};

const words: { readonly [op in Operator]: string } = {
  is: "is",
  isNot: "is not",
  contains: "contains",
  notContains: "does not contain",
  startsWith: "starts with",
  endsWith: "ends with",
  empty: "is blank",
  notEmpty: "is not blank",
  gt: "is more than",
  gte: "is at least",
  lt: "is less than",
  lte: "is at most",
  between: "is between",
  before: "is before",
  after: "is after",
  on: "is on",
  during: "is in",
  anyOf: "is any of",
  noneOf: "is none of",
  allOf: "has all of",
  isInvalid: "does not fit the column",
};

/** How a condition reads: "is on or after", "≥", "is any of". */
export function operatorLabel(op: string, type: FieldType): string {
  const known = op as Operator;
  if (isTime(type) && forTimes[known] !== undefined) return forTimes[known];
  if (isNumber(type) && forNumbers[known] !== undefined) return forNumbers[known];
  if ((type === "multiChoice" || type === "link") && op === "is") return "is exactly";
  if ((type === "multiChoice" || type === "link") && op === "anyOf") return "has any of";
  if ((type === "multiChoice" || type === "link") && op === "noneOf") return "has none of";
  return words[known] ?? op;
}

export function isTime(type: FieldType): boolean {
  return type === "date" || type === "dateTime" || type === "createdAt" || type === "updatedAt";
}

export function isNumber(type: FieldType): boolean {
  return type === "number" || type === "currency" || type === "percent";
}

/** Operators a person is offered, the most likely first; those that say the same as another are left out. */
export function offered(field: Field): readonly Operator[] {
  const all = registry[field.type].operators;
  const first = preferred(field.type);
  const doubles = new Set<Operator>(isTime(field.type) ? ["before", "after", "on"] : []);
  if (field.type === "checkbox") return ["is"];
  return [
    ...first.filter((op) => all.includes(op)),
    ...all.filter((op) => !first.includes(op)),
  ].filter((op) => !doubles.has(op));
}

function preferred(type: FieldType): readonly Operator[] {
  switch (type) {
    case "choice":
    case "multiChoice":
    case "user":
    case "link":
    case "createdBy":
    case "updatedBy":
      return ["anyOf", "noneOf", "empty", "notEmpty"];
    case "number":
    case "currency":
    case "percent":
      return ["gt", "lt", "is", "between"];
    case "date":
    case "dateTime":
    case "createdAt":
    case "updatedAt":
      return ["during", "gte", "lte", "is", "between"];
    default:
      return ["contains", "is", "startsWith", "empty", "notEmpty"];
  }
}

/** "today-7" is "7 days ago". */
export function dayWords(value: string, format: (day: string) => string): string {
  const match = /^today(?:([+-])(\d+))?$/.exec(value);
  if (match === null) return format(value);
  const days = Number(match[2] ?? 0) * (match[1] === "-" ? -1 : 1);
  if (days === 0) return "today";
  if (days === -1) return "yesterday";
  if (days === 1) return "tomorrow";
  return days < 0 ? `${-days} days ago` : `${days} days from now`;
}

/** "past" is "the past", "last 7 days" "the last 7 days". */
export function periodWords(period: string): string {
  return /^(?:past|future|(?:last|next) \d)/.test(period) ? `the ${period}` : period;
}

/** Of a list of values so many are named, and the others counted. */
const MOST_NAMED = 6;

/** The whole condition in words: "Stage is any of Won, Lost". */
export function describe(condition: Leaf, field: Field, look: Look): string {
  const label = operatorLabel(condition.op, field.type);
  if (field.type === "checkbox") {
    return `${field.name} is ${condition.value === true ? "ticked" : "not ticked"}`;
  }
  const { value } = condition;
  if (value === undefined) {
    const complete =
      condition.op === "empty" || condition.op === "notEmpty" || condition.op === "isInvalid";
    return `${field.name} ${label}${complete ? "" : " …"}`;
  }
  if (condition.op === "during") return `${field.name} ${label} ${periodWords(String(value))}`;
  const between = condition.op === "between" && Array.isArray(value);
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const most = items.length > MOST_NAMED ? MOST_NAMED - 1 : MOST_NAMED;
  const values = items.slice(0, most).map((item) => valueWords(item, field, look));
  const rest = items.length - values.length;
  const more = rest === 0 ? "" : ` and ${rest.toLocaleString(look.locale.locale)} more`;
  return `${field.name} ${label} ${values.join(between ? " and " : ", ")}${more}`;
}

/** A filter with all its groups in words: "Stage is any of Won and (Value > 5,000 or Owner is any of me)". */
export function describeFilter(filter: Filter, fieldOf: AskedField, look: Look, depth = 0): string {
  if ("and" in filter || "or" in filter) {
    const parts = "and" in filter ? filter.and : filter.or;
    const words = parts.map((part) => describeFilter(part, fieldOf, look, depth + 1));
    if (words.length === 0) return "and" in filter ? "every row" : "no row";
    const text = words.join("and" in filter ? " and " : " or ");
    return depth > 0 && words.length > 1 ? `(${text})` : text;
  }
  const field = fieldOf(filter.field);
  return field === undefined ? "a column that is gone" : describe(filter, field, look);
}

/** One value of a condition: a day, an amount, a name, a text; `null` is blank. */
export function valueWords(
  value: unknown,
  field: Field,
  look: Pick<Look, "locale" | "names">,
): string {
  const { locale, names } = look;
  if (value === null) return "blank";
  if (field.type === "currency" && typeof value === "object") {
    const cell = registry.currency.fromJson(value as Json, field, locale);
    return cell === undefined ? "" : registry.currency.format(cell, field, locale);
  }
  if (isTime(field.type) && typeof value === "string") {
    const date: Field = { key: field.key, name: field.name, type: "date" };
    return dayWords(value, (day) => registry.date.format(day, date, locale));
  }
  if (field.type === "percent" && typeof value === "number") {
    return registry.percent.format(value, field, locale);
  }
  if (typeof value === "number") return value.toLocaleString(locale.locale);
  if (typeof value !== "string") return String(value);
  if (field.type === "user" || field.type === "createdBy" || field.type === "updatedBy") {
    return value === "me" ? "me" : (names.nameOf(field, value) ?? value);
  }
  if (field.type === "link") return names.nameOf(field, value) ?? value;
  return value;
}
