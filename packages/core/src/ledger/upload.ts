import { DomainError } from "../error.ts";
import type { Field } from "../field/field.ts";
import * as Base from "./base.ts";
import * as Body from "./body.ts";
import type { Draft } from "./changeset.ts";
import * as Codec from "./codec.ts";
import type { Committer } from "./commit.ts";
import type { LedgerContext } from "./context.ts";
import * as DraftCheck from "./draft.ts";
import type { Follower, Followers } from "./follower.ts";
import * as Head from "./head.ts";
import * as Ids from "./ids.ts";
import * as Job from "./job.ts";
import * as Keys from "./keys.ts";
import type { Upload } from "./ledger.ts";
import type { Operation } from "./operation.ts";
import { sheetsOf } from "./listing.ts";
import * as Patch from "./patch.ts";
import * as Recall from "./recall.ts";
import * as Vetted from "./vetted.ts";
import * as Workbook from "./workbook.ts";

/** An attempt older than this may not put its head: sweeping can then tell what is garbage. */
export const ATTEMPT_MS = 15 * 60 * 1000;
/** 700 parts of 350 kB are 245 MB: far beyond what one changeset is meant for. */
const MAX_PARTS = 700;

/** Cells of one upload, all parts together: 100,000 rows of 200 columns. What compresses well is a lot more in memory. */
const MAX_CELLS = 20_000_000;
/** Bytes that a cell in memory is counted as, at least. */
const CELL_BYTES = 4;

