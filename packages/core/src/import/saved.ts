import * as v from "valibot";
import { DomainError } from "../error.ts";
import type { Sheet } from "../field/field.ts";
import type { Operation } from "../ledger/operation.ts";
import { rows, value, type Table, type Workbook } from "../ledger/workbook.ts";
import { complete } from "../sheet/templates.ts";
import type { ColumnFacts } from "./column.ts";
import { type Given, proposeAround } from "./given.ts";
import { normaliseHeader } from "./header.ts";
import type { Mapping } from "./mapping.ts";
import type { RawFile } from "./read/raw.ts";
import {
  isLeftOut,
  type Rules,
  RulesJson,
  type SavedColumn,
  type SavedWorksheet,
} from "./saved-rules.ts";
import { type Joined, type JoinedSheet, withMembers } from "./worksheets.ts";

/** The system sheet whose records are saved imports. It is made with the first of them. */
export const SHEET = "_savedImports";

/** How files of one kind are imported, kept under a name for everybody in the workspace. */
export interface SavedImport {
  readonly id: string;
  readonly name: string;
  /** Key of the sheet that rows go to. */
  readonly sheet: string;
  readonly rules: Rules;
}

export const LONGEST_NAME = 100;
export const MOST = 200;
/** Of the rules as JSON. */
const LONGEST_RULES = 90_000;

