import { carry } from "../consent/carry.ts";
import { DomainError } from "../error.ts";
import { isInvalid } from "../field/cell.ts";
import { invalid } from "../field/define.ts";
import type { Field } from "../field/field.ts";
import { markOf, read } from "../field/decimal.ts";
import { keyOf } from "../field/fold.ts";
import { withOptions } from "../field/palette.ts";
import * as Money from "../field/money.ts";
import { registry } from "../field/registry.ts";
import { examine } from "../formula/formulas.ts";
import { toCell } from "../formula/cells.ts";
import { FormulaProblem } from "../formula/problem.ts";
import type { Operation } from "../ledger/operation.ts";
import { fromRegistry } from "../ledger/rules.ts";
import * as Workbook from "../ledger/workbook.ts";
import type { Context } from "../sheet/context.ts";
import { reader } from "../sheet/reader.ts";
import { onText } from "./cell-text.ts";
import { gather, type Change, type Gathered } from "./gather.ts";
import { inLetters, trimmed, type Letters } from "./letters.ts";
import { replacer, type Search } from "./pattern.ts";
import { finish, type Steps } from "./steps.ts";

/** One thing done to many records at once. Fields are named by key. */
export type Action =
  /** The text is read by each field's type, as if typed. */
  | { readonly kind: "set"; readonly field: string; readonly text: string }
  | { readonly kind: "clear"; readonly fields: readonly string[] }
  | { readonly kind: "replace"; readonly fields: readonly string[]; readonly search: Search }
  | {
      readonly kind: "addTags" | "removeTags";
      readonly field: string;
      readonly names: readonly string[];
    }
  /** Numbers, amounts and percents; "percent" is of the value itself: 10 makes 110 of 100. */
  | {
      readonly kind: "increase";
      readonly field: string;
      readonly by: number;
      readonly as: "number" | "percent";
    }
  /** Dates. */
  | { readonly kind: "shift"; readonly field: string; readonly days: number }
  | { readonly kind: "letters"; readonly fields: readonly string[]; readonly letters: Letters }
  | { readonly kind: "trim"; readonly fields: readonly string[] }
  /** E-mail addresses in small letters, numbers of telephones and web addresses as their types write them. */
  | { readonly kind: "format"; readonly fields: readonly string[] }
  | { readonly kind: "copy"; readonly field: string; readonly from: string }
  | { readonly kind: "formula"; readonly field: string; readonly formula: string }
  /** Values that mean the same become one. */
  | { readonly kind: "unify"; readonly field: string; readonly groups: readonly Group[] }
  /** One after the other, in the order of the rows. By id, name or e-mail address. */
  | { readonly kind: "assign"; readonly field: string; readonly users: readonly string[] }
  | { readonly kind: "delete" };

export interface Group {
  /** As they are written in the cells. */
  readonly values: readonly string[];
  readonly into: string;
}

/** Records one action changes at most: an import takes more. */
export const MOST_RECORDS = 200_000;

/**
 * Plans an action on rows of a table, in their order. Await `loadPatterns` for regular expressions and `loadFormulas` for formulas
 * first. DomainErrors in words: "unknown-field", "invalid-values" for what the field cannot do, "malformed" for what was not given,
 * "too-large".
 */
export function plan(...asked: Parameters<typeof planning>): Gathered {
  return finish(planning(...asked));
}

/** `plan` in steps. What cannot be done at all is thrown by the first. */
export function* planning(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  rows: readonly number[],
  action: Action,
  context: Context & { readonly now: number },
): Steps<Gathered> {
  if (rows.length > MOST_RECORDS) {
    throw new DomainError(
      "too-large",
      `${rows.length.toLocaleString("en")} records are too many for one change: at most ${MOST_RECORDS.toLocaleString("en")}.`,
    );
  }
  if (action.kind === "delete") {
    const ids = rows.map((row) => table.ids[row] as string).sort();
    return {
      operations:
        ids.length === 0
          ? []
          : carry(workbook, [{ op: "delete", sheet: table.key, ids }], fromRegistry(registry)),
      records: ids.length,
      cells: 0,
      misfits: 0,
      replaced: 0,
      unchanged: 0,
      samples: [],
    };
  }
  const keys = "fields" in action ? action.fields : [action.field];
  const fields = keys.map((key) => writable(table, key));
  const first: Operation[] = [];
  const changes = fields.map((field): [Field, Change] => [
    field,
    changeOf(workbook, table, field, action, context, first),
  ]);
  return yield* gather(table, rows, changes, first);
}

