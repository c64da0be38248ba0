import type { GridApi } from "ag-grid-community";
import type { Field } from "@gridfolk/core/field/field";
import { keysLabel } from "../app/commands.ts";
import { makePart } from "../ui/part.ts";
import { showProblem } from "../ui/problem.ts";
import { showToast } from "../ui/toast.tsx";
import type { Actions, Cut } from "./actions.ts";
import { toHtml } from "./clipboard-html.ts";
import { cellsIn, fromTsv, toTsv, type Block } from "./clipboard.ts";
import type { Cursor } from "./cursor.ts";
import { landing, PASTE_LIMIT } from "./landing.ts";
import type { GridRow } from "./row-model.ts";
import * as Selection from "./selection.ts";
import { isWritable, type SheetContext } from "./sheet-context.ts";

export interface TransferDeps {
  readonly api: GridApi<GridRow>;
  readonly cursor: Cursor;
  readonly actions: Actions;
  readonly sheet: SheetContext;
  readonly fields: () => readonly Field[];
  readonly editing: () => boolean;
  /** Another area is framed as copied, or none. */
  readonly onCopied: (area: Selection.Bounds | undefined) => void;
  /** Columns for what stands beyond the last one, as the person wants it: how many were added; undefined: nothing is pasted. */
  readonly onBeyond: (beyond: Block) => Promise<number | undefined>;
}

export interface Transfer {
  /** Puts the selection on the clipboard, as its key does. */
  copy(): void;
  /** Puts the selection on the clipboard with the names of the columns above it. */
  copyWithHeaders(): void;
  /** As its key: what is cut stays where it is until it is pasted. */
  cut(): void;
  /**
   * Pastes what the browser lets a page read without a key; where it lets it read nothing (plain http, a refusal), the person is told
   * the key.
   */
  paste(): Promise<void>;
  /** What was cut stays where it is. */
  forget(): void;
}

/** A selection of more cells is exported, not copied. */
const COPY_LIMIT = 1_000_000;
/** Beyond this, the clipboard gets text only: a table of tags would be ten times as long. */
const HTML_CELLS = 100_000;
/** Longer text is not taken apart. */
const MOST_TEXT = 30_000_000;
/** A page longer than this would hold the tab up while it is read: its text is read instead. */
const MOST_HTML = 3_000_000;
/** From here on it takes a while: the person is told before it begins. */
const MANY = 100_000;

/** Reads tables of other programs. */
const tables = makePart(() => import("./html-table.ts"));

/** What was cut last in this tab, on whichever sheet, and the text the clipboard got of it. */
let cut: (Cut & { readonly text: string }) | undefined;

/**
 * Copying, cutting and pasting cells with the system's clipboard, while the focus is in the grid and no editor is open. As in
 * Excel, what is cut stays until it is pasted. Ends with the signal.
 */
