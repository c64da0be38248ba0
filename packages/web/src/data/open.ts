import { carry } from "@gridfolk/core/consent/carry";
import { batch } from "solid-js";
import { can } from "@gridfolk/core/access/role";
import { ownership } from "@gridfolk/core/view/access";
import { DomainError, isDomainError } from "@gridfolk/core/error";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { newId, recordIds } from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { fromRegistry } from "@gridfolk/core/ledger/rules";
import { isStep } from "@gridfolk/core/ledger/steps";
import type { Committed, Workbook } from "@gridfolk/core/ledger/workbook";
import { inWords, reasonOf, requestIdOf, Unreachable } from "./api.ts";
import { openCache, wipeWorkspace, type Database } from "./cache.ts";
import { takeEarly, takeEarlyCache } from "./early.ts";
import { createFollower } from "./follow.ts";
import { connectLive, type Live, type LiveMessage } from "./live.ts";
import { createKept, type Kept, textsOf } from "./kept.ts";
import { loadWorkbook, remoteOf, type Remote } from "./load.ts";
import { createOutbox, type Outbox, type OutboxEntry } from "./outbox.ts";
import { createOverlay, type Overlay } from "./overlay.ts";
import { AWAY_MS, ECHO_MS, LOST_MS, REFRESH_MS, WAKE_MS } from "./pace.ts";
import { backoffMs, createPause } from "./pause.ts";
import { personColor } from "./person.ts";
import { cellOf, createPlaces } from "./places.ts";
import { browserPlatform } from "./platform.ts";
import { createQueue } from "./queue.ts";
import { sendEntry } from "./sender.ts";
import type { User } from "./session.ts";
import { createState } from "./state.ts";
import { liveTabs, thisTab } from "./tab.ts";
import { createUndo } from "./undo.ts";
import { UndoStack, withoutVerb, type Step } from "./undo-stack.ts";
import type { Outcome, Sent, Workspace } from "./workspace.ts";

/** The telephone numbers of every country are 29 kB: nobody needs them before they touch something. */
function loadPhonesWhenTouched(): void {
  const events = ["keydown", "pointerdown"] as const;
  const load = () => {
    for (const event of events) window.removeEventListener(event, load, true);
    loadPhones().catch(() => undefined);
  };
  for (const event of events) window.addEventListener(event, load, true);
}

const STILL_LOADING = "Not all rows are here yet. Try again in a moment.";

/**
 * Opens a workspace for a person, from the cache and the network, and keeps it current until `close`. The first rows of the
 * sheet `first` are shown, not to be changed yet, while the rest of a large workbook is still coming.
 */