/** DomainError for a column that is not there, is in the trash or fills itself. */
export function writable(table: Workbook.Table, key: string): Field {
  const field = Workbook.field(table, key);
  if (field.deleted === true) {
    throw new DomainError("unknown-field", `The column “${field.name}” is in the trash.`);
  }
  if (field.formula !== undefined || Workbook.isStamped(field.type)) {
    throw new DomainError("invalid-values", `“${field.name}” fills itself and cannot be changed.`);
  }
  return field;
}

function changeOf(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  field: Field,
  action: Exclude<Action, { kind: "delete" }>,
  context: Context & { readonly now: number },
  first: Operation[],
): Change {
  const { locale } = context.locale;
  switch (action.kind) {
    case "set": {
      const cell = registry[field.type].parse(action.text, field, context.locale, {
        names: context.names,
      });
      return () => cell;
    }
    case "clear":
      return () => undefined;
    case "replace":
      return onText(field, context, replacer(action.search));
    case "letters":
      return onText(field, context, (text) => inLetters(text, action.letters, locale));
    case "trim":
      return onText(field, context, trimmed);
    case "format":
      return formatted(field, context);
    case "addTags":
    case "removeTags":
      return tags(table, field, action, first);
    case "increase":
      return increased(field, action);
    case "shift":
      return shifted(field, action.days);
    case "copy":
      return copied(table, field, Workbook.field(table, action.from), context);
    case "formula":
      return computed(workbook, table, field, action.formula, context);
    case "unify":
      return unified(field, action.groups, context);
    case "assign":
      return assigned(field, action.users, context);
  }
}

function formatted(field: Field, context: Context): Change {
  switch (field.type) {
    case "email":
      return onText(field, context, (text) =>
        trimmed(text)
          .replace(/^mailto:/i, "")
          .toLowerCase(),
      );
    case "phone": {
      const { parse } = registry.phone;
      return (cell) => {
        if (cell === undefined) return undefined;
        const text = isInvalid(cell) ? cell.invalid : (cell as string).split(" ")[0];
        const number = parse(trimmed(text ?? ""), field, context.locale);
        if (number === undefined || isInvalid(number)) return cell;
        // The number alone, without what was typed: all are then shown in one form.
        return (number as string).split(" ")[0];
      };
    }
    case "url":
      return onText(field, context, (text) => {
        const tidy = trimmed(text);
        return /^[a-z][a-z0-9+.-]*:/i.test(tidy) || tidy === "" ? tidy : `https://${tidy}`;
      });
    case "text":
    case "longText":
      return onText(field, context, (text) => inLetters(text, "name", context.locale.locale));
    default:
      throw new DomainError(
        "invalid-values",
        `“${field.name}” is shown in one form already: there is nothing to format.`,
      );
  }
}

function tags(
  table: Workbook.Table,
  field: Field,
  { kind, names }: { readonly kind: "addTags" | "removeTags"; readonly names: readonly string[] },
  first: Operation[],
): Change {
  if (field.type !== "multiChoice") {
    throw new DomainError("invalid-values", `“${field.name}” does not hold several choices.`);
  }
  const wanted = [...new Set(names.map((name) => name.trim()).filter((name) => name !== ""))];
  if (wanted.length === 0) throw new DomainError("malformed", "No choice was named.");
  const known = new Map((field.options ?? []).map(({ name }) => [keyOf(name), name]));
  const meant = wanted.map((name) => known.get(keyOf(name)) ?? name);
  if (kind === "removeTags") {
    const gone = new Set(meant);
    return (cell) => {
      if (!Array.isArray(cell)) return cell;
      const rest = (cell as readonly string[]).filter((name) => !gone.has(name));
      return rest.length === 0 ? undefined : rest;
    };
  }
  const fresh = meant.filter((name) => !known.has(keyOf(name)));
  if (fresh.length > 0) {
    const after = { ...field, options: withOptions(field.options ?? [], fresh) };
    first.push({ op: "field", sheet: table.key, before: field, after });
  }
  return (cell) => {
    if (isInvalid(cell)) return cell;
    const now = Array.isArray(cell) ? (cell as readonly string[]) : [];
    return [...now, ...meant.filter((name) => !now.includes(name))];
  };
}

