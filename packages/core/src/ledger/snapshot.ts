import { DomainError } from "../error.ts";
import * as Chain from "./chain.ts";
import type { LedgerContext } from "./context.ts";
import * as Ids from "./ids.ts";
import * as Keys from "./keys.ts";
import type { Manifest, PageReference } from "./ledger.ts";
import { KEYS } from "./rules.ts";

const FORMAT = 1;

/** What reading and replacing a manifest takes. */
type Stored = Pick<LedgerContext, "store" | "platform">;

/** The stored manifest: what readers get, and what compaction needs besides. */
export interface StoredManifest extends Manifest {
  /** Time of the head at `seq`. */
  readonly at: number;
  /** `KEYS` of the rules by which its unique indexes were made. */
  readonly keys: number;
  /** Pages that an older manifest listed, with the time at which they left. */
  readonly retired: readonly {
    readonly sheet: string;
    readonly hash: string;
    readonly at: number;
  }[];
}

/** `undefined` when there is no such workspace. */
export async function manifest(
  { store, platform }: Stored,
  workspace: string,
): Promise<StoredManifest | undefined> {
  const item = await store.get(Keys.manifest(workspace));
  if (item === undefined) return undefined;
  if (item["format"] !== FORMAT) {
    throw new DomainError(
      "corrupt",
      `This workspace's snapshot is stored in format ${item["format"] as number}, which this version cannot read.`,
    );
  }
  const lists = platform.bytes.decode(await platform.bytes.gunzip(item["lists"] as Uint8Array));
  return {
    format: FORMAT,
    epoch: item["epoch"] as string,
    seq: item["seq"] as number,
    hash: item["hash"] as string,
    at: item["at"] as number,
    keys: (item["keys"] as number | undefined) ?? 1,
    version: item["version"] as number,
    ...(JSON.parse(lists) as Pick<StoredManifest, "pages" | "retired">),
  };
}

/** The manifest of a workspace without a log. Answers the one that is there when another call made it first. */
export async function begin(context: LedgerContext, workspace: string): Promise<StoredManifest> {
  const found = await manifest(context, workspace);
  if (found !== undefined) return found;
  const first: StoredManifest = {
    format: FORMAT,
    epoch: Ids.newId(context.platform),
    seq: 0,
    hash: Chain.ROOT,
    at: 0,
    keys: KEYS,
    version: 1,
    pages: [],
    retired: [],
  };
  await put(context, workspace, first, { absent: true });
  return (await manifest(context, workspace)) ?? first;
}

/** Replaces the manifest of version `next.version - 1`, whose seq the caller saw to be less. False: another was faster. */
export async function swap(
  context: Stored,
  workspace: string,
  next: StoredManifest,
): Promise<boolean> {
  return put(context, workspace, next, { equals: { version: next.version - 1 } });
}

async function put(
  { store, platform }: Stored,
  workspace: string,
  next: StoredManifest,
  condition: { absent: true } | { equals: { version: number } },
): Promise<boolean> {
  const { pages, retired, ...rest } = next;
  const writer = Math.floor(platform.random.next() * 2 ** 48).toString(36);
  const lists = await platform.bytes.gzip(
    platform.bytes.encode(JSON.stringify({ pages, retired })),
  );
  const item = { ...Keys.manifest(workspace), ...rest, lists, writer };
  if (await store.put(item, condition)) return true;
  // A put repeated after a time-out finds its own first success.
  return (await store.get(Keys.manifest(workspace)))?.["writer"] === writer;
}

/** Pages as stored, in the order asked. DomainError "corrupt" when one is missing: it may have been retired meanwhile. */
export async function fetch(
  { store }: LedgerContext,
  workspace: string,
  references: readonly PageReference[],
): Promise<{ reference: PageReference; bytes: Uint8Array }[]> {
  if (references.length === 0) return [];
  const items = await store.getMany(
    references.map((reference) => Keys.page(workspace, reference.sheet, reference.hash)),
    { unchanging: true },
  );
  return references.map((reference, index) => {
    const bytes = items[index]?.["bytes"];
    if (!(bytes instanceof Uint8Array)) {
      throw new DomainError(
        "corrupt",
        `A page of the sheet "${reference.sheet}" is missing from this workspace's snapshot.`,
      );
    }
    return { reference, bytes };
  });
}

/** One page as stored. DomainError "not-found" when it is gone. */
export async function page(
  { store }: LedgerContext,
  workspace: string,
  reference: Pick<PageReference, "sheet" | "hash">,
): Promise<Uint8Array> {
  const key = Keys.page(workspace, reference.sheet, reference.hash);
  const [item] = await store.getMany([key], { unchanging: true });
  const bytes = item?.["bytes"];
  if (!(bytes instanceof Uint8Array)) {
    throw new DomainError("not-found", "This page is no longer part of the snapshot.");
  }
  return bytes;
}
