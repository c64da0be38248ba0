import { DomainError } from "../error.ts";
import type { Platform } from "../platform.ts";
import * as Absent from "./absent.ts";
import * as Base from "./base.ts";
import * as Body from "./body.ts";
import type { Changeset, Draft, Landed } from "./changeset.ts";
import { createCommitter } from "./commit.ts";
import * as Compaction from "./compaction.ts";
import type { Access, LedgerContext } from "./context.ts";
import { createFollowers, type Follower } from "./follower.ts";
import type { Head, HeadChangeset } from "./head.ts";
import * as History from "./history.ts";
import type { Changes, HistoryEntry, Ledger, UndoAnswer, UndoBy, WireHead } from "./ledger.ts";
import * as Job from "./job.ts";
import * as Listing from "./listing.ts";
import * as Log from "./log.ts";
import * as Parts from "./parts.ts";
import * as Recall from "./recall.ts";
import { fromRegistry, type RuleRegistry } from "./rules.ts";
import * as Snapshot from "./snapshot.ts";
import type { Store } from "./store.ts";
import * as Sweep from "./sweep.ts";
import * as Undo from "./undo.ts";
import { createUpload } from "./upload.ts";
import * as Wire from "./wire.ts";
import * as Workbook from "./workbook.ts";

export interface LedgerDeps {
  readonly store: Store;
  readonly platform: Platform;
  readonly registry: RuleRegistry;
  /** Who may do what. Default: everybody everything. */
  readonly access?: Access;
  /** No other process writes to the table (the local server owns its data). Default false. */
  readonly exclusive?: boolean;
  /** "await" where nothing may run after an answer (Lambda). Default "after". */
  readonly deferred?: "after" | "await";
  /**
   * Bound for workbooks in memory, as Workbook.heapBytes counts. What a request needs at once beyond it is
   * "workspace-too-large". Default 512 MB.
   */
  readonly cacheBytes?: number;
  /** Told of heads that this process put, right after they became durable. Must not throw. */
  onCommit?(workspace: string, from: number, to: number, heads: readonly WireHead[]): void;
  /** Told of every lost race for a seq. Must not throw. */
  onRetry?(workspace: string): void;
}

/** Characters of one answer of `changes`; a single head is below it, and an answer may have 4 MB. */
const CHANGES_TEXT = 3_000_000;
const MAX_HISTORY = 200;
/** Changes that one call for the history of a cell follows: each costs a read or two, most are about other cells. */
const MAX_FOLLOWED = 200;

