import { For, Index, Show } from "solid-js";
import { directions } from "../column/column-menu.ts";
import { MoveButtons } from "./move-buttons.tsx";
import { moved, type PanelProps } from "./panel-props.ts";
import styles from "./panels.module.css";

/** In which order rows stand: the first column counts most. */
export function SortPanel(props: PanelProps) {
  const sort = () => props.layout.sort;
  const rest = () => props.fields.filter(({ key }) => !sort().some(({ field }) => field === key));
  const nameOf = (key: string) => props.fieldOf(key)?.name ?? "a column that is gone";
  return (
    <div class={styles.panel}>
      <h2>Sort</h2>
      <ol class={styles.list}>
        <Index each={sort()}>
          {(each, at) => (
            <li class={styles.line}>
              <label>{nameOf(each().field)}</label>
              <select
                class={styles.control}
                aria-label={`Direction of ${nameOf(each().field)}`}
                onChange={(event) =>
                  props.onChange({
                    sort: sort().with(at, {
                      ...each(),
                      descending: event.currentTarget.value === "down",
                    }),
                  })
                }
              >
                <For each={directionsOf(each().field)}>
                  {(words, index) => (
                    <option
                      value={index() === 0 ? "up" : "down"}
                      selected={each().descending === (index() === 1)}
                    >
                      {words}
                    </option>
                  )}
                </For>
              </select>
              <MoveButtons
                name={nameOf(each().field)}
                isFirst={at === 0}
                isLast={at === sort().length - 1}
                onMove={(by) => props.onChange({ sort: moved(sort(), at, by) })}
                onRemove={() => props.onChange({ sort: sort().toSpliced(at, 1) })}
              />
            </li>
          )}
        </Index>
      </ol>
      <Show when={sort().length < 10}>
        <select
          class={styles.control}
          aria-label={sort().length === 0 ? "Sort by" : "Then by"}
          onChange={(event) => {
            const field = event.currentTarget.value;
            event.currentTarget.value = "";
            if (field !== "") props.onChange({ sort: [...sort(), { field, descending: false }] });
          }}
        >
          <option value="">{sort().length === 0 ? "Sort by…" : "Then by…"}</option>
          <For each={rest()}>{(field) => <option value={field.key}>{field.name}</option>}</For>
        </select>
      </Show>
    </div>
  );

  function directionsOf(key: string): readonly string[] {
    const field = props.fieldOf(key);
    return field === undefined
      ? ["Upwards", "Downwards"]
      : directions(field).map((words) => words.replace(/^Sort /, ""));
  }
}
