import { DomainError } from "../error.ts";
import * as Codec from "./codec.ts";
import type { LedgerContext } from "./context.ts";
import type { Refusal } from "./changeset.ts";
import type { HeadChangeset, PartReference } from "./head.ts";
import * as Keys from "./keys.ts";
import type { Operation } from "./operation.ts";
import * as Patch from "./patch.ts";
import type { Item } from "./store.ts";

/** Parts read at a time: bounds memory to a few megabytes beyond what is decoded. */
const BATCH = 8;
/** Characters of one piece of an overflow, before compression. */
const PIECE = 400_000;

/** What a head may point to instead of holding it. */
export interface More {
  readonly patch?: string;
  readonly refused?: readonly Refusal[];
}

export function partItem(
  workspace: string,
  changeset: string,
  attempt: string,
  n: number,
  bytes: Uint8Array,
): Item {
  return { ...Keys.part(workspace, changeset, attempt, n), bytes };
}

/** Parts as stored, checked against their digests. DomainError "corrupt" when one is missing or differs. */
export async function* read(
  { store, platform }: LedgerContext,
  workspace: string,
  changeset: string,
  attempt: string,
  parts: readonly { readonly n: number; readonly sha256: string }[],
): AsyncGenerator<{ n: number; bytes: Uint8Array }> {
  for (let start = 0; start < parts.length; start += BATCH) {
    const batch = parts.slice(start, start + BATCH);
    const items = await store.getMany(
      batch.map(({ n }) => Keys.part(workspace, changeset, attempt, n)),
      { unchanging: true },
    );
    for (const [index, { n, sha256 }] of batch.entries()) {
      const bytes = items[index]?.["bytes"];
      if (!(bytes instanceof Uint8Array) || (await platform.bytes.sha256(bytes)) !== sha256) {
        throw new DomainError(
          "corrupt",
          `Cannot read change ${changeset}: part ${n} of its data is ${bytes === undefined ? "missing" : "damaged"}.`,
        );
      }
      yield { n, bytes };
    }
  }
}

/** Decoded parts of recent uploads, so that a commit and an early undo need not read back what just passed through. */
export interface DecodedParts {
  /** `attempt` is an `attemptKey`. */
  get(attempt: string, n: number): DecodedPart | undefined;
  put(attempt: string, n: number, part: DecodedPart): void;
}

export function attemptKey(workspace: string, changeset: string, attempt: string): string {
  return `${workspace}/${changeset}/${attempt}`;
}

export interface DecodedPart {
  readonly slices: readonly Codec.Slice[];
  readonly sha256: string;
  /** Stored size, or more where little is stored of much. */
  readonly bytes: number;
}

/** Keeps the last `limit` stored bytes, oldest attempt first out. */
export function createDecodedParts(limit: number): DecodedParts {
  const attempts = new Map<string, Map<number, DecodedPart>>();
  let total = 0;
  return {
    get: (attempt, n) => attempts.get(attempt)?.get(n),
    put(attempt, n, part) {
      let parts = attempts.get(attempt);
      if (parts === undefined) attempts.set(attempt, (parts = new Map()));
      total += part.bytes - (parts.get(n)?.bytes ?? 0);
      parts.set(n, part);
      for (const [oldest, held] of attempts) {
        if (total <= limit || oldest === attempt) break;
        for (const each of held.values()) total -= each.bytes;
        attempts.delete(oldest);
      }
      if (total > limit) {
        // One upload alone is too large to keep: its commit reads it back.
        total = 0;
        attempts.clear();
      }
    },
  };
}

/** The operations of a changeset as they landed: complete, with its patch applied. */
export async function operations(
  context: LedgerContext,
  decoded: DecodedParts,
  workspace: string,
  changeset: HeadChangeset,
): Promise<readonly Operation[]> {
  if (changeset.parts === undefined) return Codec.unpack(changeset.body ?? Codec.pack([]), "log");
  const { attempt, list } = changeset.parts;
  const slices = new Map<number, readonly Codec.Slice[]>();
  const missing: { n: number; sha256: string }[] = [];
  for (const [n, { sha256 }] of list.entries()) {
    const held = decoded.get(attemptKey(workspace, changeset.id, attempt), n);
    if (held?.sha256 === sha256) slices.set(n, held.slices);
    else missing.push({ n, sha256 });
  }
  for await (const { n, bytes } of read(context, workspace, changeset.id, attempt, missing)) {
    slices.set(n, await Codec.decodePart(bytes, context.platform.bytes, "log"));
  }
  const stored = Codec.join(
    list.map((_, n) => slices.get(n) ?? []),
    "log",
  );
  const patch = (await more(context, workspace, changeset)).patch ?? changeset.patch;
  return patch === undefined ? stored : Patch.apply(stored, Patch.decode(patch, "log"));
}

