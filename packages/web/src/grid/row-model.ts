import { BeanStub, RowNode, ScrollApiModule } from "ag-grid-community";
import type { Module, NamedBean, RowBounds } from "ag-grid-community";
import type { Group } from "@gridfolk/core/view/group";

/** What the grid draws: one object per row on screen, pointing into the columnar workbook. */
export interface GridRow {
  readonly id: string;
  /** Row of the table's columns, -1 where the line is no record. */
  readonly row: number;
  /** The line is the header of a group. */
  readonly group?: GroupLine;
}

/** A header row: it stands above the records of a group and is none itself. */
export interface GroupLine {
  /** Of the row on screen. */
  readonly id: string;
  readonly group: Group;
  /** Its records among `RowOrder.rows`. */
  readonly from: number;
  readonly to: number;
  readonly collapsed: boolean;
}

/** The order of rows on screen. The grid asks for what it draws and for nothing else. */
export interface RowSource {
  readonly count: number;
  /** The row at a place on screen. */
  at(index: number): GridRow | undefined;
  /** Where a record stands on screen, -1 when it is filtered out. */
  indexOf(id: string): number;
  /** How many of the lines above a place are header rows of groups. */
  headersAbove(index: number): number;
}

/** The grid hands out none of its parts, so the model introduces itself through the grid's `context` option. */
export interface RowModelContext {
  attach(model: WorkbookRowModel): void;
}

export const noRows: RowSource = {
  count: 0,
  at: () => undefined,
  indexOf: () => -1,
  headersAbove: () => 0,
};

/** A header row of a group is as tall as a plain row, however tall others are. */
const HEADER_HEIGHT = 32;

/** Where a line begins, in pixels from the first one. */
export function topOf(source: RowSource, index: number, rowHeight: number): number {
  return index * rowHeight - source.headersAbove(index) * Math.max(0, rowHeight - HEADER_HEIGHT);
}

/** Nodes kept for rows that were on screen; beyond this, those far from it are let go. */
const keptNodes = 400;

/**
 * AG Grid's port for rows, over an order that is kept outside the grid. Rows cost nothing until they are drawn, so
 * opening, sorting and filtering take the same time at 1,000 and at 1,000,000 rows, and a committed cell never makes
 * the grid sort again. It stands where the "viewport" row model of other editions stands.
 *
 * Relies on what the grid does not document (the row model port, `RowNode`, the `modelUpdated` event): the version is
 * pinned and `e2e/grid.test.ts` holds the behaviour.
 */
export class WorkbookRowModel extends BeanStub implements NamedBean {
  readonly beanName = "rowModel" as const;
  readonly hierarchical = false;
  rootNode: RowNode<GridRow> | null = null;

  #source: RowSource = noRows;
  #rowHeight = 32;
  readonly #nodes = new Map<string, RowNode<GridRow>>();

