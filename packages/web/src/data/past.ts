import { DomainError } from "@gridfolk/core/error";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Past from "@gridfolk/core/ledger/past";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { Platform } from "@gridfolk/core/platform";
import { prepare, type Remote } from "./load.ts";
import { createState } from "./state.ts";
import type { Notice, PastWorkspace, Workspace } from "./workspace.ts";

export interface PastDeps {
  readonly now: Workspace;
  readonly remote: Remote;
  readonly platform: Platform;
  /** What lies on the workbook and the log does not have yet, the oldest first. */
  readonly waiting: readonly (readonly Operation[])[];
}

/** Heads in memory at a time. */
const WINDOW = 500;

const LOOKING: Notice = {
  kind: "info",
  title: "You are looking at how it was",
  detail: "Nothing can be changed here. Go back to now, or restore rows from here.",
};

/**
 * The workspace as it was right after a seq, to look at: everything of it can be read, nothing changed. It is folded back from the
 * workbook at hand by what the log says was replaced. DomainErrors "not-found" when the log does not go back that far, "reload"
 * when it has another history, and what `Remote` throws.
 */
export async function openPast(deps: PastDeps, seq: number): Promise<PastWorkspace> {
  const { now } = deps;
  const past = Past.begin(now.workbook);
  for (const operations of deps.waiting.toReversed()) Past.takeOperations(past, operations);
  const at = await foldBack(deps, past, seq);
  const workbook = Past.finish(past);
  return readOnly(now, workbook, at);
}

/** Takes off what came after `seq`; the time of the change at `seq`. */
async function foldBack(deps: PastDeps, past: Past.Past, seq: number): Promise<number> {
  const { workbook } = past;
  if (seq < 1 || seq > workbook.seq) {
    throw new DomainError("not-found", "There is no such moment in this workspace.");
  }
  for (;;) {
    const low = Math.max(seq, workbook.seq - WINDOW);
    const { base, heads } = await headsAfter(deps, low, workbook);
    for (const head of heads.toReversed()) Past.takeOff(past, head);
    workbook.hash = base.hash;
    if (low === seq) return base.at;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** The heads after `low` up to where the workbook is, checked to lead there, and the head at `low` itself. */
async function headsAfter(
  { remote, platform }: PastDeps,
  low: number,
  { seq, epoch, hash }: Workbook,
) {
  let changes = await remote.changesFrom(low - 1, epoch);
  const [base] = changes.heads;
  if (base?.seq !== low) {
    throw new DomainError("not-found", "What was done that long ago is no longer kept.");
  }
  let position = { seq: low, epoch, hash: base.hash };
  const heads: Awaited<ReturnType<typeof prepare>> = [];
  for (;;) {
    const wanted = changes.heads.filter((head) => head.seq <= seq);
    const more = await prepare({ epoch: changes.epoch, heads: wanted }, position, remote, platform);
    heads.push(...more);
    const last = more.at(-1);
    if (last !== undefined) position = { seq: last.seq, epoch, hash: last.hash };
    if (position.seq >= seq) break;
    if (!changes.more) break;
    changes = await remote.changes(position);
  }
  if (position.seq !== seq || position.hash !== hash) {
    throw new DomainError(
      "reload",
      "This workspace was restored or replaced. Load the page again, then look once more.",
    );
  }
  return { base, heads };
}

function readOnly(now: Workspace, workbook: Workbook, at: number): PastWorkspace {
  const state = createState({ id: now.me().id, name: now.me().name, email: now.me().email });
  state.setStatus({ state: "saved", waiting: 0 });
  state.showAll(workbook);
  const refuse = () => {
    state.tell(LOOKING);
    return Promise.resolve(undefined);
  };
  return {
    at,
    id: now.id,
    workbook,
    version: state.version,
    status: state.status,
    progress: state.progress,
    name: now.name,
    locale: state.locale,
    sheets: state.sheets,
    me: () => ({ ...now.me(), role: "viewer" }),
    // People are called what they are called now.
    members: now.members,
    people: () => [],
    undoable: () => undefined,
    redoable: () => undefined,
    onChange: state.onChange,
    onNotice: state.onNotice,
    commit() {
      state.tell(LOOKING);
      return undefined;
    },
    newRecordIds: (count) => now.newRecordIds(count),
    undo: refuse,
    redo: refuse,
    undoChangeset: refuse,
    past: (seq) => now.past(seq),
    setPresence() {},
    refresh: () => now.refresh(),
    close() {},
  };
}
