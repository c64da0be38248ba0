import CopyCheck from "lucide-solid/icons/copy-check";
import ClipboardPaste from "lucide-solid/icons/clipboard-paste";
import Copy from "lucide-solid/icons/copy";
import Eraser from "lucide-solid/icons/eraser";
import ListFilter from "lucide-solid/icons/list-filter";
import Maximize from "lucide-solid/icons/maximize-2";
import Plus from "lucide-solid/icons/plus";
import Scissors from "lucide-solid/icons/scissors";
import Trash from "lucide-solid/icons/trash";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import type { Leaf } from "@gridfolk/core/sheet/filter";
import type { MenuItem } from "../ui/menu.tsx";

export interface RowMenuDeps {
  /** How many rows the selection covers; at least one. */
  readonly rows: number;
  /** "3 rows", in the reader's language. */
  readonly noun: string;
  /** The focused cell of the first of them. */
  readonly field: Field | undefined;
  readonly cell: Cell | undefined;
  readonly canEdit: boolean;
  readonly newLabel: string;
  /** What is done to many rows at once. */
  readonly tools: (noun: string) => readonly MenuItem[];
  /** Who changed the focused cell. */
  readonly history: readonly MenuItem[];
  readonly onOpen: () => void;
  /** Absent where nothing can be done about them. */
  readonly onDuplicates?: (() => void) | undefined;
  readonly onFilter: (leaf: Leaf) => void;
  readonly onNew: () => void;
  readonly onDuplicate: () => void;
  readonly onCut: () => void;
  readonly onCopy: () => void;
  readonly onCopyWithHeaders: () => void;
  readonly onPaste: () => void;
  readonly onClear: () => void;
  readonly onDelete: () => void;
}

/** Everything one can do with the selected rows. */
export function rowMenu(deps: RowMenuDeps): readonly MenuItem[] {
  const leaf = alike(deps.field, deps.cell);
  const only: MenuItem[] =
    leaf === undefined || deps.field === undefined
      ? []
      : [
          {
            label: "Only rows like this one",
            detail: deps.field.name,
            icon: ListFilter,
            run: () => deps.onFilter(leaf),
          },
        ];
  const cut: MenuItem[] = deps.canEdit
    ? [{ label: "Cut", icon: Scissors, keys: "Ctrl+X", run: deps.onCut }]
    : [];
  const paste: MenuItem[] = deps.canEdit
    ? [{ label: "Paste", icon: ClipboardPaste, keys: "Ctrl+V", run: deps.onPaste }]
    : [];
  const edits: MenuItem[] = deps.canEdit
    ? [
        "separator",
        ...deps.tools(deps.noun),
        { label: deps.newLabel, icon: Plus, keys: "Ctrl++", run: deps.onNew },
        { label: `Duplicate ${deps.noun}`, icon: Copy, run: deps.onDuplicate },
        { label: "Clear cells", icon: Eraser, keys: "Delete", run: deps.onClear },
        "separator",
        {
          label: `Delete ${deps.noun}`,
          icon: Trash,
          keys: "Ctrl+-",
          danger: true,
          run: deps.onDelete,
        },
      ]
    : [];
  return [
    {
      label: "Open record",
      icon: Maximize,
      keys: "Space",
      disabled: deps.rows > 1,
      run: deps.onOpen,
    },
    ...(deps.rows > 1 ? [] : deps.history),
    ...(deps.rows > 1 || deps.onDuplicates === undefined
      ? []
      : [{ label: "Find duplicates of this", icon: CopyCheck, run: deps.onDuplicates }]),
    ...only,
    "separator",
    ...cut,
    { label: "Copy", icon: Copy, keys: "Ctrl+C", run: deps.onCopy },
    { label: "Copy with headers", icon: Copy, run: deps.onCopyWithHeaders },
    ...paste,
    ...edits,
  ];
}

/** The condition that leaves the rows with the same value; undefined for values that are seldom alike. */
function alike(field: Field | undefined, cell: Cell | undefined): Leaf | undefined {
  const one = Array.isArray(cell) ? (cell[0] as string | undefined) : cell;
  if (field === undefined || typeof one !== "string" || field.type === "currency") return undefined;
  return Array.isArray(cell) || field.type === "choice" || field.type === "user"
    ? { field: field.key, op: "anyOf", value: [one] }
    : { field: field.key, op: "is", value: one };
}
