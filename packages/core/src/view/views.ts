import { DomainError } from "../error.ts";
import type { Operation } from "../ledger/operation.ts";
import {
  findField,
  isLive,
  record,
  rows,
  value,
  type Table,
  type Workbook,
} from "../ledger/workbook.ts";
import { prepare as prepareSheet } from "../sheet/templates.ts";
import * as Definition from "./definition.ts";

/** The system sheet whose records are views. */
export const SHEET = "_views";

/** A saved way to look at a sheet. Its filter is what is called a segment elsewhere. */
export interface View {
  readonly id: string;
  /** Key of the sheet it is of. */
  readonly sheet: string;
  readonly name: string;
  /** User id of whose it is alone; absent: everybody's. */
  readonly owner?: string;
  readonly position: number;
  readonly definition: Definition.Definition;
}

/** What a view is made of. */
export type NewView = Omit<View, "id">;

export const LONGEST_NAME = 100;
/** Views of one sheet that one person sees: more than this is a sheet of its own. */
export const MOST = 200;

/** The views of a sheet that a person may see, in the order of the tabs. */
export function viewsOf(workbook: Workbook, user: string, sheet?: string): readonly View[] {
  const table = workbook.sheets.get(SHEET);
  if (table === undefined) return [];
  return rows(table)
    .map((row) => viewAt(table, row))
    .filter((view) => view !== undefined)
    .filter((view) => isSeen(view, user) && (sheet === undefined || view.sheet === sheet))
    .toSorted((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
}

/** DomainError "not-found" for views that are gone, of another sheet, or private to somebody else. */
export function viewOf(workbook: Workbook, user: string, sheet: string, id: string): View {
  const table = workbook.sheets.get(SHEET);
  const row = table && record(table, id)?.row;
  const view =
    table !== undefined && row !== undefined && isLive(table, row) ? viewAt(table, row) : undefined;
  if (view === undefined || view.sheet !== sheet || !isSeen(view, user)) {
    throw new DomainError("not-found", "There is no such view of this sheet.");
  }
  return view;
}

function isSeen({ owner }: View, user: string): boolean {
  return owner === undefined || owner === user;
}

function viewAt(table: Table, row: number): View | undefined {
  const text = (key: string): string => {
    const cell = value(table, row, key);
    return typeof cell === "string" ? cell : "";
  };
  const position = value(table, row, "position");
  const owner = text("owner");
  const sheet = text("sheet");
  if (sheet === "") return undefined;
  return {
    id: table.ids[row] ?? "",
    sheet,
    name: text("name") || "Unnamed view",
    ...(owner === "" ? {} : { owner }),
    position: typeof position === "number" ? position : Number.MAX_SAFE_INTEGER,
    definition: Definition.read(text("config")),
  };
}

/** Makes the sheet of views complete: in workspaces from before views it, or a field of it, is not there yet. */
export function prepare(workbook: Workbook): Operation[] {
  return prepareSheet(workbook, SHEET);
}

/** DomainError "too-large" where it would be one too many, "invalid-values" for a name that is none. */
export function create(workbook: Workbook, user: string, id: string, view: NewView): Operation {
  if (viewsOf(workbook, user, view.sheet).length >= MOST) {
    throw new DomainError("too-large", `A sheet has at most ${MOST} views.`);
  }
  const { sheet, name, owner, position, definition } = view;
  return {
    op: "create",
    sheet: SHEET,
    ids: [id],
    fields: known(workbook, {
      sheet: [sheet],
      name: [nameOf(name)],
      owner: [owner ?? null],
      position: [position],
      config: [textOf(definition)],
    }),
  };
}

/** Changes some of a view. `owner: null` gives it to everybody. */
export function change(
  workbook: Workbook,
  id: string,
  part: {
    readonly name?: string;
    readonly owner?: string | null;
    readonly definition?: Definition.Definition;
  },
): Operation {
  const { name, owner, definition } = part;
  return {
    op: "set",
    sheet: SHEET,
    ids: [id],
    fields: known(workbook, {
      ...(name === undefined ? {} : { name: [nameOf(name)] }),
      ...(owner === undefined ? {} : { owner: [owner] }),
      ...(definition === undefined ? {} : { config: [textOf(definition)] }),
    }),
  };
}

/** Puts a view at an index among the others; only those whose place changes are written. */
export function move(
  workbook: Workbook,
  views: readonly View[],
  id: string,
  to: number,
): readonly Operation[] {
  const moved = views.find((view) => view.id === id);
  if (moved === undefined) return [];
  const next = views.filter((view) => view.id !== id).toSpliced(to, 0, moved);
  const places = next
    .map((view, index) => ({ id: view.id, from: view.position, to: index + 1 }))
    .filter(({ from, to: place }) => from !== place)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (places.length === 0) return [];
  const fields = known(workbook, { position: places.map(({ to: place }) => place) });
  return [{ op: "set", sheet: SHEET, ids: places.map((place) => place.id), fields }];
}

/** Leaves out what the sheet has no field for: whoever may not add one keeps their views in the order they were made. */
function known<Columns extends { readonly [field: string]: readonly unknown[] }>(
  workbook: Workbook,
  columns: Columns,
): Columns {
  const table = workbook.sheets.get(SHEET);
  if (table === undefined) return columns;
  return Object.fromEntries(
    Object.entries(columns).filter(([key]) => findField(table, key) !== undefined),
  ) as Columns;
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name === "" || name.length > LONGEST_NAME) {
    throw new DomainError(
      "invalid-values",
      `The name of a view has 1 to ${LONGEST_NAME} characters.`,
    );
  }
  return name;
}

function textOf(definition: Definition.Definition): string {
  const text = Definition.toText(definition);
  if (text.length <= Definition.LONGEST) return text;
  throw new DomainError("too-large", "The view has too many conditions and rules to be kept.");
}
