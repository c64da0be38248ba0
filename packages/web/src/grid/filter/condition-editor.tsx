import Trash from "lucide-solid/icons/trash";
import { createSignal, For, Index, Match, Show, Switch, untrack } from "solid-js";
import type { Json } from "@gridfolk/core/field/behaviour";
import { isInvalid } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { OFFERED_PERIODS } from "@gridfolk/core/sheet/period";
import type { Filter, Leaf } from "@gridfolk/core/sheet/filter";
import { Button } from "../../ui/button.tsx";
import type { EditorDeps } from "../editor/editor.ts";
import { ValueList } from "./value-list.tsx";
import { isNumber, isTime, offered, operatorLabel, periodWords } from "./words.ts";
import styles from "./filter.module.css";

export interface ConditionEditorProps {
  field: Field;
  condition: Leaf;
  deps: EditorDeps;
  /** The other conditions, whose rows' values are listed; absent: those of every row. */
  among?: readonly Filter[] | undefined;
  /** At every change that makes a whole condition: the rows follow while it is edited. */
  onChange: (condition: Leaf) => void;
  onRemove: () => void;
  onDone: () => void;
}

/** One condition: what is asked of the column, and of which value. */
export function ConditionEditor(props: ConditionEditorProps) {
  return (
    <form
      class={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        props.onDone();
      }}
    >
      <b>{props.field.name}</b>
      <ConditionControls
        field={props.field}
        condition={props.condition}
        deps={props.deps}
        among={props.among}
        isAlone
        onChange={(condition) => props.onChange(condition)}
      />
      <div class={styles.foot}>
        <Button
          variant="quiet"
          size="small"
          icon={Trash}
          aria-label={`Remove the filter on ${props.field.name}`}
          onClick={() => props.onRemove()}
        >
          Remove
        </Button>
        <Button type="submit" size="small" variant="primary">
          Done
        </Button>
      </div>
    </form>
  );
}

export type ConditionControlsProps = Pick<
  ConditionEditorProps,
  "field" | "condition" | "deps" | "onChange" | "among"
> & {
  /** It has a form of its own, with room for what the column has. */
  isAlone?: boolean;
};

/** Operators whose value is typed, and narrows the list of the values below. */
const TYPED = ["contains", "startsWith", "endsWith"] as const;

/** The operator and the values of a condition. */
export function ConditionControls(props: ConditionControlsProps) {
  const [op, setOp] = createSignal(untrack(() => props.condition.op));
  const change = (value: Json | undefined) =>
    props.onChange({ field: props.field.key, op: op(), ...(value === undefined ? {} : { value }) });
  const kind = () => kindOf(op(), props.field);
  const canList = () => offered(props.field).includes("anyOf");
  /** Where text is typed its values are listed below: to see what there is, and to tick it. */
  const isListed = () =>
    kind() === "many" ||
    (props.isAlone === true && canList() && (TYPED as readonly string[]).includes(op()));
  const chosen = (): readonly Json[] => {
    const { value } = props.condition;
    if (kind() !== "many" || value === undefined) return [];
    return Array.isArray(value) ? (value as readonly Json[]) : [value];
  };
  // Functions, not conditions in the list's properties: the list asks for them in events as well, outside of any owner.
  const isSingle = () => op() === "is" && props.field.type !== "multiChoice";
  const typedText = () => {
    if (kind() === "many") return undefined;
    return typeof props.condition.value === "string" ? props.condition.value : "";
  };

  return (
    <>
      <Show when={props.field.type !== "checkbox"}>
        <select
          class={styles.control}
          aria-label={`Operator for ${props.field.name}`}
          onChange={(event) => {
            const before = kindOf(op(), props.field);
            setOp(event.currentTarget.value);
            const after = kindOf(op(), props.field);
            if (after === "none") change(undefined);
            else if (after === before) change(props.condition.value);
            else if (props.condition.value !== undefined) change(undefined);
          }}
        >
          <For each={offered(props.field)}>
            {(each) => (
              <option value={each} selected={each === op()}>
                {operatorLabel(each, props.field.type)}
              </option>
            )}
          </For>
        </select>
      </Show>
      <Switch>
        <Match when={kindOf(op(), props.field) === "none"}>{null}</Match>
        <Match when={props.field.type === "checkbox"}>
          <select
            class={styles.control}
            aria-label={props.field.name}
            onChange={(event) => change(event.currentTarget.value === "true")}
          >
            <option value="true" selected={props.condition.value === true}>
              is ticked
            </option>
            <option value="false" selected={props.condition.value === false}>
              is not ticked
            </option>
          </select>
        </Match>
        <Match when={kindOf(op(), props.field) === "two"}>
          <Two {...props} onValue={change} />
        </Match>
        <Match when={kindOf(op(), props.field) === "period"}>
          <select
            class={styles.control}
            aria-label={`Period for ${props.field.name}`}
            onChange={(event) => change(event.currentTarget.value)}
          >
            <option value="" disabled selected={props.condition.value === undefined}>
              Choose a period
            </option>
            <For each={OFFERED_PERIODS}>
              {(period) => (
                <option value={period} selected={props.condition.value === period}>
                  {periodWords(period)}
                </option>
              )}
            </For>
          </select>
        </Match>
        <Match when={kindOf(op(), props.field) === "one"}>
          <One
            field={props.field}
            deps={props.deps}
            label={`Value for ${props.field.name}`}
            value={props.condition.value}
            onValue={change}
          />
        </Match>
      </Switch>
      <Show when={isListed()}>
        <ValueList
          field={props.field}
          deps={props.deps}
          among={props.among ?? []}
          chosen={chosen()}
          single={isSingle()}
          query={typedText()}
          onChange={(values) => {
            if (kind() !== "many") setOp("anyOf");
            change(values.length === 0 ? undefined : isSingle() ? values[0] : values);
          }}
        />
      </Show>
      <Show when={props.isAlone && kind() !== "many" && !isListed() && canList()}>
        <Button variant="link" size="small" onClick={() => setOp("anyOf")}>
          Choose among its values
        </Button>
      </Show>
    </>
  );
}

