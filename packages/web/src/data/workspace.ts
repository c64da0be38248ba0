import type { Accessor } from "solid-js";
import type { Locale, Sheet } from "@gridfolk/core/field/field";
import type { Answer, Refusal, Source } from "@gridfolk/core/ledger/changeset";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Touched, Workbook } from "@gridfolk/core/ledger/workbook";
import type { UndoneChange } from "./undo.ts";

/**
 * One open workspace in the browser: the workbook as this person sees it (what the server has confirmed plus their own
 * changes that are still on the way), kept up to date, and the one way to change it.
 *
 * The workbook is plain data, not reactive. Read it inside an effect that also reads `seq()`, or listen with `onChange`
 * and update exactly what was touched.
 */
export interface Workspace {
  readonly id: string;
  /** Replaced as a whole only when the server's history was replaced (a restore); `onChange` then says "all". */
  readonly workbook: Workbook;

  /** Moves with every change of the workbook, own or other people's. Not the ledger's seq: only "something changed". */
  readonly version: Accessor<number>;
  readonly status: Accessor<Status>;
  /** While loading: what is here and what is to come. */
  readonly progress: Accessor<Progress>;

  readonly name: Accessor<string>;
  readonly locale: Accessor<Locale>;
  /** People's sheets in side-bar order, without system sheets and without the trash. */
  readonly sheets: Accessor<readonly Sheet[]>;
  readonly me: Accessor<Me>;
  readonly members: Accessor<readonly Member[]>;
  /** Other people who have this workspace open now, and where they are. */
  readonly people: Accessor<readonly Person[]>;

  /** Called after every change of the workbook. Returns the function that stops it. */
  onChange(listener: (change: Change) => void): () => void;
  /** What people must be told: a refused change that was rolled back, a session that ended. */
  onNotice(listener: (notice: Notice) => void): () => void;

  /**
   * Applies the operations at once, keeps them in the outbox (which survives a reload and being offline) and sends them.
   * What the workbook's own rules forbid (a required or unique field, a viewer's role) is not applied: `undefined` is
   * returned and a notice says why. Operations are in stored form, without `before` and `prev`.
   */
  commit(
    operations: readonly Operation[],
    label: string,
    options?: CommitOptions,
  ): Sent | undefined;
  /** Ids for records about to be created, ascending, later than all ids made before. */
  newRecordIds(count: number): string[];

  /**
   * Takes back this person's last action, wherever and whenever they did it; what other people did is left alone. At once when
   * this tab knows what it was, else by the server. Tells what was left alone because somebody changed it since; undefined
   * when nothing was done, which a notice explains. Never rejects where the network or the server fail.
   */
  undo(): Promise<Undone | undefined>;
  redo(): Promise<Undone | undefined>;
  /** Takes back one particular action: the Undo of a toast, or of the history, where it may be somebody else's. */
  undoChangeset(changeset: string, about?: UndoneChange): Promise<Undone | undefined>;
  /** Labels of what undo and redo would do next; "" when that is not known before somebody asks for it. */
  readonly undoable: Accessor<string | undefined>;
  readonly redoable: Accessor<string | undefined>;

  /**
   * The workspace as it was right after a change of this seq, read only. DomainError "not-found" when that is not kept any more.
   */
  past(seq: number): Promise<PastWorkspace>;
  /** Where this person is; the others are told now and then. */
  setPresence(place: Place): void;
  /** Fetches what is new now, without waiting for the server to say so. */
  refresh(): Promise<void>;
  /**
   * Leaves the workbook as it is, whatever arrives, until what it answers is called; then call `refresh`. For who needs all of the
   * machine for a while and covers the page meanwhile.
   */
  hold(): () => void;
  close(): void;
}

/** A workspace as it was at a time. */
export interface PastWorkspace extends Workspace {
  /** Milliseconds. */
  readonly at: number;
}

export interface Status {
  /**
   * - loading: the workbook is not complete yet
   * - saved: everything is on the server
   * - saving: changes are on their way
   * - offline: no connection; changes wait
   * - signed-out: the session ended; changes wait until this person signs in again
   * - outdated: the server needs a newer page; changes wait until it is loaded again
   * - removed: this person is no longer a member
   */
  readonly state:
    | "loading"
    | "saved"
    | "saving"
    | "offline"
    | "signed-out"
    | "outdated"
    | "removed"
    | "missing"
    | "failed";
  /** Actions not yet confirmed by the server. */
  readonly waiting: number;
  /** For missing and failed, in words. */
  readonly message?: string;
}

export interface Progress {
  /** Pages here and in all; `of` is 0 until the manifest is known. */
  readonly done: number;
  readonly of: number;
  readonly records: number;
}

interface CommitOptions {
  readonly source?: Source;
  /** Left out of undo. */
  readonly silent?: boolean;
}

export interface Sent {
  /** The changeset's id. */
  readonly id: string;
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
}

export type Outcome =
  | { readonly ok: true; readonly answer: Answer }
  /** Rolled back; a notice has told. */
  | { readonly ok: false; readonly message: string };

export interface Undone {
  /** The undo itself, which can be undone as well. */
  readonly changeset: string;
  readonly label: string;
  /** Records put back. Columns and sheets that come or go are none. */
  readonly reverted: number;
  /** It is known that nothing was left to take back. */
  readonly isEmpty?: boolean;
  readonly skipped: readonly Refusal[];
}

export type Change =
  /** Another workbook object: read everything again. */
  | { readonly kind: "all" }
  | {
      readonly kind: "touched";
      /**
       * - local: this person just did it here
       * - remote: somebody else's change arrived
       * - settled: own changes were confirmed or rolled back
       */
      readonly origin: "local" | "remote" | "settled";
      readonly touched: Touched;
    };

export interface Notice {
  readonly kind: "refused" | "info";
  readonly title: string;
  readonly detail?: string;
  /** What an undo left alone. */
  readonly skipped?: readonly Refusal[];
  /** Of the request that failed, where somebody has to look into it. */
  readonly requestId?: string | undefined;
}

export interface Me {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

type Role = "owner" | "admin" | "member" | "viewer";

export interface Member {
  /** User id, the value of a `user` cell. */
  readonly user: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** Former members stay, so that old cells keep their names. */
  readonly active: boolean;
}

export interface Place {
  readonly sheet?: string;
  readonly record?: string;
  readonly field?: string;
}

export interface Person extends Place {
  /** Has the page open and does not look at it. */
  readonly away?: boolean;
  readonly connection: string;
  readonly user: string;
  readonly name: string;
  /** "person-1" … "person-10": the token of their colour. */
  readonly color: string;
}
