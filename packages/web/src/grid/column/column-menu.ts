import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import ArrowLeftToLine from "lucide-solid/icons/arrow-left-to-line";
import ArrowRightToLine from "lucide-solid/icons/arrow-right-to-line";
import EyeOff from "lucide-solid/icons/eye-off";
import Layers from "lucide-solid/icons/layers";
import ListFilter from "lucide-solid/icons/list-filter";
import MoveLeft from "lucide-solid/icons/move-left";
import MoveRight from "lucide-solid/icons/move-right";
import Pencil from "lucide-solid/icons/pencil";
import Pin from "lucide-solid/icons/pin";
import PinOff from "lucide-solid/icons/pin-off";
import MoveHorizontal from "lucide-solid/icons/move-horizontal";
import Sigma from "lucide-solid/icons/sigma";
import Trash from "lucide-solid/icons/trash";
import type { Field } from "@gridfolk/core/field/field";
import type { MenuItem } from "../../ui/menu.tsx";
import { isNumber, isTime } from "../filter/words.ts";
import type { Layout } from "../layout.ts";

export interface ColumnMenuDeps {
  readonly field: Field;
  readonly layout: Layout;
  readonly canEdit: boolean;
  readonly cleanUp: readonly MenuItem[];
  /** Whether the sheet can do without it: a title column names the records. */
  readonly isTitle: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onSort: (descending: boolean) => void;
  readonly onUnsort: () => void;
  readonly onFilter: () => void;
  readonly isGrouped: boolean;
  readonly onGroup: (isGrouped: boolean) => void;
  /** What the column may come to. */
  readonly summaries: readonly MenuItem[];
  readonly onEdit: () => void;
  readonly onInsert: (side: "before" | "after") => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onHide: () => void;
  readonly onPin: (pinned: boolean) => void;
  readonly onFit: () => void;
  readonly onTrash: () => void;
}

/** Everything one can do with a column. */
export function columnMenu(deps: ColumnMenuDeps): readonly MenuItem[] {
  const { field, layout } = deps;
  const sorted = layout.sort.find((key) => key.field === field.key);
  const [up, down] = directions(field);
  const pinned = layout.pinned.includes(field.key);
  const edits: MenuItem[] = deps.canEdit
    ? [
        { label: "Edit column", icon: Pencil, run: deps.onEdit },
        {
          label: "Insert column before",
          icon: ArrowLeftToLine,
          run: () => deps.onInsert("before"),
        },
        { label: "Insert column after", icon: ArrowRightToLine, run: () => deps.onInsert("after") },
        ...deps.cleanUp,
        "separator",
      ]
    : [];
  return [
    {
      label: up,
      icon: ArrowUp,
      checked: sorted?.descending === false,
      run: () => deps.onSort(false),
    },
    {
      label: down,
      icon: ArrowDown,
      checked: sorted?.descending === true,
      run: () => deps.onSort(true),
    },
    ...(sorted === undefined ? [] : [{ label: "Do not sort", run: deps.onUnsort }]),
    { label: "Filter by this column", icon: ListFilter, run: deps.onFilter },
    deps.isGrouped
      ? { label: "Do not group by it", icon: Layers, run: () => deps.onGroup(false) }
      : { label: "Group by this column", icon: Layers, run: () => deps.onGroup(true) },
    { label: "Summarize", icon: Sigma, items: deps.summaries },
    "separator",
    ...edits,
    { label: "Move left", icon: MoveLeft, disabled: deps.isFirst, run: () => deps.onMove(-1) },
    { label: "Move right", icon: MoveRight, disabled: deps.isLast, run: () => deps.onMove(1) },
    pinned
      ? { label: "Unfreeze", icon: PinOff, run: () => deps.onPin(false) }
      : { label: "Freeze at the left", icon: Pin, run: () => deps.onPin(true) },
    { label: "Fit width to content", icon: MoveHorizontal, run: deps.onFit },
    { label: "Hide", icon: EyeOff, run: deps.onHide },
    ...(deps.canEdit
      ? ([
          "separator",
          {
            label: "Delete column",
            icon: Trash,
            danger: true,
            disabled: deps.isTitle,
            ...(deps.isTitle ? { detail: "It names the records" } : {}),
            run: deps.onTrash,
          },
        ] as const)
      : []),
  ];
}

/** How both directions of a sort read. */
export function directions(field: Field): readonly [string, string] {
  if (isTime(field.type)) return ["Sort oldest first", "Sort newest first"];
  if (isNumber(field.type)) return ["Sort smallest first", "Sort largest first"];
  if (field.type === "checkbox") return ["Sort unticked first", "Sort ticked first"];
  if (field.type === "choice" || field.type === "multiChoice") {
    return ["Sort first option first", "Sort last option first"];
  }
  return ["Sort A to Z", "Sort Z to A"];
}