  postConstruct(): void {
    this.rootNode = new RowNode<GridRow>(this.beans);
    this.rootNode.level = -1;
    this.#rowHeight = this.gos.get("rowHeight") ?? 32;
    this.addManagedPropertyListener("rowHeight", () => this.#resize());
  }

  start(): void {
    this.eventSvc.dispatchEventOnce({ type: "rowCountReady" });
    this.#announce();
    (this.gos.get("context") as RowModelContext).attach(this);
  }

  override destroy(): void {
    this.#nodes.clear();
    super.destroy();
    this.rootNode = null;
  }

  /** Shows another order. Rows on screen that stay keep their element, their editor and their focus. */
  show(source: RowSource): void {
    this.#source = source;
    for (const [id, node] of this.#nodes) {
      const index = source.indexOf(id);
      const row = index < 0 ? undefined : source.at(index);
      if (row === undefined || row.id !== id) {
        this.#nodes.delete(id);
        node.clearRowTopAndRowIndex();
      } else {
        node.data = row;
        this.#place(node, index);
      }
    }
    this.#announce();
  }

  getRow(index: number): RowNode<GridRow> | undefined {
    const row = this.#source.at(index);
    if (row === undefined) return undefined;
    let node = this.#nodes.get(row.id);
    if (node === undefined) {
      if (this.#nodes.size > keptNodes) this.#letGo();
      node = new RowNode<GridRow>(this.beans);
      node.group = false;
      node.level = 0;
      node.rowHeight = this.#heightOf(row);
      node.setDataAndId(row, row.id);
      this.#nodes.set(row.id, node);
    }
    this.#place(node, index);
    return node;
  }

  getRowNode(id: string): RowNode<GridRow> | undefined {
    const index = this.#source.indexOf(id);
    return index < 0 ? undefined : this.getRow(index);
  }

  getRowCount(): number {
    return this.#source.count;
  }

  getTopLevelRowCount(): number {
    return this.#source.count;
  }

  getTopLevelRowDisplayedIndex(index: number): number {
    return index;
  }

  getRowIndexAtPixel(pixel: number): number {
    let low = 0;
    let high = Math.max(0, this.#source.count - 1);
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (topOf(this.#source, middle, this.#rowHeight) <= pixel) low = middle;
      else high = middle - 1;
    }
    return Math.min(low, this.#source.count - 1);
  }

  getRowBounds(index: number): RowBounds {
    const rowTop = topOf(this.#source, index, this.#rowHeight);
    return { rowTop, rowHeight: topOf(this.#source, index + 1, this.#rowHeight) - rowTop };
  }

  isRowPresent(node: RowNode<GridRow>): boolean {
    return node.id !== undefined && this.#source.indexOf(node.id) >= 0;
  }

  isEmpty(): boolean {
    return this.#source.count === 0;
  }

  isRowsToRender(): boolean {
    return this.#source.count > 0;
  }

  getOverlayType(): null {
    return null;
  }

  getNodesInRangeForSelection(): RowNode<GridRow>[] {
    return [];
  }

  forEachNode(callback: (node: RowNode<GridRow>, index: number) => void): void {
    let index = 0;
    for (const node of this.#nodes.values()) callback(node, index++);
  }

  getType(): "viewport" {
    return "viewport";
  }

  isLastRowIndexKnown(): boolean {
    return true;
  }

  ensureRowHeightsValid(): boolean {
    return false;
  }

  resetRowHeights(): void {}

  onRowHeightChanged(): void {}

  #place(node: RowNode<GridRow>, index: number): void {
    if (node.rowIndex !== index) node.setRowIndex(index);
    node.setRowTop(topOf(this.#source, index, this.#rowHeight));
  }

  #heightOf(row: GridRow | undefined): number {
    return row?.group === undefined ? this.#rowHeight : Math.min(this.#rowHeight, HEADER_HEIGHT);
  }

  #resize(): void {
    this.#rowHeight = this.gos.get("rowHeight") ?? 32;
    for (const node of this.#nodes.values()) {
      node.setRowHeight(this.#heightOf(node.data));
      if (node.rowIndex !== null)
        node.setRowTop(topOf(this.#source, node.rowIndex, this.#rowHeight));
    }
    this.#announce();
  }

  #letGo(): void {
    const drawn = new Set(this.beans.rowRenderer.getRenderedNodes().map((node) => node.id));
    for (const id of this.#nodes.keys()) if (!drawn.has(id)) this.#nodes.delete(id);
  }

  #announce(): void {
    this.eventSvc.dispatchEvent({
      type: "modelUpdated",
      animate: false,
      keepRenderedRows: true,
      newData: false,
      newPage: false,
      newPageSize: false,
    });
  }
}

export const WorkbookRowModelModule: Module = {
  moduleName: "ViewportRowModel",
  version: ScrollApiModule.version,
  rowModels: ["viewport"],
  beans: [WorkbookRowModel],
};
