import ListFilter from "lucide-solid/icons/list-filter";
import X from "lucide-solid/icons/x";
import { createSignal, Index, Show } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import type { Leaf } from "@gridfolk/core/sheet/filter";
import { Button } from "../../ui/button.tsx";
import { MenuButton } from "../../ui/menu.tsx";
import type { Look } from "../cell-content.ts";
import type { EditorDeps } from "../editor/editor.ts";
import { fieldIcons } from "../field-icon.tsx";
import { Popover } from "../popover.tsx";
import { ConditionEditor } from "./condition-editor.tsx";
import { describe, offered } from "./words.ts";
import styles from "./filter.module.css";

export interface FilterBarProps {
  fields: readonly Field[];
  conditions: readonly Leaf[];
  look: Look;
  deps: EditorDeps;
  /** Whether a condition can be asked: its column may be gone. */
  valid: (condition: Leaf) => boolean;
  /** Index of the condition whose form is open. */
  open: number | undefined;
  onOpen: (index: number | undefined) => void;
  onChange: (conditions: readonly Leaf[]) => void;
}

/** Begins a condition on a column; it asks nothing until it has a value. */
export function begin(field: Field): Leaf {
  const op = offered(field)[0] ?? "notEmpty";
  return { field: field.key, op, ...(field.type === "checkbox" ? { value: true } : {}) };
}

/** The conditions that decide which rows are shown, as chips that open, and the button that adds one. */
export function FilterBar(props: FilterBarProps) {
  const [chips, setChips] = createSignal<readonly HTMLElement[]>([]);
  const fieldOf = (condition: Leaf) => props.fields.find(({ key }) => key === condition.field);
  const replace = (index: number, condition: Leaf) =>
    props.onChange(props.conditions.map((other, at) => (at === index ? condition : other)));
  const remove = (index: number) => {
    props.onOpen(undefined);
    props.onChange(props.conditions.filter((_, at) => at !== index));
  };
  const opened = () => {
    const index = props.open;
    const condition = index === undefined ? undefined : props.conditions[index];
    const field = condition && fieldOf(condition);
    const chip = index === undefined ? undefined : chips()[index];
    return index === undefined ||
      condition === undefined ||
      field === undefined ||
      chip === undefined
      ? undefined
      : { index, field, chip };
  };
  return (
    <div class={styles.bar} role="group" aria-label="Filters">
      <MenuButton
        label="Filter by"
        items={props.fields.map((field) => ({
          label: field.name,
          icon: fieldIcons[field.type],
          run: () => {
            props.onChange([...props.conditions, begin(field)]);
            props.onOpen(props.conditions.length - 1);
          },
        }))}
      >
        {(trigger) => (
          <Button
            {...trigger}
            variant="quiet"
            size="small"
            icon={ListFilter}
            aria-keyshortcuts="Control+Shift+L"
            data-add-filter=""
          >
            Filter
          </Button>
        )}
      </MenuButton>
      <Index each={props.conditions}>
        {(condition, index) => (
          <span class={styles.chip} data-invalid={props.valid(condition()) ? undefined : ""}>
            <button
              type="button"
              ref={(element) =>
                setChips((before) => {
                  const next = [...before];
                  next[index] = element;
                  return next;
                })
              }
              aria-haspopup="dialog"
              aria-expanded={props.open === index}
              onClick={() => props.onOpen(props.open === index ? undefined : index)}
            >
              <Show when={fieldOf(condition())} fallback="A column that is gone">
                {(field) => <>{describe(condition(), field(), props.look)}</>}
              </Show>
            </button>
            <button
              type="button"
              aria-label={`Remove the filter on ${fieldOf(condition())?.name ?? "a column that is gone"}`}
              onClick={() => remove(index)}
            >
              <X size={13} aria-hidden={true} />
            </button>
          </span>
        )}
      </Index>
      <Show when={props.conditions.length > 1}>
        <Button variant="link" size="small" onClick={() => props.onChange([])}>
          Clear all
        </Button>
      </Show>
      <Show when={opened()}>
        {(open) => (
          <Popover
            label={`Filter on ${open().field.name}`}
            anchor={open().chip.getBoundingClientRect()}
            trigger={open().chip}
            onClose={() => props.onOpen(undefined)}
          >
            <ConditionEditor
              field={open().field}
              condition={props.conditions[open().index] as Leaf}
              deps={props.deps}
              onChange={(condition) => replace(open().index, condition)}
              onRemove={() => remove(open().index)}
              onDone={() => {
                open().chip.focus();
                props.onOpen(undefined);
              }}
            />
          </Popover>
        )}
      </Show>
    </div>
  );
}
