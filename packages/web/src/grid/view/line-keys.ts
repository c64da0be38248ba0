import type { GridApi, SuppressKeyboardEventParams } from "ag-grid-community";
import type { GridRow, GroupLine } from "../row-model.ts";
import { FOOTER } from "./lines.ts";

export interface LineKeysDeps {
  readonly api: () => GridApi<GridRow>;
  readonly onToggle: (line: GroupLine, isOpen: boolean) => void;
  /** To the header above, of the group that the group is in. */
  readonly onParent: (line: GroupLine) => void;
  readonly onSummary: (field: string) => void;
}

/**
 * Keys on lines that are no records: header rows of groups and the row of sums. Undefined: the key means what it means on every
 * line.
 */
export function pressLine(
  params: SuppressKeyboardEventParams<GridRow>,
  deps: LineKeysDeps,
): boolean | undefined {
  const { event, node } = params;
  const line = node.data?.group;
  if (line !== undefined) return pressGroup(event, line, deps);
  return node.data?.id === FOOTER ? pressFooter(params, deps) : undefined;
}

function pressGroup(
  event: KeyboardEvent,
  line: GroupLine,
  deps: LineKeysDeps,
): boolean | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return undefined;
  switch (event.key) {
    case "ArrowLeft":
      if (line.collapsed) deps.onParent(line);
      else deps.onToggle(line, false);
      return true;
    case "ArrowRight":
      if (line.collapsed) deps.onToggle(line, true);
      return true;
    case "Enter":
    case " ":
      deps.onToggle(line, line.collapsed);
      return true;
    default:
      return undefined;
  }
}

function pressFooter(
  { event, column, node }: SuppressKeyboardEventParams<GridRow>,
  deps: LineKeysDeps,
): boolean | undefined {
  const { key } = event;
  const isMenuKey = key === "ContextMenu" || (key === "F10" && event.shiftKey);
  if (
    isMenuKey ||
    key === "Enter" ||
    key === " " ||
    key === "F2" ||
    (event.altKey && key === "ArrowDown")
  ) {
    deps.onSummary(column.getColId());
    return true;
  }
  if (key === "Tab") {
    const api = deps.api();
    const columns = api.getAllDisplayedColumns();
    const next = columns[columns.indexOf(column) + (event.shiftKey ? -1 : 1)];
    if (next === undefined || next.getColId().startsWith("#")) return false;
    api.ensureColumnVisible(next);
    api.setFocusedCell(node.rowIndex ?? 0, next, "bottom");
    return true;
  }
  if (event.ctrlKey || event.metaKey) return undefined;
  // Arrows are the grid's; nothing is typed here.
  return !key.startsWith("Arrow");
}
