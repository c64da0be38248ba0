import Copy from "lucide-solid/icons/copy";
import Maximize from "lucide-solid/icons/maximize-2";
import Plus from "lucide-solid/icons/plus";
import ListFilter from "lucide-solid/icons/list-filter";
import SearchX from "lucide-solid/icons/search-x";
import Sheet from "lucide-solid/icons/table-2";
import Trash from "lucide-solid/icons/trash";
import Eraser from "lucide-solid/icons/eraser";
import {
  createEffect,
  createMemo,
  createSignal,
  lazy,
  Match,
  on,
  onCleanup,
  onMount,
  Show,
  Suspense,
  Switch,
  untrack,
} from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import type { Leaf } from "@gridfolk/core/sheet/filter";
import { offerCommands } from "../app/commands.ts";
import { toastUndone, toastWithUndo } from "../app/sheet-actions.ts";
import { useShell } from "../app/shell.ts";
import type { Change } from "../data/workspace.ts";
import { personColor } from "../data/person.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { Menu, type MenuItem } from "../ui/menu.tsx";
import { createActions } from "./actions.ts";
import { newRecordLabel } from "./cells.ts";
import { changedField, count } from "./change.ts";
import { columnMenu } from "./column/column-menu.ts";
import type { Retyping } from "./column/schema.ts";
import type { Cursor } from "./cursor.ts";
import { createEditorDeps } from "./editor/deps.ts";
import { words } from "./cell-content.ts";
import { begin, FilterBar } from "./filter/filter-bar.tsx";
import { describe, isNumber } from "./filter/words.ts";
import type { SheetGrid } from "./grid.ts";
import type { HeaderDeps, SortMark } from "./header.tsx";
import * as Layout from "./layout.ts";
import { PRINT_LIMIT, printAs } from "./print.ts";
import { isAskable, patterns, question } from "./question.ts";
import * as Selection from "./selection.ts";
import { createSheetContext } from "./sheet-context.ts";
import { StatusLine } from "./status-line.tsx";
import { summarize, type Summary } from "./summary.ts";
import { createWaiting } from "./waiting.ts";
import { Toolbar } from "./toolbar.tsx";
import styles from "./sheet-view.module.css";

const ColumnForm = lazy(() =>
  import("./column/column-form.tsx").then((m) => ({ default: m.ColumnForm })),
);

/** The drawing part, on its way from the moment this module is here. */
const grids = import("./grid.ts");

const COMPACT = "gridfolk:rows";
/** More edited rows than this are not looked at one by one: the order is taken to be out of date. */
const FEW = 200;

export interface SheetViewProps {
  /** Key of the sheet; a view of another one is another instance. */
  sheet: string;
}

