import type { Cell } from "../field/cell.ts";
import type { Field, FieldType, Sheet } from "../field/field.ts";
import type { Changeset } from "./changeset.ts";
import type { Rules } from "./rules.ts";

/** The state of a workspace at a seq: a fold of its log, held by columns. Only `apply` and the page reader change it. */
export interface Workbook {
  readonly workspace: string;
  readonly epoch: string;
  seq: number;
  /** Chain hash of the head at `seq`; "" at 0. */
  hash: string;
  readonly sheets: Map<string, Table>;
  /** Who wrote when, by stamp number: every stamp a record refers to is in it. */
  readonly stamps: Map<number, Stamp>;
  /** The last 10,000 changesets folded here (a snapshot carries none), oldest first, by id. */
  readonly recent: Map<string, Recent>;
}

export interface Stamp {
  readonly at: number;
  readonly actor: string;
}

export interface Recent {
  readonly seq: number;
  /** Index of the changeset among those of its head. */
  readonly place: number;
  readonly requestHash: string | undefined;
}

/**
 * One sheet. A row is a position in every array and never moves; rows stand in the order in which records arrived, which
 * need not be the order of ids. `rows` gives the order people see.
 */
export interface Table {
  readonly key: string;
  sheet: Sheet;
  readonly ids: string[];
  readonly rowById: Map<string, number>;
  /** By field key. May be shorter than `ids`: what is beyond the end is unset. */
  readonly columns: Map<string, (Cell | undefined)[]>;
  /** Stamp numbers, see `seqOf`. */
  readonly created: number[];
  readonly updated: number[];
  /** 1 for records in the trash. */
  readonly deleted: number[];
  /** 1 for records that somebody else than their creator has changed. */
  readonly shared: number[];
  /** Records not in the trash. */
  live: number;
}

/** One head of the log as readers fold it: all of it or nothing. */
export interface Committed {
  readonly seq: number;
  /** Milliseconds, monotonic within the workspace. */
  readonly at: number;
  /** Chain hash. */
  readonly hash: string;
  /** In order. Only what a server folds carries request hashes. */
  readonly changesets: readonly (Changeset & { readonly requestHash?: string })[];
}

/** What a fold step changed, by sheet key. */
export type Touched = ReadonlyMap<string, TouchedSheet>;

export interface TouchedSheet {
  /** The sheet or one of its fields is new or changed. */
  schema: boolean;
  /** Rows, ascending within each changeset; a row may stand in more than one list. */
  readonly created: number[];
  readonly changed: number[];
  readonly deleted: number[];
  readonly restored: number[];
  /** Fields written by creates and sets. */
  readonly fields: Set<string>;
}

/** A stamp number joins the seq of a head with the place of a changeset in it. */
export declare function stampNumber(seq: number, place: number): number;
export declare function seqOf(stampNumber: number): number;

export declare function empty(workspace: string, epoch: string): Workbook;

/** DomainError "not-found" when there is no such sheet. Sheets in the trash are found. */
export declare function table(workbook: Workbook, sheet: string): Table;
/** DomainError "unknown-field". Fields in the trash are found. */
export declare function field(table: Table, key: string): Field;
export declare function findField(table: Table, key: string): Field | undefined;

/** Rows of the records not in the trash, in creation order (that of ids). The array is kept until that order changes. */
export declare function rows(table: Table): readonly number[];
/** Rows of every record, in creation order. */
export declare function allRows(table: Table): readonly number[];
/** Where the record is, in the trash or not. */
export declare function record(table: Table, id: string): { id: string; row: number } | undefined;
export declare function isLive(table: Table, row: number): boolean;

/** Types whose values are read from the record's stamps and are never written. */
export declare function isStamped(type: FieldType): boolean;
/**
 * What a cell holds; `undefined` when unset. createdAt and updatedAt answer RFC 3339 in UTC to the second, createdBy and
 * updatedBy a user id.
 */
export declare function value(
  workbook: Workbook,
  table: Table,
  row: number,
  field: Field,
): Cell | undefined;
/** The seq of the changeset that last touched the record. */
export declare function lastSeq(table: Table, row: number): number;

/**
 * The fold: advances the workbook in place by the head that follows it. Only moves stored values. DomainError "corrupt" when
 * the head is not the next one or its operations contradict the workbook; the workbook must then be thrown away.
 */
export declare function apply(workbook: Workbook, head: Committed): Touched;

/**
 * Records of a sheet by the normalised value of a field, without those in the trash. Built on first use, then kept current.
 * The index belongs to the workbook: ask again after `apply`.
 */
export interface KeyIndex {
  /** Ids in creation order; empty when there is none. */
  get(key: string): readonly string[];
}
export declare function keyIndex(
  workbook: Workbook,
  sheet: string,
  field: string,
  rules: Rules,
): KeyIndex;

export interface BackLink {
  readonly sheet: string;
  readonly field: string;
  readonly id: string;
}
/** The live records that link to a record (itself live or not), through fields that are not in the trash. */
export declare function backLinks(
  workbook: Workbook,
  sheet: string,
  id: string,
): readonly BackLink[];

/** A rough measure of the heap it takes, for bounding caches. */
export declare function heapBytes(workbook: Workbook): number;

/** One text for one state, however it was reached: hash it to compare replays. */
export declare function canonical(workbook: Workbook): string;