export function openWorkspace(user: User, id: string, first?: string): Workspace {
  const platform = browserPlatform;
  const rules = fromRegistry(registry);
  const server = remoteOf(id);
  const remote: Remote = { ...server, manifest: () => takeEarly(id) ?? server.manifest() };
  const state = createState(user);
  const stack = new UndoStack(user.id);
  const pause = createPause();

  let database: Database | undefined;
  let store: Kept | undefined;
  let outbox: Outbox | undefined;
  /** What the outbox held, until the workbook is there to lay it on. */
  let kept: readonly OutboxEntry[] = [];
  let overlay: Overlay<OutboxEntry> | undefined;
  /** What is here of the workbook while it is loaded. */
  let part: Workbook | undefined;
  let live: Live | undefined;
  let connection = "";
  let connected = false;
  let away = false;
  let awayTimer: ReturnType<typeof setTimeout> | undefined;
  let wakeTimer: ReturnType<typeof setTimeout> | undefined;
  const places = createPlaces();
  let offline = false;
  let halted: "signed-out" | "outdated" | "removed" | undefined;
  let closed = false;
  let refreshTimer: ReturnType<typeof setTimeout> | undefined;
  let echoTimer: ReturnType<typeof setTimeout> | undefined;

  const loaded = (): Overlay<OutboxEntry> => {
    if (overlay === undefined) throw new Error("The workspace is still loading.");
    return overlay;
  };

  const queue = createQueue({
    waiting: () => overlay?.waiting ?? kept,
    outbox: () => outbox,
    send: (entry) => sendEntry(id, entry, loaded().workbook, platform),
    newId: () => newId(platform),
    tab: thisTab,
    seq: () => loaded().workbook.seq,
    onChange: updateStatus,
    onRefused(entry, error) {
      for (const part of [entry.id, ...(entry.merged ?? [])]) stack.forget(part);
      const effect = loaded().drop(entry.id);
      batch(() => {
        state.setUndo(stack.labels);
        state.show(loaded().workbook, effect);
      });
      if (error === undefined) return;
      state.tell({
        kind: "refused",
        title: `Not saved: ${entry.label}`,
        detail: withDetails(error),
        requestId: requestIdOf(error),
      });
      // A member who was removed is refused everything: the log says so.
      if (isDomainError(error, "not-found")) void follower.refresh();
    },
    onMerged(parts, whole) {
      stack.join(new Set(parts.map((part) => part.id)), whole.id);
      state.show(
        loaded().workbook,
        loaded().replace(
          parts.map((part) => part.id),
          whole,
        ),
      );
    },
    onAnswered() {
      offline = false;
      clearTimeout(echoTimer);
      echoTimer = setTimeout(() => void refresh(), connected ? ECHO_MS : 0);
    },
    onThere(entry) {
      state.show(loaded().workbook, loaded().drop(entry.id));
    },
    onReload: () => follower.inLine(load),
    onHalt: halt,
  });

  const follower = createFollower({
    remote,
    platform,
    workbook: () => (halted || closed ? undefined : overlay?.workbook),
    onHeads: fold,
    onKeep: (epoch, heads) => void store?.follow(epoch, heads).catch(() => undefined),
    onReplaced: load,
    onReached() {
      if (!offline && !queue.offline) return;
      offline = false;
      queue.wake();
      updateStatus();
    },
    onUnreachable() {
      offline = true;
      updateStatus();
    },
    onHalt: halt,
    onRemoved: () => void remove(),
  });

  const refresh = () => (overlay && !halted && !closed ? follower.refresh() : Promise.resolve());

  function updateStatus(): void {
    const waiting = queue.unanswered;
    if (halted) state.setStatus({ state: halted, waiting });
    else if (!overlay) state.setStatus({ ...state.status(), waiting });
    else if (offline || queue.offline) state.setStatus({ state: "offline", waiting });
    else state.setStatus({ state: waiting > 0 ? "saving" : "saved", waiting });
  }

  async function load(): Promise<void> {
    const early =
      first === undefined || overlay !== undefined || kept.length > 0
        ? undefined
        : {
            sheet: first,
            show(workbook: Workbook) {
              part = workbook;
              state.showPart(workbook);
            },
          };
    const workbook = await loadWorkbook(id, remote, store, platform, state.setProgress, early);
    const waiting = (overlay?.waiting ?? kept).filter((entry) => {
      // What was answered is there, or was lost with the log that was replaced.
      const isThere = workbook.recent.has(entry.id) || queue.isAnswered(entry.id);
      if (isThere) void outbox?.remove(entry).catch(() => undefined);
      return !isThere;
    });
    overlay = createOverlay<OutboxEntry>(workbook, user.id, rules, waiting);
    remember(waiting);
    offline = false;
    batch(() => {
      updateStatus();
      state.setUndo(stack.labels);
      state.showAll(workbook);
    });
  }

  /** What waits since before this page was opened was done by this person as well. */
  function remember(waiting: readonly OutboxEntry[]): void {
    for (const { id: changeset, label, at, source, undo: undone } of waiting) {
      if (!isStep(source) || stack.knows(changeset)) continue;
      stack.did({
        id: changeset,
        changeset,
        label: undone === undefined ? label : withoutVerb(label),
        at,
        actor: user.id,
        operations: loaded().laid(changeset),
        undoes: undone?.changeset,
        partial: undone?.records !== undefined,
      });
    }
  }

  function fold(heads: readonly Committed[]): void {
    const effect = loaded().fold(heads);
    const changesets = heads.flatMap((head) => head.changesets);
    for (const changeset of changesets) stack.heard(changeset);
    queue.seen(changesets);
    batch(() => {
      updateStatus();
      state.setUndo(stack.labels);
      state.setPeople(places.written(changesets));
      state.show(loaded().workbook, effect);
    });
  }

  function halt(reason: "signed-out" | "outdated" | "removed"): void {
    halted = reason;
    live?.close();
    updateStatus();
  }

  async function remove(): Promise<void> {
    halt("removed");
    queue.stop();
    state.clear();
    await store?.end();
    if (database) await wipeWorkspace(database, id);
  }

  function receive(message: LiveMessage): void {
    switch (message.type) {
      case "hello":
        ({ connection } = message);
        break;
      case "changes":
        follower.receive(message);
        break;
      case "presence":
        state.setPeople(
          places.told(
            message.people
              .filter((person) => person.connection !== connection)
              .map((person) => ({ ...person, color: personColor(person.user) })),
          ),
        );
        break;
      case "removed":
        void remove();
        break;
      case "pong":
        if (!away && isBehind(message)) void refresh();
        break;
    }
  }

  function isBehind({ epoch, seq }: { epoch: string; seq: number }): boolean {
    const workbook = overlay?.workbook;
    return workbook === undefined || epoch !== workbook.epoch || seq > workbook.seq;
  }

  // ---- changing ----

  /** Answered when the server has the newest change of this tab, and so all of them. */
  let sent: Promise<unknown> = Promise.resolve();

  const undo = createUndo({
    workspace: id,
    me: user.id,
    platform,
    rules,
    stack,
    workbook: () => loaded().workbook,
    put,
    telling,
    tell: state.tell,
    settled: () =>
      offline || queue.offline
        ? Promise.reject(new Unreachable("The server is out of reach."))
        : sent,
    refresh,
    onChange: () => state.setUndo(stack.labels),
  });

  /** Lays the operations on the workbook and sends them. DomainError when the workbook's own rules forbid them. */
  function put(
    operations: readonly Operation[],
    label: string,
    options: Pick<Partial<OutboxEntry>, "source" | "undo"> = {},
  ): { step: Step; outcome: Promise<Outcome> } {
    demandRole(operations);
    const entryId = newId(platform);
    const entry: OutboxEntry = {
      id: entryId,
      order: entryId,
      tab: thisTab,
      at: platform.clock.now(),
      source: options.source ?? "grid",
      label,
      // A merge and an undo have seen to opt-outs themselves.
      operations:
        options.source === "merge" || options.undo !== undefined
          ? operations
          : carry(loaded().workbook, operations, rules),
      ...(options.undo === undefined ? {} : { undo: options.undo }),
    };
    const touched = loaded().add(entry);
    const step: Step = {
      id: entryId,
      changeset: entryId,
      label,
      at: entry.at,
      actor: user.id,
      operations: loaded().laid(entryId),
    };
    batch(() => {
      updateStatus();
      state.showOwn(loaded().workbook, touched);
    });
    const outcome = queue.add(entry);
    const cell = cellOf(entry);
    if (cell !== undefined) live?.wrote(cell);
    sent = outcome;
    return { step, outcome };
  }

  function tellLoading(): Promise<undefined> {
    state.tell({ kind: "info", title: STILL_LOADING });
    return Promise.resolve(undefined);
  }

  function demandRole(operations: readonly Operation[]): void {
    if (overlay === undefined && part !== undefined) throw new DomainError("busy", STILL_LOADING);
    const { role } = state.me();
    const shared = operations.filter(
      (operation) => ownership(loaded().workbook, user.id, operation) !== "own",
    );
    const design = shared.some(({ op }) => op === "sheet" || op === "field");
    if (shared.length === 0 || can(role, design ? "design" : "write")) return;
    throw new DomainError(
      "forbidden",
      role === "viewer"
        ? "You can look at this workspace but not change it. Ask its owner for another role."
        : "Your role does not allow this change.",
    );
  }

  /** What the rules forbid is told, not thrown. */
  function telling<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (!isDomainError(error)) throw error;
      const detail = detailOf(error);
      state.tell({ kind: "refused", title: error.message, ...(detail ? { detail } : {}) });
      return undefined;
    }
  }

  // ---- beginning and end ----

  async function start(): Promise<void> {
    try {
      database = await (takeEarlyCache(user.id) ?? openCache(user.id));
      store = createKept(textsOf(database, id));
      outbox = createOutbox(database, id, liveTabs);
      kept = await outbox.load();
    } catch {
      // Private windows may have no storage: all works, but waiting changes do not survive a reload.
      database = undefined;
      store = undefined;
      outbox = undefined;
    }
    for (let attempt = 1; !closed && overlay === undefined; attempt += 1) {
      try {
        await follower.inLine(load);
      } catch (error) {
        if (!(await bear(error, attempt))) return;
      }
    }
    if (closed) return;
    loadPhonesWhenTouched();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    live = connectLive({
      url: `${scheme}://${location.host}/live?workspace=${encodeURIComponent(id)}`,
      onMessage: receive,
      onOpen() {
        connected = true;
        void refresh();
      },
      onClose() {
        connected = false;
        state.setPeople(places.told([]));
        // Is it the socket, or the network?
        if (!closed) echoTimer = setTimeout(() => void refresh(), LOST_MS);
      },
    });
    queue.wake();
    plan();
    window.addEventListener("online", wake);
    window.addEventListener("offline", wentOffline);
    window.addEventListener("focus", wake);
    document.addEventListener("visibilitychange", wake);
    document.addEventListener("visibilitychange", look);
    look();
  }

  /** Whether opening is worth another try, after a pause. */
  async function bear(error: unknown, attempt: number): Promise<boolean> {
    if (isDomainError(error, "unauthenticated")) halt("signed-out");
    else if (isDomainError(error, "client-too-old")) halt("outdated");
    else if (isDomainError(error, "not-found"))
      state.setStatus({ state: "missing", waiting: 0, message: inWords(error) });
    else if (error instanceof Unreachable || isDomainError(error, "busy")) {
      state.setStatus({ state: "loading", waiting: kept.length, message: inWords(error) });
      await pause.wait(backoffMs(attempt));
      return true;
    } else {
      console.error(error);
      state.setStatus({ state: "failed", waiting: kept.length, message: inWords(error) });
    }
    return false;
  }

  function plan(): void {
    // As long as there is a socket, its pongs say when something was missed.
    const look = () => (connected ? Promise.resolve() : refresh());
    refreshTimer = setTimeout(() => void look().finally(plan), REFRESH_MS);
  }

  function wake(): void {
    if (document.visibilityState === "hidden" || halted) return;
    live?.wake();
    queue.wake();
    clearTimeout(wakeTimer);
    wakeTimer = setTimeout(() => void refresh(), WAKE_MS);
  }

  /** A page that nobody looks at is told nothing after a while; `wake` fetches when somebody does again. */
  function look(): void {
    clearTimeout(awayTimer);
    if (document.visibilityState === "hidden") {
      awayTimer = setTimeout(() => {
        away = true;
        live?.look(false);
      }, AWAY_MS);
      return;
    }
    away = false;
    live?.look(true);
  }

  function wentOffline(): void {
    offline = true;
    updateStatus();
  }

  void start();

  const workspace: Workspace = {
    id,
    get workbook() {
      return overlay === undefined && part !== undefined ? part : loaded().workbook;
    },
    version: state.version,
    status: state.status,
    progress: state.progress,
    name: state.name,
    locale: state.locale,
    sheets: state.sheets,
    me: state.me,
    members: state.members,
    people: state.people,
    undoable: state.undoable,
    redoable: state.redoable,
    onChange: state.onChange,
    onNotice: state.onNotice,
    commit: (operations, label, options = {}) =>
      telling((): Sent => {
        const done = put(operations, label, options);
        if (options.silent) stack.ignore(done.step.id);
        else stack.did(done.step);
        state.setUndo(stack.labels);
        return { id: done.step.id, outcome: done.outcome };
      }),
    newRecordIds: (count) => recordIds(platform, count),
    undo: () => (overlay === undefined ? tellLoading() : undo.step("done")),
    redo: () => (overlay === undefined ? tellLoading() : undo.step("undone")),
    undoChangeset: (changeset, about) => undo.one(changeset, about),
    async past(seq) {
      const { openPast } = await import("./past.ts");
      const { waiting } = loaded();
      const laid = waiting.map((entry) => loaded().laid(entry.id) ?? []);
      return openPast({ now: workspace, remote, platform, waiting: laid }, seq);
    },
    setPresence: (place) => live?.place(place),
    refresh,
    hold: follower.hold,
    close() {
      closed = true;
      clearTimeout(refreshTimer);
      clearTimeout(echoTimer);
      pause.end();
      queue.stop();
      live?.close();
      window.removeEventListener("online", wake);
      window.removeEventListener("offline", wentOffline);
      window.removeEventListener("focus", wake);
      document.removeEventListener("visibilitychange", wake);
      document.removeEventListener("visibilitychange", look);
      clearTimeout(awayTimer);
      clearTimeout(wakeTimer);
      void follower.inLine(() => Promise.resolve(database?.close()));
    },
  };
  return workspace;
}

function detailOf(error: DomainError): string {
  return error.errors
    .map(({ message }) => message)
    .filter(Boolean)
    .slice(0, 3)
    .join(" ");
}

function withDetails(error: Error): string {
  const detail = isDomainError(error) ? detailOf(error) : "";
  const reason = reasonOf(error);
  return detail === "" || detail === error.message ? reason : `${reason} ${detail}`;
}
