import type { Field, FieldType, Locale, Sheet } from "@gridfolk/core/field/field";
import type { ColumnValue } from "@gridfolk/core/import/column-values";
import type { Finding } from "@gridfolk/core/import/health";
import type { Hidden, LeaveOut } from "@gridfolk/core/import/hidden";
import type { Correction } from "@gridfolk/core/import/learned";
import type { LookChoice, LookOffer } from "@gridfolk/core/import/looks";
import type { Mapping } from "@gridfolk/core/import/mapping";
import type { Placeholder } from "@gridfolk/core/import/placeholders";
import type { Choices } from "@gridfolk/core/import/round-trip";
import type { Rules } from "@gridfolk/core/import/saved-rules";
import type { Stranger } from "@gridfolk/core/import/strangers";
import type { Translated } from "@gridfolk/core/import/translated";
import type { Writing } from "@gridfolk/core/import/writing";
import type { Refusal } from "@gridfolk/core/ledger/changeset";

/**
 * What the wizard asks of its worker, and what the worker answers. The worker holds the file, a workbook of its own and
 * the plan; the page holds only what is on screen.
 */
export interface ImportWorker {
  /** Reads the file and finds its tables. A file that cannot be read rejects, in words. */
  open(source: Source): Promise<FileView>;
  /** Reads the rest of a large file whose beginning `open` looked at. */
  complete(): Promise<FileView>;
  /** Another worksheet, header row, encoding or delimiter. */
  choose(choice: TableChoice): Promise<FileView>;
  /** Proposes where the columns go; without a sheet, also the sheet. */
  propose(wanted: Wanted): Promise<MappingView>;
  /** Reads every cell and compares with what is there. Nothing is written. */
  plan(request: PlanRequest): Promise<PlanView>;
  /** Rows of one group of the plan. */
  rows(sheet: string, group: Group, from: number, count: number): Promise<PreviewRow[]>;
  /** Writes the plan. Calls `onProgress` through the channel of the request. */
  write(): Promise<Written>;
  /** The refused rows as a file with a reason column, which imports again. */
  refused(format: "csv" | "xlsx"): Promise<Blob>;
  /** What is wrong with the table, in plain words. Takes seconds for a million rows. */
  health(): Promise<readonly Finding[]>;
}

export interface Source {
  readonly workspace: string;
  readonly user: string;
  readonly locale: Locale;
  readonly name: string;
  readonly file?: File;
  readonly text?: string;
}

export interface TableChoice {
  readonly table?: number;
  readonly headerRow?: number | null;
  /** Totals, notes and columns beside the table are data as well. */
  readonly whole?: boolean;
  readonly encoding?: string;
  readonly delimiter?: string;
  /** What of hidden rows and columns is left out. */
  readonly leaveOut?: LeaveOut;
  /** Looks of rows and cells that become columns. */
  readonly looks?: readonly LookChoice[];
}

export interface FileView {
  readonly name: string;
  readonly kind: "csv" | "xlsx" | "vcard";
  readonly bytes: number;
  readonly tables: readonly {
    readonly label: string;
    readonly rows: number;
    readonly hidden: boolean;
  }[];
  readonly table: number;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  /** An export of this workspace's that came back: the sheet's key. */
  readonly exported: string | null;
  readonly headerRow: number | null;
  /** All rows that the names come from. */
  readonly headerRows: readonly number[];
  readonly firstDataRow: number;
  readonly lastDataRow: number;
  /** What is no data of the table, with the reason. */
  readonly leftOut: {
    /** Rows between the data. */
    readonly rows: readonly { readonly row: number; readonly reason: string }[];
    /** Rows below it. */
    readonly below: number;
    /** Columns beside it. */
    readonly aside: number;
  };
  /** Nothing is left out, because somebody said so. */
  readonly whole: boolean;
  /** Where other tables of the worksheet begin. */
  readonly others: readonly number[];
  readonly reason: string;
  readonly notes: readonly string[];
  readonly columns: number;
  readonly dataRows: number;
  /** Only the beginning was read: `dataRows` is about how many there are, and counts are of the beginning. */
  readonly partial: boolean;
  /** Some rows as they stand in the file, those with the names among them. */
  readonly rows: readonly (readonly string[])[];
  /** Position of the first of them. */
  readonly from: number;
  readonly beside: Beside;
}

