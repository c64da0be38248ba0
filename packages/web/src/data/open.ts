import { batch, createSignal } from "solid-js";
import { can, membersOf } from "@gridfolk/core/access/role";
import { DomainError, isDomainError } from "@gridfolk/core/error";
import type { Sheet } from "@gridfolk/core/field/field";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import type { Answer } from "@gridfolk/core/ledger/changeset";
import { newId, recordIds } from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { fromRegistry } from "@gridfolk/core/ledger/rules";
import { inverse } from "@gridfolk/core/ledger/undo";
import type { Committed, Touched } from "@gridfolk/core/ledger/workbook";
import { localeOf, settingsOf } from "@gridfolk/core/sheet/settings";
import { call, inWords, Unreachable } from "./api.ts";
import { openCache, wipeWorkspace, type Database } from "./cache.ts";
import { takeEarly } from "./early.ts";
import { connectLive, type Live, type LiveMessage } from "./live.ts";
import { loadWorkbook, pageCacheOf, prepare, remoteOf, type Remote } from "./load.ts";
import { createOutbox, merged, mergeable, type Outbox, type OutboxEntry } from "./outbox.ts";
import { createOverlay, type Effect, type Overlay } from "./overlay.ts";
import { browserPlatform } from "./platform.ts";
import { sendEntry } from "./sender.ts";
import type { User } from "./session.ts";
import { liveTabs, thisTab } from "./tab.ts";
import { asChangeset, UndoStack, type Step } from "./undo-stack.ts";
import type {
  Change,
  Me,
  Member,
  Notice,
  Outcome,
  Person,
  Place,
  Progress,
  Sent,
  Status,
  Undone,
  Workspace,
} from "./workspace.ts";

const REFRESH_MS = 60_000;
/** How long to wait for the socket to bring an own change back before asking for it. */
const ECHO_MS = 400;
const LONGEST_PAUSE_MS = 30_000;

