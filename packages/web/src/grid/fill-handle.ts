import { targetOf, type Cursor } from "./cursor.ts";
import { makeEdgeScroll } from "./edge-scroll.ts";
import type { Frame } from "./overlay.ts";
import * as Selection from "./selection.ts";
import styles from "./overlay.module.css";

export interface FillHandleDeps {
  readonly root: HTMLElement;
  readonly cursor: Cursor;
  readonly canFill: () => boolean;
  readonly filled: (spot: Selection.Spot) => boolean;
  /** The person works by touch: corners have grips, and the handle stands between them. */
  readonly byTouch: () => boolean;
  /** `other`: Ctrl was held, so that what would count is copied and what would be copied counts. */
  readonly onFill: (source: Selection.Bounds, target: Selection.Bounds, other: boolean) => void;
  readonly onChange: () => void;
}

export interface FillHandle {
  /** The handle, the grips and what is being filled. */
  readonly frames: () => Frame[];
  readonly stop: () => void;
}

/** Of a drag up or down and to the side at once, a column counts for so many rows. */
const ROWS_PER_COLUMN = 4;

/**
 * The handle at the corner of the selection. Dragged in any of four directions it fills what it goes over; a double click
 * fills down as far as the column beside is filled. Under a finger the corners have grips as well, which extend the selection.
 */
export function makeFillHandle(deps: FillHandleDeps): FillHandle {
  const { root, cursor } = deps;
  const stop = new AbortController();
  const { signal } = stop;
  let drag: Drag | undefined;

  const scroll = makeEdgeScroll(root, (down, right) => {
    if (drag === undefined) return;
    const to = { row: drag.spot.row + down, column: drag.spot.column + right };
    moveTo(Selection.clamp(to, cursor.size()));
    cursor.reveal(drag.spot);
  });

  function only(): Selection.Bounds | undefined {
    const areas = Selection.areasOf(cursor.ranges(), cursor.size());
    return areas.length === 1 ? areas[0] : undefined;
  }

  function moveTo(spot: Selection.Spot): void {
    if (drag === undefined || Selection.same(spot, drag.spot)) return;
    drag.spot = spot;
    if (drag.fixed === undefined) deps.onChange();
    else cursor.select([Selection.cellRange(drag.fixed, spot)]);
  }

  function end(): void {
    drag = undefined;
    scroll.stop();
    delete root.dataset["dragging"];
    deps.onChange();
  }

  root.addEventListener(
    "pointerdown",
    (event) => {
      const handle = (event.target as Element).closest<HTMLElement>("[data-handle]");
      const at = handle?.dataset["handle"];
      const area = only();
      if (!at || area === undefined || event.button !== 0) return;
      event.stopPropagation();
      const first = { row: area.top, column: area.left };
      const last = { row: area.bottom, column: area.right };
      const grips = handle?.classList.contains(styles.grip as string);
      drag = {
        source: area,
        spot: at === "start" ? first : last,
        fixed: grips ? (at === "start" ? last : first) : undefined,
      };
      root.dataset["dragging"] = "";
      // A finger keeps to the element it went down on, and that may be scrolled away.
      if (event.pointerType === "touch") root.setPointerCapture(event.pointerId);
    },
    { capture: true, signal },
  );
  root.addEventListener(
    "mousedown",
    (event) => {
      // The focus stays in its cell.
      if ((event.target as HTMLElement).dataset["handle"]) event.preventDefault();
    },
    { capture: true, signal },
  );
  document.addEventListener(
    "pointermove",
    (event) => {
      if (drag === undefined) return;
      if (event.pointerType !== "touch" && (event.buttons & 1) === 0) return end();
      for (const element of document.elementsFromPoint(event.clientX, event.clientY)) {
        const { area, spot } = targetOf(element, cursor.fields());
        if (area !== "cell" && area !== "number") continue;
        moveTo(spot);
        break;
      }
      scroll.at(event.clientX, event.clientY);
    },
    { signal },
  );
  document.addEventListener(
    "pointerup",
    (event) => {
      if (drag === undefined) return;
      const { source, spot, fixed } = drag;
      const target = fixed === undefined ? fillTarget(source, spot) : undefined;
      end();
      if (target === undefined) return;
      deps.onFill(source, target, event.ctrlKey || event.metaKey || event.altKey);
    },
    { signal },
  );
  document.addEventListener("pointercancel", () => drag && end(), { signal });
  document.addEventListener(
    "keydown",
    (event) => {
      if (drag === undefined || event.key !== "Escape") return;
      event.stopPropagation();
      end();
    },
    { capture: true, signal },
  );
  root.addEventListener(
    "dblclick",
    (event) => {
      const area = only();
      if (!(event.target as HTMLElement).dataset["handle"] || area === undefined) return;
      event.stopPropagation();
      const bottom = endBeside(area);
      if (bottom > area.bottom)
        deps.onFill(area, { ...area, top: area.bottom + 1, bottom }, event.ctrlKey);
    },
    { capture: true, signal },
  );

  /** How far down the column beside is filled without a gap: the one before, or where that has nothing there, the one behind. */
  function endBeside(area: Selection.Bounds): number {
    for (const column of [area.left - 1, area.right + 1]) {
      if (column < 0 || column >= cursor.size().columns) continue;
      let row = area.bottom;
      while (row + 1 < cursor.size().rows && deps.filled({ row: row + 1, column })) row++;
      if (row > area.bottom) return row;
    }
    return area.bottom;
  }

  return {
    frames() {
      const area = only();
      if (area === undefined) return [];
      const cell = (row: number, column: number) => ({
        top: row,
        bottom: row,
        left: column,
        right: column,
      });
      const frames: Frame[] = [];
      const target = drag && drag.fixed === undefined && fillTarget(drag.source, drag.spot);
      if (target) frames.push({ area: target, className: styles.preview as string });
      const corner = cell(area.bottom, area.right);
      if (deps.byTouch()) {
        const className = styles.grip as string;
        frames.push({ area: cell(area.top, area.left), className, at: "start" });
        frames.push({ area: corner, className, at: "end" });
      }
      if (deps.canFill()) {
        const middle = cell(area.bottom, Math.floor((area.left + area.right) / 2));
        frames.push(
          deps.byTouch()
            ? { area: middle, className: styles.fill as string, at: "bottom" }
            : { area: corner, className: styles.fill as string, at: "end" },
        );
      }
      return frames;
    },
    stop() {
      scroll.stop();
      stop.abort();
    },
  };
}

interface Drag {
  readonly source: Selection.Bounds;
  spot: Selection.Spot;
  /** Of a grip, the corner that stays; undefined while filling. */
  readonly fixed: Selection.Spot | undefined;
}

/** What lies between the source and a cell beside it; undefined within the source. Diagonally the longer way counts. */
export function fillTarget(
  source: Selection.Bounds,
  spot: Selection.Spot,
): Selection.Bounds | undefined {
  const down =
    spot.row > source.bottom
      ? spot.row - source.bottom
      : spot.row < source.top
        ? spot.row - source.top
        : 0;
  const right =
    spot.column > source.right
      ? spot.column - source.right
      : spot.column < source.left
        ? spot.column - source.left
        : 0;
  if (down === 0 && right === 0) return undefined;
  if (Math.abs(down) >= Math.abs(right) * ROWS_PER_COLUMN || right === 0) {
    return down > 0
      ? { ...source, top: source.bottom + 1, bottom: spot.row }
      : { ...source, top: spot.row, bottom: source.top - 1 };
  }
  return right > 0
    ? { ...source, left: source.right + 1, right: spot.column }
    : { ...source, left: spot.column, right: source.left - 1 };
}
