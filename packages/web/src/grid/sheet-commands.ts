import ListFilter from "lucide-solid/icons/list-filter";
import Plus from "lucide-solid/icons/plus";
import type { Command } from "../app/commands.ts";

export interface SheetCommandsDeps {
  readonly newLabel: string;
  readonly compact: boolean;
  readonly filtered: boolean;
  readonly canEdit: () => boolean;
  readonly onNewRow: () => void;
  readonly onAddColumn: () => void;
  readonly onFilter: () => void;
  readonly onCompact: (compact: boolean) => void;
  readonly onClearFilters: () => void;
}

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
      id: "grid.density",
      label: deps.compact ? "Show normal rows" : "Show compact rows",
      group: "View",
      run: () => deps.onCompact(!deps.compact),
    },
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
