import type { GridOptions } from "ag-grid-community";
import type { GridRow } from "./row-model.ts";
import { FOOTER } from "./view/lines.ts";
import { theme } from "./theme.ts";

/** How AG Grid behaves in every sheet: it draws, scrolls and opens editors, and moves nothing by itself. */
export const behaviour = {
  theme,
  rowModelType: "viewport",
  getRowId: ({ data }) => data.id,
  defaultColDef: { sortable: false, resizable: true, cellDataType: false },
  rowClassRules: {
    "gf-group": ({ data }) => data?.group !== undefined,
    "gf-footer": ({ data }) => data?.id === FOOTER,
  },
  headerHeight: 34,
  animateRows: false,
  readOnlyEdit: true,
  suppressFocusAfterRefresh: true,
  enterNavigatesVertically: true,
  enterNavigatesVerticallyAfterEdit: true,
  stopEditingWhenCellsLoseFocus: true,
  suppressRowTransform: true,
  suppressDragLeaveHidesColumns: true,
  suppressMaintainUnsortedOrder: true,
  suppressCellFocus: false,
  suppressColumnMoveAnimation: true,
  suppressScrollOnNewData: true,
  preventDefaultOnContextMenu: false,
  rowBuffer: 8,
} as const satisfies GridOptions<GridRow>;
