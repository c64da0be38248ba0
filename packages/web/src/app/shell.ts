import { createContext, useContext, type Accessor, type JSX } from "solid-js";
import { must } from "@gridfolk/core/assert";
import type { Field } from "@gridfolk/core/field/field";
import type { Workspace } from "../data/workspace.ts";
import type { MenuItem } from "../ui/menu.tsx";

/** What the frame offers to the views inside it. */
export interface Shell {
  readonly workspace: Workspace;
  /** Key of the sheet on screen. */
  readonly sheet: Accessor<string | undefined>;
  /** The open record of the panel, from the address (`?record=`). */
  readonly record: Accessor<{ readonly sheet: string; readonly id: string } | undefined>;
  /** Id of the view that is open, from the address (`?view=`); undefined: the sheet as a whole. */
  readonly view: Accessor<string | undefined>;
  openView(id: string | undefined): void;
  openRecord(sheet: string, id: string): void;
  closeRecord(): void;
  goToSheet(sheet: string): void;
  /** The records that look like this one, side by side with it. */
  findDuplicates(sheet: string, id: string): void;
  /** The text of the search field in the top bar; the view on screen shows only rows that contain it. */
  readonly search: Accessor<string>;
  setSearch(text: string): void;
  /** The import wizard, over the view; with files or pasted text it starts at the second step. */
  openImport(from?: ImportSource): void;
  openPalette(): void;
  /** Shows the workbook as it was right after the change of this seq; undefined: as it is now. */
  viewAsOf(seq: number | undefined): void;
  /** While the workbook on screen is one of the past. */
  readonly past?: PastShell;
  /** Left part of the status bar ("9,214 rows · selected 12 · sum 4,310.00"); call inside the view, it is undone on cleanup. */
  setSummary(summary: () => JSX.Element): void;
  /** True on phones: no grid, bottom tabs. */
  readonly narrow: Accessor<boolean>;
}

/** What can be done with the past that is on screen. */
export interface PastShell {
  /** The view on screen says what it shows; undone on cleanup. */
  follow(shown: () => PastShown): void;
  /** Entries for the menu of the selected rows. */
  rowItems(): readonly MenuItem[];
  /** A file of what is shown, or of all rows and columns. */
  save(what: "shown" | "all", format: "xlsx" | "csv"): void;
}

export interface PastShown {
  readonly sheet: string;
  /** Rows and columns on screen, in their order. */
  readonly rows: ArrayLike<number>;
  readonly fields: readonly Field[];
  readonly selected: { readonly rows: readonly number[]; readonly fields: readonly Field[] };
}

export interface ImportSource {
  readonly files?: readonly File[];
  readonly text?: string;
  /** The sheet the person started from. */
  readonly sheet?: string;
}

export const ShellContext = createContext<Shell>();

export function useShell(): Shell {
  return must(useContext(ShellContext), "a shell around this view");
}
