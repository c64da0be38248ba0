import ArrowUpDown from "lucide-solid/icons/arrow-up-down";
import Columns from "lucide-solid/icons/columns-3";
import Layers from "lucide-solid/icons/layers";
import Copy from "lucide-solid/icons/copy";
import ListFilter from "lucide-solid/icons/list-filter";
import Palette from "lucide-solid/icons/palette";
import Plus from "lucide-solid/icons/plus";
import { HEIGHTS, type Height } from "@gridfolk/core/view/definition";
import type { View } from "@gridfolk/core/view/views";
import type { Command } from "../app/commands.ts";
import { heightLabels } from "./toolbar.tsx";
import type { PanelName } from "./view/panel.tsx";

export interface SheetCommandsDeps {
  readonly newLabel: string;
  readonly views: readonly View[];
  readonly active: View | undefined;
  readonly changed: boolean;
  readonly filtered: boolean;
  readonly canEdit: () => boolean;
  readonly onNewRow: () => void;
  readonly onAddColumn: () => void;
  readonly onFilter: () => void;
  readonly onHeight: (height: Height) => void;
  readonly onPanel: (name: PanelName) => void;
  readonly onAddView: () => void;
  readonly onView: (id: string | undefined) => void;
  readonly onSave: () => void;
  readonly onReset: () => void;
  readonly onCopyWithHeaders: () => void;
  readonly onGoToRow: () => void;
  readonly onClearFilters: () => void;
}

const panels = [
  { name: "filter", label: "Filter with and, or", words: "advanced conditions", icon: ListFilter },
  { name: "sort", label: "Sort rows", words: "order", icon: ArrowUpDown },
  { name: "group", label: "Group rows", words: "collapse sums", icon: Layers },
  { name: "columns", label: "Columns", words: "hide show freeze order", icon: Columns },
  { name: "colour", label: "Colour rows", words: "color rules conditional format", icon: Palette },
] as const;

/** What the command palette offers while a sheet is open. */
export function sheetCommands(deps: SheetCommandsDeps): readonly Command[] {
  return [
    {
      id: "grid.new-row",
      label: deps.newLabel,
      group: "Sheet",
      icon: Plus,
      keys: "Ctrl++",
      keysShownOnly: true,
      enabled: deps.canEdit,
      run: deps.onNewRow,
    },
    {
      id: "grid.add-column",
      label: "Add a column",
      group: "Sheet",
      icon: Plus,
      enabled: deps.canEdit,
      run: deps.onAddColumn,
    },
    {
      id: "grid.filter",
      label: "Filter rows",
      group: "View",
      icon: ListFilter,
      keys: "Shift+Ctrl+L",
      run: deps.onFilter,
    },
    {
      id: "grid.copy-with-headers",
      label: "Copy with headers",
      group: "Sheet",
      icon: Copy,
      run: deps.onCopyWithHeaders,
    },
    {
      id: "grid.go-to-row",
      label: "Go to a row",
      group: "Go to",
      keys: "Ctrl+G",
      words: "line number jump",
      run: deps.onGoToRow,
    },
    ...panels.map(({ name, label, words, icon }) => ({
      id: `grid.panel-${name}`,
      label,
      group: "View",
      icon,
      words,
      run: () => deps.onPanel(name),
    })),
    ...HEIGHTS.map((height) => ({
      id: `grid.height-${height}`,
      label: heightLabels[height],
      group: "View",
      words: "row height density",
      run: () => deps.onHeight(height),
    })),
    {
      id: "grid.view-add",
      label: "Save as a new view",
      group: "View",
      icon: Plus,
      words: "segment keep",
      run: deps.onAddView,
    },
    ...(deps.changed
      ? [
          { id: "grid.view-save", label: "Save the view", group: "View", run: deps.onSave },
          { id: "grid.view-reset", label: "Reset the view", group: "View", run: deps.onReset },
        ]
      : []),
    ...[undefined, ...deps.views]
      .filter((view) => view?.id !== deps.active?.id)
      .map((view) => ({
        id: `grid.view-${view?.id ?? "all"}`,
        label: view === undefined ? "Show all rows" : `Open the view ${view.name}`,
        group: "View",
        words: "tab segment",
        run: () => deps.onView(view?.id),
      })),
    ...(deps.filtered
      ? [
          {
            id: "grid.clear-filters",
            label: "Clear all filters",
            group: "View",
            run: deps.onClearFilters,
          },
        ]
      : []),
  ];
}
