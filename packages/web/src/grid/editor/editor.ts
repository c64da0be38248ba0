import type { Names } from "@gridfolk/core/field/behaviour";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field, Locale } from "@gridfolk/core/field/field";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Distinct } from "@gridfolk/core/sheet/distinct";
import type { Filter } from "@gridfolk/core/sheet/filter";

/** What editors know and may do besides editing one value; the grid and the record panel give the same. */
export interface EditorDeps {
  readonly locale: () => Locale;
  readonly names: Names;
  /** Members a person may be assigned to. */
  readonly people: () => readonly {
    readonly user: string;
    readonly name: string;
    readonly email: string;
  }[];
  /** Records of the linked sheet that a person may mean, best first. */
  readonly records: (field: Field, query: string) => readonly Suggestion[];
  /** What the column asked by this key has among the rows that pass the conditions, each value with its count. */
  readonly valuesOf: (
    key: string,
    among: readonly Filter[],
    signal: AbortSignal,
  ) => Promise<Distinct>;
  /** "company" for a link to Companies: the name of what would be made. */
  readonly recordNoun: (field: Field) => string;
  /** What makes a record of the linked sheet with this name, and its id. */
  readonly makeRecord: (field: Field, name: string) => { id: string; operation: Operation };
  /** What adds an option to the field, joined with those of `earlier` that the same edit has added. */
  readonly makeOption: (field: Field, names: readonly string[]) => Operation;
}

export interface Suggestion {
  readonly id: string;
  readonly title: string;
  readonly detail?: string;
}

/** What an editor was left with. */
export interface Edited {
  readonly cell: Cell | undefined;
  /** What must come first in the same change: a new option, a new linked record. */
  readonly first: readonly Operation[];
}

export interface EditorHandle {
  value(): Edited;
  focus(): void;
}

export interface EditorProps {
  readonly field: Field;
  readonly cell: Cell | undefined;
  /** The sign that was typed to begin: it replaces what was there. */
  readonly start: string | undefined;
  readonly label: string;
  readonly deps: EditorDeps;
  readonly ref: (handle: EditorHandle) => void;
  /** A choice was made with the pointer: take the value and leave. */
  readonly onDone: () => void;
}