/** A column that is being added or changed. */
interface Form {
  readonly field?: Field;
  /** Where a new column goes, as an index among the sheet's fields. */
  readonly position?: number;
  readonly anchor: DOMRect;
  readonly trigger?: HTMLElement;
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
  const [selected, setSelected] = createSignal<Summary>();
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
    onSort: (wanted, additive) => change({ sort: nextSort(layout().sort, wanted, additive) }),
    onMenu: (wanted, trigger) => {
      const field = schema().fields.find((other) => other.key === wanted);
      if (field === undefined) return;
      setMenu({
        label: `Column ${field.name}`,
        anchor: trigger.getBoundingClientRect(),
        trigger,
        items: columnItems(field, trigger),
      });
    },
    onAdd: (trigger) => setForm({ anchor: trigger.getBoundingClientRect(), trigger }),
  };

  function columnItems(field: Field, trigger: HTMLElement): readonly MenuItem[] {
    const place = fields().findIndex((other) => other.key === field.key);
    const pinned = (other: Field | undefined) =>
      other !== undefined && layout().pinned.includes(other.key);
    const anchor = () => trigger.getBoundingClientRect();
    return columnMenu({
      field,
      layout: layout(),
      canEdit: context.canEdit(),
      isTitle: schema().title.includes(field.key),
      isFirst: place <= 0 || pinned(fields()[place - 1]) !== pinned(field),
      isLast: place >= fields().length - 1 || pinned(fields()[place + 1]) !== pinned(field),
      onSort: (descending) => change({ sort: [{ field: field.key, descending }] }),
      onUnsort: () => change({ sort: layout().sort.filter((other) => other.field !== field.key) }),
      onFilter: () => filterBy(begin(field)),
      onEdit: () => setForm({ field, anchor: anchor(), trigger }),
      onInsert: (side) => {
        const at = schema().fields.findIndex((other) => other.key === field.key);
        setForm({ position: side === "before" ? at : at + 1, anchor: anchor(), trigger });
      },
      onMove: (by) => {
        const keys = all().map((other) => other.key);
        const neighbour = fields()[place + by];
        const to = keys.indexOf(neighbour?.key ?? "");
        if (to < 0) return;
        keys.splice(keys.indexOf(field.key), 1);
        keys.splice(to, 0, field.key);
        change({ order: keys });
        announce(`${field.name} moved ${by < 0 ? "left" : "right"}`);
      },
      onHide: () => {
        change({ hidden: [...layout().hidden, field.key] });
        announce(`${field.name} is hidden. Show it again under Columns.`);
        grid()?.focus();
      },
      onPin: (freeze) =>
        change({
          order: all().map((other) => other.key),
          pinned: freeze
            ? [...layout().pinned, field.key]
            : layout().pinned.filter((other) => other !== field.key),
        }),
      onFit: () => {
        grid()?.api.autoSizeColumns([field.key]);
        const width = grid()?.api.getColumn(field.key)?.getActualWidth();
        if (width !== undefined) change({ widths: { ...layout().widths, [field.key]: width } });
      },
      onTrash: () => {
        const operation = {
          op: "field",
          sheet: key,
          after: changedField(field, { deleted: true }),
        } as const;
        const text = `Deleted the column ${field.name}`;
        const sent = workspace.commit([operation], text);
        if (sent !== undefined) toastWithUndo(workspace, text, sent.id);
        grid()?.focus();
      },
    });
  }

  function saveColumn({ field, operations, misfits }: Retyping, isNew: boolean): void {
    const at = form();
    const placed = operations.map((operation) =>
      isNew && operation.op === "field" && at?.position !== undefined
        ? { ...operation, position: at.position }
        : operation,
    );
    const text = isNew ? `Added the column ${field.name}` : `Changed the column ${field.name}`;
    const sent = workspace.commit(placed, text);
    if (sent === undefined) return;
    if (!isNew && operations.length > 1) toastWithUndo(workspace, text, sent.id);
    announce(
      misfits === 0 ? text : `${text}. ${count(misfits, "value")} marked: the text does not fit.`,
    );
    if (isNew && at?.position === undefined) {
      // The plus behind it, too: columns are seldom added alone.
      queueMicrotask(() => grid()?.showLastColumn());
    }
  }

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
    const noun = count(rows.length, "row", "rows", workspace.locale().locale);
    const cell = field && context.cell(first, field);
    const one = Array.isArray(cell) ? (cell[0] as string | undefined) : cell;
    const only: MenuItem[] =
      field !== undefined && typeof one === "string" && field.type !== "currency"
        ? [
            {
              label: "Only rows like this one",
              detail: field.name,
              icon: ListFilter,
              run: () =>
                filterBy(
                  Array.isArray(cell) || field.type === "choice" || field.type === "user"
                    ? { field: field.key, op: "anyOf", value: [one] }
                    : { field: field.key, op: "is", value: one },
                ),
            },
          ]
        : [];
    const edits: MenuItem[] = context.canEdit()
      ? [
          "separator",
          {
            label: newRecordLabel(context),
            icon: Plus,
            keys: "Ctrl++",
            run: () => grid()?.newRow(),
          },
          { label: `Duplicate ${noun}`, icon: Copy, run: () => actions.duplicate(rows) },
          {
            label: "Clear cells",
            icon: Eraser,
            keys: "Delete",
            run: () => actions.clear(at.ranges(), at.size(), fields()),
          },
          "separator",
          {
            label: `Delete ${noun}`,
            icon: Trash,
            keys: "Ctrl+-",
            danger: true,
            run: () => actions.remove(rows),
          },
        ]
      : [];
    return [
      {
        label: "Open record",
        icon: Maximize,
        keys: "Space",
        disabled: rows.length > 1,
        run: () => openRecord(first),
      },
      ...only,
      ...edits,
    ];
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
      made.onEditingDone(settleQueued);
      if (document.activeElement === document.body) made.focus();
    });
  });

  /** Rows that came or went while an editor was open: nothing moves under anybody's hands. */
  let queued: Change[] = [];
  function settleQueued(): void {
    const changes = queued;
    queued = [];
    for (const each of changes) onChange(each);
  }
  onCleanup(workspace.onChange((changed) => onChange(changed)));

  function onChange(changed: Change): void {
    const shown = grid();
    context.forgetNames();
    if (changed.kind === "all") {
      setSchema(context.sheet());
      ask();
      shown?.columnsChanged();
      shown?.questionChanged();
      return;
    }
    refreshLinks(changed.touched);
    const touched = changed.touched.get(key);
    if (touched === undefined) return;
    const { created, restored, deleted, changed: edited } = touched;
    const moves = created.length + restored.length + deleted.length > 0;
    if (moves && changed.origin !== "local" && shown?.editing() === true) {
      queued.push(changed);
      return;
    }
    if (touched.schema) setSchema(context.sheet());
    let moved = order.settle();
    if (created.length + restored.length + deleted.length > 2000) {
      ask();
      moved = true;
    } else {
      if (deleted.length > 0) moved = order.remove(new Set(deleted)) || moved;
      if (changed.origin === "local" && created.length > 0) {
        order.append(created);
        moved = true;
      }
      const more = [...created, ...restored].filter((row) => Workbook.isLive(context.table(), row));
      if (more.length > 0) moved = order.insert(more) || moved;
    }
    if (moved) shown?.rowsChanged();
    counted();
    shown?.cellsChanged(edited, [...touched.fields]);
    if (!stale()) setStale(isMisplaced(edited, touched.fields));
    if (changed.origin === "remote" && edited.length + created.length < 2000) {
      const { updated, stamps } = context.table();
      shown?.flash([...edited, ...created], [...touched.fields], (row) =>
        personColor(stamps.get(updated[row] ?? 0)?.actor ?? ""),
      );
    }
    summarizeSoon();
  }

  /** Whether an edit touched what rows are sorted or chosen by, and some row no longer stands where it should. */
  function isMisplaced(rows: readonly number[], touched: ReadonlySet<string>): boolean {
    const matters = [...layout().sort, ...layout().filters].some(({ field }) => touched.has(field));
    if (!matters || rows.length === 0) return false;
    return rows.length > FEW || rows.some((row) => order.misplaced(row));
  }

  /** Links and people are shown by name: when a name changes, so do the cells that show it. */
  function refreshLinks(touched: Workbook.Touched): void {
    const linked = fields().filter(
      (field) => field.link !== undefined && touched.has(field.link.sheet),
    );
    const affected = linked.filter((field) => {
      const other = touched.get(field.link?.sheet ?? "");
      return (
        other !== undefined &&
        other.changed.length + other.deleted.length + other.restored.length > 0
      );
    });
    if (affected.length > 0) {
      grid()?.cellsChanged(
        "all",
        affected.map((field) => field.key),
      );
    }
  }

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

  let summarizing: ReturnType<typeof setTimeout> | undefined;
  /** Counting many cells must not hold up the selection that is being drawn. */
  function summarizeSoon(): void {
    // Not put off again and again while a selection grows.
    if (summarizing !== undefined) return;
    summarizing = setTimeout(() => {
      summarizing = undefined;
      const at = cursor();
      const size = at?.size();
      const areas =
        at === undefined || size === undefined ? [] : Selection.areasOf(at.ranges(), size);
      const [only] = areas;
      const single = areas.length <= 1 && (only === undefined || Selection.isSingle(only));
      setSelected(
        single || at === undefined || size === undefined
          ? undefined
          : summarize(at.ranges(), size, fields(), (place, field) =>
              context.cell(order.rowAt(place), field),
            ),
      );
    }, 60);
  }
  onCleanup(() => clearTimeout(summarizing));
  createEffect(on(cursor, summarizeSoon, { defer: true }));

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
      selected={selected()}
      locale={workspace.locale()}
    />
  ));

  offerCommands(() => [
    {
      id: "grid.new-row",
      label: newRecordLabel(context),
      group: "Sheet",
      icon: Plus,
      keys: "Ctrl++",
      keysShownOnly: true,
      enabled: context.canEdit,
      run: () => grid()?.newRow(),
    },
    {
      id: "grid.add-column",
      label: "Add a column",
      group: "Sheet",
      icon: Plus,
      enabled: context.canEdit,
      run: () => {
        const trigger = host.querySelector<HTMLElement>("[data-add-column]");
        const anchor = (trigger ?? host).getBoundingClientRect();
        setForm({
          anchor: trigger === null ? new DOMRect(anchor.right - 340, anchor.top, 0, 0) : anchor,
        });
      },
    },
    {
      id: "grid.filter",
      label: "Filter rows",
      group: "View",
      icon: ListFilter,
      keys: "Shift+Ctrl+L",
      run: () => root.querySelector<HTMLElement>("[data-add-filter]")?.click(),
    },
    {
      id: "grid.density",
      label: compact() ? "Show normal rows" : "Show compact rows",
      group: "View",
      run: () => setCompact(!compact()),
    },
    ...(layout().filters.length > 0
      ? [
          {
            id: "grid.clear-filters",
            label: "Clear all filters",
            group: "View",
            run: () => change({ filters: [] }),
          },
        ]
      : []),
  ]);

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
        <Switch>
          <Match when={counts().total === 0}>
            <div class={styles.teach}>
              <Empty
                icon={Sheet}
                title={`No ${schema().name.toLowerCase()} yet`}
                actions={
                  <Show when={context.canEdit()}>
                    <Button onClick={() => shell.openImport({ sheet: key })}>Import a file</Button>
                  </Show>
                }
              >
                Type into the row above, or copy rows in Excel or Google Sheets, click into it and
                paste.
              </Empty>
            </div>
          </Match>
          <Match when={counts().shown === 0}>
            <div class={styles.teach}>
              <Empty
                icon={SearchX}
                title="No row matches"
                actions={
                  <Button
                    onClick={() => {
                      shell.setSearch("");
                      change({ filters: [] });
                    }}
                  >
                    Show all {counts().total.toLocaleString()} rows
                  </Button>
                }
              >
                The search and the filters leave nothing to show.
              </Empty>
            </div>
          </Match>
        </Switch>
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
              onSave={saveColumn}
              onClose={() => setForm(undefined)}
            />
          </Suspense>
        )}
      </Show>
    </div>
  );
}

type Sort = Layout.Layout["sort"];

/** Clicking sorts upwards, then downwards, then not; with Shift the column joins those that sort already. */
export function nextSort(sort: Sort, field: Field["key"], additive: boolean): Sort {
  const at = sort.findIndex((other) => other.field === field);
  const found = sort[at];
  const next =
    found === undefined
      ? [{ field, descending: false }]
      : found.descending
        ? []
        : [{ field, descending: true }];
  if (!additive) return next;
  return at < 0 ? [...sort, ...next] : sort.toSpliced(at, 1, ...next);
}
