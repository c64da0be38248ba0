import type { Field, Sheet } from "../field/field.ts";
import { keyOf } from "../field/fold.ts";
import type { Workbook } from "../ledger/workbook.ts";
import type { Expression, Name } from "./expression.ts";
import { children } from "./expression.ts";
import { parse } from "./parse.ts";
import { FormulaProblem } from "./problem.ts";

/** One step from a record to others: along a link of its own, or to the records that link to it. */
export type Step =
  | { readonly how: "link"; readonly sheet: string; readonly field: Field; readonly to: string }
  | { readonly how: "back"; readonly sheet: string; readonly field: Field; readonly to: string };

/** What a path in brackets leads to: steps to other records and at last a field, or the records themselves. */
export interface Route {
  readonly steps: readonly Step[];
  /** Sheet on which the path ends. */
  readonly sheet: string;
  /** Absent: the records, by their names. */
  readonly field: Field | undefined;
}

/** How deep a path may lead from record to record. */
const MOST_STEPS = 4;

/** Back-links are written `@sheet/field` where names are kept by key. */
const BACK = /^@([^/]+)\/(.+)$/;

/**
 * Formulas are kept with the keys of fields, so that a renamed column changes no formula; people read and write names. `typed`
 * looks for names first, `kept` only for keys.
 */
export type Spelling = "typed" | "kept";

/** Where a path leads. FormulaProblem when a name stands for nothing, or for several things. */
export function route(
  workbook: Workbook,
  sheet: string,
  { names }: Extract<Expression, { kind: "path" }>,
  spelling: Spelling,
): Route {
  const steps: Step[] = [];
  let at = sheet;
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    const found = lookUp(workbook, at, name, spelling);
    if (!("how" in found)) {
      if (last) return { steps, sheet: at, field: found };
      throw new FormulaProblem(
        `[${found.name}] is no link: no field of another record can follow it.`,
        name.at,
      );
    }
    if (last && found.how === "link") return { steps, sheet: at, field: found.field };
    steps.push(found);
    if (steps.length > MOST_STEPS) {
      throw new FormulaProblem(`A path leads over at most ${MOST_STEPS} links.`, name.at);
    }
    at = found.to;
  }
  return { steps, sheet: at, field: undefined };
}

function lookUp(
  workbook: Workbook,
  sheetKey: string,
  name: Name,
  spelling: Spelling,
): Field | Step {
  const sheet = sheetOf(workbook, sheetKey, name);
  const field = fieldOf(sheet, name.name, spelling);
  if (field !== undefined) {
    return field.type === "link" && field.link !== undefined
      ? { how: "link", sheet: sheetKey, field, to: field.link.sheet }
      : field;
  }
  const back = backLink(workbook, sheetKey, name, spelling);
  if (back !== undefined) return back;
  throw new FormulaProblem(
    spelling === "kept"
      ? "A column that this formula uses was deleted."
      : `${sheet.name} has no column “${name.name}”.${like(sheet, name.name)}`,
    name.at,
  );
}

function sheetOf(workbook: Workbook, key: string, { at }: { at: number }): Sheet {
  const sheet = workbook.sheets.get(key)?.sheet;
  if (sheet === undefined || sheet.deleted === true) {
    throw new FormulaProblem("A sheet that this formula uses was deleted.", at);
  }
  return sheet;
}

function fieldOf({ fields }: Sheet, name: string, spelling: Spelling): Field | undefined {
  const usable = fields.filter((field) => field.deleted !== true);
  if (spelling === "kept") return usable.find(({ key }) => key === name);
  const wanted = keyOf(name);
  return (
    usable.find((field) => field.name === name) ??
    usable.find((field) => keyOf(field.name) === wanted) ??
    usable.find(({ key }) => key === name)
  );
}

function backLink(
  workbook: Workbook,
  sheetKey: string,
  name: Name,
  spelling: Spelling,
): Step | undefined {
  const found: Step[] = [];
  const exact = BACK.exec(name.name);
  const wanted = keyOf(name.name);
  for (const { key, sheet } of workbook.sheets.values()) {
    if (sheet.deleted === true || sheet.system === true) continue;
    for (const field of sheet.fields) {
      if (field.deleted === true || field.link?.sheet !== sheetKey || field.type !== "link")
        continue;
      const step: Step = { how: "back", sheet: sheetKey, field, to: key };
      if (exact !== null) {
        if (exact[1] === key && exact[2] === field.key) return step;
      } else if (spelling === "typed") {
        if (keyOf(field.link.backLink ?? "") === wanted) return step;
        if (keyOf(sheet.name) === wanted) found.push(step);
      }
    }
  }
  if (found.length > 1) {
    throw new FormulaProblem(
      `“${name.name}” is linked here through several columns. Give one of them a name for the way back.`,
      name.at,
    );
  }
  return found[0];
}