/** Opens a workspace; what `ready` waits for is the workbook. Call `close` when leaving it. */
export function openWorkspace(user: User, id: string): Workspace & { ready: Promise<void> } {
  const platform = browserPlatform;
  const rules = fromRegistry(registry);
  const server = remoteOf(id);
  const remote: Remote = { ...server, manifest: () => takeEarly(id) ?? server.manifest() };
  const stack = new UndoStack();
  const changeListeners = new Set<(change: Change) => void>();
  const noticeListeners = new Set<(notice: Notice) => void>();
  const outcomes = new Map<string, (outcome: Outcome) => void>();
  /** Answered by the server, not yet seen in the log. */
  const answered = new Map<string, Answer | undefined>();

  const [version, setVersion] = createSignal(0);
  const [status, setStatus] = createSignal<Status>(
    { state: "loading", waiting: 0 },
    { equals: same },
  );
  const [progress, setProgress] = createSignal<Progress>({ done: 0, of: 0, records: 0 });
  const [name, setName] = createSignal("");
  const [locale, setLocale] = createSignal(
    { locale: navigator.language || "en-US", timeZone: "UTC", currency: "USD", country: "US" },
    { equals: same },
  );
  const [sheets, setSheets] = createSignal<readonly Sheet[]>([]);
  const [members, setMembers] = createSignal<readonly Member[]>([], { equals: same });
  const [me, setMe] = createSignal<Me>({ ...user, role: "viewer" }, { equals: same });
  const [people, setPeople] = createSignal<readonly Person[]>([], { equals: same });
  const [undoable, setUndoable] = createSignal<string>();
  const [redoable, setRedoable] = createSignal<string>();

  let database: Database | undefined;
  let outbox: Outbox | undefined;
  let entries: OutboxEntry[] = [];
  let overlay: Overlay | undefined;
  let live: Live | undefined;
  let connection = "";
  let connected = false;
  let offline = false;
  let halted: "signed-out" | "outdated" | "removed" | undefined;
  let closed = false;
  let refreshTimer: ReturnType<typeof setTimeout> | undefined;
  let echoTimer: ReturnType<typeof setTimeout> | undefined;
  let pause: { end: () => void } | undefined;
  let failures = 0;
  /** Folding happens one head after the other, whoever brings it. */
  let line: Promise<unknown> = Promise.resolve();

  // ---- what people see ----

  function emit(change: Change): void {
    setVersion((count) => count + 1);
    for (const listener of changeListeners) listener(change);
  }

  function tell(notice: Notice): void {
    for (const listener of noticeListeners) listener(notice);
  }

  function updateStatus(): void {
    const waiting = entries.filter((entry) => !answered.has(entry.id)).length;
    if (halted) setStatus({ state: halted, waiting });
    else if (!overlay) setStatus((now) => (now.state === "loading" ? { ...now, waiting } : now));
    else if (offline) setStatus({ state: "offline", waiting });
    else setStatus({ state: waiting > 0 ? "saving" : "saved", waiting });
  }

  function updateStack(): void {
    const { undo, redo } = stack.labels;
    setUndoable(undo);
    setRedoable(redo);
  }

  /** Settings, members and the list of sheets, read again when a change concerns them. */
  function readSettings(touched?: Touched): void {
    const { workbook } = must(overlay);
    const concerns = (sheet: string) => touched === undefined || touched.has(sheet);
    if (concerns("_workspace")) {
      setName(settingsOf(workbook).name);
      setLocale(localeOf(workbook));
    }
    if (concerns("_members")) {
      const all = membersOf(workbook);
      setMembers(all.map(({ record: _record, ...member }) => member));
      const own = all.find((member) => member.user === user.id && member.active);
      setMe({ ...user, name: own?.name || user.name, role: own?.role ?? "viewer" });
    }
    if (touched === undefined || [...touched.values()].some(({ schema }) => schema)) {
      setSheets(
        [...workbook.sheets.values()]
          .map((table) => table.sheet)
          .filter((sheet) => !sheet.system && !sheet.deleted)
          .sort((a, b) => a.position - b.position || (a.key < b.key ? -1 : 1)),
      );
    }
  }

  function show(effect: Effect): void {
    batch(() => {
      if (effect.moved) {
        readSettings();
        emit({ kind: "all" });
        return;
      }
      readSettings(new Map([...effect.remote, ...effect.settled]));
      if (effect.remote.size > 0)
        emit({ kind: "touched", origin: "remote", touched: effect.remote });
      if (effect.settled.size > 0)
        emit({ kind: "touched", origin: "settled", touched: effect.settled });
    });
  }

  // ---- reading ----

  async function load(): Promise<void> {
    const workbook = await loadWorkbook(
      id,
      remote,
      database && pageCacheOf(database, id),
      platform,
      setProgress,
    );
    batch(() => {
      overlay = createOverlay(workbook, user.id, rules, entries);
      readSettings();
      offline = false;
      updateStatus();
      emit({ kind: "all" });
    });
    // Telephone numbers of every country: after the rows are on screen, before somebody types one.
    loadPhones().catch(() => undefined);
  }

  function enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = line.then(work);
    line = done.catch(() => undefined);
    return done;
  }

  function fold(heads: readonly Committed[]): void {
    if (heads.length === 0) return;
    const effect = must(overlay).fold(heads);
    for (const changeset of heads.flatMap((head) => head.changesets)) {
      if (!entries.some((entry) => entry.id === changeset.id)) continue;
      confirm(changeset.id, changeset.answer);
      answered.delete(changeset.id);
      stack.settle(changeset.id, changeset.operations);
      entries = entries.filter((entry) => entry.id !== changeset.id);
    }
    batch(() => {
      updateStatus();
      show(effect);
    });
  }

  /** Brings the workbook up to date with the log. */
  async function catchUp(): Promise<void> {
    for (let more = true; more && !closed;) {
      const { workbook } = must(overlay);
      const changes = await remote.changes(workbook.seq, workbook.epoch);
      const heads = await prepare(changes, workbook, remote, platform);
      fold(heads);
      more = changes.more && heads.length > 0;
    }
  }

  function refresh(): Promise<void> {
    if (!overlay || closed || halted) return Promise.resolve();
    return enqueue(async () => {
      try {
        await catchUp();
        reached();
      } catch (error) {
        await stumble(error);
      }
    });
  }

  function reached(): void {
    if (!offline) return;
    offline = false;
    pause?.end();
    updateStatus();
  }

  async function stumble(error: unknown): Promise<void> {
    if (error instanceof Unreachable || isDomainError(error, "busy")) {
      offline = error instanceof Unreachable;
      updateStatus();
    } else if (isDomainError(error, "reload") || isDomainError(error, "corrupt")) {
      await load();
    } else if (isDomainError(error, "unauthenticated")) halt("signed-out");
    else if (isDomainError(error, "client-too-old")) halt("outdated");
    else if (isDomainError(error, "not-found")) await remove();
    else throw error;
  }

  function halt(state: "signed-out" | "outdated" | "removed"): void {
    halted = state;
    live?.close();
    updateStatus();
  }

  async function remove(): Promise<void> {
    halt("removed");
    if (database) await wipeWorkspace(database, id);
  }

  function receive(message: LiveMessage): void {
    switch (message.type) {
      case "hello":
        ({ connection } = message);
        if (overlay && (message.epoch !== overlay.workbook.epoch || message.seq !== overlay.workbook.seq))
          void refresh();
        break;
      case "changes":
        void enqueue(async () => {
          if (!overlay || halted) return;
          const { workbook } = overlay;
          if (message.epoch === workbook.epoch && message.to <= workbook.seq) return;
          if (
            message.heads &&
            message.epoch === workbook.epoch &&
            message.from <= workbook.seq + 1
          ) {
            try {
              fold(
                await prepare(
                  { epoch: message.epoch, heads: message.heads },
                  workbook,
                  remote,
                  platform,
                ),
              );
              return;
            } catch (error) {
              if (!isDomainError(error)) throw error;
            }
          }
          await catchUp().catch(stumble);
        });
        break;
      case "presence":
        setPeople(message.people.filter((person) => person.connection !== connection));
        break;
      case "removed":
        void remove();
        break;
      case "pong":
        break;
    }
  }

  // ---- writing ----

  function confirm(entry: string, answer: Answer | undefined): void {
    const resolve = outcomes.get(entry);
    outcomes.delete(entry);
    resolve?.({
      ok: true,
      answer: answer ?? {
        seq: must(overlay).workbook.seq,
        changeset: entry,
        created: 0,
        changed: 0,
        deleted: 0,
        restored: 0,
        refused: [],
      },
    });
  }

  let pumping = false;
  async function pump(): Promise<void> {
    if (pumping || !overlay) return;
    pumping = true;
    try {
      while (!closed && !halted) {
        const next = await nextToSend();
        if (!next) break;
        await settle(next, await sendEntry(id, next, platform));
      }
    } finally {
      pumping = false;
    }
  }

  async function nextToSend(): Promise<OutboxEntry | undefined> {
    const fresh = entries.filter((entry) => !answered.has(entry.id));
    const count = mergeable(fresh.filter((entry) => !tried.has(entry.id)));
    if (count === 0 || tried.has(fresh[0]!.id)) return fresh[0];
    const parts = fresh.slice(0, count);
    const whole = merged(parts, {
      id: newId(platform),
      base: must(overlay).workbook.seq,
      tab: thisTab,
    });
    await outbox?.merge(parts, whole);
    const ids = parts.map((part) => part.id);
    for (const part of parts) chainOutcome(part.id, whole.id);
    entries = [...entries.slice(0, entries.indexOf(parts[0]!)), whole, ...entries.filter((entry) => entries.indexOf(entry) > entries.indexOf(parts.at(-1)!))];
    show(must(overlay).replace(ids, whole));
    updateStatus();
    return whole;
  }

  /** Ids that may have reached the server: their content is fixed. */
  const tried = new Set<string>();

  function chainOutcome(part: string, whole: string): void {
    const resolve = outcomes.get(part);
    if (!resolve) return;
    outcomes.delete(part);
    const others = outcomes.get(whole);
    outcomes.set(whole, (outcome) => {
      others?.(outcome);
      resolve(outcome);
    });
  }

  async function settle(entry: OutboxEntry, sending: Awaited<ReturnType<typeof sendEntry>>) {
    tried.add(entry.id);
    switch (sending.kind) {
      case "done": {
        failures = 0;
        reached();
        await outbox?.remove(entry);
        tried.delete(entry.id);
        if (!entries.includes(entry)) break; // the log was quicker
        answered.set(entry.id, sending.answer);
        confirm(entry.id, sending.answer);
        updateStatus();
        clearTimeout(echoTimer);
        echoTimer = setTimeout(() => void refresh(), connected ? ECHO_MS : 0);
        break;
      }
      case "refused":
        await outbox?.remove(entry);
        if (isDomainError(sending.error, "not-found") && !(await stillMember())) {
          await remove();
          break;
        }
        refuse(entry, sending.error);
        break;
      case "later":
        offline = sending.offline;
        updateStatus();
        failures += 1;
        await rest(sending.afterMs ?? Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures));
        break;
      case "reload":
        await enqueue(load);
        break;
      case "signed-out":
      case "outdated":
        halt(sending.kind);
        break;
    }
  }

  async function stillMember(): Promise<boolean> {
    try {
      await call("GET", `/api/workspaces/${encodeURIComponent(id)}`);
      return true;
    } catch (error) {
      return !isDomainError(error, "not-found");
    }
  }

  function refuse(entry: OutboxEntry, error: Error): void {
    entries = entries.filter((other) => other !== entry);
    for (const part of [entry.id, ...(entry.merged ?? [])]) stack.forget(part);
    const resolve = outcomes.get(entry.id);
    outcomes.delete(entry.id);
    const effect = must(overlay).drop(entry.id);
    batch(() => {
      updateStack();
      updateStatus();
      show(effect);
    });
    const message = wordsOf(error);
    tell({ kind: "refused", title: `Not saved: ${entry.label}`, detail: message });
    resolve?.({ ok: false, message });
  }

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      pause = {
        end() {
          clearTimeout(timer);
          resolve();
        },
      };
    });
  }

  function put(
    operations: readonly Operation[],
    label: string,
    options: { source?: OutboxEntry["source"]; undoes?: string } = {},
  ): { entry: OutboxEntry; sent: Sent } {
    const over = must(overlay, "The workspace is still loading.");
    const entryId = newId(platform);
    const entry: OutboxEntry = {
      id: entryId,
      order: entryId,
      base: over.workbook.seq,
      tab: thisTab,
      at: platform.clock.now(),
      source: options.source ?? "grid",
      label,
      operations,
      ...(options.undoes === undefined ? {} : { undoes: options.undoes }),
    };
    const touched = over.add(entry);
    entries = [...entries, entry];
    const outcome = new Promise<Outcome>((resolve) => outcomes.set(entryId, resolve));
    batch(() => {
      updateStatus();
      readSettings(touched);
      emit({ kind: "touched", origin: "local", touched });
    });
    // Kept first, sent then: a change that may have reached the server is never forgotten here.
    const kept = outbox?.put(entry).catch(() => undefined) ?? Promise.resolve();
    void kept.then(pump);
    return { entry, sent: { id: entryId, outcome } };
  }

  function stepOf(entry: OutboxEntry): Step {
    return {
      id: entry.id,
      label: entry.label,
      at: entry.at,
      actor: user.id,
      operations: must(overlay).laid(entry.id),
    };
  }

  function forbidden(operations: readonly Operation[]): string | undefined {
    const design = operations.some(({ op }) => op === "sheet" || op === "field");
    if (can(me().role, design ? "design" : "write")) return undefined;
    return me().role === "viewer"
      ? "You can look at this workspace but not change it. Ask its owner for another role."
      : "Your role does not allow this change.";
  }

  function takeBack(step: Step, verb: "Undo" | "Redo"): { undone: Undone; inverse: Step } | undefined {
    if (step.operations === undefined) return undefined;
    const { operations, skipped } = inverse(
      must(overlay).workbook,
      [asChangeset({ ...step, operations: step.operations })],
      rules,
    );
    const undone = (reverted: number): Undone => ({ label: step.label, reverted, skipped });
    if (operations.length === 0)
      return { undone: undone(0), inverse: { ...step, operations: [] } };
    const { entry } = put(operations, `${verb}: ${step.label}`, {
      source: "undo",
      ...(answeredOrSeen(step.id) ? { undoes: step.id } : {}),
    });
    const inverseStep = { ...stepOf(entry), label: step.label };
    return { undone: undone(recordCount(operations)), inverse: inverseStep };
  }

  /** Only a changeset the log knows can be named as undone. */
  function answeredOrSeen(changeset: string): boolean {
    return must(overlay).workbook.recent.has(changeset);
  }

  function tried_<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (!isDomainError(error)) throw error;
      tell({ kind: "refused", title: error.message, ...detailOf(error) });
      return undefined;
    }
  }

  // ---- beginning and end ----

  async function start(): Promise<void> {
    try {
      database = await openCache(user.id);
      outbox = createOutbox(database, id, liveTabs);
      entries = await outbox.load();
    } catch {
      // Private windows may have no storage: everything works, but waiting changes do not survive a reload.
      database = undefined;
      outbox = undefined;
    }
    for (let attempt = 1; !closed; attempt += 1) {
      try {
        await enqueue(load);
        break;
      } catch (error) {
        if (isDomainError(error, "unauthenticated")) return halt("signed-out");
        if (isDomainError(error, "client-too-old")) return halt("outdated");
        if (isDomainError(error, "not-found")) {
          setStatus({ state: "missing", waiting: 0, message: inWords(error) });
          return;
        }
        if (!(error instanceof Unreachable) && !isDomainError(error, "busy")) {
          console.error(error);
          setStatus({ state: "failed", waiting: 0, message: inWords(error) });
          return;
        }
        setStatus({ state: "loading", waiting: entries.length, message: inWords(error) });
        await rest(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** attempt));
      }
    }
    if (closed) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    live = connectLive({
      url: `${scheme}://${location.host}/live?workspace=${encodeURIComponent(id)}`,
      onMessage: receive,
      onOpen() {
        connected = true;
        pause?.end();
        void refresh();
      },
      onClose() {
        connected = false;
        setPeople([]);
      },
    });
    void pump();
    plan();
    window.addEventListener("online", wake);
    window.addEventListener("offline", wentOffline);
    window.addEventListener("focus", wake);
    document.addEventListener("visibilitychange", wake);
  }

  function plan(): void {
    refreshTimer = setTimeout(() => void refresh().finally(plan), REFRESH_MS);
  }

  function wake(): void {
    if (document.visibilityState === "hidden") return;
    if (halted === "signed-out" || halted === "outdated") return;
    live?.wake();
    pause?.end();
    void refresh();
  }

  function wentOffline(): void {
    offline = true;
    updateStatus();
  }

  const ready = start();
  ready.catch((error: unknown) => {
    console.error(error);
    setStatus({ state: "failed", waiting: entries.length, message: inWords(error) });
  });

  return {
    id,
    ready,
    get workbook() {
      return must(overlay, "The workspace is still loading.").workbook;
    },
    version,
    status,
    progress,
    name,
    locale,
    sheets,
    me,
    members,
    people,
    onChange(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    onNotice(listener) {
      noticeListeners.add(listener);
      return () => noticeListeners.delete(listener);
    },
    commit(operations, label, options = {}) {
      return tried_(() => {
        const reason = forbidden(operations);
        if (reason) throw new DomainError("forbidden", reason);
        const { entry, sent } = put(operations, label, options);
        if (!options.silent) stack.did(stepOf(entry));
        updateStack();
        return sent;
      });
    },
    newRecordIds: (count) => recordIds(platform, count),
    undo() {
      return tried_(() => {
        const step = stack.popDone();
        if (!step) return undefined;
        const back = takeBack(step, "Undo");
        if (back && (back.inverse.operations?.length ?? 0) > 0) stack.undid(back.inverse);
        updateStack();
        if (!back) void undoOnServer(step);
        return back?.undone;
      });
    },
    redo() {
      return tried_(() => {
        const step = stack.popUndone();
        if (!step) return undefined;
        const back = takeBack(step, "Redo");
        if (back && (back.inverse.operations?.length ?? 0) > 0) stack.redid(back.inverse);
        updateStack();
        return back?.undone;
      });
    },
    async undoChangeset(changeset) {
      const step = stack.take(changeset);
      const back = step && tried_(() => takeBack(step, "Undo"));
      if (back) {
        if ((back.inverse.operations?.length ?? 0) > 0) stack.undid(back.inverse);
        updateStack();
        return back.undone;
      }
      return undoOnServer({ id: changeset, label: step?.label ?? "" });
    },
    undoable,
    redoable,
    setPresence: (place: Place) => live?.place(place),
    refresh,
    close() {
      closed = true;
      clearTimeout(refreshTimer);
      clearTimeout(echoTimer);
      pause?.end();
      live?.close();
      window.removeEventListener("online", wake);
      window.removeEventListener("offline", wentOffline);
      window.removeEventListener("focus", wake);
      document.removeEventListener("visibilitychange", wake);
      void line.finally(() => database?.close());
    },
  };

  async function undoOnServer(step: Pick<Step, "id" | "label">): Promise<Undone | undefined> {
    try {
      const answer = await call<Omit<Undone, "label">>(
        "POST",
        `/api/workspaces/${encodeURIComponent(id)}/changesets/${step.id}/undo`,
        { id: newId(platform) },
      );
      await refresh();
      return { label: step.label, reverted: answer.reverted, skipped: answer.skipped };
    } catch (error) {
      tell({ kind: "refused", title: "This could not be undone", detail: inWords(error) });
      return undefined;
    }
  }
}

function recordCount(operations: readonly Operation[]): number {
  const records = new Set<string>();
  for (const operation of operations) {
    if (!("ids" in operation)) continue;
    for (const id of operation.ids) records.add(`${operation.sheet}/${id}`);
  }
  return records.size;
}

function detailOf(error: DomainError): { detail?: string } {
  const detail = error.errors.map(({ message }) => message).filter(Boolean);
  return detail.length > 0 ? { detail: detail.slice(0, 3).join(" ") } : {};
}

function wordsOf(error: Error): string {
  const detail = isDomainError(error) ? detailOf(error).detail : undefined;
  return detail === undefined || detail === error.message ? inWords(error) : `${inWords(error)} ${detail}`;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function must<Value>(value: Value | undefined, message = "The workspace is loaded"): Value {
  if (value === undefined) throw new Error(message);
  return value;
}
