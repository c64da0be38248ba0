import PencilRuler from "lucide-solid/icons/pencil-ruler";
import Replace from "lucide-solid/icons/replace";
import Sparkles from "lucide-solid/icons/sparkles";
import { createSignal, Show, type JSX } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Command } from "../../app/commands.ts";
import { lazyForm } from "../../ui/lazy-form.tsx";
import type { MenuItem } from "../../ui/menu.tsx";
import type { SheetGrid } from "../grid.ts";
import * as Selection from "../selection.ts";
import { isWritable, type SheetContext } from "../sheet-context.ts";
import { nounOf } from "./noun.ts";
import type { Tool, ToolContext } from "./tool.ts";

const ToolView = lazyForm(() => import("./tool-view.tsx").then((m) => m.ToolView));

export interface ToolsDeps {
  readonly sheet: SheetContext;
  readonly grid: () => SheetGrid | undefined;
  /** Visible columns in the order of the screen. */
  readonly fields: () => readonly Field[];
  readonly announce: (text: string) => void;
  readonly onSent: (operations: readonly Operation[], outcome: Promise<unknown>) => void;
}

/** What changes many cells at once: bulk edit, find and replace, cleaning up. */
export interface Tools {
  open(tool: Tool): void;
  /** For the palette. */
  commands(): readonly Command[];
  /** "Clean up" of a column's menu. */
  columnItems(field: Field): readonly MenuItem[];
  /** For the menu of rows. */
  rowItems(noun: string): readonly MenuItem[];
  /** For the bar above the grid. */
  barItems(): readonly MenuItem[];
  /** Something is open beside the grid, which makes room for it. */
  isDocked(): boolean;
  /** What is open. */
  view(): JSX.Element;
}

const TEXTS = new Set<Field["type"]>(["text", "longText", "choice", "email", "url"]);

export function createTools(deps: ToolsDeps): Tools {
  const { sheet, grid, fields } = deps;
  const [open, setOpen] = createSignal<{ tool: Tool; context: ToolContext }>();

  function openTool(tool: Tool): void {
    const cursor = grid()?.cursor;
    const ranges = cursor?.ranges() ?? [];
    const size = cursor?.size() ?? { rows: 0, columns: 0 };
    const places = Selection.coveredRows(ranges, size);
    const wholeColumns = ranges.some(({ kind }) => kind === "columns");
    const columns = new Set<number>();
    for (const { left, right } of Selection.areasOf(ranges, size)) {
      for (let column = left; column <= right; column += 1) columns.add(column);
    }
    const { order } = sheet;
    const context: ToolContext = {
      sheet,
      // A whole column is no choice of rows.
      selected: wholeColumns
        ? []
        : places.flatMap((place) => {
            const at = order.at(place);
            // Headers of groups are no rows.
            return at === undefined || at.row < 0 ? [] : at.id;
          }),
      columns: [...columns].sort((a, b) => a - b).flatMap((column) => fields()[column]?.key ?? []),
      fields,
      show(row, field) {
        const spot = {
          row: order.placeOf(row),
          column: fields().findIndex(({ key }) => key === field),
        };
        if (spot.row < 0 || spot.column < 0) return false;
        grid()?.cursor.goTo(spot);
        return true;
      },
      announce: deps.announce,
      onSent: deps.onSent,
      onClose() {
        setOpen(undefined);
        queueMicrotask(() => {
          if (document.activeElement === document.body) grid()?.focus();
        });
      },
    };
    setOpen({ tool, context });
  }

  /** Of the column where the person is. */
  function here(): Field | undefined {
    const spot = grid()?.cursor.focused();
    return spot === undefined ? undefined : fields()[spot.column];
  }

  function cleanUp(field: Field): readonly (Exclude<MenuItem, string> & { label: string })[] {
    const { key } = field;
    const texts = TEXTS.has(field.type);
    const bulk = (action: "trim" | "letters" | "format") => () =>
      openTool({ kind: "bulk", action, field: key });
    return [
      { label: "Split into columns", run: () => openTool({ kind: "split", field: key }) },
      { label: "Join with other columns", run: () => openTool({ kind: "join", field: key }) },
      {
        label: "Take out e-mail addresses",
        run: () => openTool({ kind: "extract", field: key, what: "email" }),
      },
      {
        label: "Take out phone numbers",
        run: () => openTool({ kind: "extract", field: key, what: "phone" }),
      },
      {
        label: "Take out web addresses",
        run: () => openTool({ kind: "extract", field: key, what: "url" }),
      },
      ...(isWritable(field) && texts
        ? [
            { label: "Take out stray spaces", run: bulk("trim") },
            { label: "Change capital and small letters", run: bulk("letters") },
            {
              label: "Merge near-equal values",
              run: () => openTool({ kind: "merge", field: key }),
            },
          ]
        : []),
      ...(isWritable(field) && ["email", "phone", "url", "text"].includes(field.type)
        ? [{ label: "Write in one form", run: bulk("format") }]
        : []),
    ];
  }

  const bulkLabel = () => `Edit many ${nounOf(sheet.sheet())}`;
  const find = () => openTool({ kind: "find" });

  return {
    open: openTool,
    commands() {
      const field = here() ?? fields()[0];
      return [
        {
          id: "bulk-edit",
          label: bulkLabel(),
          group: "Sheet",
          icon: PencilRuler,
          keys: "Shift+Ctrl+E",
          words: "bulk edit set clear increase tags assign fill",
          enabled: sheet.canEdit,
          run: () => openTool({ kind: "bulk" }),
        },
        {
          id: "find-replace",
          label: "Find and replace",
          group: "Sheet",
          icon: Replace,
          keys: "Ctrl+H",
          words: "search regular expression",
          run: find,
        },
        ...(field === undefined
          ? []
          : cleanUp(field).map((item, index): Command => ({
              id: `clean-up-${index}`,
              label: `${field.name}: ${item.label.charAt(0).toLowerCase()}${item.label.slice(1)}`,
              group: "Clean up",
              icon: Sparkles,
              words: "clean up trim case extract cluster",
              enabled: sheet.canEdit,
              run: () => ("run" in item ? item.run?.() : undefined),
            }))),
      ];
    },
    columnItems: (field) =>
      sheet.canEdit() ? [{ label: "Clean up", icon: Sparkles, items: cleanUp(field) }] : [],
    rowItems: (noun) =>
      sheet.canEdit()
        ? [
            {
              label: `Edit ${noun}`,
              detail: "Set, clear, replace, increase",
              icon: PencilRuler,
              keys: "Shift+Ctrl+E",
              run: () => openTool({ kind: "bulk", scope: "selected" }),
            },
          ]
        : [],
    barItems() {
      const field = here() ?? fields()[0];
      return [
        ...(sheet.canEdit()
          ? [
              {
                label: bulkLabel(),
                icon: PencilRuler,
                keys: "Shift+Ctrl+E",
                run: () => openTool({ kind: "bulk" }),
              },
            ]
          : []),
        { label: "Find and replace", icon: Replace, keys: "Ctrl+H", run: find },
        ...(sheet.canEdit() && field !== undefined
          ? [{ label: `Clean up ${field.name}`, icon: Sparkles, items: cleanUp(field) }]
          : []),
      ];
    },
    isDocked: () => open()?.tool.kind === "find",
    view: () => (
      <Show when={open()} keyed>
        {({ tool, context }) => (
          <ToolView tool={tool} context={context} onClose={context.onClose} />
        )}
      </Show>
    ),
  };
}