export function makeTransfer(root: HTMLElement, deps: TransferDeps, signal: AbortSignal): Transfer {
  const { api, cursor, actions, sheet, fields } = deps;
  const isInside = () => root.contains(document.activeElement);
  const columnOf = (id: string | undefined) => fields().findIndex((field) => field.key === id);
  const figure = (number: number) => number.toLocaleString(sheet.workspace.locale().locale);
  /** What a menu asks for: then the focus may be anywhere. */
  let asked: "cells" | "headers" | undefined;

  function copy(event: ClipboardEvent, isCut: boolean): void {
    const named = asked === "headers";
    if ((!isInside() && asked === undefined) || deps.editing() || event.clipboardData === null)
      return;
    const areas = Selection.areasOf(cursor.ranges(), cursor.size());
    const [first] = areas;
    if (first === undefined) return;
    event.preventDefault();
    const cells = areas.reduce((sum, area) => sum + Selection.cellsOf(area), 0);
    if (cells > COPY_LIMIT) {
      return void refuse(
        `${figure(cells)} cells are too many to copy`,
        `Up to ${figure(COPY_LIMIT)} cells can be copied. Export the sheet as a file instead.`,
      );
    }
    if (areas.length > 1 && (isCut || !Selection.inLine(areas))) {
      return void refuse(
        isCut ? "Several areas cannot be cut at once" : "These areas cannot be copied together",
        "Areas go together when they cover the same rows or the same columns.",
      );
    }
    const rows = actions.copy(areas, fields());
    const sideBySide = areas.every(
      ({ top, bottom }) => top === first.top && bottom === first.bottom,
    );
    const names = (sideBySide ? areas : [first]).flatMap(({ left, right }) =>
      fields()
        .slice(left, right + 1)
        .map((field) => field.name),
    );
    const text = toTsv([
      ...(named ? [names] : []),
      ...rows.map((row) => row.map((cell) => cell.text)),
    ]);
    event.clipboardData.setData("text/plain", text);
    if (cells <= HTML_CELLS) {
      event.clipboardData.setData("text/html", toHtml(rows, named ? names : undefined));
    }
    deps.onCopied(areas.length === 1 ? first : undefined);
    cut = isCut && sheet.canEdit() ? cutOf(first, text) : undefined;
  }

  function cutOf(area: Selection.Bounds, text: string): typeof cut {
    const { ids } = sheet.table();
    const rows: string[] = [];
    for (let place = area.top; place <= area.bottom; place++) {
      const row = sheet.order.rowAt(place);
      if (row >= 0) rows.push(ids[row] as string);
    }
    const keys = fields()
      .slice(area.left, area.right + 1)
      .filter(isWritable)
      .map((field) => field.key);
    return { sheet: sheet.sheetKey, ids: rows, fields: keys, text };
  }

  function paste(event: ClipboardEvent): void {
    if (event.clipboardData === null || !sheet.canEdit()) return;
    const text = event.clipboardData.getData("text/plain");
    const inGhost = () => {
      const at = api.getFocusedCell();
      return at?.rowPinned === "bottom" && at.rowIndex === 0;
    };
    if (isInside() && deps.editing() && inGhost() && /[\t\n]/.test(text.slice(0, 100_000).trim())) {
      // A block cannot go into one line: it becomes the rows that the person is about to add.
      api.stopEditing(true);
      cursor.goToGhost(columnOf(api.getFocusedCell()?.column.getColId()));
    }
    if (!isInside() || deps.editing()) return;
    // The clipboard can be read only now; what is done with it may have to wait for its code.
    const { clipboardData } = event;
    if (take(text, () => clipboardData.getData("text/html"))) event.preventDefault();
  }

  /** Pastes it, or says why not; false where there is nothing to paste or nowhere. */
  function take(text: string, htmlOf: () => string): boolean {
    if (text.length > MOST_TEXT) {
      return refuse(
        `The clipboard holds ${figure(Math.round(text.length / 1_000_000))} MB of text`,
        `Up to ${figure(MOST_TEXT / 1_000_000)} MB can be pasted. Import the file instead.`,
      );
    }
    const cells = cellsIn(text);
    if (cells > PASTE_LIMIT) {
      return refuse(
        `${figure(cells)} cells are too many to paste`,
        `Up to ${figure(PASTE_LIMIT)} cells can be pasted. Import the file instead.`,
      );
    }
    const html = cells > MANY ? "" : htmlOf();
    const area = target();
    if ((text === "" && html === "") || area === undefined) return false;
    const moved = cut?.text === text ? cut : undefined;
    const work = () => void land(text, html, area, moved).catch(showProblem);
    if (cells < MANY) {
      work();
      return true;
    }
    const done = showToast({ text: `Pasting ${figure(cells)} cells…`, durationMs: 60_000 });
    // Two frames: the words are on screen before the work begins.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        work();
        done();
      }),
    );
    return true;
  }

  async function pasteAsked(): Promise<void> {
    if (!sheet.canEdit() || deps.editing()) return;
    let text = "";
    let html = "";
    try {
      for (const item of await navigator.clipboard.read()) {
        const read = async (type: string) =>
          item.types.includes(type) ? (await item.getType(type)).text() : "";
        text ||= await read("text/plain");
        html ||= await read("text/html");
      }
    } catch {
      return tell(
        `Press ${keysLabel("Ctrl+V")} to paste`,
        "This browser lets a page paste only by the key.",
      );
    }
    if (!signal.aborted && !take(text, () => html)) {
      tell("There is nothing to paste", "Copy cells here or in a spreadsheet first.");
    }
  }

  async function blockOf(text: string, html: string): Promise<Block> {
    const isTable = html !== "" && html.length <= MOST_HTML;
    const table = isTable && (tables.now() ?? (await tables.load())).fromHtml(html);
    return table || (text === "" ? [] : fromTsv(text));
  }

  async function land(
    text: string,
    html: string,
    area: Selection.Bounds,
    moved: Cut | undefined,
  ): Promise<void> {
    const block = await blockOf(text, html);
    if (block.length === 0 || signal.aborted) return;
    const rowAt = (place: number) => sheet.order.rowAt(place);
    const { beyond, columns } = landing(block, area, fields().length, rowAt);
    if (beyond > 0) {
      const from = columns - beyond;
      const added = await deps.onBeyond(block.map((line) => line.slice(from)));
      if (added === undefined || signal.aborted) return;
    }
    const written = await actions.paste(block, area, fields(), moved);
    if (written === undefined || signal.aborted) return;
    cut = undefined;
    deps.onCopied(undefined);
    const from = { row: written.top, column: written.left };
    cursor.goTo(from);
    cursor.select([Selection.cellRange(from, { row: written.bottom, column: written.right })]);
  }

  /** The active range; from the row below the last, the rows that come there. */
  function target(): Selection.Bounds | undefined {
    const focused = api.getFocusedCell();
    if (focused?.rowPinned === "bottom") {
      // Below it stands the row of sums.
      if (focused.rowIndex !== 0) return undefined;
      const column = Math.max(0, columnOf(focused.column.getColId()));
      const end = sheet.order.count;
      return { top: end, bottom: end, left: column, right: column };
    }
    const active = cursor.active();
    return active && Selection.bounds(active, cursor.size());
  }

  function refuse(text: string, detail: string): true {
    showToast({ problem: true, text, detail });
    return true;
  }
  function tell(text: string, detail: string): void {
    showToast({ text, detail });
  }

  /** Raises the event below; the clipboard's own interface is not there on plain http. */
  function raise(event: "copy" | "cut", what: "cells" | "headers"): void {
    asked = what;
    document.execCommand(event);
    asked = undefined;
  }

  // The first key or press in the grid says that somebody works here: until then nobody pastes, and what comes later finds its
  // code, with or without a connection.
  function prepare(): void {
    tables.preload();
    actions.prepare();
  }
  for (const type of ["keydown", "pointerdown"] as const) {
    root.addEventListener(type, prepare, { once: true, capture: true, signal });
  }
  document.addEventListener("copy", (event) => copy(event, false), { signal });
  document.addEventListener("cut", (event) => copy(event, true), { signal });
  document.addEventListener("paste", paste, { signal });
  return {
    copy: () => raise("copy", "cells"),
    copyWithHeaders: () => raise("copy", "headers"),
    cut: () => raise("cut", "cells"),
    paste: pasteAsked,
    forget() {
      cut = undefined;
      deps.onCopied(undefined);
    },
  };
}
