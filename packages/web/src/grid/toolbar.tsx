import ArrowUpDown from "lucide-solid/icons/arrow-up-down";
import Columns from "lucide-solid/icons/columns-3";
import Plus from "lucide-solid/icons/plus";
import Rows from "lucide-solid/icons/rows-3";
import { Show, type JSX } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import { Button } from "../ui/button.tsx";
import { MenuButton, type MenuItem } from "../ui/menu.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { fieldIcons } from "./field-icon.tsx";
import type { Layout } from "./layout.ts";
import styles from "./sheet-view.module.css";

export interface ToolbarProps {
  name: string;
  /** All fields of the sheet as arranged, hidden ones too. */
  fields: readonly Field[];
  layout: Layout;
  compact: boolean;
  canEdit: boolean;
  newLabel: string;
  filters: JSX.Element;
  /** Rows stand or are shown as they were before somebody's edit. */
  stale: boolean;
  onRefresh: () => void;
  onSort: (sort: Layout["sort"]) => void;
  onHidden: (hidden: readonly string[]) => void;
  onCompact: (compact: boolean) => void;
  onNewRow: () => void;
}

/** Above the grid: what is shown, in which order, and how. */
export function Toolbar(props: ToolbarProps) {
  const sortItems = (): readonly MenuItem[] => {
    const { sort } = props.layout;
    const active = sort.flatMap((key): MenuItem[] => {
      const field = props.fields.find((other) => other.key === key.field);
      if (field === undefined) return [];
      return [
        {
          label: field.name,
          detail: key.descending ? "downwards" : "upwards",
          icon: fieldIcons[field.type],
          items: [
            {
              label: "Turn round",
              run: () =>
                props.onSort(
                  sort.map((other) =>
                    other === key ? { ...other, descending: !other.descending } : other,
                  ),
                ),
            },
            { label: "Remove", run: () => props.onSort(sort.filter((other) => other !== key)) },
          ],
        },
      ];
    });
    const rest = props.fields.filter((field) => !sort.some((key) => key.field === field.key));
    return [
      ...(active.length === 0 ? [] : [{ heading: "Sorted by" }, ...active, "separator" as const]),
      { heading: active.length === 0 ? "Sort by" : "Then by" },
      ...rest.map((field) => ({
        label: field.name,
        icon: fieldIcons[field.type],
        run: () => props.onSort([...sort, { field: field.key, descending: false }]),
      })),
    ];
  };
  const columnItems = (): readonly MenuItem[] => {
    const { hidden } = props.layout;
    return [
      {
        label: "Show all",
        disabled: hidden.length === 0,
        stay: true,
        run: () => props.onHidden([]),
      },
      "separator",
      ...props.fields.map((field) => ({
        label: field.name,
        checked: !hidden.includes(field.key),
        stay: true,
        run: () =>
          props.onHidden(
            hidden.includes(field.key)
              ? hidden.filter((key) => key !== field.key)
              : [...hidden, field.key],
          ),
      })),
    ];
  };
  const hiddenCount = () =>
    props.fields.filter((field) => props.layout.hidden.includes(field.key)).length;
  return (
    <div class={styles.toolbar}>
      <h1>{props.name}</h1>
      {props.filters}
      <span class={styles.space} />
      <Show when={props.stale}>
        <Button variant="link" size="small" onClick={() => props.onRefresh()}>
          Rows have changed. Apply again
        </Button>
      </Show>
      <MenuButton label="Sort" items={sortItems()} align="end">
        {(trigger) => (
          <Button {...trigger} variant="quiet" size="small" icon={ArrowUpDown}>
            Sort
            <Show when={props.layout.sort.length > 0}>
              <span class={styles.count}>{props.layout.sort.length}</span>
            </Show>
          </Button>
        )}
      </MenuButton>
      <MenuButton label="Columns" items={columnItems()} align="end">
        {(trigger) => (
          <Button {...trigger} variant="quiet" size="small" icon={Columns}>
            Columns
            <Show when={hiddenCount() > 0}>
              <span class={styles.count}>{hiddenCount()} hidden</span>
            </Show>
          </Button>
        )}
      </MenuButton>
      <ExportMenu fields={props.fields} layout={props.layout} />
      <MenuButton
        label="Row height"
        align="end"
        items={[
          { label: "Normal rows", checked: !props.compact, run: () => props.onCompact(false) },
          { label: "Compact rows", checked: props.compact, run: () => props.onCompact(true) },
        ]}
      >
        {(trigger) => (
          <Button {...trigger} variant="quiet" size="small" icon={Rows} aria-label="Row height" />
        )}
      </MenuButton>
      <Show when={props.canEdit}>
        <Button size="small" icon={Plus} onClick={() => props.onNewRow()}>
          {props.newLabel}
        </Button>
      </Show>
    </div>
  );
}
