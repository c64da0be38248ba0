import {
  createEffect,
  createMemo,
  createSignal,
  lazy,
  on,
  onCleanup,
  onMount,
  Show,
  Suspense,
  untrack,
} from "solid-js";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import type { Leaf } from "@gridfolk/core/sheet/filter";
import { offerCommands } from "../app/commands.ts";
import { toastUndone } from "../app/sheet-actions.ts";
import { useShell } from "../app/shell.ts";
import { Menu, type MenuItem } from "../ui/menu.tsx";
import { createActions } from "./actions.ts";
import { newRecordLabel } from "./cells.ts";
import { count } from "./change.ts";
import { createColumnActions, type Form } from "./column/column-actions.ts";
import type { Cursor } from "./cursor.ts";
import { createEditorDeps } from "./editor/deps.ts";
import { words } from "./cell-content.ts";
import { FilterBar } from "./filter/filter-bar.tsx";
import { describe, isNumber } from "./filter/words.ts";
import { createFollow } from "./follow.ts";
import type { SheetGrid } from "./grid.ts";
import type { HeaderDeps, SortMark } from "./header.tsx";
import * as Layout from "./layout.ts";
import { PRINT_LIMIT, printAs } from "./print.ts";
import { isAskable, patterns, question } from "./question.ts";
import { rowMenu } from "./row-menu.ts";
import { createSelectionSummary } from "./selection-summary.ts";
import * as Selection from "./selection.ts";
import { sheetCommands } from "./sheet-commands.ts";
import { createSheetContext } from "./sheet-context.ts";
import { SheetEmpty } from "./sheet-empty.tsx";
import { StatusLine } from "./status-line.tsx";
import { createWaiting } from "./waiting.ts";
import { Toolbar } from "./toolbar.tsx";
import styles from "./sheet-view.module.css";

const ColumnForm = lazy(() =>
  import("./column/column-form.tsx").then((m) => ({ default: m.ColumnForm })),
);

/** The drawing part, on its way from the moment this module is here. */
const grids = import("./grid.ts");

const COMPACT = "gridfolk:rows";
export interface SheetViewProps {
  /** Key of the sheet; a view of another one is another instance. */
  sheet: string;
}

interface OpenMenu {
  readonly label: string;
  readonly anchor: DOMRect;
  readonly trigger?: HTMLElement;
  readonly items: readonly MenuItem[];
}

