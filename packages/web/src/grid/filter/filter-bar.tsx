import ListFilter from "lucide-solid/icons/list-filter";
import ListTree from "lucide-solid/icons/list-tree";
import X from "lucide-solid/icons/x";
import { createSignal, Index, Show } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import type { Filter, Leaf } from "@gridfolk/core/sheet/filter";
import type { View } from "@gridfolk/core/view/views";
import { Button } from "../../ui/button.tsx";
import { lazyForm } from "../../ui/lazy-form.tsx";
import { MenuButton, type MenuItem } from "../../ui/menu.tsx";
import type { Look } from "../cell-content.ts";
import type { EditorDeps } from "../editor/editor.ts";
import { fieldIcons } from "../field-icon.tsx";
import type { AskedField } from "./asked-fields.ts";
import { isUnfinished } from "./whole.ts";
import { describeFilter, offered } from "./words.ts";
import styles from "./filter.module.css";

/** The form of one condition. */
export const ConditionForm = lazyForm(() =>
  import("./condition-form.tsx").then((m) => m.ConditionForm),
);

/** Begins a condition on a column; it asks nothing until it has a value. */
export function begin(field: Field): Leaf {
  const op = offered(field)[0] ?? "notEmpty";
  return { field: field.key, op, ...(field.type === "checkbox" ? { value: true } : {}) };
}

export function isLeaf(filter: Filter): filter is Leaf {
  return !("and" in filter) && !("or" in filter);
}

export interface FilterButtonProps {
  fields: readonly Field[];
  /** Views with a filter: segments, to be taken over by name. */
  segments: readonly View[];
  onAdd: (filter: Filter) => void;
  onAdvanced: () => void;
}

/** Adds a condition. */
export function FilterButton(props: FilterButtonProps) {
  const items = (): readonly MenuItem[] => [
    { label: "Conditions with and, or…", icon: ListTree, run: () => props.onAdvanced() },
    ...(props.segments.length === 0
      ? []
      : [
          {
            label: "As in the view",
            icon: ListFilter,
            items: props.segments.map((view) => ({
              label: view.name,
              run: () => view.definition.filter && props.onAdd(view.definition.filter),
            })),
          },
        ]),
    "separator",
    ...props.fields.map((field) => ({
      label: field.name,
      icon: fieldIcons[field.type],
      run: () => props.onAdd(begin(field)),
    })),
  ];
  return (
    <MenuButton label="Filter by" items={items()} onOpen={ConditionForm.preload}>
      {(trigger) => (
        <Button
          {...trigger}
          variant="quiet"
          size="small"
          icon={ListFilter}
          aria-keyshortcuts="Control+Shift+L"
          data-add-filter=""
          data-icon-first=""
          title="Filter rows"
        >
          Filter
        </Button>
      )}
    </MenuButton>
  );
}

export interface FilterChipsProps {
  filters: readonly Filter[];
  fieldOf: AskedField;
  look: Look;
  deps: EditorDeps;
  /** Whether a condition can be asked: its column may be gone. */
  valid: (filter: Filter) => boolean;
  /** Why a filter cannot be asked, in words; blank where it merely lacks a value. */
  why: (filter: Filter) => string;
  /** Index of the condition whose form is open. */
  open: number | undefined;
  onOpen: (index: number | undefined) => void;
  onChange: (filters: readonly Filter[]) => void;
  onAdvanced: () => void;
}

/** The conditions that decide which rows are shown, as chips that open: all of them have to hold. */
export function FilterChips(props: FilterChipsProps) {
  const [chips, setChips] = createSignal<readonly HTMLElement[]>([]);
  const replace = (index: number, condition: Leaf) =>
    props.onChange(props.filters.map((other, at) => (at === index ? condition : other)));
  let bar!: HTMLDivElement;
  const remove = (index: number) => {
    // The focus goes with the chip: on to where another one is added.
    const isHere = bar.contains(document.activeElement) || props.open === index;
    props.onOpen(undefined);
    props.onChange(props.filters.filter((_, at) => at !== index));
    if (isHere) document.querySelector<HTMLElement>("[data-add-filter]")?.focus();
  };
  /** What was begun and not finished asks nothing, and does not stay. */
  const close = (index: number) => {
    const condition = props.filters[index];
    const isBegun = condition !== undefined && isLeaf(condition) && isUnfinished(condition);
    if (!isBegun) props.onOpen(undefined);
    else if (bar.contains(document.activeElement)) remove(index);
    else {
      props.onOpen(undefined);
      props.onChange(props.filters.filter((_, at) => at !== index));
    }
  };
  const opened = () => {
    const index = props.open;
    const condition = index === undefined ? undefined : props.filters[index];
    if (index === undefined || condition === undefined || !isLeaf(condition)) return undefined;
    const field = props.fieldOf(condition.field);
    const chip = chips()[index];
    return field === undefined || chip === undefined ? undefined : { index, field, chip };
  };
  const named = (filter: Filter) =>
    isLeaf(filter)
      ? (props.fieldOf(filter.field)?.name ?? "a column that is gone")
      : "several columns";
  return (
    <div ref={bar} class={styles.bar} role="group" aria-label="Filters">
      <Index each={props.filters}>
        {(filter, index) => (
          <span
            class={styles.chip}
            data-invalid={props.valid(filter()) ? undefined : ""}
            title={props.valid(filter()) ? undefined : props.why(filter())}
          >
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
              onPointerEnter={ConditionForm.preload}
              onFocus={ConditionForm.preload}
              onClick={() => {
                if (!isLeaf(filter())) props.onAdvanced();
                else props.onOpen(props.open === index ? undefined : index);
              }}
            >
              <Show
                when={props.why(filter())}
                fallback={describeFilter(filter(), props.fieldOf, props.look)}
              >
                {(why) => <>Left out: {why()}</>}
              </Show>
            </button>
            <button
              type="button"
              aria-label={`Remove the filter on ${named(filter())}`}
              onClick={() => remove(index)}
            >
              <X size={13} aria-hidden={true} />
            </button>
          </span>
        )}
      </Index>
      <Show when={props.filters.length > 1}>
        <Button variant="link" size="small" onClick={() => props.onChange([])}>
          Clear all
        </Button>
      </Show>
      <Show when={opened()}>
        {(open) => (
          <ConditionForm
            chip={open().chip}
            field={open().field}
            condition={props.filters[open().index] as Leaf}
            deps={props.deps}
            among={props.filters.filter((_, at) => at !== open().index)}
            onChange={(condition) => replace(open().index, condition)}
            onRemove={() => remove(open().index)}
            onDone={() => {
              open().chip.focus();
              close(open().index);
            }}
            onClose={() => close(open().index)}
          />
        )}
      </Show>
    </div>
  );
}