type Kind = "none" | "one" | "two" | "many" | "period";

/** How many values a condition takes, and from where. */
function kindOf(op: string, field: Field): Kind {
  if (op === "empty" || op === "notEmpty" || op === "isInvalid") return "none";
  if (op === "between") return "two";
  if (op === "during") return "period";
  if (op === "anyOf" || op === "noneOf" || op === "allOf") return "many";
  const named = isNamed(field) && (op === "is" || op === "isNot");
  return named ? "many" : "one";
}

function isNamed(field: Field): boolean {
  return (
    field.type === "choice" ||
    field.type === "multiChoice" ||
    field.type === "user" ||
    field.type === "link" ||
    field.type === "createdBy" ||
    field.type === "updatedBy"
  );
}

interface ValueProps {
  field: Field;
  deps: EditorDeps;
  label: string;
  value: Json | undefined;
  onValue: (value: Json | undefined) => void;
}

/** One typed value. Nothing is asked while it does not fit. */
function One(props: ValueProps) {
  return (
    <Show
      when={isTime(props.field.type)}
      fallback={
        <input
          class={styles.control}
          type="text"
          autofocus
          autocomplete="off"
          aria-label={props.label}
          placeholder="Value"
          inputMode={isNumber(props.field.type) ? "decimal" : "text"}
          value={shown(props.value, props.field, props.deps)}
          onInput={(event) => {
            const value = read(event.currentTarget.value, props.field, props.deps);
            event.currentTarget.ariaInvalid = String(
              value === undefined && event.currentTarget.value.trim() !== "",
            );
            props.onValue(value);
          }}
        />
      }
    >
      <Day {...props} />
    </Show>
  );
}

const relative = [
  { value: "today", label: "today" },
  { value: "today-1", label: "yesterday" },
  { value: "today+1", label: "tomorrow" },
  { value: "today-7", label: "7 days ago" },
  { value: "today-30", label: "30 days ago" },
  { value: "today-90", label: "90 days ago" },
  { value: "today-365", label: "365 days ago" },
  { value: "today+7", label: "7 days from now" },
  { value: "today+30", label: "30 days from now" },
] as const;

/** A day: on the calendar, or counted from today so that the filter stays true tomorrow. */
function Day(props: ValueProps) {
  const isRelative = () => typeof props.value === "string" && props.value.startsWith("today");
  const [exact, setExact] = createSignal(untrack(() => props.value !== undefined && !isRelative()));
  return (
    <>
      <select
        class={styles.control}
        aria-label={props.label}
        onChange={(event) => {
          const { value } = event.currentTarget;
          setExact(value === "exact");
          props.onValue(value === "exact" || value === "" ? undefined : value);
        }}
      >
        <option value="" disabled selected={props.value === undefined && !exact()}>
          Choose a day
        </option>
        <option value="exact" selected={exact()}>
          exact date
        </option>
        <For each={relative}>
          {({ value, label }) => (
            <option value={value} selected={!exact() && props.value === value}>
              {label}
            </option>
          )}
        </For>
      </select>
      <Show when={exact()}>
        <input
          type="date"
          class={styles.control}
          aria-label={`${props.label}, date`}
          value={typeof props.value === "string" && !isRelative() ? props.value.slice(0, 10) : ""}
          onInput={(event) => props.onValue(event.currentTarget.value || undefined)}
        />
      </Show>
    </>
  );
}

function Two(props: ConditionControlsProps & { onValue: (value: Json | undefined) => void }) {
  const [values, setValues] = createSignal<readonly (Json | undefined)[]>(
    untrack(() =>
      Array.isArray(props.condition.value) ? props.condition.value : [undefined, undefined],
    ),
  );
  const set = (at: number, value: Json | undefined) => {
    setValues((before) => before.map((each, index) => (index === at ? value : each)));
    const [from, to] = values();
    if (from !== undefined && to !== undefined) props.onValue([from, to]);
  };
  return (
    <Index each={["From", "To"]}>
      {(label, index) => (
        <One
          field={props.field}
          deps={props.deps}
          label={`${label()} for ${props.field.name}`}
          value={values()[index]}
          onValue={(value) => set(index, value)}
        />
      )}
    </Index>
  );
}

/** Typed text as a filter keeps it: figures as numbers, the rest as text in the workspace's spelling. */
function read(text: string, field: Field, deps: EditorDeps): Json | undefined {
  if (text.trim() === "") return undefined;
  if (!isNumber(field.type)) return text.trim();
  const behaviour = field.type === "percent" ? registry.percent : registry.number;
  const plain: Field = { key: field.key, name: field.name, type: behaviour.type };
  const cell = behaviour.parse(text.replaceAll(/[^\d.,\s%'’+-]/g, ""), plain, deps.locale());
  return cell === undefined || isInvalid(cell) ? undefined : (cell as number);
}

function shown(value: Json | undefined, field: Field, deps: EditorDeps): string {
  if (typeof value === "number") {
    const type = field.type === "percent" ? "percent" : "number";
    const plain: Field = { key: field.key, name: field.name, type };
    return registry[type].edit(value, plain, deps.locale());
  }
  return typeof value === "string" ? value : "";
}