export function createUpload(
  context: LedgerContext,
  followers: Followers,
  committer: Committer,
): Upload {
  const { store, platform } = context;
  const { decoded } = followers;
  /** Intents seen here: what a part needs to know without asking the table again. */
  const seen = new Map<string, Body.Intent>();

  async function intentOf(
    workspace: string,
    changeset: string,
    attempt: string,
  ): Promise<Body.Intent> {
    const item = await store.get(Keys.intent(workspace, changeset, attempt));
    if (item === undefined) throw gone();
    return Body.intentFromItem(item);
  }

  function checkOpen(intent: Body.Intent): void {
    if (intent.state === "abandoned") {
      throw new DomainError("stale", "This upload was cancelled. Start the upload again.");
    }
    if (platform.clock.now() - intent.at > ATTEMPT_MS) {
      throw new DomainError(
        "stale",
        "This upload was begun more than 15 minutes ago. Start the upload again.",
      );
    }
  }

  /** Parts as they arrived, in order, decoded; from memory where they passed through this process. */
  async function collect(
    workspace: string,
    changeset: string,
    attempt: string,
    parts: number,
  ): Promise<{ list: Head.PartReference[]; operations: Operation[] }> {
    const held = Body.attemptKey(workspace, changeset, attempt);
    const slices: (readonly Codec.Slice[])[] = [];
    const list: Head.PartReference[] = [];
    const read = 8;
    let cells = 0;
    for (let start = 0; start < parts; start += read) {
      const numbers = Array.from({ length: Math.min(read, parts - start) }, (_, n) => start + n);
      const missing = numbers.filter((n) => decoded.get(held, n) === undefined);
      const items = await store.getMany(
        missing.map((n) => Keys.part(workspace, changeset, attempt, n)),
      );
      for (const n of numbers) {
        let part = decoded.get(held, n);
        if (part === undefined) {
          const bytes = items[missing.indexOf(n)]?.["bytes"];
          if (!(bytes instanceof Uint8Array)) {
            throw new DomainError("malformed", `Part ${n} of ${parts} has not arrived.`);
          }
          part = await decode(bytes);
        }
        cells += Codec.cellsOf(part.slices);
        if (cells > MAX_CELLS) {
          throw new DomainError(
            "too-large",
            "This is too much for one change. Send it as several.",
          );
        }
        slices.push(part.slices);
        list.push({ first: firstOf(part.slices), sha256: part.sha256 });
      }
    }
    for (let n = 1; n < list.length; n += 1) {
      if ((list[n - 1]?.first ?? "") > (list[n]?.first ?? "")) {
        throw new DomainError("malformed", "The parts of an upload have to be sorted by record.");
      }
    }
    return { list, operations: Codec.join(slices, "client") };
  }

  async function decode(bytes: Uint8Array): Promise<Body.DecodedPart> {
    const slices = await Codec.decodePart(bytes, platform.bytes, "client");
    const sha256 = await platform.bytes.sha256(bytes);
    return { slices, sha256, bytes: Math.max(bytes.length, CELL_BYTES * Codec.cellsOf(slices)) };
  }

  /**
   * Looks at a part's values while the next ones are on their way, so that the commit need not: against the fields of the workbook
   * and those that the upload's first part brings along. What turns out otherwise by then is looked at again.
   */
  async function vet(
    workspace: string,
    key: string,
    slices: readonly Codec.Slice[],
  ): Promise<void> {
    const { workbook } = await followers.open(workspace);
    const brought = new Map<string, Field>();
    for (const { operation } of [...(decoded.get(key, 0)?.slices ?? []), ...slices]) {
      if (operation.op === "field")
        brought.set(`${operation.sheet}/${operation.after.key}`, operation.after);
    }
    for (const { operation } of slices) {
      if (operation.op !== "create" && operation.op !== "set") continue;
      const table = workbook.sheets.get(operation.sheet);
      const fieldOf = (name: string): Field | undefined =>
        brought.get(`${operation.sheet}/${name}`) ?? (table && Workbook.findField(table, name));
      Vetted.prepare(operation, fieldOf, context.rules);
    }
  }

  return {
    async open(workspace, { id, parts }) {
      if (!Ids.isChangesetId(id)) {
        throw new DomainError(
          "malformed",
          "A changeset id has 26 characters, see the API description.",
        );
      }
      if (!Number.isInteger(parts) || parts < 1) {
        throw new DomainError("malformed", "An upload has at least one part.");
      }
      if (parts > MAX_PARTS) {
        throw new DomainError("too-large", `An upload may have at most ${MAX_PARTS} parts.`);
      }
      const attempt = Ids.newId(platform);
      const intent: Body.Intent = { at: platform.clock.now(), parts, state: "open" };
      await store.put(Body.intentItem(workspace, id, attempt, intent));
      remember(seen, Body.attemptKey(workspace, id, attempt), intent);
      return { attempt };
    },

    async part(workspace, changeset, attempt, n, bytes) {
      const key = Body.attemptKey(workspace, changeset, attempt);
      const intent = seen.get(key) ?? (await intentOf(workspace, changeset, attempt));
      remember(seen, key, intent);
      checkOpen(intent);
      if (!Number.isInteger(n) || n < 0 || n >= intent.parts) {
        throw new DomainError("malformed", `This upload has parts 0 to ${intent.parts - 1}.`);
      }
      if (bytes.length > Codec.MAX_PART_BYTES) {
        throw new DomainError("too-large", "A part may have at most 350 kB.");
      }
      const part = await decode(bytes);
      const item = Body.partItem(workspace, changeset, attempt, n, bytes);
      const stored = store.put(item, { absent: true });
      stored.catch(() => undefined);
      await vet(workspace, key, part.slices);
      // A part never changes: a head may name it already when a repeated request arrives late.
      if (!(await stored)) {
        const there = (await store.get(item))?.["bytes"];
        const same =
          there instanceof Uint8Array && (await platform.bytes.sha256(there)) === part.sha256;
        if (!same) {
          throw new DomainError("stale", `Part ${n} was uploaded before with other content.`);
        }
      }
      decoded.put(key, n, part);
    },

    async commit(workspace, changeset, attempt, { parts, draft }) {
      const follower = await followers.current(workspace);
      let before = await Recall.answer(context, follower, changeset);
      if (before?.stored.parts?.attempt === attempt) return before.answer;
      const found = await store.get(Keys.intent(workspace, changeset, attempt));
      if (found === undefined) {
        // The same request, sent before, may have landed and cleaned up since this one looked.
        before = await Recall.answer(context, await followers.current(workspace), changeset);
        if (before?.stored.parts?.attempt === attempt) return before.answer;
        throw gone();
      }
      const intent = Body.intentFromItem(found);
      if (before === undefined) checkOpen(intent);
      if (parts > intent.parts) {
        throw new DomainError(
          "malformed",
          `This upload was opened for at most ${intent.parts} parts.`,
        );
      }
      // Before it is claimed: what is refused here can still be abandoned.
      if (before === undefined) await Base.demand(context, follower, draft);
      const { list, operations } = await collect(workspace, changeset, attempt, parts);
      const request = await Job.digest(context, {
        source: draft.source,
        parts: list.map((part) => part.sha256),
        undoes: draft.undoes,
        import: draft.import,
        guard: draft.guard,
      });
      if (before === undefined && intent.state === "open") {
        // From here on it may get a head, so it can no longer be abandoned.
        const committing: Body.Intent = { ...intent, state: "committing" };
        const claimed = await store.put(
          Body.intentItem(workspace, changeset, attempt, committing),
          { equals: { state: "open" } },
        );
        // Claimed by the same request, sent before: the queue or the log knows its answer.
        const now = claimed
          ? undefined
          : await store.get(Keys.intent(workspace, changeset, attempt));
        if (now !== undefined) checkOpen(Body.intentFromItem(now));
      }
      return committer.submit(
        workspace,
        job(context, { id: changeset, attempt, at: intent.at, request, list, operations, draft }),
      );
    },

    async abandon(workspace, changeset, attempt) {
      const item = await store.get(Keys.intent(workspace, changeset, attempt));
      if (item === undefined) return;
      const intent = Body.intentFromItem(item);
      if (intent.state === "committing") throw committing();
      // The intent stays until it is swept, with whatever a late request still writes.
      const abandoned: Body.Intent = { ...intent, state: "abandoned" };
      if (intent.state === "open") {
        await store.put(Body.intentItem(workspace, changeset, attempt, abandoned), {
          equals: { state: "open" },
        });
        const now = await intentOf(workspace, changeset, attempt);
        if (now.state === "committing") throw committing();
      }
      remember(seen, Body.attemptKey(workspace, changeset, attempt), abandoned);
      await store.deleteMany(
        Array.from({ length: intent.parts }, (_, n) => Keys.part(workspace, changeset, attempt, n)),
      );
    },
  };
}

