import type { Field } from "@gridfolk/core/field/field";
import type { Leaf } from "@gridfolk/core/sheet/filter";
import type { PastShown, Shell } from "../app/shell.ts";
import type { MenuItem } from "../ui/menu.tsx";
import { makePart } from "../ui/part.ts";
import { showProblem } from "../ui/problem.ts";
import type { Actions } from "./actions.ts";
import { newRecordLabel } from "./cells.ts";
import { count } from "./change.ts";
import type { SheetGrid } from "./grid.ts";
import type * as RowMenu from "./row-menu.ts";
import * as Selection from "./selection.ts";
import type { SheetContext } from "./sheet-context.ts";
import type { Tools } from "./tools/create-tools.tsx";

export interface RowActionsDeps {
  readonly shell: Shell;
  readonly sheet: SheetContext;
  readonly grid: () => SheetGrid | undefined;
  readonly fields: () => readonly Field[];
  readonly actions: Actions;
  readonly tools: Tools;
  readonly history: () => readonly MenuItem[];
  readonly onOpen: (row: number) => void;
  readonly onFilter: (leaf: Leaf) => void;
}

/** What can be done with the selected rows. */
export interface RowActions {
  /** Begins to load their menu. */
  prepare(): void;
  /** Shows their menu, at once when it has been loaded; nothing where none is selected. */
  menu(show: (items: readonly MenuItem[]) => void): void;
  /** What is on screen and selected, for whoever looks at the past. */
  shown(): PastShown;
}

const menus = makePart(() => import("./row-menu.ts"));

export function createRowActions(deps: RowActionsDeps): RowActions {
  const { shell, sheet, grid, fields, actions } = deps;
  const { order, workspace, sheetKey } = sheet;

  function selectedRows(): readonly number[] {
    const at = grid()?.cursor;
    const places = at === undefined ? [] : Selection.coveredRows(at.ranges(), at.size());
    return places.map((place) => order.rowAt(place)).filter((row) => row >= 0);
  }

  function items({ rowMenu }: typeof RowMenu): readonly MenuItem[] {
    const at = grid()?.cursor;
    const rows = selectedRows();
    const [first] = rows;
    if (at === undefined || first === undefined) return [];
    const spot = at.focused();
    const field = spot && fields()[spot.column];
    const clipboard = () => grid()?.clipboard;
    const menu = rowMenu({
      rows: rows.length,
      noun: count(rows.length, "row", "rows", workspace.locale().locale),
      field,
      cell: field && sheet.cell(first, field),
      canEdit: sheet.canEdit(),
      newLabel: newRecordLabel(sheet),
      tools: deps.tools.rowItems,
      history: deps.history(),
      onOpen: () => deps.onOpen(first),
      onDuplicates:
        shell.past === undefined
          ? () => shell.findDuplicates(sheetKey, sheet.table().ids[first] ?? "")
          : undefined,
      onFilter: deps.onFilter,
      onNew: () => grid()?.newRow(),
      onDuplicate: () => actions.duplicate(rows),
      onCut: () => clipboard()?.cut(),
      onCopy: () => clipboard()?.copy(),
      onCopyWithHeaders: () => clipboard()?.copyWithHeaders(),
      onPaste: () => void clipboard()?.paste(),
      onClear: () => actions.clear(at.ranges(), at.size(), fields()),
      onDelete: () => actions.remove(rows),
    });
    return shell.past === undefined ? menu : [...menu, ...shell.past.rowItems()];
  }

  return {
    prepare: menus.preload,
    menu(show) {
      const open = (module: typeof RowMenu) => {
        const all = items(module);
        if (all.length > 0) show(all);
      };
      const here = menus.now();
      if (here !== undefined) open(here);
      else menus.load().then(open, showProblem);
    },
    shown() {
      const at = grid()?.cursor;
      const areas = at === undefined ? [] : Selection.areasOf(at.ranges(), at.size());
      return {
        sheet: sheetKey,
        rows: order.rows,
        fields: fields(),
        selected: {
          rows: selectedRows(),
          fields: fields().filter((_, column) =>
            areas.some(({ left, right }) => column >= left && column <= right),
          ),
        },
      };
    },
  };
}
