import type { Changeset, Draft, Landed, Refusal, Source } from "./changeset.ts";
import type { Listed, Listing, ListOptions } from "./listing.ts";
import type { FieldOperation, Operation, SheetOperation } from "./operation.ts";
import type { Patch } from "./patch.ts";
import type { Log } from "./reactor.ts";
import type { RecordsBySheet } from "./undo.ts";
import type { Workbook } from "./workbook.ts";

/** Everything a function or a local server does with a workspace's log. See docs/architecture.md. */
export interface Ledger {
  /** Writes the first changeset of a new workspace. */
  create(workspace: string, first: Omit<Draft, "base">): Promise<Landed>;
  /**
   * What `look` says about the workbook, caught up with the log. Never shows what is not durable. `not-found` when there is no
   * such workspace. Only the parts that `look` comes to are loaded, after which it is asked again from the start: it must not
   * await, and what it answers must not read on. "workspace-too-large" when they have no room.
   */
  ask<T>(
    workspace: string,
    look: (workbook: Workbook) => T,
    options?: {
      /**
       * Of this seq or later is current enough: what it is, the caller has just learnt. "likely": as it is in memory, where nobody
       * else has written of late. Only for what comes before a commit, which checks on the exact state it lands on.
       */
      readonly asOf?: number | "likely";
    },
  ): Promise<T>;
  /** The whole workbook. It moves on with later commits: read from it without awaiting in between. */
  read(workspace: string): Promise<Workbook>;
  /** Validates against the exact state it lands on. Idempotent by the draft's id. Waiting disjoint drafts share a head. */
  commit(workspace: string, draft: Draft): Promise<Landed>;
  /**
   * For decisions made here (a PATCH by filter): `decide` runs again on the newer workbook after a lost race, and when more of it
   * was loaded, as for `ask`. `request` is a
   * digest of what was asked for: the same id with another one is "changeset-reused". Absent: any is the same request.
   */
  commitWith(
    workspace: string,
    id: string,
    decide: (workbook: Workbook) => Omit<Draft, "id" | "base">,
    request?: string,
  ): Promise<Landed>;
  readonly upload: Upload;
  /** With `records`, undoes only what was done to those. */
  undo(
    workspace: string,
    changeset: string,
    by: UndoBy,
    records?: RecordsBySheet,
  ): Promise<UndoAnswer>;
  /** Undoes every changeset of an import, newest first, as one changeset. */
  undoImport(workspace: string, importId: string, by: UndoBy): Promise<UndoAnswer>;
  /** Ids of an import's changesets, oldest first; empty when there is no such import. */
  importChangesets(workspace: string, importId: string): Promise<string[]>;
  changeset(workspace: string, id: string): Promise<Changeset | undefined>;
  /** The changesets of the log, newest first; see listing.ts. */
  list(workspace: string, options: ListOptions): Promise<Listing>;
  /** What a changeset did to the first records it names, at most `limit`; reads no more than one of its parts. */
  sample(workspace: string, id: string, limit: number): Promise<Sampled | undefined>;
  /**
   * Newest first; `next` is the seq to pass as `before`. With `field`, only what was done to that cell: its creation and the
   * changes of its value. A call follows a bounded number of changes, so that an answer may hold less than `limit`, even
   * nothing, and yet have a `next`. `cut`: what is older is no longer in the log.
   */
  history(
    workspace: string,
    sheet: string,
    record: string,
    options: { before?: number; limit: number; field?: string },
  ): Promise<{ entries: HistoryEntry[]; next: number | null; cut: boolean }>;
  manifest(workspace: string): Promise<Manifest>;
  /** A page as stored: one gzip member. */
  page(workspace: string, hash: string): Promise<Uint8Array>;
  /** `reload` when `after` is newer than the log's end, or the epoch or the hash of the head at `after` differs. */
  changes(
    workspace: string,
    after: number,
    of?: { readonly epoch?: string; readonly hash?: string },
  ): Promise<Changes>;
  /** A body part as stored: one gzip member. */
  part(workspace: string, changeset: string, attempt: string, n: number): Promise<Uint8Array>;
  /** Rewrites touched pages and swaps the manifest when due, or always with `force`. */
  compact(workspace: string, options?: { force?: boolean }): Promise<boolean>;
  /** Repairs what crashed writers left: intents, retired and unlisted pages. */
  sweep(workspace: string): Promise<void>;
  /** Waits for what commits left to clean up. Call it before the process ends. */
  flush(): Promise<void>;
  /** What reactors follow, see reactor.ts. */
  readonly log: Log;
}

