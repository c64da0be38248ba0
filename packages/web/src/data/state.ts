import { batch, createSignal } from "solid-js";
import { membersOf } from "@gridfolk/core/access/role";
import type { Locale, Sheet } from "@gridfolk/core/field/field";
import type { Touched, Workbook } from "@gridfolk/core/ledger/workbook";
import { localeOf, settingsOf } from "@gridfolk/core/sheet/settings";
import { createDependants } from "./dependants.ts";
import type { Effect } from "./overlay.ts";
import type { User } from "./session.ts";
import type { Change, Me, Member, Notice, Person, Progress, Status } from "./workspace.ts";

/** What people see of an open workspace, as signals, and who else wants to know of changes. */
export function createState(user: User) {
  const changeListeners = new Set<(change: Change) => void>();
  const noticeListeners = new Set<(notice: Notice) => void>();
  const [version, setVersion] = createSignal(0);
  const [status, setStatus] = createSignal<Status>(
    { state: "loading", waiting: 0 },
    { equals: same },
  );
  const [progress, setProgress] = createSignal<Progress>({ done: 0, of: 0, records: 0 });
  const [name, setName] = createSignal("");
  const [locale, setLocale] = createSignal<Locale>(
    { locale: navigator.language || "en-US", timeZone: "UTC", currency: "USD", country: "US" },
    { equals: same },
  );
  const [sheets, setSheets] = createSignal<readonly Sheet[]>([]);
  const [members, setMembers] = createSignal<readonly Member[]>([], { equals: same });
  const [me, setMe] = createSignal<Me>({ ...user, role: "viewer" }, { equals: same });
  const [people, setPeople] = createSignal<readonly Person[]>([], { equals: same });
  const [undoable, setUndoable] = createSignal<string>();
  const [redoable, setRedoable] = createSignal<string>();

  const dependants = createDependants();

  /** Settings, members and the list of sheets, read again as far as a change concerns them. */
  function read(workbook: Workbook, touched?: Touched): void {
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
      dependants.follow(workbook, () => emit({ kind: "all" }));
      setSheets(
        [...workbook.sheets.values()]
          .map((table) => table.sheet)
          .filter((sheet) => !sheet.system && !sheet.deleted)
          .sort((a, b) => a.position - b.position || (a.key < b.key ? -1 : 1)),
      );
    }
  }

  function emit(change: Change): void {
    setVersion((count) => count + 1);
    for (const listener of changeListeners) listener(change);
  }

  return {
    version,
    status,
    setStatus,
    progress,
    setProgress,
    name,
    locale,
    sheets,
    members,
    me,
    people,
    setPeople,
    undoable,
    redoable,
    setUndo(labels: { undo: string | undefined; redo: string | undefined }) {
      setUndoable(labels.undo);
      setRedoable(labels.redo);
    },
    /** The workbook is another one. */
    showAll(workbook: Workbook): void {
      batch(() => {
        read(workbook);
        emit({ kind: "all" });
      });
    },
    /** Some of the workbook is here, to look at. */
    showPart(workbook: Workbook): void {
      batch(() => {
        read(workbook);
        setMe({ ...user, name: me().name, role: "viewer" });
        emit({ kind: "all" });
      });
    },
    /** This person just did something. */
    showOwn(workbook: Workbook, touched: Touched): void {
      batch(() => {
        read(workbook, touched);
        emit({ kind: "touched", origin: "local", touched: dependants.of(workbook, touched) });
      });
    },
    /** The log moved on, or an own change was taken off. */
    show(workbook: Workbook, effect: Effect): void {
      batch(() => {
        if (effect.moved) {
          read(workbook);
          emit({ kind: "all" });
          return;
        }
        read(workbook, new Map([...effect.remote, ...effect.settled]));
        for (const origin of ["remote", "settled"] as const) {
          const touched = dependants.of(workbook, effect[origin]);
          if (touched.size > 0) emit({ kind: "touched", origin, touched });
        }
      });
    },
    /** Nothing of the workspace stays in sight. */
    clear(): void {
      batch(() => {
        setName("");
        setSheets([]);
        setMembers([]);
        setPeople([]);
      });
    },
    tell(notice: Notice): void {
      for (const listener of noticeListeners) listener(notice);
    },
    onChange(listener: (change: Change) => void): () => void {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    onNotice(listener: (notice: Notice) => void): () => void {
      noticeListeners.add(listener);
      return () => noticeListeners.delete(listener);
    },
  };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