/** A column of a whole sheet: [Products!Price]. */
export function wholeColumn(
  workbook: Workbook,
  expression: Extract<Expression, { kind: "column" }>,
  spelling: Spelling,
): { readonly sheet: string; readonly field: Field } {
  const wanted = keyOf(expression.sheet);
  const tables = [...workbook.sheets.values()].filter(
    ({ sheet }) => sheet.deleted !== true && sheet.system !== true,
  );
  const table =
    spelling === "kept"
      ? tables.find(({ key }) => key === expression.sheet)
      : (tables.find(({ sheet }) => keyOf(sheet.name) === wanted) ??
        tables.find(({ key }) => key === expression.sheet));
  if (table === undefined) {
    throw new FormulaProblem(
      spelling === "kept"
        ? "A sheet that this formula uses was deleted."
        : `There is no sheet “${expression.sheet}”.`,
      expression.at,
    );
  }
  const field = fieldOf(table.sheet, expression.field, spelling);
  if (field === undefined) {
    throw new FormulaProblem(
      spelling === "kept"
        ? "A column that this formula uses was deleted."
        : `${table.sheet.name} has no column “${expression.field}”.`,
      expression.at,
    );
  }
  return { sheet: table.key, field };
}

function like({ fields }: Sheet, name: string): string {
  const wanted = keyOf(name) ?? "";
  const near = fields.find(
    (field) =>
      field.deleted !== true && wanted.length > 2 && (keyOf(field.name) ?? "").includes(wanted),
  );
  return near === undefined ? "" : ` Did you mean [${near.name}]?`;
}

/** A typed formula as it is kept. FormulaProblem when it cannot be understood. */
export function toKept(workbook: Workbook, sheet: string, text: string): string {
  return respell(workbook, sheet, text, "typed");
}

/** A kept formula as people read it. What stands for nothing any more stays as it is. */
export function toTyped(workbook: Workbook, sheet: string, kept: string): string {
  try {
    return respell(workbook, sheet, kept, "kept");
  } catch (error) {
    if (error instanceof FormulaProblem) return kept;
    throw error;
  }
}

interface Replacement {
  readonly at: number;
  readonly end: number;
  readonly name: string;
}

function respell(workbook: Workbook, sheet: string, text: string, from: Spelling): string {
  const replacements: Replacement[] = [];
  const name = (field: Field): string => (from === "typed" ? field.key : field.name);
  const visit = (expression: Expression): void => {
    if (expression.kind === "path") {
      const { steps, field } = route(workbook, sheet, expression, from);
      expression.names.forEach(({ at, end }, index) => {
        const step = steps[index];
        const word =
          step === undefined
            ? name(field as Field)
            : step.how === "link"
              ? name(step.field)
              : from === "typed"
                ? `@${step.to}/${step.field.key}`
                : backName(workbook, step);
        replacements.push({ at, end, name: word });
      });
    } else if (expression.kind === "column") {
      const found = wholeColumn(workbook, expression, from);
      const table = workbook.sheets.get(found.sheet);
      const sheetName = from === "typed" ? found.sheet : (table?.sheet.name ?? found.sheet);
      replacements.push({ ...expression, name: `${sheetName}!${name(found.field)}` });
    } else children(expression).forEach(visit);
  };
  visit(parse(text));
  let result = "";
  let done = 0;
  for (const { at, end, name: word } of replacements.sort((a, b) => a.at - b.at)) {
    result += `${text.slice(done, at)}[${word.replaceAll("]", "]]")}]`;
    done = end;
  }
  return (result + text.slice(done)).trim().replace(/^=\s*/, "");
}

function backName(workbook: Workbook, step: Step): string {
  return step.field.link?.backLink ?? workbook.sheets.get(step.to)?.sheet.name ?? step.to;
}
