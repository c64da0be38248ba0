import type { Column, SuppressHeaderKeyboardEventParams } from "ag-grid-community";
import { ADD_COLUMN } from "./columns.ts";
import type { HeaderDeps } from "./header.tsx";
import type { GridRow } from "./row-model.ts";

/** Keys on a column's header: Enter sorts, the menu keys open its menu. True when the key was one of them. */
export function pressHeader(
  { event, column }: Pick<SuppressHeaderKeyboardEventParams<GridRow>, "event" | "column">,
  header: HeaderDeps,
): boolean {
  if (event.type !== "keydown") return false;
  const key = (column as Column<GridRow>).getColId();
  const cell = (event.target as Element).closest(".ag-header-cell");
  if (key === ADD_COLUMN) {
    if (event.key !== "Enter" && event.key !== " ") return false;
    cell?.querySelector<HTMLElement>("[data-add-column]")?.click();
  } else if (isMenuKey(event)) {
    cell?.querySelector<HTMLElement>("[data-column-menu]")?.click();
  } else if (event.key === "Enter") {
    header.onSort(key, event.shiftKey);
  } else return false;
  event.preventDefault();
  return true;
}

function isMenuKey(event: KeyboardEvent): boolean {
  return (
    event.key === "ContextMenu" ||
    (event.key === "F10" && event.shiftKey) ||
    (event.key === "ArrowDown" && event.altKey) ||
    event.key === " "
  );
}
