import { DomainError } from "../error.ts";
import type { Bytes } from "../platform.ts";
import * as Chain from "./chain.ts";
import type { Answer, Draft, Refusal } from "./changeset.ts";
import * as Keys from "./keys.ts";
import type { Item } from "./store.ts";

/** Format of a head item. Readers read every format ever released. */
const FORMAT = 1;

/** Characters: with its other attributes such a head is below 1 kB. */
const READABLE = 640;

/** A body up to this size, compressed, travels in its head. */
export const INLINE_BYTES = 16 * 1024;

/** A head is one item: its changesets together stay below this, compressed. */
export const HEAD_BYTES = 300 * 1024;

/** One entry of the log: the commit point of its changesets, which apply in order. */
export interface Head {
  readonly seq: number;
  readonly epoch: string;
  /** Milliseconds since the epoch, never less than the predecessor's. */
  readonly at: number;
  /** Hash of the predecessor; `Chain.ROOT` before the first. */
  readonly previous: string;
  /** Derived, see chain.ts. */
  readonly hash: string;
  readonly changesets: readonly HeadChangeset[];
  /** Stored size of the item, for accounting. */
  readonly bytes: number;
}

export interface HeadChangeset {
  readonly id: string;
  readonly base: number;
  readonly actor: string;
  readonly source: Draft["source"];
  readonly label: string;
  readonly undoes?: string;
  readonly partial?: true;
  readonly import?: string;
  readonly cause?: NonNullable<Draft["cause"]>;
  /** Digest of what was asked, to tell a repetition from another body under the same id. */
  readonly request: string;
  readonly answer: StoredAnswer;
  /** Either the operations themselves, as codec text, … */
  readonly body?: string;
  /** … or where they are. */
  readonly parts?: StoredParts;
  /** How what landed differs from the parts, as Patch text. */
  readonly patch?: string;
  /** Where patch and refusals are when they are too large for the head: gzip pieces of one JSON text. */
  readonly more?: MoreReference;
}

export interface MoreReference {
  readonly attempt: string;
  readonly sha256: readonly string[];
}

export interface StoredParts {
  readonly attempt: string;
  readonly list: readonly PartReference[];
  /** Keys of the sheets it touches, so that whoever lists the log need not read the parts. */
  readonly sheets?: readonly string[];
}

export interface PartReference {
  /** As codec.Part. */
  readonly first: string;
  readonly sha256: string;
}

/** An answer without its seq and id, which the head already says; counts of 0 are left out. */
export interface StoredAnswer {
  readonly created?: number;
  readonly changed?: number;
  readonly deleted?: number;
  readonly restored?: number;
  readonly refused?: readonly Refusal[];
  /** Of an undo: distinct records put back. */
  readonly records?: number;
}

export function answerToStored(answer: Omit<Answer, "seq" | "changeset">): StoredAnswer {
  return {
    ...(answer.created > 0 && { created: answer.created }),
    ...(answer.changed > 0 && { changed: answer.changed }),
    ...(answer.deleted > 0 && { deleted: answer.deleted }),
    ...(answer.restored > 0 && { restored: answer.restored }),
    ...(answer.refused.length > 0 && { refused: answer.refused }),
  };
}

export function answerFromStored(stored: StoredAnswer, seq: number, changeset: string): Answer {
  return {
    seq,
    changeset,
    created: stored.created ?? 0,
    changed: stored.changed ?? 0,
    deleted: stored.deleted ?? 0,
    restored: stored.restored ?? 0,
    refused: stored.refused ?? [],
  };
}

/** A head ready to be put, and the item to put. */
export async function encode(
  bytes: Bytes,
  workspace: string,
  draft: Omit<Head, "hash" | "bytes">,
): Promise<{ head: Head; item: Item }> {
  const text = JSON.stringify(draft.changesets);
  // Heads that cost one write unit anyway stay readable in the table.
  const data = text.length < READABLE ? text : await bytes.gzip(bytes.encode(text));
  const item: Item = {
    ...Keys.head(workspace, draft.seq),
    format: FORMAT,
    epoch: draft.epoch,
    at: draft.at,
    previous: draft.previous,
    changesets: data,
  };
  const ids = draft.changesets.map((changeset) => changeset.id);
  const hash = await Chain.hash(bytes, draft.previous, { ...draft, ids });
  return { head: { ...draft, hash, bytes: data.length + 200 }, item };
}

export async function decode(bytes: Bytes, item: Item): Promise<Head> {
  const seq = Keys.seqOfHead(item);
  if (item["format"] !== FORMAT) {
    throw new DomainError(
      "corrupt",
      `Change ${seq} of this workspace is stored in format ${item["format"] as number}, which this version cannot read.`,
    );
  }
  const data = item["changesets"] as string | Uint8Array;
  const text = typeof data === "string" ? data : bytes.decode(await bytes.gunzip(data));
  const changesets = JSON.parse(text) as HeadChangeset[];
  const head = {
    seq,
    epoch: item["epoch"] as string,
    at: item["at"] as number,
    previous: item["previous"] as string,
    changesets,
  };
  const ids = changesets.map((changeset) => changeset.id);
  const hash = await Chain.hash(bytes, head.previous, { ...head, ids });
  return { ...head, hash, bytes: data.length + 200 };
}
