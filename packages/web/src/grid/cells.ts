import type { ICellRendererComp, ICellRendererParams } from "ag-grid-community";
import { isInvalid } from "@gridfolk/core/field/cell";
import { must } from "@gridfolk/core/assert";
import type { ColourRule } from "@gridfolk/core/view/definition";
import { paint } from "./cell-content.ts";
import type { GridRow } from "./row-model.ts";
import { liveFields, type SheetContext } from "./sheet-context.ts";
import { drawFooterCell, drawGroupCell, FOOTER } from "./view/lines.ts";
import type { ViewCells } from "./view/view-cells.ts";
import styles from "./cells.module.css";

/** The row that stands below the last one and becomes a record when something is typed into it. */
export const GHOST = "ghost";

interface Params extends ICellRendererParams<GridRow> {
  readonly sheet: SheetContext;
  readonly view: ViewCells;
}

/** One value in the grid. */
export class ValueCell implements ICellRendererComp<GridRow> {
  #gui = document.createElement("span");

  init(params: Params): void {
    this.#gui.className = styles.value as string;
    this.#draw(params);
  }

  getGui(): HTMLElement {
    return this.#gui;
  }

  refresh(params: Params): boolean {
    this.#draw(params);
    return true;
  }

  #draw(params: Params): void {
    const { data, sheet, column, eGridCell } = params;
    if (data === undefined) return;
    const key = must(column).getColId();
    const field = sheet.sheet().fields.find((other) => other.key === key);
    if (field === undefined) return;
    if (data.id === GHOST) {
      const first = sheet.sheet().title[0] ?? liveFields(sheet.sheet())[0]?.key;
      this.#gui.textContent = key === first ? newRecordLabel(sheet) : "";
      return;
    }
    if (data.group !== undefined) {
      drawGroupCell(this.#gui, params, field, data.group);
      return;
    }
    if (data.id === FOOTER) {
      drawFooterCell(this.#gui, params, field);
      return;
    }
    const cell = sheet.cell(data.row, field);
    colour(eGridCell, this.#gui, params.view.colourOf(data.row, key));
    eGridCell.toggleAttribute("data-waiting", sheet.isWaiting(data.id, key));
    const invalid = isInvalid(cell);
    if (eGridCell.hasAttribute("data-invalid") !== invalid) {
      eGridCell.toggleAttribute("data-invalid", invalid);
      if (invalid) eGridCell.ariaInvalid = "true";
      else eGridCell.removeAttribute("aria-invalid");
    }
    paint(this.#gui, field, cell, sheet.look());
  }
}

/** Colour is never alone: the rule says on hover, and to screen readers, what it means. */
function colour(cell: HTMLElement, value: HTMLElement, rule: ColourRule | undefined): void {
  if (rule === undefined) {
    if (cell.dataset["color"] === undefined) return;
    delete cell.dataset["color"];
    value.removeAttribute("title");
    return;
  }
  cell.dataset["color"] = rule.color;
  value.title = rule.name;
}

export function newRecordLabel(sheet: SheetContext): string {
  return `New ${sheet.sheet().singular ?? "row"}`;
}

const expand = `<svg width="14" height="14" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="m15 15 6 6M15 9l6-6M21 16v5h-5M21 8V3h-5M3 16v5h5m-5 0 6-6M3 8V3h5M9 9 3 3"/></svg>`;

/** The row's number, which selects the row, and the button that opens its record. */
export class RowNumberCell implements ICellRendererComp<GridRow> {
  #gui = document.createElement("span");
  #number = document.createElement("span");

  init(params: Params): void {
    this.#gui.className = styles.number as string;
    if (params.data?.id === GHOST) {
      this.#number.textContent = "+";
      this.#gui.append(this.#number);
      return;
    }
    if (params.data?.id === FOOTER) return;
    if (params.data?.group !== undefined) {
      if (params.sheet.canEdit()) this.#gui.append(addButton(params));
      return;
    }
    const open = document.createElement("button");
    open.type = "button";
    open.tabIndex = -1;
    open.dataset["openRecord"] = "";
    open.ariaLabel = "Open record";
    open.title = "Open record (Space)";
    open.innerHTML = expand;
    this.#gui.append(this.#number, open);
    this.#draw(params);
  }

  getGui(): HTMLElement {
    return this.#gui;
  }

  refresh(params: Params): boolean {
    if (params.data !== undefined && params.data.row >= 0) this.#draw(params);
    return true;
  }

  #draw(params: Params): void {
    const { order } = params.sheet;
    this.#number.textContent = String(order.numberAt(params.node.rowIndex ?? 0));
  }
}

/** Makes a record that belongs to the group. */
function addButton({ sheet, view, data }: Params): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.dataset["groupAdd"] = data?.id ?? "";
  const where = data?.group === undefined ? "" : view.groupWords(data.group.group);
  button.ariaLabel = `${newRecordLabel(sheet)} in ${where}`;
  button.title = button.ariaLabel;
  button.textContent = "+";
  return button;
}
