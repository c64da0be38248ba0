import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  onCleanup,
  onMount,
  Show,
  untrack,
} from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import type { Filter, Leaf } from "@gridfolk/core/sheet/filter";
import { askable } from "@gridfolk/core/view/mend";
import { offerCommands } from "../app/commands.ts";
import { useShell } from "../app/shell.ts";
import { takeStep } from "../app/undone.ts";
import { lazyForm } from "../ui/lazy-form.tsx";
import { showProblem } from "../ui/problem.ts";
import { Menu, type MenuItem } from "../ui/menu.tsx";
import { createActions } from "./actions.ts";
import { newRecordLabel } from "./cells.ts";
import { count } from "./change.ts";
import { createBeyond } from "./beyond.tsx";
import { createColumnActions, type Form } from "./column/column-actions.ts";
import type { Cursor } from "./cursor.ts";
import { createEditorDeps } from "./editor/deps.ts";
import { askedField, askedFields } from "./filter/asked-fields.ts";
import { ConditionForm, FilterButton, FilterChips, isLeaf } from "./filter/filter-bar.tsx";
import { wholeFilters } from "./filter/whole.ts";
import { describeFilter } from "./filter/words.ts";
import { createFollow } from "./follow.ts";
import type { SheetGrid } from "./grid.ts";
import type { HeaderDeps, SortMark } from "./header.tsx";
import { hiddenAmong } from "./hidden.ts";
import { createCellHistory } from "./history/create-cell-history.tsx";
import * as Layout from "./layout.ts";
import { keepDrawn } from "./keep-drawn.ts";
import { printAs } from "./print.ts";
import { printed } from "./printed.ts";
import { isAskable, patterns } from "./question.ts";
import { createRowActions } from "./row-actions.ts";
import type { GroupLine } from "./row-model.ts";
import { createSelectionSummary } from "./selection-summary.ts";
import { sheetCommands } from "./sheet-commands.ts";
import { createSheetContext } from "./sheet-context.ts";
import { createSheetQuestion } from "./sheet-question.ts";
import { SheetEmpty } from "./sheet-empty.tsx";
import { StatusLine } from "./status-line.tsx";
import { createTools } from "./tools/create-tools.tsx";
import { createWaiting } from "./waiting.ts";
import { Toolbar } from "./toolbar.tsx";
import type { PanelName } from "./view/panel.tsx";
import { createSheetViews } from "./view/sheet-views.ts";
import { summaryItems, withSummary } from "./view/summary-menu.ts";
import { createViewCells } from "./view/view-cells.ts";
import { ViewTabs } from "./view/view-tabs.tsx";
import styles from "./sheet-view.module.css";

const ColumnForm = lazyForm(() => import("./column/column-form.tsx").then((m) => m.ColumnForm));
const Panel = lazyForm(() => import("./view/panel.tsx").then((m) => m.Panel));
const GoToRow = lazyForm(() => import("./go-to-row.tsx").then((m) => m.GoToRow));

/** The drawing part, on its way from the moment this module is here. */
const grids = import("./grid.ts");

