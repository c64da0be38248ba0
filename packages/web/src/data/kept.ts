import type { Manifest, WireHead } from "@gridfolk/core/ledger/ledger";
import type { FetchPart } from "@gridfolk/core/ledger/wire";
import type { Database } from "./cache.ts";

/**
 * What a browser keeps of a workspace between visits: the pages of one snapshot, and the heads of the log after it as they came. So
 * it can open the workspace again without fetching what it had, also when the server has put the same rows into other pages since.
 */
export interface Kept {
  page(hash: string): Promise<string | undefined>;
  /** Keeps a snapshot with the pages that were fetched for it, and forgets all that does not belong to it. */
  rebase(manifest: Manifest, fresh: ReadonlyMap<string, string>): Promise<void>;
  /** Keeps heads that follow what is kept. */
  follow(epoch: string, heads: readonly KeptHead[]): Promise<void>;
  /** `undefined` when there is nothing, or so much after the snapshot that newer pages are read sooner. */
  base(): Promise<Base | undefined>;
  /** From now on nothing more is kept. Resolves when what was begun is done: then all of it may be removed. */
  end(): Promise<void>;
}

/** A head, with what of its body does not travel inside it. */
export interface KeptHead {
  readonly head: WireHead;
  readonly parts: Readonly<Record<string, string>>;
}

export interface Base {
  readonly manifest: Manifest;
  /** Without gaps. */
  readonly tail: readonly KeptHead[];
  /** Where it ends. */
  readonly end: { readonly seq: number; readonly epoch: string; readonly hash: string };
}

/** Texts by name. */
export interface Texts {
  get(name: string): Promise<string | undefined>;
  put(name: string, text: string): Promise<void>;
  /** Those whose name begins so, in the order of their names. */
  beginning(prefix: string): Promise<readonly string[]>;
  prune(isKept: (name: string) => boolean): Promise<void>;
}

/** More heads than this take longer to fold than the pages of a new snapshot to fetch. */
export const MOST_HEADS = 6_000;
/** So much longer than the stored, compressed pages may be what came after them, as text. */
export const MOST_TEXT = 6;
export const LEAST_TEXT = 4 * 1024 * 1024;
/** A larger change is not kept: then a new snapshot is due anyway. */
const HEAD_TEXT = 2 * 1024 * 1024;

const BASE = "base";
const TAIL = "tail:";
/** As long as the log's own numbers. */
const nameOf = (epoch: string, seq: number) => `${TAIL}${epoch}:${String(seq).padStart(12, "0")}`;

export function createKept(texts: Texts): Kept {
  let ended = false;
  let busy: Promise<void> = Promise.resolve();

  /** One after the other, until the end. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = busy.then(() => (ended ? undefined : work()));
    busy = done.catch(() => undefined);
    return done;
  }

  async function rebase(manifest: Manifest, fresh: ReadonlyMap<string, string>): Promise<void> {
    for (const [hash, text] of fresh) await texts.put(hash, text);
    const names = new Set([BASE, ...manifest.pages.map(({ hash }) => hash)]);
    const last = nameOf(manifest.epoch, manifest.seq);
    const prefix = `${TAIL}${manifest.epoch}:`;
    await texts.put(BASE, JSON.stringify(manifest));
    await texts.prune((name) => names.has(name) || (name.startsWith(prefix) && name > last));
  }

  async function follow(epoch: string, heads: readonly KeptHead[]): Promise<void> {
    for (const kept of heads) {
      const text = JSON.stringify(kept);
      // Without a base nothing after it counts.
      if (text.length > HEAD_TEXT) await texts.put(BASE, "");
      else await texts.put(nameOf(epoch, kept.head.seq), text);
    }
  }

  return {
    page: (hash) => texts.get(hash),
    rebase: (manifest, fresh) => inTurn(() => rebase(manifest, fresh)),
    follow: (epoch, heads) => inTurn(() => follow(epoch, heads)),
    end() {
      ended = true;
      return busy;
    },

    async base() {
      const stored = await texts.get(BASE);
      if (stored === undefined || stored === "") return undefined;
      const manifest = JSON.parse(stored) as Manifest;
      const { epoch } = manifest;
      const all = await texts.beginning(`${TAIL}${epoch}:`);
      const size = all.reduce((sum, { length }) => sum + length, 0);
      const stock = manifest.pages.reduce((sum, { bytes }) => sum + bytes, 0);
      if (all.length > MOST_HEADS || size > Math.max(LEAST_TEXT, MOST_TEXT * stock)) {
        return undefined;
      }
      const tail: KeptHead[] = [];
      let end = { seq: manifest.seq, epoch, hash: manifest.hash };
      for (const text of all) {
        const kept = JSON.parse(text) as KeptHead;
        const { seq, hash } = kept.head;
        if (seq <= end.seq) continue;
        if (seq > end.seq + 1) break;
        tail.push(kept);
        end = { seq, epoch, hash };
      }
      return { manifest, tail, end };
    },
  };
}

/** Remembers the parts that are fetched for heads, to be kept with them. */
export function recording(fetchPart: FetchPart): {
  part: FetchPart;
  kept(heads: readonly WireHead[]): KeptHead[];
} {
  const parts = new Map<string, Record<string, string>>();
  return {
    async part(changeset, attempt, n) {
      const text = await fetchPart(changeset, attempt, n);
      const own = parts.get(changeset) ?? {};
      parts.set(changeset, own);
      own[`${attempt}/${n}`] = text;
      return text;
    },
    kept: (heads) =>
      heads.map((head) => ({
        head,
        parts: Object.assign({}, ...head.changesets.map(({ id }) => parts.get(id) ?? {})) as Record<
          string,
          string
        >,
      })),
  };
}

/** Parts as they were kept. Attempts have names of their own, so that no two changesets share one. */
export function partsOf(tail: readonly KeptHead[]): FetchPart {
  const parts: Record<string, string> = Object.assign({}, ...tail.map((kept) => kept.parts));
  return (_changeset, attempt, n) => {
    const text = parts[`${attempt}/${n}`];
    return text === undefined
      ? Promise.reject(new Error("A part of a kept change is missing."))
      : Promise.resolve(text);
  };
}

/** In this browser's database, beside the pages, so that older code clears it away with the pages it does not know. */
export function textsOf(database: Database, workspace: string): Texts {
  return {
    get: (name) => database.get("pages", [workspace, name]),
    async put(name, text) {
      await database.put("pages", text, [workspace, name]);
    },
    beginning: (prefix) =>
      database.getAll(
        "pages",
        IDBKeyRange.bound([workspace, prefix], [workspace, `${prefix}\uffff`]),
      ),
    async prune(isKept) {
      const range = IDBKeyRange.bound([workspace], [workspace, []]);
      const transaction = database.transaction("pages", "readwrite");
      for (const key of await transaction.store.getAllKeys(range)) {
        if (!isKept(key[1])) void transaction.store.delete(key);
      }
      await transaction.done;
    },
  };
}
