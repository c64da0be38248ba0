import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Past from "@gridfolk/core/ledger/past";
import { rewind, stampAll } from "@gridfolk/core/ledger/rewind";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { Platform } from "@gridfolk/core/platform";
import type { Remote } from "./load.ts";
import { createState } from "./state.ts";
import type { Notice, PastWorkspace, Workspace } from "./workspace.ts";

export interface PastDeps {
  readonly now: Workspace;
  readonly remote: Remote;
  readonly platform: Platform;
  /** What lies on the workbook and the log does not have yet, the oldest first. */
  readonly waiting: readonly (readonly Operation[])[];
}

/** Lets the window take input. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve));

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
  const { at } = await rewind(past, seq, deps.remote, deps.platform.bytes, breathe);
  // The rows themselves are right without it.
  await stampAll(past, deps.remote, breathe).catch(() => undefined);
  const workbook = Past.finish(past);
  return readOnly(now, workbook, at);
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
    hold: () => now.hold(),
    close() {},
  };
}
