import type { GridApi } from "ag-grid-community";
import type { GridRow } from "./row-model.ts";
import type { Bounds } from "./selection.ts";
import styles from "./overlay.module.css";

/** A frame over an area of cells. */
export interface Frame {
  readonly area: Bounds;
  readonly className: string;
  /** A CSS colour; the class decides when absent. */
  readonly color?: string;
  /** A name tag above its corner. */
  readonly label?: string;
  /** Not a frame but a handle, which stands there at the frame's edge. The area is a single cell. */
  readonly at?: "start" | "end" | "bottom";
}

/**
 * Frames over cells: selections and other people. Drawn as absolutely positioned elements in the grid's scrolling container,
 * once over the scrolling cells and once more, sticky, over the pinned ones; both scroll with the rows by themselves. Relies
 * on rows not being transformed (`suppressRowTransform`), so that pinned cells cover the first layer.
 */
export interface Overlay {
  draw(frames: readonly Frame[]): void;
  destroy(): void;
}

export interface OverlayGeometry {
  /** Where the line of an index begins, in pixels. */
  readonly topOf: (index: number) => number;
  /** Ids of the columns that areas count in, from the left. */
  readonly columns: () => readonly string[];
}

export function makeOverlay(
  root: HTMLElement,
  api: GridApi<GridRow>,
  geometry: OverlayGeometry,
): Overlay {
  const container = root.querySelector<HTMLElement>(".ag-grid-scrolling-container");
  const scrolling = document.createElement("div");
  scrolling.className = styles.scrolling as string;
  const pinned = document.createElement("div");
  pinned.className = styles.pinned as string;
  container?.append(scrolling, pinned);
  const pools = { scrolling: [] as HTMLElement[], pinned: [] as HTMLElement[] };

  function draw(frames: readonly Frame[]): void {
    const left = new Map<string, { x: number; width: number; pinned: boolean }>();
    let pinnedWidth = 0;
    for (const column of api.getAllDisplayedColumns()) {
      const isPinned = column.getPinned() === "left";
      const width = column.getActualWidth();
      left.set(column.getColId(), { x: column.getLeft() ?? 0, width, pinned: isPinned });
      if (isPinned) pinnedWidth += width;
    }
    const ids = geometry.columns();
    const shift = rowShift(root, geometry.topOf);
    const used = { scrolling: 0, pinned: 0 };

    const put = (
      pool: "scrolling" | "pinned",
      frame: Frame,
      x: number,
      width: number,
      sides: string,
    ) => {
      const layer = pool === "scrolling" ? scrolling : pinned;
      let element = pools[pool][used[pool]];
      if (element === undefined) {
        element = document.createElement("div");
        element.ariaHidden = "true";
        pools[pool].push(element);
        layer.append(element);
      }
      used[pool]++;
      const place = `${frame.label} ${frame.area.top} ${ids[frame.area.left]}`;
      if (frame.label !== undefined && element.dataset["place"] !== place) {
        // A name is shown again when its person moves; reading the layout lets the same animation start anew.
        element.className = "";
        void element.offsetWidth;
      }
      element.dataset["place"] = place;
      const { top, bottom } = frame.area;
      element.className = frame.className;
      element.dataset["open"] = sides;
      element.hidden = false;
      element.style.cssText =
        frame.at === undefined
          ? `top:${geometry.topOf(top) + shift}px;height:${geometry.topOf(bottom + 1) - geometry.topOf(top)}px;left:${x}px;width:${width}px;${frame.color === undefined ? "" : `--frame:${frame.color}`}`
          : `top:${geometry.topOf(frame.at === "start" ? top : bottom + 1) + shift}px;left:${x + width * shares[frame.at]}px`;
      element.dataset["handle"] = frame.at ?? "";
      element.textContent = frame.label ?? "";
      element.toggleAttribute("data-first-row", top === 0);
    };

    for (const frame of frames) {
      const columns = ids
        .slice(frame.area.left, frame.area.right + 1)
        .map((id) => left.get(id))
        .filter((column) => column !== undefined);
      const inPinned = columns.filter((column) => column.pinned);
      const inScrolling = columns.filter((column) => !column.pinned);
      const both = inPinned.length > 0 && inScrolling.length > 0;
      if (inPinned.length > 0) {
        put(
          "pinned",
          frame,
          Math.min(...inPinned.map((column) => column.x)),
          sum(inPinned),
          both ? "end" : "",
        );
      }
      if (inScrolling.length > 0) {
        const x = pinnedWidth + Math.min(...inScrolling.map((column) => column.x));
        put(
          "scrolling",
          both ? withoutLabel(frame) : frame,
          x,
          sum(inScrolling),
          both ? "start" : "",
        );
      }
    }
    for (const pool of ["scrolling", "pinned"] as const) {
      pools[pool].forEach((element, index) => {
        if (index >= used[pool]) element.hidden = true;
      });
    }
  }

  return {
    draw,
    destroy() {
      scrolling.remove();
      pinned.remove();
    },
  };
}

/** Where a handle stands along the width of its cell. */
const shares = { start: 0, end: 1, bottom: 0.5 };

function sum(columns: readonly { width: number }[]): number {
  return columns.reduce((all, { width }) => all + width, 0);
}

function withoutLabel(frame: Frame): Frame {
  const { label: _, ...rest } = frame;
  return rest;
}

/**
 * Where the browser limits how tall an element may be, the grid moves rows against their place. Read from a row on screen;
 * 0 for all but the longest sheets.
 */
function rowShift(root: HTMLElement, topOf: OverlayGeometry["topOf"]): number {
  const row = root.querySelector<HTMLElement>(".ag-grid-scrolling-container > .ag-row");
  const index = Number(row?.getAttribute("row-index"));
  const top = Number.parseFloat(row?.style.top ?? "");
  return Number.isFinite(index) && Number.isFinite(top) ? top - topOf(index) : 0;
}
