import Download from "lucide-solid/icons/download";
import type { Field } from "@gridfolk/core/field/field";
import * as Sort from "@gridfolk/core/sheet/sort";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { beingMade } from "../app/being-made.ts";
import { useShell } from "../app/shell.ts";
import { Button } from "../ui/button.tsx";
import { MenuButton, type MenuItem } from "../ui/menu.tsx";
import { showToast } from "../ui/toast.tsx";
import { wholeFilters } from "./filter/whole.ts";
import type { Layout } from "./layout.ts";

export interface ExportMenuProps {
  /** All fields of the sheet as arranged, hidden ones too. */
  fields: readonly Field[];
  layout: Layout;
}

/** The sheet as a file: what is on screen (columns, filter, search, order), or everything. */
export function ExportMenu(props: ExportMenuProps) {
  const shell = useShell();

  const shown = (): Record<string, string> => {
    const { hidden, group, sort } = props.layout;
    const filters = wholeFilters(props.layout.filters);
    // Rows come as they stand on screen: group by group.
    const order = [
      ...group,
      ...sort.filter(({ field }) => !group.some((key) => key.field === field)),
    ];
    const search = shell.search().trim();
    return {
      fields: props.fields
        .filter((field) => !hidden.includes(field.key))
        .map((field) => field.key)
        .join(","),
      ...(filters.length === 0 ? {} : { filter: JSON.stringify({ and: filters }) }),
      ...(order.length === 0 ? {} : { sort: Sort.toText(order) }),
      ...(search === "" ? {} : { q: search }),
    };
  };

  const download = (format: "xlsx" | "csv", view: Record<string, string>) => {
    const sheet = shell.sheet();
    if (sheet === undefined) return;
    const query = new URLSearchParams({ format, ...view });
    const link = document.createElement("a");
    link.href = `/api/workspaces/${encodeURIComponent(shell.workspace.id)}/sheets/${encodeURIComponent(sheet)}/export?${query}`;
    // The server names the file.
    link.download = "";
    link.click();
    const told = beingMade(format, Workbook.table(shell.workspace.workbook, sheet).live);
    if (told !== undefined) showToast(told);
  };

  // The server writes files of the workbook as it is now; one of the past is here alone.
  const pastItems = (): readonly MenuItem[] => [
    { heading: "What is shown" },
    { label: "Excel (.xlsx)", run: () => shell.past?.save("shown", "xlsx") },
    { label: "CSV", run: () => shell.past?.save("shown", "csv") },
    { heading: "Everything" },
    { label: "Excel, all rows and columns", run: () => shell.past?.save("all", "xlsx") },
    { label: "CSV, all rows and columns", run: () => shell.past?.save("all", "csv") },
  ];

  const items = (): readonly MenuItem[] => [
    { heading: "What is shown" },
    { label: "Excel (.xlsx)", run: () => download("xlsx", shown()) },
    { label: "CSV", run: () => download("csv", { ...shown(), ids: "true" }) },
    { heading: "Everything" },
    { label: "Excel, all rows and columns", run: () => download("xlsx", {}) },
    { label: "CSV, all rows and columns", run: () => download("csv", { ids: "true" }) },
    { heading: "For other programs" },
    { label: "CSV without record ids", run: () => download("csv", shown()) },
  ];

  return (
    <MenuButton label="Export" items={shell.past ? pastItems() : items()} align="end">
      {(trigger) => (
        <Button
          {...trigger}
          variant="quiet"
          size="small"
          icon={Download}
          data-icon-first=""
          title="Export"
        >
          Export
        </Button>
      )}
    </MenuButton>
  );
}