/** The ledger on a store. Everything it guarantees is in docs/architecture.md. */
export function createLedger(deps: LedgerDeps): Ledger {
  const context: LedgerContext = {
    store: deps.store,
    platform: deps.platform,
    rules: fromRegistry(deps.registry),
    access: deps.access ?? (() => {}),
    exclusive: deps.exclusive ?? false,
    deferred: deps.deferred ?? "after",
    cacheBytes: deps.cacheBytes ?? 512 * 1024 * 1024,
    ...(deps.onCommit !== undefined && { onCommit: deps.onCommit.bind(deps) }),
    ...(deps.onRetry !== undefined && { onRetry: deps.onRetry.bind(deps) }),
  };
  const followers = createFollowers(context);
  const committer = createCommitter(context, followers);
  const compactions = new Map<string, Promise<boolean>>();

  /** Caught up, and begun: a workspace whose first changeset never landed does not exist. */
  async function current(workspace: string, asOf: number | "likely" = Infinity): Promise<Follower> {
    const follower = await followers.current(workspace, asOf);
    if (follower.workbook.seq === 0)
      throw new DomainError("not-found", "There is no such workspace.");
    return follower;
  }

  async function place(
    follower: Follower,
    id: string,
  ): Promise<{ head: Head; stored: HeadChangeset } | undefined> {
    const found = await Recall.find(context, follower, id);
    if (found === undefined) return undefined;
    const head = await Recall.headAt(context, follower, found.seq);
    const stored = head.changesets[found.place];
    return stored === undefined ? undefined : { head, stored };
  }

  async function complete(
    follower: Follower,
    head: Head,
    stored: HeadChangeset,
  ): Promise<Changeset> {
    const { workspace } = follower;
    const operations = await Body.operations(context, followers.decoded, workspace, stored);
    const { refused } = await Body.more(context, workspace, stored);
    const { requestHash: _, ...changeset } = Log.changeset(head, stored, operations);
    if (refused === undefined) return changeset;
    return { ...changeset, answer: { ...changeset.answer, refused } };
  }

  /** The answer of a commit, with what the head had no room for when the changeset is an old one. */
  async function refusalsIncluded(workspace: string, id: string, answer: Landed): Promise<Landed> {
    const follower = await followers.open(workspace);
    const found = await place(follower, id);
    if (found?.stored.more === undefined || answer.refused.length > 0) return answer;
    const { refused = [] } = await Body.more(context, workspace, found.stored);
    return { ...answer, refused };
  }

  async function submit(workspace: string, job: Job.Job): Promise<Landed> {
    return refusalsIncluded(workspace, job.id, await committer.submit(workspace, job));
  }

  async function commit(workspace: string, draft: Draft): Promise<Landed> {
    const request = await Job.requestOf(context, draft);
    const large = Job.isLarge(draft.operations);
    return submit(
      workspace,
      Job.jobOf(context, draft.id, { request, large, fixed: true, base: draft }, () => ({ draft })),
    );
  }

  async function undoAll(
    workspace: string,
    targets: readonly Changeset[],
    by: UndoBy,
    what: { request: unknown; label: string; undoes: string; partial?: boolean },
  ): Promise<UndoAnswer> {
    const request = await Job.digest(context, { undo: what.request });
    const options = { request, large: true, fixed: false };
    const answer = await submit(
      workspace,
      Job.jobOf(context, by.id, options, (workbook) => {
        const { operations, skipped } = Undo.inverse(workbook, targets, context.rules);
        const draft = {
          base: workbook.seq,
          actor: by.actor,
          source: by.source ?? "undo",
          label: what.label,
          operations,
          undoes: what.undoes,
          ...(what.partial === true && { partial: true as const }),
        };
        return { draft, skipped };
      }),
    );
    const follower = await followers.open(workspace);
    const records = (await place(follower, by.id))?.stored.answer.records ?? 0;
    return { ...answer, reverted: records, skipped: answer.refused };
  }

  async function compact(workspace: string, force: boolean): Promise<boolean> {
    const follower = await current(workspace);
    follower.users += 1;
    try {
      if (!force && !Compaction.isDue(follower)) return false;
      for (;;) {
        try {
          await followers.ask(follower, whole);
          return await Compaction.compact(context, follower, force);
        } catch (error) {
          // Begun again meanwhile, for want of room.
          if (!(error instanceof Absent.Missing)) throw error;
        }
      }
    } finally {
      follower.users -= 1;
    }
  }

  /** Stored changesets of an import, newest first. */
  async function importPlaces(
    follower: Follower,
    importId: string,
  ): Promise<{ head: Head; stored: HeadChangeset }[]> {
    const found: { head: Head; stored: HeadChangeset }[] = [];
    const begun = Recall.notBefore(importId);
    const to = await followers.ask(follower, (workbook) => lastSeqOfImport(workbook, importId));
    const range = { to, reverse: true };
    for await (const head of Log.heads(context, follower.workspace, range)) {
      if (head.at < begun) break;
      for (const stored of head.changesets.toReversed()) {
        if (stored.import === importId) found.push({ head, stored });
      }
    }
    return found;
  }

  return {
    async create(workspace, first) {
      await Snapshot.begin(context, workspace);
      const draft: Draft = { ...first, base: 0 };
      const request = await Job.requestOf(context, draft);
      const options = { request, large: false, fixed: false };
      return submit(
        workspace,
        Job.jobOf(context, draft.id, options, (workbook) => {
          if (workbook.seq > 0) throw new DomainError("stale", "This workspace exists already.");
          return { draft };
        }),
      );
    },

    async read(workspace) {
      return followers.ask(await current(workspace), whole);
    },

    async ask(workspace, look, { asOf = Infinity } = {}) {
      return followers.ask(await current(workspace, asOf), look);
    },

    commit,

    async commitWith(workspace, id, decide, request) {
      return submit(
        workspace,
        Job.jobOf(context, id, { request, large: true, fixed: false }, (workbook) => ({
          draft: { ...decide(workbook), base: workbook.seq },
        })),
      );
    },

    upload: (() => {
      const upload = createUpload(context, followers, committer);
      return {
        ...upload,
        async commit(workspace, changeset, attempt, end) {
          const answer = await upload.commit(workspace, changeset, attempt, end);
          return refusalsIncluded(workspace, changeset, answer);
        },
      };
    })(),

    async undo(workspace, id, by, records) {
      const follower = await current(workspace);
      const found = await place(follower, id);
      if (found === undefined)
        throw new DomainError("not-found", "There is no such change to undo.");
      const whole = await complete(follower, found.head, found.stored);
      const target =
        records === undefined
          ? whole
          : { ...whole, operations: Undo.onRecords(whole.operations, records) };
      const request = records === undefined ? id : [id, records];
      const label = by.label ?? `Undid: ${target.label}`;
      const partial = records !== undefined;
      return undoAll(workspace, [target], by, { request, label, undoes: id, partial });
    },

    async undoImport(workspace, importId, by) {
      const follower = await current(workspace);
      const places = await importPlaces(follower, importId);
      const [newest] = places;
      if (newest === undefined)
        throw new DomainError("not-found", "There is no such import to undo.");
      const targets: Changeset[] = [];
      for (const { head, stored } of places) targets.push(await complete(follower, head, stored));
      const label = by.label ?? `Undid: ${newest.stored.label}`;
      return undoAll(workspace, targets, by, {
        request: `import ${importId}`,
        label,
        undoes: newest.stored.id,
      });
    },

    async importChangesets(workspace, importId) {
      const places = await importPlaces(await current(workspace), importId);
      return places.map(({ stored }) => stored.id).toReversed();
    },

    async changeset(workspace, id) {
      const follower = await current(workspace);
      const found = await place(follower, id);
      return found && complete(follower, found.head, found.stored);
    },

    async list(workspace, options) {
      return Listing.list(context, await current(workspace), options);
    },

    async sample(workspace, id, limit) {
      const follower = await current(workspace);
      const found = await place(follower, id);
      if (found === undefined) return undefined;
      const { head, stored } = found;
      const { decoded } = followers;
      return Listing.sample(
        head,
        stored,
        await Body.beginning(context, decoded, workspace, stored),
        limit,
      );
    },

    async history(workspace, sheet, record, { before, limit, field }) {
      const follower = await current(workspace);
      const last = await followers.ask(follower, (workbook) => {
        const table = Workbook.table(workbook, sheet);
        const row = Workbook.record(table, record)?.row;
        return row === undefined ? undefined : Workbook.lastSeq(table, row);
      });
      if (last === undefined) throw new DomainError("not-found", "There is no such record.");
      const entries: HistoryEntry[] = [];
      if (before !== undefined && !(Number.isInteger(before) && before <= follower.workbook.seq)) {
        throw new DomainError("malformed", "The history of a record does not continue there.");
      }
      // Every head on the chain is read once; `before` is the seq a page of history ended with.
      let seq = before ?? last;
      for (let followed = 0; seq > 0 && followed < MAX_FOLLOWED; followed += 1) {
        if (entries.length >= Math.min(limit, MAX_HISTORY)) break;
        const head = await Recall.headIfKept(context, follower, seq);
        if (head === undefined) return { entries, next: null, cut: true };
        let previous = 0;
        for (const stored of head.changesets.toReversed()) {
          const operations = await Body.operationsOn(
            context,
            followers.decoded,
            workspace,
            stored,
            sheet,
            record,
          );
          const changeset = Log.changeset(head, stored, []);
          const extract = History.extract(changeset, operations, sheet, record);
          if (extract === undefined) continue;
          const entry = field === undefined ? extract.entry : History.ofField(extract.entry, field);
          if (entry !== undefined) entries.push(entry);
          previous = extract.prev;
        }
        // A chain only leads back: anything else is damage, and would never end.
        if (previous >= seq) throw new DomainError("corrupt", "This record's history is damaged.");
        seq = previous;
      }
      return { entries, next: seq > 0 ? seq : null, cut: false };
    },

    async manifest(workspace) {
      const follower = await current(workspace);
      const stored = context.exclusive
        ? follower.manifest
        : await Snapshot.manifest(context, workspace);
      const { retired: _, at: __, keys: ___, ...manifest } = stored ?? follower.manifest;
      return manifest;
    },

    async page(workspace, hash) {
      const follower = await followers.open(workspace);
      let reference = follower.manifest.pages.find((page) => page.hash === hash);
      if (reference === undefined) {
        const newer = await Snapshot.manifest(context, workspace);
        if (newer !== undefined) {
          const all = [...newer.pages, ...newer.retired];
          const found = all.find((page) => page.hash === hash);
          if (found !== undefined) return Snapshot.page(context, workspace, found);
        }
        throw new DomainError("not-found", "This page is no longer part of the snapshot.");
      }
      return Snapshot.page(context, workspace, reference);
    },

    async changes(workspace, after, of = {}) {
      const follower = await current(workspace);
      if (!Number.isInteger(after)) {
        throw new DomainError("malformed", "Changes are asked for after a whole number.");
      }
      if (after > follower.workbook.seq || after < 0) throw Base.replaced();
      await Base.demand(context, follower, { base: after, ...of });
      const { workbook } = follower;
      const end = workbook.seq;
      const heads: WireHead[] = [];
      let size = 0;
      let to = after;
      for await (const { head, committed } of headsAfter(follower, after, end)) {
        const wire = Wire.fromHead(head, committed);
        size += JSON.stringify(wire).length;
        if (heads.length > 0 && size > CHANGES_TEXT) break;
        to = head.seq;
        heads.push(wire);
      }
      return {
        epoch: workbook.epoch,
        from: after + 1,
        to,
        heads,
        more: to < end,
      } satisfies Changes;
    },

    async part(workspace, changeset, attempt, n) {
      const follower = await current(workspace);
      const stored = (await place(follower, changeset))?.stored;
      const list =
        stored?.parts?.attempt === attempt
          ? stored.parts.list.map((part) => part.sha256)
          : stored?.more?.attempt === attempt
            ? stored.more.sha256
            : [];
      const sha256 = list[n];
      if (sha256 === undefined) {
        throw new DomainError("not-found", "There is no such part of a change.");
      }
      for await (const { bytes } of Body.read(context, workspace, changeset, attempt, [
        { n, sha256 },
      ])) {
        return bytes;
      }
      throw new DomainError("not-found", "There is no such part of a change.");
    },

    compact(workspace, { force = false } = {}) {
      const running = compactions.get(workspace);
      if (running !== undefined && !force) return running;
      // One at a time: what is being taken for one snapshot would be missing from another's.
      const before = running?.catch(() => undefined) ?? Promise.resolve();
      const run: Promise<boolean> = before
        .then(() => compact(workspace, force))
        .finally(() => {
          if (compactions.get(workspace) === run) compactions.delete(workspace);
        });
      compactions.set(workspace, run);
      return run;
    },

    sweep: (workspace) => Sweep.sweep(context, workspace),

    flush: () => committer.flush(),

    log: {
      async end(workspace) {
        // Whoever shares the table need not have the workbook to know how far its log goes.
        if (!context.exclusive) return Log.end(context, workspace);
        const { workbook } = await current(workspace);
        return { seq: workbook.seq, epoch: workbook.epoch };
      },
      async *heads(workspace, from, to) {
        if (context.exclusive) {
          const follower = await current(workspace);
          for await (const { head, committed } of headsAfter(follower, from - 1, to)) {
            yield Wire.fromHead(head, committed);
          }
          return;
        }
        for await (const head of Log.heads(context, workspace, { from, to })) {
          yield Wire.fromHead(head);
        }
      },
      async since(workspace, from, limit) {
        if (context.exclusive) {
          const { seq, epoch } = await this.end(workspace);
          const heads: WireHead[] = [];
          const to = Math.min(seq, from + limit - 1);
          for await (const head of this.heads(workspace, from, to)) heads.push(head);
          return { heads, ...(to === seq && { end: { seq, epoch } }) };
        }
        const heads: WireHead[] = [];
        let end: { seq: number; epoch: string } | undefined;
        for await (const head of Log.heads(context, workspace, { from, limit })) {
          heads.push(Wire.fromHead(head));
          end = { seq: head.seq, epoch: head.epoch };
        }
        return { heads, ...(end !== undefined && heads.length < limit && { end }) };
      },
      async after(workspace, after) {
        const follower = await current(workspace);
        const changesets: Changeset[] = [];
        let size = 0;
        for await (const { head } of headsAfter(follower, after, follower.workbook.seq)) {
          for (const stored of head.changesets) {
            changesets.push(await complete(follower, head, stored));
            size += 1 + 50 * (stored.parts?.list.length ?? 0);
          }
          if (size > 500) break;
        }
        return changesets;
      },
    },
  };

  /** Heads from memory where it goes back far enough, else from the table. */
  async function* headsAfter(
    follower: Follower,
    after: number,
    end: number,
  ): AsyncGenerator<{ head: Head; committed?: Workbook.Committed | undefined }> {
    const first = follower.ring[0]?.head.seq;
    if (after >= end) return;
    if (first !== undefined && first <= after + 1) {
      for (const entry of follower.ring.slice()) {
        if (entry.head.seq > after && entry.head.seq <= end) yield entry;
      }
      return;
    }
    const range = { from: after + 1, to: end };
    for await (const head of Log.heads(context, follower.workspace, range)) yield { head };
  }
}

/** Everything of it, in one go. */
function whole(workbook: Workbook.Workbook): Workbook.Workbook {
  const rest = Parts.rest(workbook);
  if (rest !== undefined) throw rest;
  return workbook;
}

/** The sheet in which an import's last changeset describes it, so that an old one is found without reading the whole log. */
const IMPORTS = { sheet: "_imports", field: "import" };

function lastSeqOfImport(workbook: Workbook.Workbook, importId: string): number {
  const table = workbook.sheets.get(IMPORTS.sheet);
  if (table === undefined) return workbook.seq;
  const row = Workbook.allRows(table).find(
    (each) => table.columns.get(IMPORTS.field)?.[each] === importId,
  );
  return row === undefined ? workbook.seq : Workbook.seqOf(table.created[row] ?? 0) || workbook.seq;
}
