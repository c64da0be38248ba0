import { DomainError } from "../error.ts";
import type { Bytes } from "../platform.ts";
import * as Chain from "./chain.ts";
import * as Codec from "./codec.ts";
import * as Head from "./head.ts";
import type { WireChangeset, WireHead } from "./ledger.ts";
import type { Operation } from "./operation.ts";
import * as Patch from "./patch.ts";
import type { Committed } from "./workbook.ts";

/**
 * A head as it travels to browsers and to the command line: small bodies inside, large ones by reference. `committed` saves
 * unpacking the bodies again.
 */
export function fromHead(head: Head.Head, committed?: Committed): WireHead {
  return {
    seq: head.seq,
    at: head.at,
    hash: head.hash,
    changesets: head.changesets.map((stored, place) =>
      fromChangeset(stored, head.seq, committed?.changesets[place]?.operations),
    ),
  };
}

function fromChangeset(
  stored: Head.HeadChangeset,
  seq: number,
  unpacked: readonly Operation[] | undefined,
): WireChangeset {
  return {
    id: stored.id,
    base: stored.base,
    actor: stored.actor,
    source: stored.source,
    label: stored.label,
    ...(stored.undoes !== undefined && { undoes: stored.undoes }),
    ...(stored.partial === true && { partial: true as const }),
    ...(stored.import !== undefined && { import: stored.import }),
    ...(stored.cause !== undefined && { cause: stored.cause }),
    answer: Head.answerFromStored(stored.answer, seq, stored.id),
    ...(stored.parts === undefined
      ? { operations: unpacked ?? Codec.unpack(stored.body ?? Codec.pack([]), "log") }
      : {
          parts: {
            attempt: stored.parts.attempt,
            sha256: stored.parts.list.map((part) => part.sha256),
          },
        }),
    ...(stored.patch !== undefined && { patch: Patch.decode(stored.patch, "log") }),
    ...(stored.more !== undefined && {
      more: {
        attempt: stored.more.attempt,
        pieces: stored.more.sha256.length,
      },
    }),
  };
}

/** Where a reader gets a body part from, inflated. */
export type FetchPart = (changeset: string, attempt: string, n: number) => Promise<string>;

/**
 * A head ready to be folded after the one with hash `previous`. DomainError "reload" when it does not follow it: the
 * reader's workbook and the log have different histories.
 */
export async function toCommitted(
  bytes: Bytes,
  after: { readonly epoch: string; readonly hash: string },
  head: WireHead,
  fetchPart: FetchPart,
): Promise<Committed> {
  const ids = head.changesets.map((changeset) => changeset.id);
  const hash = await Chain.hash(bytes, after.hash, { ...head, epoch: after.epoch, ids });
  if (hash !== head.hash) {
    throw new DomainError(
      "reload",
      "This workspace was restored or replaced. It has to be loaded again.",
    );
  }
  const changesets: Committed["changesets"][number][] = [];
  for (const { operations, parts, patch, more, ...rest } of head.changesets) {
    const stored = operations ?? (await fetchOperations(rest.id, parts, fetchPart));
    const applied = patch ?? (await fetchPatch(rest.id, more, fetchPart));
    changesets.push({
      ...rest,
      seq: head.seq,
      at: head.at,
      operations: applied === undefined ? stored : Patch.apply(stored, applied),
    });
  }
  return { seq: head.seq, at: head.at, hash: head.hash, changesets };
}

/** Parts under way at once. */
const PARALLEL = 6;

async function fetchOperations(
  changeset: string,
  parts: WireChangeset["parts"],
  fetchPart: FetchPart,
): Promise<readonly Operation[]> {
  if (parts === undefined) return [];
  const slices: (readonly Codec.Slice[])[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < parts.sha256.length) {
      const n = next++;
      slices[n] = Codec.parsePart(await fetchPart(changeset, parts.attempt, n), "log");
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return Codec.join(slices, "log");
}

async function fetchPatch(
  changeset: string,
  more: WireChangeset["more"],
  fetchPart: FetchPart,
): Promise<Patch.Patch | undefined> {
  if (more === undefined) return undefined;
  let text = "";
  for (let piece = 0; piece < more.pieces; piece += 1) {
    text += await fetchPart(changeset, more.attempt, piece);
  }
  const { patch } = JSON.parse(text) as { patch?: string };
  return patch === undefined ? undefined : Patch.decode(patch, "log");
}
