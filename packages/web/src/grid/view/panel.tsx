import { Match, Switch } from "solid-js";
import { Popover } from "../popover.tsx";
import { ColourPanel } from "./colour-panel.tsx";
import { ColumnsPanel } from "./columns-panel.tsx";
import { FilterPanel } from "./filter-panel.tsx";
import { GroupPanel } from "./group-panel.tsx";
import type { PanelProps } from "./panel-props.ts";
import { SortPanel } from "./sort-panel.tsx";

export type PanelName = "filter" | "sort" | "columns" | "group" | "colour";

/** A panel of the view, beside the button that opened it. What is changed there is shown at once. */
export function Panel(
  props: PanelProps & { name: PanelName; trigger: HTMLElement; onClose: () => void },
) {
  return (
    <Popover
      label={labels[props.name]}
      anchor={props.trigger.getBoundingClientRect()}
      trigger={props.trigger}
      width={widths[props.name]}
      onClose={() => props.onClose()}
    >
      <Switch>
        <Match when={props.name === "filter"}>
          <FilterPanel {...props} />
        </Match>
        <Match when={props.name === "sort"}>
          <SortPanel {...props} />
        </Match>
        <Match when={props.name === "columns"}>
          <ColumnsPanel {...props} />
        </Match>
        <Match when={props.name === "group"}>
          <GroupPanel {...props} />
        </Match>
        <Match when={props.name === "colour"}>
          <ColourPanel {...props} />
        </Match>
      </Switch>
    </Popover>
  );
}

const labels: { readonly [name in PanelName]: string } = {
  filter: "Filter rows",
  sort: "Sort rows",
  columns: "Columns",
  group: "Group rows",
  colour: "Colour rows",
};

const widths: { readonly [name in PanelName]: number } = {
  filter: 620,
  sort: 420,
  columns: 380,
  group: 480,
  colour: 620,
};