/** A large changeset, written part by part and invisible until `commit` puts its head. */
export interface Upload {
  open(workspace: string, upload: UploadOptions): Promise<{ attempt: string }>;
  /** `bytes` is one gzip member made by codec.encodeParts; `n` counts from 0. Repeating a part is harmless. */
  part(
    workspace: string,
    changeset: string,
    attempt: string,
    n: number,
    bytes: Uint8Array,
  ): Promise<void>;
  commit(
    workspace: string,
    changeset: string,
    attempt: string,
    end: { parts: number; draft: Omit<Draft, "operations"> },
  ): Promise<Landed>;
  abandon(workspace: string, changeset: string, attempt: string): Promise<void>;
}

export interface UploadOptions {
  readonly id: string;
  /** At most this many parts will come. */
  readonly parts: number;
}

export interface UndoBy {
  /** The id of the undoing changeset. */
  readonly id: string;
  readonly actor: string;
  readonly source?: Source;
  /** Default: the label of what is undone, said so. */
  readonly label?: string;
}

export interface UndoAnswer extends Landed {
  /** Records put back. */
  readonly reverted: number;
  /** What was left alone, and why. */
  readonly skipped: readonly Refusal[];
}

/** The beginning of what a changeset did. */
export interface Sampled {
  readonly changeset: Listed;
  readonly records: readonly (Pick<HistoryEntry, "kind" | "cells"> & {
    readonly sheet: string;
    readonly id: string;
  })[];
  /** Sheets and columns that were made or changed. */
  readonly schema: readonly (SheetOperation | FieldOperation)[];
  /** It did something to more records than these. */
  readonly more: boolean;
}

export interface HistoryEntry {
  readonly seq: number;
  readonly changeset: string;
  readonly at: number;
  readonly actor: string;
  readonly source: Source;
  readonly label: string;
  readonly kind: "created" | "changed" | "deleted" | "restored";
  readonly cells: readonly { field: string; before: unknown; after: unknown }[];
}

/** A place in a history: a workbook's, a manifest's. */
export interface Position {
  readonly seq: number;
  readonly epoch: string;
  /** Chain hash of the head at `seq`. */
  readonly hash: string;
}

export interface Manifest {
  readonly format: number;
  readonly epoch: string;
  readonly seq: number;
  /** Chain hash of the head at `seq`. */
  readonly hash: string;
  readonly version: number;
  readonly pages: readonly PageReference[];
}

export interface PageReference {
  readonly hash: string;
  readonly sheet: string;
  readonly kind: "schema" | "records" | "unique" | "links";
  readonly first: string;
  readonly last: string;
  readonly count: number;
  /** Stored size. */
  readonly bytes: number;
}

/** Consecutive changes as they travel to browsers and to the command line. */
export interface Changes {
  readonly epoch: string;
  /** Seq of the first and the last head in it; `to < from` when there is nothing new. */
  readonly from: number;
  readonly to: number;
  readonly heads: readonly WireHead[];
  /** More heads follow `to`; ask again. */
  readonly more: boolean;
}

export interface WireHead {
  readonly seq: number;
  readonly at: number;
  /** Chain hash. */
  readonly hash: string;
  readonly changesets: readonly WireChangeset[];
}

export interface WireChangeset extends Omit<Changeset, "operations" | "seq" | "at"> {
  /** Small bodies come along; large ones are fetched part by part. */
  readonly operations?: readonly Operation[];
  readonly parts?: { readonly attempt: string; readonly sha256: readonly string[] };
  readonly patch?: Patch;
  /** A patch too large to come along: pieces of one JSON text, fetched like parts. */
  readonly more?: { readonly attempt: string; readonly pieces: number };
}