/** The operations that touch one record, from the one part that holds it. */
export async function operationsOn(
  context: LedgerContext,
  decoded: DecodedParts,
  workspace: string,
  changeset: HeadChangeset,
  sheet: string,
  record: string,
): Promise<readonly Operation[]> {
  const { parts, patch: text } = changeset;
  const patch = text === undefined ? undefined : Patch.decode(text, "log");
  // What a patch says of rows, it says by their positions in the whole body.
  if (
    parts === undefined ||
    changeset.more !== undefined ||
    patch?.operations.some(Patch.isOfRows)
  ) {
    return operations(context, decoded, workspace, changeset);
  }
  const { attempt, list } = parts;
  const n = Codec.partOf(
    list.map((part) => part.first),
    sheet,
    record,
  );
  const sha256 = list[n]?.sha256;
  if (sha256 === undefined) return [];
  const held = decoded.get(attemptKey(workspace, changeset.id, attempt), n);
  if (held?.sha256 === sha256) return held.slices.map((slice) => slice.operation);
  for await (const { bytes } of read(context, workspace, changeset.id, attempt, [{ n, sha256 }])) {
    const slices = await Codec.decodePart(bytes, context.platform.bytes, "log");
    return slices.map((slice) => slice.operation);
  }
  return [];
}

/**
 * The operations on the first records of a changeset, from its first part; `whole` when these are all. Of what landed otherwise
 * than it was sent, everything is read.
 */
export async function beginning(
  context: LedgerContext,
  decoded: DecodedParts,
  workspace: string,
  changeset: HeadChangeset,
): Promise<{ operations: readonly Operation[]; whole: boolean }> {
  const list = changeset.parts?.list ?? [];
  // Sheets and columns may have a part of their own before the first record.
  const record = list.find(({ first }) => first !== "")?.first;
  const [sheet, id] = record?.split("/") ?? [];
  if (sheet === undefined || id === undefined || list.length < 2) {
    return { operations: await operations(context, decoded, workspace, changeset), whole: true };
  }
  const some = await operationsOn(context, decoded, workspace, changeset, sheet, id);
  return { operations: some, whole: false };
}

/** What was too large for the head; empty when nothing was. */
export async function more(
  context: LedgerContext,
  workspace: string,
  changeset: HeadChangeset,
): Promise<More> {
  if (changeset.more === undefined) return {};
  const { attempt, sha256 } = changeset.more;
  const pieces = sha256.map((digest, n) => ({ n, sha256: digest }));
  let text = "";
  for await (const { bytes } of read(context, workspace, changeset.id, attempt, pieces)) {
    text += context.platform.bytes.decode(await context.platform.bytes.gunzip(bytes));
  }
  return JSON.parse(text) as More;
}

/** Splits what is too large for a head into gzip members that fit an item each. */
export async function overflow(
  { platform }: LedgerContext,
  content: More,
): Promise<{ bytes: Uint8Array; sha256: string }[]> {
  const text = JSON.stringify(content);
  const pieces: { bytes: Uint8Array; sha256: string }[] = [];
  let start = 0;
  let size = PIECE;
  while (start < text.length) {
    let end = Math.min(start + size, text.length);
    // Never between the halves of a surrogate pair.
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1;
    const bytes = await platform.bytes.gzip(platform.bytes.encode(text.slice(start, end)));
    if (bytes.length > Codec.MAX_PART_BYTES) {
      size = Math.floor(size / 2);
      continue;
    }
    pieces.push({ bytes, sha256: await platform.bytes.sha256(bytes) });
    start = end;
  }
  return pieces;
}

export interface Staged {
  readonly attempt: string;
  readonly list: readonly PartReference[];
}

/**
 * Writes an intent, then the parts, under a fresh attempt. Nothing of it is visible before a head names it; what no head
 * ever names is swept.
 */
export async function stage(
  context: LedgerContext,
  workspace: string,
  changeset: string,
  attempt: string,
  pieces: readonly { readonly bytes: Uint8Array }[],
): Promise<void> {
  await context.store.put(
    intentItem(workspace, changeset, attempt, {
      at: context.platform.clock.now(),
      parts: pieces.length,
      state: "committing",
    }),
  );
  await context.store.putMany(
    pieces.map(({ bytes }, n) => partItem(workspace, changeset, attempt, n, bytes)),
  );
}

export interface Intent {
  readonly at: number;
  readonly parts: number;
  /** "open" takes parts and may be abandoned; "committing" may get a head; "abandoned" never will. */
  readonly state: "open" | "committing" | "abandoned";
}

export function intentItem(
  workspace: string,
  changeset: string,
  attempt: string,
  intent: Intent,
): Item {
  return { ...Keys.intent(workspace, changeset, attempt), ...intent };
}

export function intentFromItem(item: Item): Intent {
  return {
    at: item["at"] as number,
    parts: item["parts"] as number,
    state: item["state"] as Intent["state"],
  };
}
