import Plus from "lucide-solid/icons/plus";
import X from "lucide-solid/icons/x";
import { createEffect, createSignal, For, on, Show, untrack, type Accessor } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import type { Filter, Leaf } from "@gridfolk/core/sheet/filter";
import { Button, IconButton } from "../../ui/button.tsx";
import type { EditorDeps } from "../editor/editor.ts";
import { begin, isLeaf } from "./filter-bar.tsx";
import { ConditionControls } from "./condition-editor.tsx";
import styles from "./filter.module.css";

export interface FilterTreeProps {
  /** What is edited; read once. */
  filter: Filter;
  /** Fields that can be asked, linked ones too. */
  fields: readonly Field[];
  deps: EditorDeps;
  onChange: (filter: Filter) => void;
}

/** How deep people nest groups; more than that nobody reads. */
const DEEPEST = 3;

interface LeafNode {
  readonly kind: "leaf";
  readonly leaf: Accessor<Leaf>;
  readonly set: (leaf: Leaf) => void;
}

interface GroupNode {
  readonly kind: "group";
  readonly isAny: Accessor<boolean>;
  readonly setAny: (isAny: boolean) => void;
  readonly parts: Accessor<readonly Node[]>;
  readonly setParts: (parts: readonly Node[]) => void;
}

type Node = LeafNode | GroupNode;

/** Conditions in groups, of which all or any have to hold. What is edited keeps its element, and with it the focus. */
export function FilterTree(props: FilterTreeProps) {
  const given = untrack(() => props.filter);
  const root = makeGroup(isLeaf(given) ? { and: [given] } : given);
  createEffect(
    on(
      () => filterOf(root),
      (filter) => props.onChange(filter),
      { defer: true },
    ),
  );
  return <GroupEditor {...props} node={root} depth={1} />;
}

interface GroupEditorProps extends FilterTreeProps {
  node: GroupNode;
  depth: number;
  onRemove?: () => void;
}

function GroupEditor(props: GroupEditorProps) {
  let host!: HTMLDivElement;
  const add = (node: Node) => {
    props.node.setParts([...props.node.parts(), node]);
    queueMicrotask(() => {
      const selects = host.querySelectorAll<HTMLElement>(":scope > ul > li:last-child select");
      selects[0]?.focus();
    });
  };
  const remove = (node: Node) => {
    props.node.setParts(props.node.parts().filter((other) => other !== node));
    queueMicrotask(() => host.querySelector<HTMLElement>("[data-add-condition]")?.focus());
  };
  const first = () => props.fields[0];
  return (
    <div
      ref={host}
      class={styles.group}
      role="group"
      aria-label={`Conditions, level ${props.depth}`}
    >
      <div class={styles.groupHead}>
        <select
          class={styles.control}
          aria-label="How conditions go together"
          onChange={(event) => props.node.setAny(event.currentTarget.value === "any")}
        >
          <option value="all" selected={!props.node.isAny()}>
            All of these hold
          </option>
          <option value="any" selected={props.node.isAny()}>
            Any of these holds
          </option>
        </select>
        <Show when={props.onRemove}>
          {(onRemove) => (
            <IconButton
              icon={X}
              size="small"
              label="Remove the group"
              onClick={() => onRemove()()}
            />
          )}
        </Show>
      </div>
      <ul class={styles.parts}>
        <For each={props.node.parts()}>
          {(part) => (
            <li>
              {part.kind === "group" ? (
                <GroupEditor
                  {...props}
                  node={part}
                  depth={props.depth + 1}
                  onRemove={() => remove(part)}
                />
              ) : (
                <LeafEditor {...props} node={part} onRemove={() => remove(part)} />
              )}
            </li>
          )}
        </For>
      </ul>
      <div class={styles.adds}>
        <Button
          size="small"
          variant="quiet"
          icon={Plus}
          data-add-condition=""
          onClick={() => {
            const field = first();
            if (field !== undefined) add(makeLeaf(begin(field)));
          }}
        >
          Condition
        </Button>
        <Show when={props.depth < DEEPEST}>
          <Button
            size="small"
            variant="quiet"
            icon={Plus}
            onClick={() => {
              const field = first();
              const parts = field === undefined ? [] : [begin(field)];
              add(makeGroup(props.node.isAny() ? { and: parts } : { or: parts }));
            }}
          >
            Group
          </Button>
        </Show>
      </div>
    </div>
  );
}

function LeafEditor(
  props: Omit<FilterTreeProps, "filter" | "onChange"> & { node: LeafNode; onRemove: () => void },
) {
  const field = () => props.fields.find(({ key }) => key === props.node.leaf().field);
  const own = () => props.fields.filter(({ key }) => !key.includes("."));
  const linked = () => props.fields.filter(({ key }) => key.includes("."));
  return (
    <div class={styles.leaf}>
      <select
        class={styles.control}
        aria-label="Column"
        onChange={(event) => {
          const next = props.fields.find(({ key }) => key === event.currentTarget.value);
          if (next !== undefined) props.node.set(begin(next));
        }}
      >
        <Show when={field() === undefined}>
          <option selected>A column that is gone</option>
        </Show>
        <For each={own()}>{(each) => <Choice field={each} node={props.node} />}</For>
        <Show when={linked().length > 0}>
          <optgroup label="Of linked records">
            <For each={linked()}>{(each) => <Choice field={each} node={props.node} />}</For>
          </optgroup>
        </Show>
      </select>
      <Show when={field()?.key} keyed>
        <Show when={field()}>
          {(shown) => (
            <ConditionControls
              field={shown()}
              condition={props.node.leaf()}
              deps={props.deps}
              onChange={props.node.set}
            />
          )}
        </Show>
      </Show>
      <IconButton
        icon={X}
        size="small"
        label={`Remove the condition on ${field()?.name ?? "a column that is gone"}`}
        onClick={() => props.onRemove()}
      />
    </div>
  );
}

function Choice(props: { field: Field; node: LeafNode }) {
  return (
    <option value={props.field.key} selected={props.field.key === props.node.leaf().field}>
      {props.field.name}
    </option>
  );
}

function makeLeaf(given: Leaf): LeafNode {
  const [leaf, set] = createSignal(given);
  return { kind: "leaf", leaf, set: (next) => void set(next) };
}

function makeGroup(given: Exclude<Filter, Leaf>): GroupNode {
  const [isAny, setAny] = createSignal("or" in given);
  const [parts, setParts] = createSignal<readonly Node[]>(
    ("and" in given ? given.and : given.or).map((part) =>
      isLeaf(part) ? makeLeaf(part) : makeGroup(part),
    ),
  );
  return {
    kind: "group",
    isAny,
    setAny: (next) => void setAny(next),
    parts,
    setParts: (next) => void setParts(next),
  };
}

function filterOf(node: Node): Filter {
  if (node.kind === "leaf") return node.leaf();
  const parts = node.parts().map(filterOf);
  return node.isAny() ? { or: parts } : { and: parts };
}