function increased(
  field: Field,
  { by, as }: { readonly by: number; readonly as: "number" | "percent" },
): Change {
  if (!Number.isFinite(by)) throw new DomainError("malformed", "Say by how much, as a number.");
  const next = (number: number): number =>
    Number((as === "percent" ? number * (1 + by / 100) : number + by).toPrecision(15));
  if (field.type === "number") return (cell) => (typeof cell === "number" ? next(cell) : cell);
  if (field.type === "percent") {
    // By a number of percentage points: 5 makes 15 % of 10 %.
    return (cell) => {
      if (typeof cell !== "number") return cell;
      return as === "percent" ? next(cell) : Number((cell + by / 100).toPrecision(15));
    };
  }
  if (field.type === "currency") {
    return (cell) => {
      if (typeof cell !== "string") return cell;
      const currency = cell.slice(cell.indexOf(" ") + 1);
      const digits = Money.minorDigits(currency);
      const amount = next(Money.majorOf(cell)).toFixed(digits);
      return Money.toStored(read(amount, ".") ?? "", currency) ?? invalid(`${amount} ${currency}`);
    };
  }
  throw new DomainError("invalid-values", `“${field.name}” does not hold numbers.`);
}

function shifted(field: Field, days: number): Change {
  if (!Number.isInteger(days)) throw new DomainError("malformed", "Say by how many days.");
  const DAY_MS = 86_400_000;
  if (field.type !== "date" && field.type !== "dateTime") {
    throw new DomainError("invalid-values", `“${field.name}” does not hold dates.`);
  }
  return (cell) => {
    if (typeof cell !== "string") return cell;
    const at = Date.parse(cell) + days * DAY_MS;
    const end = new Date(at);
    if (Number.isNaN(at) || end.getUTCFullYear() > 9999 || end.getUTCFullYear() < 1) return cell;
    return field.type === "date"
      ? end.toISOString().slice(0, 10)
      : `${end.toISOString().slice(0, 19)}Z`;
  };
}

function copied(table: Workbook.Table, to: Field, from: Field, context: Context): Change {
  const at = reader(table, from.key);
  const parse = registry[to.type].parser(to, context.locale, { names: context.names });
  const { edit } = registry[from.type];
  const same =
    to.type === from.type &&
    to.type !== "choice" &&
    to.type !== "multiChoice" &&
    to.type !== "link";
  return (_cell, row) => {
    const cell = at(row);
    if (cell === undefined || same) return cell;
    return parse(isInvalid(cell) ? cell.invalid : edit(cell, from, context.locale, context.names));
  };
}

function computed(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  field: Field,
  formula: string,
  context: Context & { readonly now: number },
): Change {
  const compiled = compiledOf(workbook, table, formula, context);
  const parse = registry[field.type].parser(field, context.locale, { names: context.names });
  const { type } = compiled.kind;
  return (_cell, row) => {
    const cell = toCell(compiled.evaluate(row), compiled.kind, context.locale);
    if (cell === undefined || isInvalid(cell) || type === field.type) return cell;
    if (type === "any" || type === "text") return parse(String(cell));
    const from: Field = { key: "", name: "", type };
    return parse(registry[type].edit(cell, from, context.locale, context.names));
  };
}

function compiledOf(
  workbook: Workbook.Workbook,
  table: Workbook.Table,
  formula: string,
  context: Context & { readonly now: number },
): ReturnType<typeof examine> {
  try {
    return examine(workbook, table.key, formula, context.locale, context.now);
  } catch (cause) {
    if (!(cause instanceof FormulaProblem)) throw cause;
    throw new DomainError("invalid-values", cause.message, { cause });
  }
}

function unified(field: Field, groups: readonly Group[], context: Context): Change {
  const into = new Map(groups.flatMap((group) => group.values.map((value) => [value, group.into])));
  if (into.size === 0) throw new DomainError("malformed", "No values were named.");
  return onText(field, context, (text) => into.get(text) ?? text);
}

function assigned(field: Field, users: readonly string[], context: Context): Change {
  if (field.type !== "user") {
    throw new DomainError("invalid-values", `“${field.name}” does not hold members.`);
  }
  if (users.length === 0) throw new DomainError("malformed", "Nobody was named.");
  const ids = users.map((user) => {
    const id = context.names.idOf(field, user);
    if (id !== undefined) return id;
    throw new DomainError(
      "invalid-values",
      `“${user.slice(0, 100)}” is no member of this workspace.`,
    );
  });
  return (_cell, _row, index) => ids[index % ids.length];
}

/** "12.5" or "12,5" as people of the locale type it; `undefined` when it is no number. */
export function amountTyped(text: string, locale: string): number | undefined {
  const decimal = read(text.trim().replace(/%$/, ""), markOf(locale));
  return decimal === undefined ? undefined : Number(decimal);
}
