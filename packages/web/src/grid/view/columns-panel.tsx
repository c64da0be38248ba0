import Pin from "lucide-solid/icons/pin";
import PinOff from "lucide-solid/icons/pin-off";
import { createSignal, For } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import { Button, IconButton } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/field.tsx";
import { MoveButtons } from "./move-buttons.tsx";
import { moved, type PanelProps } from "./panel-props.ts";
import styles from "./panels.module.css";

/** Which columns are shown, in which order, and which of them stay at the left. */
export function ColumnsPanel(props: PanelProps) {
  const [query, setQuery] = createSignal("");
  const found = () => {
    const wanted = query().trim().toLowerCase();
    return props.fields.filter(({ name }) => name.toLowerCase().includes(wanted));
  };
  const isHidden = (field: Field) => props.layout.hidden.includes(field.key);
  const isPinned = (field: Field) => props.layout.pinned.includes(field.key);
  const place = (field: Field) => props.fields.indexOf(field);
  const keys = () => props.fields.map(({ key }) => key);
  return (
    <div class={styles.panel}>
      <h2>Columns</h2>
      <input
        class={styles.control}
        type="search"
        autofocus
        aria-label="Find a column"
        placeholder="Find a column"
        value={query()}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <ul class={`${styles.list} ${styles.scroll}`}>
        <For each={found()}>
          {(field) => (
            <li class={styles.line}>
              <Checkbox
                label={field.name}
                checked={!isHidden(field)}
                onChange={(shown) =>
                  props.onChange({
                    hidden: shown
                      ? props.layout.hidden.filter((key) => key !== field.key)
                      : [...props.layout.hidden, field.key],
                  })
                }
              />
              <IconButton
                icon={isPinned(field) ? PinOff : Pin}
                size="small"
                label={`${isPinned(field) ? "Unfreeze" : "Freeze"} ${field.name}`}
                aria-pressed={isPinned(field)}
                onClick={() =>
                  props.onChange({
                    order: keys(),
                    pinned: isPinned(field)
                      ? props.layout.pinned.filter((key) => key !== field.key)
                      : [...props.layout.pinned, field.key],
                  })
                }
              />
              <MoveButtons
                name={field.name}
                isFirst={isEdge(field, -1)}
                isLast={isEdge(field, 1)}
                onMove={(by) => props.onChange({ order: moved(keys(), place(field), by) })}
              />
            </li>
          )}
        </For>
      </ul>
      <div class={styles.foot}>
        <Button
          size="small"
          disabled={props.layout.hidden.length === 0}
          onClick={() => props.onChange({ hidden: [] })}
        >
          Show all
        </Button>
        <Button
          size="small"
          onClick={() => props.onChange({ hidden: keys().filter((key) => key !== keys()[0]) })}
        >
          Hide all
        </Button>
      </div>
    </div>
  );

  /** Frozen columns stay before the others. */
  function isEdge(field: Field, by: -1 | 1): boolean {
    const neighbour = props.fields[place(field) + by];
    return neighbour === undefined || isPinned(neighbour) !== isPinned(field);
  }
}