/** All of them, by name. One whose sheet is gone, or that cannot be read, is left out. */
export function savedImports(workbook: Workbook): readonly SavedImport[] {
  const table = workbook.sheets.get(SHEET);
  if (table === undefined) return [];
  return rows(table)
    .flatMap((row) => savedAt(workbook, table, row) ?? [])
    .toSorted((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/** By id or by name, capitals aside. DomainError "not-found" says which there are. */
export function savedImport(workbook: Workbook, wanted: string): SavedImport {
  const all = savedImports(workbook);
  const name = wanted.trim().toLowerCase();
  const found =
    all.find(({ id }) => id === wanted) ?? all.find((one) => one.name.toLowerCase() === name);
  if (found !== undefined) return found;
  const names = all.slice(0, 20).map((one) => `“${one.name}”`);
  throw new DomainError(
    "not-found",
    `There is no saved import “${wanted.slice(0, 100)}”. ${names.length === 0 ? "None was saved yet." : `There is ${names.join(", ")}.`}`,
  );
}

function savedAt(workbook: Workbook, table: Table, row: number): SavedImport | undefined {
  const text = (key: string): string => {
    const cell = value(table, row, key);
    return typeof cell === "string" ? cell : "";
  };
  const sheet = text("sheet");
  const target = workbook.sheets.get(sheet)?.sheet;
  if (target === undefined || target.deleted === true || target.system === true) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text("rules"));
  } catch {
    return undefined;
  }
  const rules = v.safeParse(RulesJson, json);
  if (!rules.success) return undefined;
  return {
    id: table.ids[row] ?? "",
    name: text("name") || "Unnamed",
    sheet,
    rules: rules.output,
  };
}

/**
 * The saved imports whose files have exactly these columns, whatever their order: the same monthly file again. The one of the sheet
 * that is asked for comes first. `hidden`: names of the columns that are hidden in the file.
 */
export function fitting(
  saved: readonly SavedImport[],
  facts: readonly ColumnFacts[],
  sheet: string | undefined,
  hidden: readonly string[] = [],
): readonly SavedImport[] {
  // Columns without names are alike in all files.
  if (!facts.some(({ column }) => column.named)) return [];
  const written = facts.filter(({ column }) => column.look === undefined);
  return saved
    .filter(({ rules: { columns, beside } }) => {
      const looks = new Set(beside?.looks?.map(({ name }) => name));
      const left = new Set(beside?.leaveOut?.columns === true ? hidden : []);
      const own = written.map(({ column }) => column.name).filter((name) => !left.has(name));
      const its = columns.map(({ name }) => name).filter((name) => !looks.has(name));
      return headerSet(its) === headerSet(own);
    })
    .toSorted((a, b) => Number(b.sheet === sheet) - Number(a.sheet === sheet));
}

/** Names in order. */
function headerSet(names: readonly string[]): string {
  return names
    .filter((name) => !isLeftOut(name))
    .map((name) => normaliseHeader(name) || name)
    .toSorted()
    .join("\n");
}

/** A mapping by a saved import, and in what the file differs from the one it was saved from. */
export interface Applied {
  readonly mapping: Mapping;
  /** Names of columns that the saved import knows and the file does not have. */
  readonly missing: readonly string[];
  /** Names of columns that it does not know: they are matched as always. */
  readonly added: readonly string[];
}

/** `known`: where columns go that it does not know, by their index. */
export function apply(
  saved: SavedImport,
  facts: readonly ColumnFacts[],
  sheet: Sheet,
  known: ReadonlyMap<number, Given> = new Map(),
): Applied {
  const { columns, carried } = saved.rules;
  const { mapping, ...differs } = applyColumns(saved.name, columns, facts, sheet, known);
  return { mapping: { ...mapping, ...(carried === undefined ? {} : { carried }) }, ...differs };
}

/**
 * The worksheets of a file that a saved import takes with the chosen one: those of `belonging` (worksheets.ts) that it names and that become
 * what it says. `missing`: the names of those that it does not find.
 */
export function worksheetsIn(
  { rules: { worksheets = [] } }: SavedImport,
  belonging: Joined | undefined,
): { readonly joined: Joined | undefined; readonly missing: readonly string[] } {
  const [own, ...others] = belonging?.members ?? [];
  const isFound = (one: SavedWorksheet) => (member: JoinedSheet) =>
    member.label === one.name && member.sheet === one.sheet;
  const members = others.filter((member) => worksheets.some((one) => isFound(one)(member)));
  const missing = worksheets.filter((one) => !members.some(isFound(one))).map(({ name }) => name);
  return {
    joined:
      belonging === undefined || own === undefined || members.length === 0
        ? undefined
        : { ...belonging, members: [own, ...members] },
    missing,
  };
}

/** A mapping of the chosen worksheet with the columns of the others behind it, as the saved import says. */
export function applyWorksheets(
  { name, rules: { worksheets = [] } }: SavedImport,
  joined: Joined,
  mapping: Mapping,
  sheets: readonly Sheet[],
): Mapping {
  return withMembers(joined, mapping, sheets, ({ label, facts }, sheet) => {
    const columns = worksheets.find((one) => one.name === label)?.columns ?? [];
    return applyColumns(name, columns, facts, sheet, new Map()).mapping;
  });
}

function applyColumns(
  name: string,
  columns: readonly SavedColumn[],
  facts: readonly ColumnFacts[],
  sheet: Sheet,
  known: ReadonlyMap<number, Given>,
): Applied {
  const reason = `As in the saved import “${name}”.`;
  const left = new Set(columns);
  const given = new Map<number, Given>();
  const take = (same: (name: string, other: string) => boolean) => {
    facts.forEach(({ column }, index) => {
      if (given.has(index)) return;
      const found = [...left].find(({ name }) => same(name, column.name));
      if (found === undefined) return;
      left.delete(found);
      const { name: _, ...rules } = found;
      given.set(index, { ...rules, reason });
    });
  };
  take((name, other) => name === other);
  take(
    (name, other) =>
      normaliseHeader(name) !== "" && normaliseHeader(name) === normaliseHeader(other),
  );
  return {
    mapping: proposeAround(facts, sheet, given, known),
    missing: [...left].map(({ name }) => name).filter((name) => !isLeftOut(name)),
    added: facts
      .filter(({ column }, index) => !given.has(index) && !isLeftOut(column.name))
      .map(({ column }) => column.name),
  };
}

/** The key by which rows are recognised, if a column still gives it. */
export function keyOf({ rules }: SavedImport, mapping: Mapping): string {
  const mapped = mapping.columns.some(
    ({ target, of }) => of === undefined && target.kind === "field" && target.field === rules.key,
  );
  return mapped ? rules.key : "none";
}

/** The worksheet it was saved from, if this file has one of that name. */
export function worksheetIn(saved: SavedImport | undefined, file: RawFile): string | undefined {
  const wanted = saved?.rules.worksheet;
  return file.tables.some(({ sheet }) => sheet === wanted) ? wanted : undefined;
}

/** Makes the sheet of saved imports where it is not there yet. */
export function prepare(workbook: Workbook): Operation[] {
  return complete(workbook, TEMPLATE);
}

const TEMPLATE: Sheet = {
  key: SHEET,
  name: "Saved imports",
  singular: "saved import",
  icon: "file-up",
  title: ["name"],
  system: true,
  position: 105,
  fields: [
    { key: "sheet", name: "Sheet", type: "text", required: true },
    { key: "name", name: "Name", type: "text", required: true },
    { key: "rules", name: "Rules", type: "longText" },
  ],
};

/** DomainError "invalid-values" for a name that is none or is taken, "too-large" for one too many. */
export function create(workbook: Workbook, id: string, saved: Omit<SavedImport, "id">): Operation {
  if (savedImports(workbook).length >= MOST) {
    throw new DomainError("too-large", `A workspace has at most ${MOST} saved imports.`);
  }
  const name = nameOf(workbook, saved.name, undefined);
  return {
    op: "create",
    sheet: SHEET,
    ids: [id],
    fields: { sheet: [saved.sheet], name: [name], rules: [textOf(saved.rules)] },
  };
}

/** Renames it, or replaces its rules. */
export function change(
  workbook: Workbook,
  id: string,
  part: { readonly name?: string; readonly sheet?: string; readonly rules?: Rules },
): Operation {
  const { name, sheet, rules } = part;
  return {
    op: "set",
    sheet: SHEET,
    ids: [id],
    fields: {
      ...(sheet === undefined ? {} : { sheet: [sheet] }),
      ...(name === undefined ? {} : { name: [nameOf(workbook, name, id)] }),
      ...(rules === undefined ? {} : { rules: [textOf(rules)] }),
    },
  };
}

function nameOf(workbook: Workbook, text: string, own: string | undefined): string {
  const name = text.trim();
  if (name === "" || name.length > LONGEST_NAME) {
    throw new DomainError(
      "invalid-values",
      `The name of a saved import has 1 to ${LONGEST_NAME} characters.`,
    );
  }
  const taken = savedImports(workbook).some(
    (one) => one.id !== own && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (!taken) return name;
  throw new DomainError(
    "invalid-values",
    `There is a saved import “${name}” already. Choose another name.`,
  );
}

function textOf(rules: Rules): string {
  const text = JSON.stringify(rules);
  if (text.length <= LONGEST_RULES) return text;
  throw new DomainError("too-large", "The file has too many columns for its import to be saved.");
}
