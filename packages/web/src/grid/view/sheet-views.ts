import {
  createEffect,
  createMemo,
  createSignal,
  on,
  onCleanup,
  untrack,
  type Accessor,
} from "solid-js";
import { can } from "@gridfolk/core/access/role";
import type { Sheet } from "@gridfolk/core/field/field";
import { isDomainError } from "@gridfolk/core/error";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Views from "@gridfolk/core/view/views";
import { toastWithUndo } from "../../app/sheet-actions.ts";
import type { Shell } from "../../app/shell.ts";
import { showProblem } from "../../ui/problem.ts";
import { showToast } from "../../ui/toast.tsx";
import { wholeFilters, wholeRules } from "../filter/whole.ts";
import * as Layout from "../layout.ts";
import { layoutKey } from "../layout-key.ts";

/** The saved views of a sheet, the one that is open, and how this person looks at it now. */
export interface SheetViews {
  /** Those this person sees, in the order of the tabs. */
  readonly all: Accessor<readonly Views.View[]>;
  /** Undefined: the sheet as a whole. */
  readonly active: Accessor<Views.View | undefined>;
  readonly layout: Accessor<Layout.Layout>;
  /** Kept in this browser, until it is saved. */
  change(part: Partial<Layout.Layout>): void;
  /** The open view is shown otherwise than it is saved. */
  readonly changed: Accessor<boolean>;
  /** Whether this person may change the view for everybody who sees it. */
  canChange(view: Views.View): boolean;
  /** Whether this person may make views for everybody. */
  readonly canShare: Accessor<boolean>;
  open(id: string | undefined): void;
  save(): void;
  reset(): void;
  /** Saves what is on screen, or another view, under a name, and opens it. */
  add(name: string, isShared: boolean, from?: Views.View): void;
  rename(view: Views.View, name: string): void;
  share(view: Views.View, isShared: boolean): void;
  move(view: Views.View, to: number): void;
  remove(view: Views.View): void;
}

/** What only decides which rows are shown, and how they stand: it goes into a view that is made of the whole sheet. */
const QUESTION = { filters: [], sort: [], group: [], rules: [], collapsed: [] } as const;

export function createSheetViews(shell: Shell, key: string, schema: Accessor<Sheet>): SheetViews {
  const { workspace } = shell;
  const me = () => workspace.me().id;
  const read = () => Views.viewsOf(workspace.workbook, me(), key);
  const [all, setAll] = createSignal(untrack(read));
  onCleanup(
    workspace.onChange((change) => {
      if (change.kind === "all" || change.touched.has(Views.SHEET)) setAll(read());
    }),
  );
  createEffect(on(me, () => setAll(read()), { defer: true }));

  const active = createMemo(() => all().find(({ id }) => id === shell.view()));
  const storageKey = () => layoutKey(me(), workspace.id, key, active()?.id);
  const saved = createMemo(() => {
    const view = active();
    return view === undefined
      ? Layout.initial(schema())
      : Layout.fromDefinition(view.definition, schema());
  });
  /** Moves when something was kept in, or taken from, this browser. */
  const [kept, setKept] = createSignal(0);
  const local = createMemo(
    on([storageKey, kept], ([at]) => Layout.load(localStorage, at, untrack(schema))),
  );
  const layout = createMemo(() => local() ?? saved());
  // Which groups are shut is nobody's wish to keep: it is saved along with something else.
  const changed = createMemo(() => {
    const { collapsed } = saved();
    return active() !== undefined && !Layout.equals({ ...layout(), collapsed }, saved());
  });

  function keep(next: Layout.Layout | undefined): void {
    const same = next !== undefined && active() !== undefined && Layout.equals(next, saved());
    Layout.save(localStorage, storageKey(), same ? undefined : next);
    setKept((count) => count + 1);
  }

  createEffect(
    on([() => shell.view(), () => workspace.status().state, active], ([id, state, found]) => {
      if (id === undefined || found !== undefined || state === "loading") return;
      showToast({
        text: "This view is not there",
        detail: "It was deleted, or it is private to somebody else. All rows are shown.",
        key: "no-view",
      });
      untrack(() => shell.openView(undefined));
    }),
  );

  function commit(operations: readonly Operation[], label: string): string | undefined {
    if (operations.length === 0) return undefined;
    return workspace.commit(operations, label)?.id;
  }

  /** What breaks a rule is told. */
  function telling(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!isDomainError(error)) throw error;
      showProblem(error);
    }
  }

  /** Older workspaces get what the sheet of views lacks with the first view that somebody saves who may add it. */
  function prepare(): void {
    const missing = Views.prepare(workspace.workbook);
    if (missing.length > 0 && can(workspace.me().role, "design")) {
      workspace.commit(missing, "Prepared views", { silent: true });
    }
  }

  const definition = () => {
    const shown = layout();
    return Layout.toDefinition({
      ...shown,
      filters: wholeFilters(shown.filters),
      rules: wholeRules(shown.rules),
    });
  };
  const canChange = (view: Views.View) => view.owner === me() || can(workspace.me().role, "write");

  return {
    all,
    active,
    layout,
    change: (part) => keep({ ...layout(), ...part }),
    changed,
    canChange,
    canShare: () => can(workspace.me().role, "write"),
    open: (id) => shell.openView(id),
    save() {
      const view = active();
      if (view === undefined || !canChange(view)) return;
      telling(() => {
        const label = `Saved the view ${view.name}`;
        const operation = Views.change(workspace.workbook, view.id, { definition: definition() });
        const done = commit([operation], label);
        if (done === undefined) return;
        keep(undefined);
        toastWithUndo(workspace, label, done);
      });
    },
    reset: () => keep(undefined),
    add(name, isShared, from) {
      telling(() => {
        prepare();
        const [id] = workspace.newRecordIds(1) as [string];
        const last = Math.max(
          0,
          ...all().flatMap(({ position }) => (position < 1e6 ? position : [])),
        );
        const view = {
          sheet: key,
          name,
          ...(isShared ? {} : { owner: me() }),
          position: last + 1,
          definition: from?.definition ?? definition(),
        };
        const label = `Saved the view ${name.trim()}`;
        const operation = Views.create(workspace.workbook, me(), id, view);
        const done = commit([operation], label);
        if (done === undefined) return;
        if (from === undefined) {
          // What was tried out has a place of its own now.
          if (active() === undefined) keep({ ...layout(), ...QUESTION });
          else keep(undefined);
        }
        shell.openView(id);
        toastWithUndo(workspace, label, done);
      });
    },
    rename(view, name) {
      if (name.trim() === view.name) return;
      telling(() => {
        const operation = Views.change(workspace.workbook, view.id, { name });
        commit([operation], `Renamed the view ${view.name} to ${name.trim()}`);
      });
    },
    share(view, isShared) {
      telling(() => {
        const owner = isShared ? null : me();
        const label = isShared
          ? `Shared the view ${view.name} with everybody`
          : `Made the view ${view.name} private`;
        const done = commit([Views.change(workspace.workbook, view.id, { owner })], label);
        if (done !== undefined) toastWithUndo(workspace, label, done);
      });
    },
    move(view, to) {
      prepare();
      commit(Views.move(workspace.workbook, all(), view.id, to), `Moved the view ${view.name}`);
    },
    remove(view) {
      const label = `Deleted the view ${view.name}`;
      const done = commit([{ op: "delete", sheet: Views.SHEET, ids: [view.id] }], label);
      if (done === undefined) return;
      if (active()?.id === view.id || shell.view() === view.id) shell.openView(undefined);
      toastWithUndo(workspace, label, done);
    },
  };
}
