import ArrowUpDown from "lucide-solid/icons/arrow-up-down";
import Columns from "lucide-solid/icons/columns-3";
import Layers from "lucide-solid/icons/layers";
import Palette from "lucide-solid/icons/palette";
import Ellipsis from "lucide-solid/icons/ellipsis";
import Plus from "lucide-solid/icons/plus";
import RefreshCw from "lucide-solid/icons/refresh-cw";
import Rows from "lucide-solid/icons/rows-3";
import { Show, splitProps, type JSX } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import type { Height } from "@gridfolk/core/view/definition";
import { Button, IconButton, type Icon } from "../ui/button.tsx";
import { MenuButton, type MenuItem } from "../ui/menu.tsx";
import { ExportMenu } from "./export-menu.tsx";
import type { Layout } from "./layout.ts";
import type { PanelName } from "./view/panel.tsx";
import styles from "./sheet-view.module.css";

export interface ToolbarProps {
  name: string;
  /** All fields of the sheet as arranged, hidden ones too. */
  fields: readonly Field[];
  layout: Layout;
  canEdit: boolean;
  newLabel: string;
  /** The tabs of the views. */
  views: JSX.Element;
  /** The button that adds a filter. */
  filter: JSX.Element;
  /** Which panel is open. */
  panel: PanelName | undefined;
  onPanel: (name: PanelName, trigger: HTMLElement) => void;
  /** What changes many cells at once; asked when the menu opens. */
  tools: () => readonly MenuItem[];
  /** Rows stand or are shown as they were before somebody's edit. */
  stale: boolean;
  onRefresh: () => void;
  onHeight: (height: Height) => void;
  onNewRow: () => void;
}

/** How many rows tall a row may be, in words. */
export const heightLabels: { readonly [height in Height]: string } = {
  compact: "Compact rows",
  normal: "Normal rows",
  tall: "Tall rows, texts wrapped",
};

/** Above the grid: what is shown, in which order, and how. */
export function Toolbar(props: ToolbarProps) {
  const hiddenCount = () =>
    props.fields.filter((field) => props.layout.hidden.includes(field.key)).length;
  const opener = (name: PanelName) => ({
    "data-panel": name,
    "aria-haspopup": "dialog" as const,
    "aria-expanded": props.panel === name,
    onClick: (event: MouseEvent & { currentTarget: HTMLElement }) =>
      props.onPanel(name, event.currentTarget),
  });
  return (
    <div class={styles.bar}>
      <div class={styles.toolbar}>
        <h1>{props.name}</h1>
        {props.views}
        <span class={styles.space} />
        <Show when={props.stale}>
          <Button
            variant="quiet"
            size="small"
            icon={RefreshCw}
            aria-label="Rows have changed. Apply again"
            title="Rows have changed since they were sorted, filtered or grouped"
            onClick={() => props.onRefresh()}
          >
            Apply again
          </Button>
        </Show>
        {props.filter}
        <Opener
          icon={ArrowUpDown}
          count={props.layout.sort.length}
          {...opener("sort")}
          title="Sort rows"
        >
          Sort
        </Opener>
        <Opener
          icon={Layers}
          count={props.layout.group.length}
          {...opener("group")}
          title="Group rows"
        >
          Group
        </Opener>
        <Opener
          icon={Columns}
          count={hiddenCount() === 0 ? 0 : `${hiddenCount()} hidden`}
          {...opener("columns")}
          title="Columns"
        >
          Columns
        </Opener>
        <IconButton
          icon={Palette}
          size="small"
          label={
            props.layout.rules.length === 0
              ? "Colour rows"
              : `Colour rows: ${props.layout.rules.length} rules`
          }
          {...opener("colour")}
        />
        <ExportMenu fields={props.fields} layout={props.layout} />
        <MenuButton
          label="Row height"
          align="end"
          items={(["compact", "normal", "tall"] as const).map((height) => ({
            label: heightLabels[height],
            checked: props.layout.height === height,
            run: () => props.onHeight(height),
          }))}
        >
          {(trigger) => (
            <Button {...trigger} variant="quiet" size="small" icon={Rows} aria-label="Row height" />
          )}
        </MenuButton>
        <MenuButton label="More" align="end" items={props.tools()}>
          {(trigger) => (
            <Button {...trigger} variant="quiet" size="small" icon={Ellipsis} aria-label="More" />
          )}
        </MenuButton>
        <Show when={props.canEdit}>
          <Button size="small" icon={Plus} onClick={() => props.onNewRow()}>
            {props.newLabel}
          </Button>
        </Show>
      </div>
    </div>
  );
}

function Opener(
  props: {
    icon: Icon;
    /** Shown beside the word unless it is 0. */
    count: number | string;
    children: JSX.Element;
  } & JSX.ButtonHTMLAttributes<HTMLButtonElement>,
) {
  const [mine, rest] = splitProps(props, ["count", "children"]);
  return (
    <Button variant="quiet" size="small" data-icon-first="" {...rest}>
      {mine.children}
      <Show when={mine.count !== 0}>
        <span class={styles.count}>{mine.count}</span>
      </Show>
    </Button>
  );
}
