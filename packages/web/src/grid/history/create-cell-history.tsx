import HistoryIcon from "lucide-solid/icons/clock";
import { createSignal, lazy, onCleanup, Show, Suspense, type JSX } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Command } from "../../app/commands.ts";
import type { MenuItem } from "../../ui/menu.tsx";
import { targetOf } from "../cursor.ts";
import type { SheetGrid } from "../grid.ts";
import { isWritable, type SheetContext } from "../sheet-context.ts";

const CellHistoryPopover = lazy(() =>
  import("./cell-history.tsx").then((m) => ({ default: m.CellHistoryPopover })),
);

export interface CellHistoryDeps {
  readonly sheet: SheetContext;
  readonly grid: () => SheetGrid | undefined;
  /** Visible columns in the order of the screen. */
  readonly fields: () => readonly Field[];
  readonly onSent: (operations: readonly Operation[], outcome: Promise<unknown>) => void;
}

/** Who changed a cell, by key, by menu, and by a mark on cells under the pointer that were changed lately. */
export interface CellHistory {
  /** For the palette, and the key. */
  commands(): readonly Command[];
  /** For the menu of a cell. */
  items(): readonly MenuItem[];
  /** Looks out for a pointer that rests on a cell. */
  watch(host: HTMLElement): void;
  /** What is open. */
  view(): JSX.Element;
}

const KEYS = "Ctrl+Shift+H";
/** Nobody who works passes so slowly. */
const REST_MS = 900;
const RECENT_MS = 7 * 24 * 60 * 60 * 1000;

interface Open {
  readonly id: string;
  readonly field: Field;
  readonly anchor: DOMRect;
}

export function createCellHistory({ sheet, grid, fields, onSent }: CellHistoryDeps): CellHistory {
  const [open, setOpen] = createSignal<Open>();

  function show(place: number, column: number): void {
    const cursor = grid()?.cursor;
    const id = sheet.order.at(place)?.id;
    const field = fields()[column];
    if (cursor === undefined || id === undefined || field === undefined) return;
    cursor.reveal({ row: place, column });
    const cell = document.activeElement?.closest(".ag-cell") ?? undefined;
    const anchor = cell?.getBoundingClientRect() ?? new DOMRect(innerWidth / 2, 120, 0, 0);
    setOpen({ id, field, anchor });
  }

  function showHere(): void {
    const spot = grid()?.cursor.focused();
    if (spot !== undefined && sheet.order.rowAt(spot.row) >= 0) show(spot.row, spot.column);
  }

  /** The cell, where it is worth asking who changed it: its record was changed lately by somebody. */
  function changedLately(row: number): boolean {
    const { updated, created, stamps } = sheet.table();
    const stamp = updated[row];
    if (row < 0 || stamp === undefined || stamp === created[row]) return false;
    return (stamps.get(stamp)?.at ?? 0) > Date.now() - RECENT_MS;
  }

  function watch(host: HTMLElement): void {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let rested: HTMLElement | undefined;
    let unmark: (() => void) | undefined;
    const leave = () => {
      clearTimeout(timer);
      unmark?.();
      unmark = undefined;
      rested = undefined;
    };
    const listen = { signal: stop.signal, capture: true, passive: true };
    host.addEventListener(
      "pointermove",
      ({ target: element, pointerType, buttons }) => {
        const target = targetOf(element as Element, fields());
        if (target.element === rested && rested !== undefined) return;
        leave();
        if (pointerType === "touch" || buttons !== 0 || target.area !== "cell") return;
        const { element: cell, spot } = target;
        const row = sheet.order.rowAt(spot.row);
        const field = fields()[spot.column];
        const id = sheet.order.at(spot.row)?.id;
        if (cell === undefined || field === undefined || id === undefined) return;
        rested = cell;
        if (!isWritable(field) || !changedLately(row)) return;
        timer = setTimeout(() => {
          const stamp = sheet.table().updated[row] ?? 0;
          const recent = { sheet, id, field, stamp, withinMs: RECENT_MS };
          const onOpen = () => setOpen({ id, field, anchor: cell.getBoundingClientRect() });
          void import("./recent-mark.ts")
            .then(({ markRecent }) => markRecent(cell, recent, onOpen))
            .then((marked) => {
              if (rested === cell) unmark = marked;
              else marked();
            });
        }, REST_MS);
      },
      listen,
    );
    host.addEventListener("pointerleave", leave, { signal: stop.signal });
    host.addEventListener("scroll", leave, listen);
    host.addEventListener("keydown", leave, listen);
    onCleanup(() => {
      leave();
      stop.abort();
    });
  }

  return {
    commands: () => [
      {
        id: "cell-history",
        label: "History of this cell",
        group: "Sheet",
        icon: HistoryIcon,
        keys: KEYS,
        words: "who changed when before versions restore audit",
        run: showHere,
      },
    ],
    items: () => [{ label: "History of this cell", icon: HistoryIcon, keys: KEYS, run: showHere }],
    watch,
    view: () => (
      <Show when={open()} keyed>
        {({ id, field, anchor }) => (
          <Suspense>
            <CellHistoryPopover
              sheet={sheet}
              record={id}
              field={field}
              anchor={anchor}
              onSent={onSent}
              onClose={() => setOpen(undefined)}
            />
          </Suspense>
        )}
      </Show>
    ),
  };
}
