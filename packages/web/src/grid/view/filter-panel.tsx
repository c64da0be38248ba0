import type { Filter } from "@gridfolk/core/sheet/filter";
import { FilterTree } from "../filter/filter-tree.tsx";
import { describeFilter } from "../filter/words.ts";
import { wholeFilters } from "../filter/whole.ts";
import type { PanelProps } from "./panel-props.ts";
import styles from "./panels.module.css";

/** Which rows are shown: conditions in groups, and how they read. */
export function FilterPanel(props: PanelProps) {
  const root = (): Filter => {
    const [only] = props.layout.filters;
    return props.layout.filters.length === 1 && only !== undefined && "or" in only
      ? only
      : { and: props.layout.filters };
  };
  const words = () => {
    const filters = wholeFilters(props.layout.filters);
    return filters.length === 0
      ? "Every row is shown."
      : `Shown are rows where ${describeFilter({ and: filters }, props.fieldOf, props.look)}.`;
  };
  return (
    <div class={styles.panel}>
      <h2>Filter</h2>
      <FilterTree
        filter={root()}
        fields={props.asked}
        deps={props.deps}
        onChange={(filter) => props.onChange({ filters: "and" in filter ? filter.and : [filter] })}
      />
      <p role="status">{words()}</p>
    </div>
  );
}
