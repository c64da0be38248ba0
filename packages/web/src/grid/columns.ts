import type {
  ColDef,
  SuppressHeaderKeyboardEventParams,
  SuppressKeyboardEventParams,
} from "ag-grid-community";
import type { Field, FieldType } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { GHOST, RowNumberCell, ValueCell } from "./cells.ts";
import type { EditorDeps } from "./editor/editor.ts";
import { ValueEditor } from "./editor/value-editor.tsx";
import { AddHeader, FieldHeader, type HeaderDeps } from "./header.tsx";
import type { Layout } from "./layout.ts";
import type { GridRow } from "./row-model.ts";
import { isWritable, type SheetContext } from "./sheet-context.ts";
import type { ViewCells } from "./view/view-cells.ts";

/** Ids of the columns that are not fields. */
export const NUMBER_COLUMN = "#number";
export const ADD_COLUMN = "#add";

export interface ColumnDeps {
  readonly sheet: SheetContext;
  readonly header: HeaderDeps;
  readonly editor: EditorDeps;
  readonly view: ViewCells;
  readonly onKey: (params: SuppressKeyboardEventParams<GridRow>) => boolean;
  readonly onHeaderKey: (params: SuppressHeaderKeyboardEventParams<GridRow>) => boolean;
}

const widths: { readonly [type in FieldType]?: number } = {
  longText: 240,
  number: 110,
  currency: 130,
  percent: 100,
  date: 120,
  dateTime: 168,
  checkbox: 96,
  choice: 140,
  multiChoice: 180,
  email: 220,
  phone: 160,
  url: 190,
  link: 180,
  createdAt: 168,
  updatedAt: 168,
};

export function defaultWidth(field: Field): number {
  const forName = 74 + field.name.length * 7;
  return Math.min(280, Math.max(widths[field.type] ?? 160, forName));
}

/** Digits of the greatest row number decide how wide the first column is. */
export function numberWidth(rows: number): number {
  return 44 + Math.max(2, String(rows).length) * 7;
}

/** Column definitions of the fields, in the order and widths of the layout, between the row numbers and the plus. */
export function columnDefs(
  fields: readonly Field[],
  layout: Layout,
  rows: number,
  deps: ColumnDeps,
): ColDef<GridRow>[] {
  const numbers: ColDef<GridRow> = {
    colId: NUMBER_COLUMN,
    headerName: "Row number",
    headerClass: "gf-number-header",
    cellClass: "gf-number-cell",
    cellRenderer: RowNumberCell,
    cellRendererParams: { sheet: deps.sheet, view: deps.view },
    pinned: "left",
    lockPinned: true,
    lockPosition: "left",
    suppressNavigable: true,
    suppressMovable: true,
    resizable: false,
    width: numberWidth(rows),
    minWidth: 40,
  };
  const plus: ColDef<GridRow> = {
    colId: ADD_COLUMN,
    headerName: "Add a column",
    headerComponent: AddHeader,
    headerComponentParams: { deps: deps.header },
    headerClass: "gf-add-header",
    cellClass: "gf-add-cell",
    suppressNavigable: true,
    suppressMovable: true,
    lockPosition: "right",
    resizable: false,
    width: 48,
    minWidth: 40,
    suppressHeaderKeyboardEvent: deps.onHeaderKey,
  };
  const values = fields.map((field): ColDef<GridRow> => {
    const { align } = registry[field.type];
    const editable = deps.sheet.canEdit() && isWritable(field) && field.type !== "checkbox";
    return {
      colId: field.key,
      headerName: field.name,
      headerComponent: FieldHeader,
      headerComponentParams: { deps: deps.header },
      headerClass: `gf-${align}`,
      cellClass: align === "start" ? "gf-cell" : `gf-cell gf-${align}`,
      cellRenderer: ValueCell,
      cellRendererParams: { sheet: deps.sheet, view: deps.view },
      valueGetter: ({ data }) =>
        data === undefined || data.row < 0 ? undefined : deps.sheet.cell(data.row, field),
      equals: (a, b) => a === b,
      editable: ({ data }) => editable && (data?.id === GHOST || (data?.row ?? -1) >= 0),
      cellEditor: ValueEditor,
      cellEditorParams: { deps: deps.editor, sheet: deps.sheet },
      suppressKeyboardEvent: deps.onKey,
      suppressHeaderKeyboardEvent: deps.onHeaderKey,
      pinned: layout.pinned.includes(field.key) ? "left" : null,
      width: layout.widths[field.key] ?? defaultWidth(field),
      minWidth: 56,
    };
  });
  return [numbers, ...values, ...(deps.sheet.canEdit() ? [plus] : [])];
}
