import { createMemo, For, Show } from "solid-js";
import { Checkbox, SelectField } from "../../ui/field.tsx";
import { scopesOf } from "./scope.ts";
import type { Scope, ToolContext } from "./tool.ts";
import styles from "./tools.module.css";

/** Several of a list, each with a box to tick. */
export function Checks(props: {
  legend: string;
  options: readonly { readonly value: string; readonly label: string }[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  const every = () => props.options.every(({ value }) => props.chosen.includes(value));
  return (
    <fieldset class={styles.checks}>
      <legend>
        {props.legend}
        <Show when={props.options.length > 3}>
          <button
            type="button"
            onClick={() => props.onChange(every() ? [] : props.options.map(({ value }) => value))}
          >
            {every() ? "None" : "All"}
          </button>
        </Show>
      </legend>
      <div>
        <For each={props.options}>
          {({ value, label }) => (
            <Checkbox
              label={label}
              checked={props.chosen.includes(value)}
              onChange={(on) =>
                props.onChange(
                  // In the order of the list, however they were ticked.
                  props.options
                    .map((option) => option.value)
                    .filter((other) => (other === value ? on : props.chosen.includes(other))),
                )
              }
            />
          )}
        </For>
      </div>
    </fieldset>
  );
}

const words: Readonly<Record<string, string>> = {
  selected: "Selected rows",
  shown: "Rows that are shown",
  all: "All rows of the sheet",
};

/** Which rows a tool works on. */
export function ScopeField(props: {
  context: ToolContext;
  value: Scope;
  onChange: (scope: Scope) => void;
}) {
  const { locale } = props.context.sheet.look().locale;
  const options = createMemo(() => {
    props.context.sheet.workspace.version();
    return scopesOf(props.context).map(({ scope, rows, view }) => ({
      value: scope,
      label:
        view === undefined
          ? `${words[scope]} (${(rows ?? 0).toLocaleString(locale)})`
          : `As in the view ${view}`,
    }));
  });
  return (
    <SelectField
      label="In"
      value={props.value}
      options={options()}
      onChange={(scope) => props.onChange(scope as Scope)}
    />
  );
}
