import type { Cursor } from "./cursor.ts";
import { targetOf, type Target } from "./cursor.ts";
import { makeEdgeScroll } from "./edge-scroll.ts";
import * as Selection from "./selection.ts";

export interface PointerDeps {
  readonly root: HTMLElement;
  readonly cursor: Cursor;
  readonly editing: () => boolean;
  readonly onOpenRecord: (row: number) => void;
  /** Ctrl+click on an address or a link. True when there was something to open. */
  readonly onOpenValue: (target: Target, event: PointerEvent) => boolean;
  readonly onToggle: (spot: Selection.Spot) => boolean;
  readonly onGhost: (column: number) => void;
  readonly onMenu: (event: MouseEvent, target: Target) => void;
}

/**
 * Selecting with the pointer: click, drag with scrolling at the edges, Shift to extend, Ctrl to add, row numbers for whole
 * rows. Touch is left to the grid, which focuses, scrolls and edits by it, and to `touch.ts`.
 */
export function makePointer(deps: PointerDeps): () => void {
  const { root, cursor } = deps;
  const stop = new AbortController();
  const { signal } = stop;
  let dragging: "cells" | "rows" | undefined;
  const scroll = makeEdgeScroll(root, (down, right) => {
    const head = cursor.active()?.head;
    if (head !== undefined) cursor.extendTo({ row: head.row + down, column: head.column + right });
  });

  const endDrag = () => {
    dragging = undefined;
    scroll.stop();
    delete root.dataset["dragging"];
  };

  root.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType === "touch") return;
      const element = event.target as Element;
      const target = targetOf(element, cursor.fields());
      if (target.area === "none") return;
      if (element.closest("[data-open-record]") !== null) {
        event.stopPropagation();
        return;
      }
      if (target.area === "ghost") return;
      const modified = event.ctrlKey || event.metaKey;
      if (event.button === 2) {
        const inside = Selection.areasOf(cursor.ranges(), cursor.size()).some((area) =>
          Selection.contains(area, target.spot),
        );
        if (inside) {
          event.stopPropagation();
          return;
        }
        if (target.area === "number") selectRows(event, target.spot.row, false, false);
        return;
      }
      if (event.button !== 0) return;
      if (target.area === "number") {
        selectRows(event, target.spot.row, event.shiftKey, modified);
        dragging = "rows";
        root.dataset["dragging"] = "";
        return;
      }
      // A click into the open editor is the editor's.
      if (target.element?.classList.contains("ag-cell-inline-editing") === true) return;
      if (event.shiftKey) {
        event.stopPropagation();
        event.preventDefault();
        cursor.extendTo(target.spot);
      } else if (modified) {
        if (deps.onOpenValue(target, event)) {
          event.stopPropagation();
          event.preventDefault();
          return;
        }
        const before = cursor.ranges();
        cursor.goTo(target.spot);
        cursor.select([...before, Selection.cellRange(target.spot)]);
        event.stopPropagation();
        event.preventDefault();
      } else cursor.select([Selection.cellRange(target.spot)]);
      dragging = "cells";
      root.dataset["dragging"] = "";
    },
    { capture: true, signal },
  );

  // The grid focuses on mousedown what it saw pressed: not when the press extended a selection.
  root.addEventListener(
    "mousedown",
    (event) => {
      const target = targetOf(event.target as Element, cursor.fields());
      if (target.area === "number" || (target.area === "cell" && event.button === 0)) {
        if (event.shiftKey || target.area === "number") event.preventDefault();
      }
    },
    { capture: true, signal },
  );

  root.addEventListener(
    "pointerover",
    (event) => {
      if (dragging === undefined || (event.buttons & 1) === 0) return;
      const target = targetOf(event.target as Element, cursor.fields());
      if (target.area === "cell" || target.area === "number") cursor.extendTo(target.spot, true);
    },
    { signal },
  );

  document.addEventListener(
    "pointermove",
    (event) => {
      if (dragging === undefined) return;
      if ((event.buttons & 1) === 0) {
        endDrag();
        return;
      }
      scroll.at(event.clientX, event.clientY);
    },
    { signal },
  );
  document.addEventListener("pointerup", endDrag, { signal });
  document.addEventListener("pointercancel", endDrag, { signal });

  root.addEventListener(
    "click",
    (event) => {
      const element = event.target as Element;
      if (element.closest(".gf-number-header") !== null) {
        const { rows, columns } = cursor.size();
        cursor.goTo({ row: 0, column: 0 });
        cursor.select([
          Selection.cellRange({ row: 0, column: 0 }, { row: rows - 1, column: columns - 1 }),
        ]);
        return;
      }
      const target = targetOf(element, cursor.fields());
      if (target.area === "none" || event.defaultPrevented) return;
      if (element.closest("[data-open-record]") !== null) {
        // So that closing the record comes back to its row.
        if (cursor.focused()?.row !== target.spot.row)
          cursor.goTo({ row: target.spot.row, column: 0 });
        deps.onOpenRecord(target.spot.row);
      } else if (target.area === "ghost" && !deps.editing())
        deps.onGhost(Math.max(0, target.spot.column));
      else if (target.area === "cell" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
        // Only the box itself: the rest of the cell is for selecting.
        if (element.closest("[data-check]") !== null) deps.onToggle(target.spot);
      }
    },
    { signal },
  );

  root.addEventListener(
    "contextmenu",
    (event) => {
      const target = targetOf(event.target as Element, cursor.fields());
      if (target.area === "none" || target.area === "ghost") return;
      if (target.element?.classList.contains("ag-cell-inline-editing") === true) return;
      event.preventDefault();
      deps.onMenu(event, target);
    },
    { signal },
  );

  function selectRows(event: PointerEvent, row: number, extend: boolean, add: boolean): void {
    event.stopPropagation();
    event.preventDefault();
    const active = cursor.active();
    if (extend && active !== undefined) {
      cursor.select([...cursor.ranges().slice(0, -1), Selection.rowsRange(active.anchor.row, row)]);
      return;
    }
    const before = add ? cursor.ranges().filter((range) => range.kind === "rows") : [];
    const again = before.find((range) => range.anchor.row === row && range.head.row === row);
    cursor.goTo({ row, column: 0 });
    cursor.select(
      again === undefined
        ? [...before, Selection.rowsRange(row)]
        : before.filter((range) => range !== again),
    );
  }

  return () => {
    endDrag();
    stop.abort();
  };
}