/** What a worksheet says beside its values, and what somebody wants of it. */
export interface Beside {
  readonly hidden: Hidden;
  readonly leaveOut: LeaveOut;
  readonly looks: readonly LookOffer[];
  readonly chosen: readonly LookChoice[];
}

/** What a person asked for where the columns go. */
export interface Wanted {
  readonly sheet?: string | undefined;
  /** Id of a saved import; null: none. Absent: one that fits the file exactly. */
  readonly saved?: string | null;
  /** Sheets that nothing of the rows becomes. */
  readonly without?: readonly string[];
  /** Only this worksheet, although others belong to it. */
  readonly alone?: boolean;
}

/** A saved import that the file is read by, and in what the file differs from the one it was saved from. */
export interface SavedUse {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly mode: "fill" | "overwrite";
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

export interface MappingView {
  /** The saved imports there are. */
  readonly saved: readonly { readonly id: string; readonly name: string }[];
  readonly using: SavedUse | null;
  /** Sheets a file can go to. */
  readonly sheets: readonly Sheet[];
  readonly mapping: Mapping;
  /** The file as a saved import reads it, where that is another way than before. */
  readonly file?: FileView;
  readonly columns: readonly ColumnView[];
  /** What else the rows become, or became if it were not turned off. */
  readonly companions: readonly CompanionView[];
  /** Worksheets that belong to the chosen one. */
  readonly together: TogetherView | null;
}

export interface CompanionView {
  readonly sheet: string;
  readonly on: boolean;
  /** Names of its columns in the file. */
  readonly columns: readonly string[];
  /** It stands once, and rows below leave it blank: how many. */
  readonly below: number | null;
}

export interface TogetherView {
  readonly on: boolean;
  /** The chosen one first. */
  readonly members: readonly {
    readonly label: string;
    readonly sheet: string;
    readonly rows: number;
  }[];
  readonly by: readonly { readonly from: string; readonly to: string; readonly column: string }[];
}

/** What a column holds; where it goes is in the mapping, in the same order. */
export interface ColumnView {
  readonly name: string;
  readonly samples: readonly string[];
  readonly filled: number;
  readonly type: FieldType;
  /** Why this type, in words and counts. */
  readonly evidence: string;
  readonly doubt?: string;
  readonly computed?: ComputedView;
  /** How dates or figures are written, where they can be read in more than one way. */
  readonly writing?: Writing;
  /** What becomes blank because it says that there is nothing, and what only looks like that. */
  readonly placeholders: readonly Placeholder[];
  /** Its different texts, where they are few and short enough to be choices. */
  readonly values?: readonly ColumnValue[];
  /** What the workbook lets people choose from in it. */
  readonly options?: readonly string[];
}

/** A column that the workbook computes. */
export interface ComputedView {
  /** As in its first cell. */
  readonly text: string;
  /** With the names of the columns. */
  readonly formula?: string;
  /** Why that cannot be a formula here. */
  readonly problem?: string;
  readonly lookup?: { readonly sheet: string; readonly by: string };
}

export interface PlanRequest {
  readonly mapping: Mapping;
  /** A field key, or "none". */
  readonly key: string;
  readonly mode: "fill" | "overwrite";
  /** What is decided about an edited export. */
  readonly choices?: Choices;
  /** Rows of the file that somebody said are of a record that is there or of another row; see same.ts in core. */
  readonly same?: readonly (readonly [row: number, id: string])[];
}

export type Group = "created" | "updated" | "unchanged" | "kept" | "refused";

/** What is done to one sheet. */
export interface ObjectView {
  readonly sheet: string;
  readonly name: string;
  readonly singular: string;
  readonly counts: { readonly [group in Group]: number };
  /** Values that do not fit, by column. */
  readonly kept: readonly {
    readonly field: string;
    readonly type: FieldType;
    readonly values: number;
    /** The people that are named and are no members, the most frequent first. */
    readonly people: readonly Stranger[];
  }[];
  /** Texts that become another choice, or blank, because somebody said what they mean. */
  readonly translated: readonly Translated[];
  /** Values that the file erases, because somebody said that its blanks do, by column. */
  readonly erased: readonly { readonly field: string; readonly values: number }[];
  /** Records of other sheets made on the way. */
  readonly linked: readonly { readonly sheet: string; readonly created: number }[];
  readonly newFields: readonly Field[];
  readonly newOptions: readonly { readonly field: string; readonly names: readonly string[] }[];
  /** The mapped columns in the file's order. */
  readonly fields: readonly {
    readonly key: string;
    readonly name: string;
    readonly type: FieldType;
  }[];
}

export interface PlanView extends ObjectView {
  readonly rows: number;
  /** What else the rows become. */
  readonly along: readonly ObjectView[];
  /** Cells that name a row of another worksheet which is not there: how many, and the first of them. */
  readonly unlinked: { readonly count: number; readonly shown: readonly string[] };
  /** Rows that repeat an earlier row of the file by the key. */
  readonly repeated: number;
  /** All rows that would be new and look like a record that is there or another row, with what names it; decided or not. */
  readonly inDoubt: readonly (readonly [row: number, id: string])[];
  /** The first of them. */
  readonly doubts: readonly DoubtView[];
  /** So many records would have to be compared that none were. */
  readonly uncompared: number | null;
  /** People who opted out, which the file does not change. */
  readonly optOuts: {
    /** Records that are there and stay opted out. */
    readonly kept: number;
    /** New records of people who opted out before. */
    readonly inherited: number;
    readonly columns: readonly string[];
    /** The first of them. */
    readonly names: readonly string[];
  };
  /** Of an edited export. */
  readonly trip: TripView | null;
}

export interface DoubtView {
  /** Position among the file's rows, from 0. */
  readonly row: number;
  readonly title: string;
  readonly like: string;
  readonly likeTitle: string;
  /** The row of the file that it looks like, from 0, where it is none that is there. */
  readonly likeRow?: number;
  readonly probability: number;
  readonly reasons: readonly string[];
}

/** An edited export, and what there is to decide about it. */
export interface TripView {
  /** When it was exported; absent when that is not kept any more. */
  readonly at?: number;
  /** Cells that the file changes. */
  readonly cells: number;
  readonly conflicts: number;
  /** The first of them. */
  readonly shown: readonly ConflictView[];
  readonly added: number;
  readonly missing: number;
  /** Names of the first missing records. */
  readonly missingNames: readonly string[];
  readonly spared: number;
  readonly deleted: number;
}

export interface ConflictView {
  /** As `Choices.file` names it. */
  readonly cell: string;
  readonly record: string;
  readonly field: string;
  readonly base: string;
  readonly mine: string;
  readonly theirs: string;
}

export interface PreviewRow {
  /** As a spreadsheet numbers it, from 1; null for a record the file does not hold. */
  readonly row: number | null;
  /** Names the record. */
  readonly title: string;
  /** In the order of `PlanView.fields`. */
  readonly cells: readonly PreviewCell[];
  readonly reason?: string;
}

export interface PreviewCell {
  readonly after: string;
  /** Given when an existing value changes. */
  readonly before?: string;
  /** Does not fit its field's type and is kept as text. */
  readonly kept?: boolean;
  /** Stays, or becomes, what an opt-out says, not what the file says. */
  readonly optOut?: boolean;
}

export interface Progress {
  readonly phase: "reading" | "planning" | "writing" | "finishing";
  readonly done: number;
  readonly of: number;
}

export interface Written {
  readonly import: string;
  readonly changesets: readonly string[];
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Refused by the plan and, because of what somebody changed meanwhile, by the server. */
  readonly refused: number;
  /** Of how many worksheets they are. */
  readonly refusedSheets: number;
  readonly late: readonly Refusal[];
  /** Whether the file itself was kept, where the workspace wants that. */
  readonly keep: "no" | "kept" | "failed";
  /** What to keep of this import for the next file of its kind. */
  readonly rules: Rules;
  /** Columns that a person sent elsewhere than was proposed. */
  readonly corrections: readonly Correction[];
  /** A large import that broke off between two of its changesets: why. What landed can be undone. */
  readonly stopped?: string;
}

/** The envelope of one call. */
export interface Request {
  readonly id: number;
  readonly method: keyof ImportWorker;
  readonly parameters: readonly unknown[];
}

export type Response =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly message: string; readonly code?: string } }
  | { readonly progress: Progress }
  | { readonly upload: OpenUpload };

/** A part of an import that is on the server and not complete: its address, and that it began or ended. */
export interface OpenUpload {
  readonly path: string;
  readonly open: boolean;
}