const HEIGHTS = { compact: 26, normal: 32, tall: 86 } as const;
/** Sums follow edits, but not every one of many that come in a row. */
const SUMMARY_DELAY_MS = 120;

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
  const [schema, setSchema] = createSignal(context.sheet());
  const views = createSheetViews(shell, key, schema);
  const { layout, change } = views;
  const [announcement, announce] = createSignal("");
  const [grid, setGrid] = createSignal<SheetGrid>();
  const [cursor, setCursor] = createSignal<Cursor | undefined>(undefined, { equals: false });
  const [menu, setMenu] = createSignal<OpenMenu>();
  const [form, setForm] = createSignal<Form>();
  const [goingToRow, setGoingToRow] = createSignal(false);
  const [condition, setCondition] = createSignal<number>();
  const [panel, setPanel] = createSignal<{ name: PanelName; trigger: HTMLElement }>();
  const all = createMemo(() => Layout.arranged(schema(), layout()), undefined, { equals: alike });
  const fields = createMemo(() => Layout.visible(schema(), layout()), undefined, { equals: alike });
  const rowHeight = () => HEIGHTS[layout().height];
  const editor = createEditorDeps(workspace, key, context.names);
  const actions = createActions({
    sheet: context,
    announce: (text) => announce(text),
    onSent: waiting.sent,
    onLook(cells) {
      void import("./look.ts").then(({ lookAt }) => {
        const at = grid()?.cursor;
        if (at !== undefined)
          lookAt(cells, { cursor: at, order, fields: fields(), onFilter: filterBy });
      }, showProblem);
    },
  });
  const panelId = createUniqueId();
  const beyond = createBeyond(context);
  let host!: HTMLDivElement;

  const question = createSheetQuestion({
    sheet: context,
    schema,
    layout,
    search: () => shell.search(),
    onAsk: () => viewCells.forget(),
  });
  const { asked, ask, counts, stale } = question;
  const viewCells = createViewCells(
    {
      sheet: context,
      definition: question.definition,
      asking: question.asking,
      nameOf: (rule) => ruleWords(rule),
    },
    () => untrack(fields),
  );
  const fieldOf = (wanted: string) => {
    schema();
    return askedField(context, wanted);
  };
  const ruleWords = (rule: { readonly filter: Filter }) =>
    describeFilter(rule.filter, fieldOf, context.look());

  untrack(ask);
  let summing: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(summing));
  function sumAgain(changed: ReadonlySet<string> | "all"): void {
    viewCells.forget(changed);
    summing ??= setTimeout(() => {
      summing = undefined;
      grid()?.summariesChanged();
    }, SUMMARY_DELAY_MS);
  }

  onCleanup(
    printAs(() => {
      const { filter } = question.definition();
      return printed({
        sheet: context,
        fields: fields(),
        cells: viewCells,
        view: views.active()?.name,
        about: [
          filter && describeFilter(filter, fieldOf, context.look()),
          shell.search() && `containing “${shell.search()}”`,
        ],
      });
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
    filtered: (wanted) =>
      layout().filters.some((filter) => isLeaf(filter) && filter.field === wanted),
    onSort: (wanted, additive) =>
      change({ sort: Layout.nextSort(layout().sort, wanted, additive) }),
    onMenu: (wanted, trigger) => {
      const field = schema().fields.find((other) => other.key === wanted);
      if (field === undefined) return;
      ColumnForm.preload();
      ConditionForm.preload();
      const anchor = trigger.getBoundingClientRect();
      columns.menu(field, trigger, (items) =>
        setMenu({ label: `Column ${field.name}`, anchor, trigger, items }),
      );
    },
    onAdd: (trigger) => setForm({ anchor: trigger.getBoundingClientRect(), trigger }),
  };

  const tools = createTools({ sheet: context, grid, fields, announce, onSent: waiting.sent });
  const history = createCellHistory({ sheet: context, grid, fields, onSent: waiting.sent });
  const columns = createColumnActions({
    sheet: context,
    grid,
    cleanUp: tools.columnItems,
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

  function hideColumns(chosen: readonly Field[], hide: boolean): void {
    const { hidden } = layout();
    const keys = hide ? chosen.map((field) => field.key) : hiddenAmong(all(), hidden, chosen);
    // One stays, to come back from.
    if (keys.length === 0 || (hide && keys.length === fields().length)) return;
    change({
      hidden: hide ? [...hidden, ...keys] : hidden.filter((key) => !keys.includes(key)),
    });
    const number = count(keys.length, "column");
    announce(hide ? `${number} hidden. Show again under Columns.` : `${number} shown again.`);
    grid()?.focus();
  }

  const rows = createRowActions({
    shell,
    sheet: context,
    grid,
    fields,
    actions,
    tools,
    history: history.items,
    onOpen: openRecord,
    onFilter: filterBy,
  });
  shell.past?.follow(rows.shown);

  function toggleGroup(line: GroupLine, isOpen: boolean): void {
    const rest = layout().collapsed.filter((other) => other !== line.group.key);
    change({ collapsed: isOpen ? rest : [...rest, line.group.key] });
    announce(`${viewCells.groupWords(line.group)}: ${isOpen ? "open" : "shut"}`);
  }

  function openSummary(wanted: string, anchor: HTMLElement): void {
    const field = fields().find((other) => other.key === wanted);
    if (field === undefined) return;
    setMenu({
      label: `What ${field.name} comes to`,
      anchor: anchor.getBoundingClientRect(),
      trigger: anchor,
      items: summaryItems(field, layout().summaries[wanted], (kind) =>
        change({ summaries: withSummary(layout().summaries, wanted, kind) }),
      ),
    });
  }

  const openPanel = (name: PanelName, trigger?: HTMLElement) => {
    const button =
      trigger ?? root.querySelector<HTMLElement>(`[data-panel="${name}"], [data-add-filter]`);
    if (panel()?.name === name) setPanel(undefined);
    else if (button !== null) setPanel({ name, trigger: button });
  };

  function openRecord(row: number): void {
    const id = context.table().ids[row];
    if (id !== undefined) shell.openRecord(key, id);
  }
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
    history.watch(host);
    // Who works here may want the menus, with or without a connection.
    for (const type of ["pointerdown", "keydown"] as const) {
      host.addEventListener(type, rows.prepare, { once: true, capture: true });
      host.addEventListener(type, columns.prepare, { once: true, capture: true });
    }
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
        isPast: shell.past !== undefined,
        view: viewCells,
        people,
        onCursor: (moved) => setCursor(moved),
        onWidths: (widths) => change({ widths: { ...layout().widths, ...widths } }),
        onOrder: (keys, pinned) => {
          const hidden = all().filter((field) => !keys.includes(field.key));
          change({ order: [...keys, ...hidden.map((field) => field.key)], pinned });
        },
        onOpenRecord: openRecord,
        onOpenLink: (sheet, id) => shell.openRecord(sheet, id),
        onRowMenu: (anchor) => rows.menu((items) => setMenu({ label: "Row", anchor, items })),
        onUndo: () => takeStep(workspace, "undo"),
        onRedo: () => takeStep(workspace, "redo"),
        onGroup: toggleGroup,
        onSummary: openSummary,
        onHide: hideColumns,
        onColumnSettings(field) {
          const header = host.querySelector<HTMLElement>(
            `.ag-header-cell[col-id="${CSS.escape(field.key)}"]`,
          );
          setForm({ field, anchor: (header ?? host).getBoundingClientRect() });
        },
        onBeyond: beyond.ask,
        announce: (text) => announce(text),
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
    asked: question.fields,
    ask,
    onSchema: () => setSchema(context.sheet()),
    onCount: question.count,
    onMisplaced: question.outdate,
    onSettled: selected.again,
    onCells(changed) {
      sumAgain(changed);
      return question.definition().rules.length > 0;
    },
  });
  onCleanup(workspace.onChange(follow.change));

  keepDrawn({
    grid,
    order,
    question,
    layout,
    fields,
    search: () => shell.search(),
    people,
    announce,
  });

  createEffect(() => {
    const spot = cursor()?.focused();
    const field = spot && fields()[spot.column];
    const line = spot && order.at(spot.row);
    const record = line?.group === undefined ? line?.id : undefined;
    workspace.setPresence({
      sheet: key,
      ...(record === undefined ? {} : { record }),
      ...(field === undefined ? {} : { field: field.key }),
    });
  });

  shell.setSummary(() => (
    <StatusLine
      loading={workspace.status().state === "loading" ? workspace.progress().records : undefined}
      shown={counts().shown}
      total={counts().total}
      selected={selected.summary()}
      locale={workspace.locale()}
    />
  ));

  offerCommands(() =>
    sheetCommands({
      newLabel: newRecordLabel(context),
      views: views.all(),
      active: views.active(),
      changed: views.changed(),
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
      onHeight: (height) => change({ height }),
      onPanel: (name) => openPanel(name),
      onAddView: () => root.querySelector<HTMLElement>("[data-add-view]")?.click(),
      onView: views.open,
      onSave: views.save,
      onReset: views.reset,
      onCopyWithHeaders: () => grid()?.clipboard.copyWithHeaders(),
      onGoToRow: () => setGoingToRow(true),
      onClearFilters: () => change({ filters: [] }),
    }),
  );

  offerCommands(tools.commands);
  offerCommands(history.commands);

  let root!: HTMLDivElement;
  return (
    <div class={styles.root} ref={root}>
      <Toolbar
        name={schema().name}
        fields={all()}
        layout={layout()}
        canEdit={context.canEdit() || workspace.status().state === "loading"}
        newLabel={newRecordLabel(context)}
        tools={tools.barItems}
        stale={stale()}
        onRefresh={() => {
          ask();
          grid()?.rowsChanged();
        }}
        onHeight={(height) => change({ height })}
        onNewRow={() => grid()?.newRow()}
        panel={panel()?.name}
        onPanel={openPanel}
        views={
          <ViewTabs
            views={views}
            panel={panelId}
            address={(id) => {
              const address = new URL(location.href);
              address.search = new URLSearchParams({ view: id }).toString();
              return address.href;
            }}
          />
        }
        filter={
          <FilterButton
            fields={all()}
            segments={views
              .all()
              .filter(({ id, definition: of }) => of.filter && id !== views.active()?.id)}
            onAdvanced={() => openPanel("filter")}
            onAdd={(filter) => {
              change({ filters: [...layout().filters, filter] });
              if (isLeaf(filter)) setCondition(layout().filters.length - 1);
            }}
          />
        }
      />
      <Show when={layout().filters.length > 0 || asked().lost.length > 0}>
        <div class={styles.asked}>
          <FilterChips
            filters={layout().filters}
            fieldOf={fieldOf}
            look={context.look()}
            deps={editor}
            valid={(filter) => isAskable(context.table(), filter, question.asking())}
            why={(filter) => {
              schema();
              const [whole] = wholeFilters([filter]);
              if (whole === undefined) return "";
              const lost: string[] = [];
              askable(whole, context.table(), question.asking(), (text) => lost.push(text));
              return lost.join(", ");
            }}
            open={condition()}
            onOpen={setCondition}
            onChange={(filters) => change({ filters })}
            onAdvanced={() => openPanel("filter")}
          />
          <Show when={asked().lost.length > 0}>
            <p>Left out of what is shown: {asked().lost.join(", ")}.</p>
          </Show>
        </div>
      </Show>
      <div
        class={styles.grid}
        id={panelId}
        data-rows={layout().height}
        data-docked={tools.isDocked() ? "" : undefined}
      >
        <div
          ref={host}
          data-grid=""
          tabIndex={-1}
          style={{ height: "100%" }}
          onFocus={(event) => {
            if (event.target === event.currentTarget) grid()?.focus();
          }}
        />
        {tools.view()}
        {history.view()}
        <Show when={workspace.status().state !== "loading"}>
          <SheetEmpty
            name={schema().name}
            shown={counts().shown}
            total={counts().total}
            canEdit={context.canEdit()}
            isPast={shell.past !== undefined}
            onImport={() => shell.openImport({ sheet: key })}
            onShowAll={() => {
              shell.setSearch("");
              change({ filters: [] });
            }}
          />
        </Show>
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
      <Show when={panel()} keyed>
        {(open) => (
          <Panel
            name={open.name}
            trigger={open.trigger}
            fields={all()}
            asked={askedFields(context, all())}
            fieldOf={fieldOf}
            layout={layout()}
            look={context.look()}
            deps={editor}
            onChange={change}
            groupKeys={() => order.groups.map(({ group }) => group.key)}
            onClose={() => setPanel(undefined)}
          />
        )}
      </Show>
      <beyond.Question />
      <Show when={goingToRow()}>
        <GoToRow
          rows={order.count}
          onGo={(row) => {
            setGoingToRow(false);
            grid()?.cursor.goTo({ row, column: cursor()?.focused()?.column ?? 0 });
          }}
          onClose={() => setGoingToRow(false)}
        />
      </Show>
      <Show when={form()} keyed>
        {(open) => (
          <ColumnForm
            context={context}
            field={open.field}
            anchor={open.anchor}
            trigger={open.trigger}
            onSave={(saved) => columns.save(saved, open)}
            onClose={() => setForm(undefined)}
          />
        )}
      </Show>
    </div>
  );
}

/** The same fields in the same order. */
function alike(a: readonly Field[], b: readonly Field[]): boolean {
  return a.length === b.length && a.every((field, at) => field === b[at]);
}
