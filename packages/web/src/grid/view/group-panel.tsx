import { For, Index, Show } from "solid-js";
import { MOST_GROUPS, UNITS, type GroupKey } from "@gridfolk/core/view/definition";
import { isTime } from "@gridfolk/core/view/group";
import { Button } from "../../ui/button.tsx";
import { directions } from "../column/column-menu.ts";
import { MoveButtons } from "./move-buttons.tsx";
import { moved, type PanelProps } from "./panel-props.ts";
import styles from "./panels.module.css";

/** Which rows stand together, one group within the other. */
export function GroupPanel(props: PanelProps) {
  const group = () => props.layout.group;
  const rest = () => props.fields.filter(({ key }) => !group().some(({ field }) => field === key));
  const nameOf = (key: string) => props.fieldOf(key)?.name ?? "a column that is gone";
  const put = (next: readonly GroupKey[]) => props.onChange({ group: next, collapsed: [] });
  const change = (at: number, part: Partial<GroupKey>) =>
    put(group().map((each, index) => (index === at ? { ...each, ...part } : each)));
  return (
    <div class={styles.panel}>
      <h2>Group</h2>
      <ol class={styles.list}>
        <Index each={group()}>
          {(each, at) => (
            <li class={styles.line}>
              <label>{nameOf(each().field)}</label>
              <Show when={isTimed(each().field)}>
                <select
                  class={styles.control}
                  aria-label={`Stretch of time for ${nameOf(each().field)}`}
                  onChange={(event) => {
                    const unit = UNITS.find((other) => other === event.currentTarget.value);
                    change(at, { unit });
                  }}
                >
                  <For each={UNITS}>
                    {(unit) => (
                      <option value={unit} selected={unit === (each().unit ?? "day")}>
                        {`by ${unit}`}
                      </option>
                    )}
                  </For>
                </select>
              </Show>
              <select
                class={styles.control}
                aria-label={`Direction of ${nameOf(each().field)}`}
                onChange={(event) => change(at, { descending: event.currentTarget.value === "1" })}
              >
                <For each={directionsOf(each().field)}>
                  {(words, index) => (
                    <option value={index()} selected={each().descending === (index() === 1)}>
                      {words}
                    </option>
                  )}
                </For>
              </select>
              <MoveButtons
                name={nameOf(each().field)}
                isFirst={at === 0}
                isLast={at === group().length - 1}
                onMove={(by) => put(moved(group(), at, by))}
                onRemove={() => put(group().toSpliced(at, 1))}
              />
            </li>
          )}
        </Index>
      </ol>
      <Show when={group().length < MOST_GROUPS}>
        <select
          class={styles.control}
          aria-label={group().length === 0 ? "Group by" : "Then group by"}
          onChange={(event) => {
            const field = event.currentTarget.value;
            event.currentTarget.value = "";
            if (field === "") return;
            const unit = isTimed(field) ? { unit: "month" as const } : {};
            put([...group(), { field, descending: false, ...unit }]);
          }}
        >
          <option value="">{group().length === 0 ? "Group by…" : "Then by…"}</option>
          <For each={rest()}>{(field) => <option value={field.key}>{field.name}</option>}</For>
        </select>
      </Show>
      <Show when={group().length > 0}>
        <div class={styles.foot}>
          <Button size="small" onClick={() => props.onChange({ collapsed: props.groupKeys() })}>
            Collapse all
          </Button>
          <Button size="small" onClick={() => props.onChange({ collapsed: [] })}>
            Expand all
          </Button>
        </div>
      </Show>
    </div>
  );

  function isTimed(key: string): boolean {
    const field = props.fieldOf(key);
    return field !== undefined && isTime(field);
  }

  function directionsOf(key: string): readonly string[] {
    const field = props.fieldOf(key);
    return field === undefined
      ? ["Upwards", "Downwards"]
      : directions(field).map((words) => words.replace(/^Sort /, ""));
  }
}
