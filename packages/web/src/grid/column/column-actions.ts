import type { Field } from "@gridfolk/core/field/field";
import type { Leaf } from "@gridfolk/core/sheet/filter";
import { toastWithUndo } from "../../app/sheet-actions.ts";
import { MOST_GROUPS } from "@gridfolk/core/view/definition";
import { isTime } from "@gridfolk/core/view/group";
import type { MenuItem } from "../../ui/menu.tsx";
import { makePart } from "../../ui/part.ts";
import { showProblem } from "../../ui/problem.ts";
import { changedField, count } from "../change.ts";
import { begin } from "../filter/filter-bar.tsx";
import type { SheetGrid } from "../grid.ts";
import type { Layout } from "../layout.ts";
import type { SheetContext } from "../sheet-context.ts";
import { summaryItems, withSummary } from "../view/summary-menu.ts";
import type * as ColumnMenu from "./column-menu.ts";
import type { Retyping } from "./schema.ts";

/** A column that is being added or changed. */
export interface Form {
  readonly field?: Field;
  /** Where a new column goes, as an index among the sheet's fields. */
  readonly position?: number;
  readonly anchor: DOMRect;
  readonly trigger?: HTMLElement;
}

export interface ColumnActionsDeps {
  readonly sheet: SheetContext;
  readonly grid: () => SheetGrid | undefined;
  readonly layout: () => Layout;
  /** All fields, and those that are visible, as this person arranged them. */
  readonly all: () => readonly Field[];
  readonly fields: () => readonly Field[];
  readonly arrange: (part: Partial<Layout>) => void;
  readonly onFilter: (leaf: Leaf) => void;
  readonly onForm: (form: Form) => void;
  readonly cleanUp: (field: Field) => readonly MenuItem[];
  readonly announce: (text: string) => void;
}

/** What a person does with a column: its menu, and what its form comes to. */
export interface ColumnActions {
  /** Begins to load its menu. */
  prepare(): void;
  /** Shows its menu, at once when it has been loaded. */
  menu(field: Field, trigger: HTMLElement, show: (items: readonly MenuItem[]) => void): void;
  /** Writes what a form was filled in with. */
  save(change: Retyping, form: Form): void;
}

const menus = makePart(() => import("./column-menu.ts"));

export function createColumnActions(deps: ColumnActionsDeps): ColumnActions {
  const { sheet, grid, layout, all, fields, arrange, announce } = deps;
  const { workspace } = sheet;

  function move(field: Field, by: -1 | 1): void {
    const keys = all().map((other) => other.key);
    const neighbour = fields()[fields().findIndex((other) => other.key === field.key) + by];
    const to = keys.indexOf(neighbour?.key ?? "");
    if (to < 0) return;
    keys.splice(keys.indexOf(field.key), 1);
    keys.splice(to, 0, field.key);
    arrange({ order: keys });
    announce(`${field.name} moved ${by < 0 ? "left" : "right"}`);
  }

  function trash(field: Field): void {
    const operation = {
      op: "field",
      sheet: sheet.sheetKey,
      after: changedField(field, { deleted: true }),
    } as const;
    const text = `Deleted the column ${field.name}`;
    const sent = workspace.commit([operation], text);
    if (sent !== undefined) toastWithUndo(workspace, text, sent.id);
    grid()?.focus();
  }

  function items(
    { columnMenu }: typeof ColumnMenu,
    field: Field,
    trigger: HTMLElement,
  ): readonly MenuItem[] {
    const place = fields().findIndex((other) => other.key === field.key);
    const pinned = (other: Field | undefined) =>
      other !== undefined && layout().pinned.includes(other.key);
    const anchor = () => trigger.getBoundingClientRect();
    return columnMenu({
      field,
      layout: layout(),
      canEdit: sheet.canEdit(),
      cleanUp: deps.cleanUp(field),
      isTitle: sheet.sheet().title.includes(field.key),
      isFirst: place <= 0 || pinned(fields()[place - 1]) !== pinned(field),
      isLast: place >= fields().length - 1 || pinned(fields()[place + 1]) !== pinned(field),
      onSort: (descending) => arrange({ sort: [{ field: field.key, descending }] }),
      onUnsort: () => arrange({ sort: layout().sort.filter((other) => other.field !== field.key) }),
      onFilter: () => deps.onFilter(begin(field)),
      isGrouped: layout().group.some((key) => key.field === field.key),
      onGroup: (isGrouped) => {
        const rest = layout().group.filter((key) => key.field !== field.key);
        const unit = isTime(field) ? { unit: "month" as const } : {};
        const key = { field: field.key, descending: false, ...unit };
        arrange({
          group: isGrouped ? [...rest, key].slice(-MOST_GROUPS) : rest,
          collapsed: [],
        });
      },
      summaries: summaryItems(field, layout().summaries[field.key], (kind) =>
        arrange({ summaries: withSummary(layout().summaries, field.key, kind) }),
      ),
      onEdit: () => deps.onForm({ field, anchor: anchor(), trigger }),
      onInsert: (side) => {
        const at = sheet.sheet().fields.findIndex((other) => other.key === field.key);
        deps.onForm({ position: side === "before" ? at : at + 1, anchor: anchor(), trigger });
      },
      onMove: (by) => move(field, by),
      onHide: () => {
        arrange({ hidden: [...layout().hidden, field.key] });
        announce(`${field.name} is hidden. Show it again under Columns.`);
        grid()?.focus();
      },
      onPin: (freeze) =>
        arrange({
          order: all().map((other) => other.key),
          pinned: freeze
            ? [...layout().pinned, field.key]
            : layout().pinned.filter((other) => other !== field.key),
        }),
      onFit: () => {
        grid()?.api.autoSizeColumns([field.key]);
        const width = grid()?.api.getColumn(field.key)?.getActualWidth();
        if (width !== undefined) arrange({ widths: { ...layout().widths, [field.key]: width } });
      },
      onTrash: () => trash(field),
    });
  }

  return {
    prepare: menus.preload,
    menu(field, trigger, show) {
      const open = (module: typeof ColumnMenu) => show(items(module, field, trigger));
      const here = menus.now();
      if (here !== undefined) open(here);
      else menus.load().then(open, showProblem);
    },
    save({ field, operations, misfits }, form) {
      const isNew = form.field === undefined;
      const placed = operations.map((operation) =>
        isNew && operation.op === "field" && form.position !== undefined
          ? { ...operation, position: form.position }
          : operation,
      );
      const text = isNew ? `Added the column ${field.name}` : `Changed the column ${field.name}`;
      const sent = workspace.commit(placed, text);
      if (sent === undefined) return;
      if (!isNew && operations.length > 1) toastWithUndo(workspace, text, sent.id);
      announce(
        misfits === 0 ? text : `${text}. ${count(misfits, "value")} marked: the text does not fit.`,
      );
      if (isNew && form.position === undefined) {
        // The plus behind it, too: columns are seldom added alone.
        queueMicrotask(() => grid()?.showLastColumn());
      }
    },
  };
}