/** One sheet as a grid, with its filter bar, search, menus and status line. */
export function SheetView(props: SheetViewProps) {
  const shell = useShell();
  const { workspace } = shell;
  const key = untrack(() => props.sheet);
  const searched = createMemo(() => patterns(shell.search()));
  const waiting = createWaiting((ids, changed) => {
    const rows = ids.flatMap((id) => context.table().rowById.get(id) ?? []);
    grid()?.cellsChanged(rows, changed);
  });
  onCleanup(waiting.stop);
  const context = createSheetContext(workspace, key, () => untrack(searched), waiting.has);
  const { order } = context;
  const storageKey = Layout.storageKey(workspace.me().id, workspace.id, key);
  const [layout, setLayout] = createSignal(Layout.load(localStorage, storageKey, context.sheet()));
  const [schema, setSchema] = createSignal(context.sheet());
  const [announcement, announce] = createSignal("");
  const [counts, setCounts] = createSignal({ shown: 0, total: 0 });
  const [stale, setStale] = createSignal(false);
  const [compact, setCompact] = createSignal(localStorage.getItem(COMPACT) === "compact");
  const [grid, setGrid] = createSignal<SheetGrid>();
  const [cursor, setCursor] = createSignal<Cursor | undefined>(undefined, { equals: false });
  const [menu, setMenu] = createSignal<OpenMenu>();
  const [form, setForm] = createSignal<Form>();
  const [condition, setCondition] = createSignal<number>();
  const all = createMemo(() => Layout.arranged(schema(), layout()));
  const fields = createMemo(() => Layout.visible(schema(), layout()));
  const rowHeight = () => (compact() ? 26 : 32);
  const editor = createEditorDeps(workspace, key, context.names);
  const actions = createActions({
    sheet: context,
    announce: (text) => announce(text),
    onSent: waiting.sent,
  });
  let host!: HTMLDivElement;

  const change = (part: Partial<Layout.Layout>) => {
    setLayout((before) => ({ ...before, ...part }));
    Layout.save(localStorage, storageKey, layout());
  };
  const asking = () => contextOf(workspace.workbook, { now: Date.now(), me: workspace.me().id });

  function ask(): void {
    const table = context.table();
    const asked = {
      conditions: layout().filters,
      search: shell.search(),
      sort: layout().sort,
    };
    order.ask(table, Workbook.rows(table), question(table, asked, asking()));
    setStale(false);
    counted();
  }
  function counted(): void {
    setCounts({ shown: order.count, total: context.table().live });
  }
  untrack(ask);

  onCleanup(
    printAs(() => {
      const [look, table] = [context.look(), context.table()];
      const conditions = layout().filters.flatMap((leaf) => {
        const field = schema().fields.find((other) => other.key === leaf.field);
        return field === undefined ? [] : [describe(leaf, field, look)];
      });
      return {
        title: schema().name,
        about: [...conditions, shell.search() && `containing “${shell.search()}”`]
          .filter(Boolean)
          .join(", "),
        columns: fields().map(({ name, type }) => ({ name, end: isNumber(type) })),
        rows: Array.from(order.rows.subarray(0, PRINT_LIMIT), (row) =>
          fields().map((field) => words(field, Workbook.value(table, row, field.key), look)),
        ),
        of: order.count,
      };
    }),
  );

  const header: HeaderDeps = {
    field: (wanted) => schema().fields.find((field) => field.key === wanted),
    sort: (wanted): SortMark | undefined => {
      const at = layout().sort.findIndex(({ field }) => field === wanted);
      const found = layout().sort[at];
      if (found === undefined) return undefined;
      return {
        descending: found.descending,
        ...(layout().sort.length > 1 ? { rank: at + 1 } : {}),
      };
    },
    filtered: (wanted) => layout().filters.some(({ field }) => field === wanted),
    onSort: (wanted, additive) =>
      change({ sort: Layout.nextSort(layout().sort, wanted, additive) }),
    onMenu: (wanted, trigger) => {
      const field = schema().fields.find((other) => other.key === wanted);
      if (field === undefined) return;
      setMenu({
        label: `Column ${field.name}`,
        anchor: trigger.getBoundingClientRect(),
        trigger,
        items: columns.menu(field, trigger),
      });
    },
    onAdd: (trigger) => setForm({ anchor: trigger.getBoundingClientRect(), trigger }),
  };

  const columns = createColumnActions({
    sheet: context,
    grid,
    layout,
    all,
    fields,
    arrange: change,
    onFilter: filterBy,
    onForm: setForm,
    announce,
  });

  function filterBy(leaf: Leaf): void {
    change({ filters: [...layout().filters, leaf] });
    if (leaf.value === undefined || leaf.value === true) setCondition(layout().filters.length - 1);
  }

  function rowItems(): readonly MenuItem[] {
    const at = grid()?.cursor;
    const places = at === undefined ? [] : Selection.coveredRows(at.ranges(), at.size());
    const rows = places.map((place) => order.rowAt(place));
    const [first] = rows;
    const spot = at?.focused();
    const field = spot && fields()[spot.column];
    if (at === undefined || first === undefined) return [];
    return rowMenu({
      rows: rows.length,
      noun: count(rows.length, "row", "rows", workspace.locale().locale),
      field,
      cell: field && context.cell(first, field),
      canEdit: context.canEdit(),
      newLabel: newRecordLabel(context),
      onOpen: () => openRecord(first),
      onFilter: filterBy,
      onNew: () => grid()?.newRow(),
      onDuplicate: () => actions.duplicate(rows),
      onClear: () => actions.clear(at.ranges(), at.size(), fields()),
      onDelete: () => actions.remove(rows),
    });
  }

  const openRecord = (row: number) => {
    const id = context.table().ids[row];
    if (id !== undefined) shell.openRecord(key, id);
  };
  const undo = (verb: "undo" | "redo") => {
    const undone = workspace[verb]();
    if (undone !== undefined) toastUndone(undone, verb === "undo" ? "Undone" : "Done again");
  };

  const people = createMemo(() =>
    workspace
      .people()
      .flatMap(({ sheet, record, field, name, color }) =>
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
      const made = makeSheetGrid(host, {
        sheet: context,
        actions,
        editor,
        header,
        layout,
        fields,
        rowHeight,
        people,
        onCursor: (moved) => setCursor(moved),
        onWidths: (widths) => change({ widths: { ...layout().widths, ...widths } }),
        onOrder: (keys, pinned) => {
          const hidden = all().filter((field) => !keys.includes(field.key));
          change({ order: [...keys, ...hidden.map((field) => field.key)], pinned });
        },
        onOpenRecord: openRecord,
        onOpenLink: (sheet, id) => shell.openRecord(sheet, id),
        onRowMenu: (anchor) => {
          const items = rowItems();
          if (items.length > 0) setMenu({ label: "Row", anchor, items });
        },
        onUndo: () => undo("undo"),
        onRedo: () => undo("redo"),
      });
      setGrid(made);
      made.onEditingDone(follow.settle);
      if (document.activeElement === document.body) made.focus();
    });
  });

  const selected = createSelectionSummary(context, cursor, fields);
  const follow = createFollow({
    sheet: context,
    grid,
    fields,
    asked: () => [...layout().sort, ...layout().filters].map(({ field }) => field),
    ask,
    onSchema: () => setSchema(context.sheet()),
    onCount: counted,
    onMisplaced: () => setStale(true),
    onSettled: selected.again,
  });
  onCleanup(workspace.onChange(follow.change));

  createEffect(on(fields, () => grid()?.columnsChanged(), { defer: true }));
  createEffect(
    on(
      [() => shell.search(), () => layout().sort, () => layout().filters],
      () => {
        ask();
        grid()?.questionChanged();
        grid()?.cellsChanged("all", "all");
        const { shown, total } = counts();
        announce(
          shown === total
            ? count(total, "row")
            : `${shown.toLocaleString()} of ${count(total, "row")}`,
        );
      },
      { defer: true },
    ),
  );
  createEffect(on(people, () => grid()?.peopleChanged(), { defer: true }));
  createEffect(
    on(
      compact,
      () => {
        localStorage.setItem(COMPACT, compact() ? "compact" : "normal");
        grid()?.rowHeightChanged();
      },
      { defer: true },
    ),
  );

  createEffect(() => {
    const spot = cursor()?.focused();
    const field = spot && fields()[spot.column];
    const record = spot && order.at(spot.row)?.id;
    workspace.setPresence({
      sheet: key,
      ...(record === undefined ? {} : { record }),
      ...(field === undefined ? {} : { field: field.key }),
    });
  });

  shell.setSummary(() => (
    <StatusLine
      shown={counts().shown}
      total={counts().total}
      selected={selected.summary()}
      locale={workspace.locale()}
    />
  ));

  offerCommands(() =>
    sheetCommands({
      newLabel: newRecordLabel(context),
      compact: compact(),
      filtered: layout().filters.length > 0,
      canEdit: context.canEdit,
      onNewRow: () => grid()?.newRow(),
      onAddColumn() {
        const trigger = host.querySelector<HTMLElement>("[data-add-column]");
        const anchor = (trigger ?? host).getBoundingClientRect();
        setForm({
          anchor: trigger === null ? new DOMRect(anchor.right - 340, anchor.top, 0, 0) : anchor,
        });
      },
      onFilter: () => root.querySelector<HTMLElement>("[data-add-filter]")?.click(),
      onCompact: setCompact,
      onClearFilters: () => change({ filters: [] }),
    }),
  );

  let root!: HTMLDivElement;
  return (
    <div class={styles.root} ref={root}>
      <Toolbar
        name={schema().name}
        fields={all()}
        layout={layout()}
        compact={compact()}
        canEdit={context.canEdit()}
        newLabel={newRecordLabel(context)}
        stale={stale()}
        onRefresh={() => {
          ask();
          grid()?.rowsChanged();
        }}
        onSort={(sort) => change({ sort })}
        onHidden={(hidden) => change({ hidden })}
        onCompact={setCompact}
        onNewRow={() => grid()?.newRow()}
        filters={
          <FilterBar
            fields={all()}
            conditions={layout().filters}
            look={context.look()}
            deps={editor}
            valid={(leaf) => isAskable(context.table(), leaf, asking())}
            open={condition()}
            onOpen={setCondition}
            onChange={(filters) => change({ filters })}
          />
        }
      />
      <div class={styles.grid}>
        <div
          ref={host}
          data-grid=""
          tabIndex={-1}
          style={{ height: "100%" }}
          onFocus={(event) => {
            if (event.target === event.currentTarget) grid()?.focus();
          }}
        />
        <SheetEmpty
          name={schema().name}
          shown={counts().shown}
          total={counts().total}
          canEdit={context.canEdit()}
          onImport={() => shell.openImport({ sheet: key })}
          onShowAll={() => {
            shell.setSearch("");
            change({ filters: [] });
          }}
        />
      </div>
      <div class="spoken" role="status" aria-live="polite">
        {announcement()}
      </div>
      <Show when={menu()} keyed>
        {(open) => (
          <Menu
            label={open.label}
            items={open.items}
            anchor={open.anchor}
            {...(open.trigger === undefined ? {} : { trigger: open.trigger })}
            onClose={() => setMenu(undefined)}
          />
        )}
      </Show>
      <Show when={form()} keyed>
        {(open) => (
          <Suspense>
            <ColumnForm
              context={context}
              field={open.field}
              anchor={open.anchor}
              trigger={open.trigger}
              onSave={(saved) => columns.save(saved, open)}
              onClose={() => setForm(undefined)}
            />
          </Suspense>
        )}
      </Show>
    </div>
  );
}