function gone(): DomainError {
  return new DomainError("not-found", "There is no such upload. Start the upload again.");
}

function committing(): DomainError {
  return new DomainError("stale", "This upload is being committed. Undo it afterwards.");
}

/** A job whose parts a client has put: what the check makes of them goes into the head as a patch. */
function job(
  context: LedgerContext,
  upload: {
    id: string;
    attempt: string;
    at: number;
    request: string;
    list: readonly Head.PartReference[];
    operations: readonly Operation[];
    draft: Omit<Draft, "operations">;
  },
): Job.Job {
  const { id, attempt, request, list, operations, draft } = upload;
  let last: { workbook: Follower["workbook"]; seq: number; prepared: Job.Prepared } | undefined;
  const onBase = Base.once(context, draft);
  return {
    id,
    request,
    large: true,
    async prepare(follower) {
      await onBase(follower);
      const { workbook, workspace } = follower;
      const { seq } = workbook;
      if (context.platform.clock.now() - upload.at > ATTEMPT_MS) {
        throw new DomainError(
          "stale",
          "This upload was begun more than 15 minutes ago. Start the upload again.",
        );
      }
      if (last?.workbook === workbook && last.seq === seq) return last.prepared;
      context.access(workbook, { ...draft, operations });
      if (last?.workbook === workbook) {
        if (!Job.movedUnder(context, follower, last.seq, last.prepared.touches)) {
          last = { ...last, seq };
          return last.prepared;
        }
      }
      const checked = DraftCheck.check(workbook, { ...draft, operations }, context.rules, {
        onInvalid: Job.onInvalid(draft),
        now: context.platform.clock.now(),
      });
      const patch = Patch.make(operations, checked);
      const placed = await Job.place(context, workspace, id, {
        answer: {
          ...Head.answerToStored(checked.answer),
          ...(draft.undoes !== undefined && { records: checked.records }),
        },
        ...(patch !== undefined && { patch: Patch.encode(patch) }),
      });
      const prepared: Job.Prepared = {
        changeset: {
          ...Job.describe(id, draft, request),
          ...placed.fields,
          parts: { attempt, list, sheets: sheetsOf(checked.operations) },
        },
        answer: checked.answer,
        operations: checked.operations,
        touches: checked.touches,
        bytes: placed.bytes + 100 * list.length,
        attempts: [attempt, ...placed.attempts],
      };
      last = { workbook, seq, prepared };
      return prepared;
    },
  };
}

/** As codec.Part has it. */
function firstOf(slices: readonly Codec.Slice[]): string {
  let first: string | undefined;
  for (const { operation } of slices) {
    if (!("ids" in operation) || operation.ids[0] === undefined) continue;
    const key = `${operation.sheet}/${operation.ids[0]}`;
    if (first === undefined || key < first) first = key;
  }
  return first ?? "";
}

function remember(seen: Map<string, Body.Intent>, key: string, intent: Body.Intent): void {
  seen.delete(key);
  seen.set(key, intent);
  const oldest = seen.keys().next().value;
  if (seen.size > 1_000 && oldest !== undefined) seen.delete(oldest);
}
