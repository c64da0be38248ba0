import type { Operation } from "./operation.ts";

export type Source = "grid" | "import" | "api" | "automation" | "merge" | "undo" | "system";

/** What a client asks for. The id is the client's: sending it again answers what was answered first. */
export interface Draft {
  /** 26 characters, see ids.ts. */
  readonly id: string;
  /** The seq of the workbook the client decided on. */
  readonly base: number;
  /** Of that workbook: where another history than the log's is given, the draft is refused as "reload". */
  readonly epoch?: string;
  /** Chain hash of the head at `base`, likewise. */
  readonly hash?: string;
  /** User id. */
  readonly actor: string;
  readonly source: Source;
  /** What people read in history and in the undo toast: "Imported 9,214 contacts". */
  readonly label: string;
  readonly operations: readonly Operation[];
  /** The changeset this one undoes. */
  readonly undoes?: string;
  /** It undoes only what that changeset did to some records. */
  readonly partial?: true;
  /** Groups the changesets of one import. */
  readonly import?: string;
  readonly cause?: { readonly changeset: string; readonly depth: number };
  /**
   * Created records whose normalised value of this field exists by the time of the commit are refused: closes the race
   * of two imports that match by the same key.
   */
  readonly guard?: readonly { readonly sheet: string; readonly field: string }[];
}

/** A row that was not written, and why, in words for a person. */
export interface Refusal {
  readonly sheet: string;
  readonly id: string;
  readonly field?: string;
  readonly reason: string;
}

/** What the first commit of a changeset answered; stored in the head. */
export interface Answer {
  readonly seq: number;
  readonly changeset: string;
  readonly created: number;
  /** Records with at least one value that differs. */
  readonly changed: number;
  readonly deleted: number;
  readonly restored: number;
  readonly refused: readonly Refusal[];
}

/** An answer with the chain hash of the head at its seq: what the next draft of the same client may be based on. */
export interface Landed extends Answer {
  readonly hash: string;
}

/** A committed changeset as a reader of the log sees it: operations complete with `before` and `prev`, patch applied. */
export interface Changeset extends Omit<Draft, "guard" | "epoch" | "hash"> {
  readonly seq: number;
  /** Milliseconds since the epoch, monotonic within the workspace; for display, order is always seq. */
  readonly at: number;
  readonly answer: Answer;
}
