import { targetOf, type Cursor, type Target } from "./cursor.ts";
import * as Selection from "./selection.ts";

export interface TouchDeps {
  readonly root: HTMLElement;
  readonly cursor: Cursor;
  readonly onMenu: (event: MouseEvent, target: Target) => void;
  /** The person went from mouse to touch, or back. */
  readonly onChange: () => void;
}

export interface Touch {
  /** Whether the last press was by touch. */
  readonly used: () => boolean;
  readonly stop: () => void;
}

/** A finger that stays so long and moves no further asks for the menu. */
const LONG_MS = 550;
const STILL_PX = 10;

/**
 * Fingers in the grid: a tap selects a cell or a row, a long press opens the menu, swiping scrolls as everywhere. The corners of
 * the selection have grips then (`fill-handle.ts`).
 */
export function makeTouch({ root, cursor, onMenu, onChange }: TouchDeps): Touch {
  const stop = new AbortController();
  const { signal } = stop;
  let byTouch = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start: { x: number; y: number } | undefined;
  /** The menu is open: what the browser makes of the same press is not for the cell. */
  let menu = false;

  const still = () => {
    clearTimeout(timer);
    start = undefined;
  };

  root.addEventListener(
    "pointerdown",
    (event) => {
      const now = event.pointerType === "touch";
      if (now !== byTouch) {
        byTouch = now;
        root.toggleAttribute("data-touch", now);
        onChange();
      }
      still();
      menu = false;
      const target = targetOf(event.target as Element, cursor.fields());
      if (!now || (target.area !== "cell" && target.area !== "number")) return;
      start = { x: event.clientX, y: event.clientY };
      // Browsers that raise no contextmenu for fingers, as on iPads.
      timer = setTimeout(() => {
        still();
        menu = true;
        selectUnder(target);
        onMenu(event, target);
      }, LONG_MS);
    },
    { capture: true, signal },
  );
  root.addEventListener(
    "pointermove",
    ({ clientX, clientY }) => {
      if (start === undefined) return;
      if (Math.hypot(clientX - start.x, clientY - start.y) > STILL_PX) still();
    },
    { signal },
  );
  for (const type of ["pointerup", "pointercancel"] as const) {
    root.addEventListener(type, still, { signal });
  }
  root.addEventListener("scroll", still, { capture: true, passive: true, signal });
  root.addEventListener(
    "contextmenu",
    (event) => {
      if (!byTouch) return;
      still();
      if (menu) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      menu = true;
      selectUnder(targetOf(event.target as Element, cursor.fields()));
    },
    { capture: true, signal },
  );
  root.addEventListener(
    "click",
    (event) => {
      if ((event as PointerEvent).pointerType !== "touch") return;
      if (menu) {
        // The finger that opened it leaves.
        event.stopPropagation();
        event.preventDefault();
        return;
      }
      const target = targetOf(event.target as Element, cursor.fields());
      if ((event.target as Element).closest("[data-open-record]") !== null) return;
      if (target.area === "number") {
        cursor.goTo({ row: target.spot.row, column: 0 });
        cursor.select([Selection.rowsRange(target.spot.row)]);
      } else if (
        target.area === "cell" &&
        target.element?.classList.contains("ag-cell-inline-editing") !== true
      ) {
        cursor.select([Selection.cellRange(target.spot)]);
      }
    },
    { capture: true, signal },
  );

  function selectUnder(target: Target): void {
    if (target.area !== "number") return;
    const inside = Selection.areasOf(cursor.ranges(), cursor.size()).some((area) =>
      Selection.contains(area, target.spot),
    );
    if (inside) return;
    cursor.goTo({ row: target.spot.row, column: 0 });
    cursor.select([Selection.rowsRange(target.spot.row)]);
  }

  return {
    used: () => byTouch,
    stop() {
      still();
      stop.abort();
    },
  };
}
