import { createEffect, createMemo, createSignal, on, onCleanup, onMount, Show, untrack } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import { useShell } from "../app/shell.ts";
import { toastUndone } from "../app/sheet-actions.ts";
import type { Change } from "../data/workspace.ts";
import { personColor } from "../ui/avatar.tsx";
import { createActions } from "./actions.ts";
import type { Cursor } from "./cursor.ts";
import { createEditorDeps } from "./editor/deps.ts";
import type { SheetGrid } from "./grid.ts";
import type { HeaderDeps, SortMark } from "./header.tsx";
import * as Layout from "./layout.ts";
import { patterns, question } from "./question.ts";
import { createSheetContext } from "./sheet-context.ts";
import styles from "./sheet-view.module.css";

/** The drawing part, on its way from the moment this module is here. */
const grids = import("./grid.ts");

export interface SheetViewProps {
  /** Key of the sheet; a view of another one is another instance. */
  sheet: string;
}

/** One sheet as a grid, with its filter bar, search, menus and status line. */
export function SheetView(props: SheetViewProps) {
  const shell = useShell();
  const { workspace } = shell;
  const key = untrack(() => props.sheet);
  const searched = createMemo(() => patterns(shell.search()));
  const context = createSheetContext(workspace, key, () => untrack(searched));
  const { order } = context;
  const storageKey = Layout.storageKey(workspace.me().id, workspace.id, key);
  const [layout, setLayout] = createSignal(Layout.load(localStorage, storageKey, context.sheet()));
  const [schema, setSchema] = createSignal(context.sheet());
  const [announcement, announce] = createSignal("");
  const fields = createMemo(() => Layout.visible(schema(), layout()));
  const [grid, setGrid] = createSignal<SheetGrid>();
  const [cursor, setCursor] = createSignal<Cursor | undefined>(undefined, { equals: false });
  let host!: HTMLDivElement;

  const change = (part: Partial<Layout.Layout>) => {
    setLayout((before) => ({ ...before, ...part }));
    Layout.save(localStorage, storageKey, layout());
  };
  const actions = createActions({ sheet: context, announce: (text) => announce(text) });

  function ask(): void {
    const { workbook } = workspace;
    const table = context.table();
    const asked = { conditions: [], search: shell.search(), sort: layout().sort };
    const asking = { now: Date.now(), me: workspace.me().id };
    order.ask(table, Workbook.rows(table), question(table, asked, contextOf(workbook, asking)));
  }
  ask();

  const header: HeaderDeps = {
    field: (wanted) => schema().fields.find((field) => field.key === wanted),
    sort: (wanted): SortMark | undefined => {
      const at = layout().sort.findIndex(({ field }) => field === wanted);
      const found = layout().sort[at];
      if (found === undefined) return undefined;
      return { descending: found.descending, ...(layout().sort.length > 1 ? { rank: at + 1 } : {}) };
    },
    filtered: () => false,
    onSort: (wanted, additive) => change({ sort: nextSort(layout().sort, wanted, additive) }),
    onMenu: () => undefined,
    onAdd: () => undefined,
  };

  const people = createMemo(() =>
    workspace.people().flatMap(({ sheet, record, field, name, color }) =>
      sheet === key && record !== undefined && field !== undefined
        ? [{ id: record, field, name, color }]
        : [],
    ),
  );

  onMount(() => {
    let gone = false;
    onCleanup(() => {
      gone = true;
      grid()?.destroy();
    });
    void grids.then(({ makeSheetGrid }) => {
      if (gone) return;
      setGrid(
        makeSheetGrid(host, {
          sheet: context,
          actions,
          editor: createEditorDeps(workspace, key, context.names),
          header,
          layout,
          fields,
          rowHeight: () => 32,
          people,
          onCursor: (moved) => setCursor(moved),
          onWidths: (widths) => change({ widths: { ...layout().widths, ...widths } }),
          onOrder: (keys, pinned) => change({ order: keys, pinned }),
          onOpenRecord: (row) => shell.openRecord(key, context.table().ids[row] as string),
          onOpenLink: (sheet, id) => shell.openRecord(sheet, id),
          onRowMenu: () => undefined,
          onUndo: () => {
            const undone = workspace.undo();
            if (undone !== undefined) toastUndone(undone);
          },
          onRedo: () => {
            const redone = workspace.redo();
            if (redone !== undefined) toastUndone(redone, "Redone");
          },
        }),
      );
      grid()?.focus();
    });
  });

  onCleanup(workspace.onChange((changed) => onChange(changed)));

  function onChange(changed: Change): void {
    const shown = grid();
    if (changed.kind === "all") {
      context.forgetNames();
      setSchema(context.sheet());
      ask();
      shown?.columnsChanged();
      shown?.questionChanged();
      return;
    }
    context.forgetNames();
    const touched = changed.touched.get(key);
    if (touched === undefined) return;
    if (touched.schema) setSchema(context.sheet());
    const { created, restored, deleted, changed: edited } = touched;
    let moved = order.settle();
    if (deleted.length > 0) moved = order.remove(new Set(deleted)) || moved;
    const more = [...created, ...restored];
    if (more.length > 0) {
      if (changed.origin === "local") order.append(created);
      order.insert(more);
      moved = true;
    }
    if (moved) shown?.rowsChanged();
    shown?.cellsChanged(edited, [...touched.fields]);
    if (changed.origin === "remote") {
      const { updated, stamps } = context.table();
      shown?.flash([...edited, ...created], [...touched.fields], (row) =>
        personColor(stamps.get(updated[row] ?? 0)?.actor ?? ""),
      );
    }
  }

  createEffect(on(fields, () => grid()?.columnsChanged(), { defer: true }));
  createEffect(
    on(
      [shell.search, () => layout().sort],
      () => {
        ask();
        grid()?.questionChanged();
        grid()?.cellsChanged("all", "all");
      },
      { defer: true },
    ),
  );
  createEffect(on(people, () => grid()?.peopleChanged(), { defer: true }));

  createEffect(() => {
    const at = cursor();
    const spot = at?.focused();
    const field = spot && fields()[spot.column];
    const record = spot && order.at(spot.row)?.id;
    workspace.setPresence({
      sheet: key,
      ...(record === undefined ? {} : { record }),
      ...(field === undefined ? {} : { field: field.key }),
    });
  });

  return (
    <div class={styles.root}>
      <div ref={host} class={styles.grid} />
      <Show when={announcement()}>
        <div class="spoken" role="status">
          {announcement()}
        </div>
      </Show>
    </div>
  );
}

type Sort = Layout.Layout["sort"];

/** Clicking sorts upwards, then downwards, then not; with Shift the column joins those that sort already. */
export function nextSort(sort: Sort, field: Field["key"], additive: boolean): Sort {
  const at = sort.findIndex((other) => other.field === field);
  const found = sort[at];
  const next = found === undefined ? [{ field, descending: false }] : found.descending ? [] : [{ field, descending: true }];
  if (!additive) return next;
  return at < 0 ? [...sort, ...next] : sort.toSpliced(at, 1, ...next);
}
