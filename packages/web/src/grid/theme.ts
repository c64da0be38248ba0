import { createTheme } from "ag-grid-community";

/**
 * AG Grid in the app's own tokens: light, dark and density follow the page without the grid being made again. Not from one of
 * its themes, which bring icons, inputs, tabs and buttons that Gridfolk has of its own.
 */
export const theme = createTheme().withParams({
  accentColor: "var(--accent)",
  backgroundColor: "var(--surface)",
  foregroundColor: "var(--ink)",
  borderColor: "var(--line)",
  chromeBackgroundColor: "var(--grid-header)",
  browserColorScheme: "inherit",
  fontFamily: "inherit",
  fontSize: "var(--text-md)",
  dataFontSize: "var(--text-md)",
  headerFontSize: "var(--text-md)",
  headerFontWeight: "var(--weight-medium)",
  headerTextColor: "var(--ink-soft)",
  headerBackgroundColor: "var(--grid-header)",
  headerCellHoverBackgroundColor: "var(--surface-hover)",
  rowHeight: "var(--grid-row-height, 32px)",
  headerHeight: 34,
  headerColumnBorder: { color: "var(--line)" },
  headerColumnBorderHeight: "100%",
  headerColumnResizeHandleColor: "transparent",
  headerRowBorder: { color: "var(--line)" },
  rowBorder: { color: "var(--line-soft)" },
  columnBorder: { color: "var(--line-soft)" },
  pinnedColumnBorder: { color: "var(--line)" },
  pinnedRowBorder: { color: "var(--line)" },
  rowHoverColor: "transparent",
  oddRowBackgroundColor: "transparent",
  cellHorizontalPadding: 9,
  spacing: 6,
  wrapperBorder: false,
  wrapperBorderRadius: 0,
  borderRadius: 0,
  focusShadow: "none",
  rangeSelectionBorderColor: "var(--grid-selection-line)",
  cellEditingBorder: { color: "transparent", width: 0 },
  cellEditingShadow: "none",
  popupShadow: "none",
});
