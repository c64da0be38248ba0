import CircleAlert from "lucide-solid/icons/circle-alert";
import Eye from "lucide-solid/icons/eye";
import EyeOff from "lucide-solid/icons/eye-off";
import { createSignal, createUniqueId, For, Show, splitProps, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Icon } from "./button.tsx";
import styles from "./field.module.css";

interface FieldFrameProps {
  label: string;
  hint?: JSX.Element;
  /** What is wrong and what to do. */
  error?: string | undefined;
  optional?: boolean;
}

interface Wiring {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean | undefined;
}

/** Label, hint and error around any control; the control takes `wiring` so that all three are announced. */
function FieldFrame(props: FieldFrameProps & { children: (wiring: Wiring) => JSX.Element }) {
  const id = createUniqueId();
  const wiring = {
    id,
    get "aria-describedby"() {
      return props.error ? `${id}-error` : props.hint ? `${id}-hint` : undefined;
    },
    get "aria-invalid"() {
      return props.error ? true : undefined;
    },
  };
  return (
    <div class={styles.root}>
      <label for={id}>
        {props.label}
        <Show when={props.optional}>
          <span class={styles.optional}> (optional)</span>
        </Show>
      </label>
      {props.children(wiring)}
      <Show
        when={props.error}
        fallback={
          <Show when={props.hint}>
            <div class={styles.hint} id={`${id}-hint`}>
              {props.hint}
            </div>
          </Show>
        }
      >
        <div class={styles.error} id={`${id}-error`} role="alert">
          <CircleAlert size={14} aria-hidden={true} />
          <span>{props.error}</span>
        </div>
      </Show>
    </div>
  );
}

export interface TextFieldProps
  extends FieldFrameProps, Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "onInput" | "size"> {
  value: string;
  onInput: (value: string) => void;
  large?: boolean;
}

const frame = ["label", "hint", "error", "optional"] as const;

/** One line of text; `type="password"` gets a button that shows what was typed. */
export function TextField(props: TextFieldProps) {
  const [framing, mine, rest] = splitProps(props, frame, [
    "value",
    "onInput",
    "large",
    "type",
    "class",
  ]);
  const [shown, setShown] = createSignal(false);
  return (
    <FieldFrame {...framing}>
      {(wiring) => {
        const input = () => (
          <input
            {...rest}
            {...wiring}
            class={styles.control}
            data-large={mine.large ? "" : undefined}
            type={shown() ? "text" : (mine.type ?? "text")}
            value={mine.value}
            onInput={(event) => mine.onInput(event.currentTarget.value)}
          />
        );
        return (
          <Show when={mine.type === "password"} fallback={input()}>
            <div class={styles.affixed}>
              {input()}
              <button
                type="button"
                aria-label={shown() ? "Hide password" : "Show password"}
                onClick={() => setShown(!shown())}
              >
                <Dynamic component={shown() ? EyeOff : Eye} size={16} />
              </button>
            </div>
          </Show>
        );
      }}
    </FieldFrame>
  );
}

export interface SelectFieldProps
  extends FieldFrameProps, Omit<JSX.SelectHTMLAttributes<HTMLSelectElement>, "onChange" | "size"> {
  value: string;
  options: readonly { readonly value: string; readonly label: string }[];
  onChange: (value: string) => void;
}

/** One of a list. The platform's own control: it types ahead and is at home on phones. */
export function SelectField(props: SelectFieldProps) {
  const [framing, mine, rest] = splitProps(props, frame, ["value", "options", "onChange", "class"]);
  return (
    <FieldFrame {...framing}>
      {(wiring) => (
        <select
          {...rest}
          {...wiring}
          class={styles.control}
          onChange={(event) => mine.onChange(event.currentTarget.value)}
        >
          <For each={mine.options}>
            {(option) => (
              <option value={option.value} selected={option.value === mine.value}>
                {option.label}
              </option>
            )}
          </For>
        </select>
      )}
    </FieldFrame>
  );
}

export interface CheckboxProps {
  label: string;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

export function Checkbox(props: CheckboxProps) {
  return (
    <label class={styles.check}>
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>
        {props.label}
        <Show when={props.hint}>
          <small>{props.hint}</small>
        </Show>
      </span>
    </label>
  );
}

export interface SegmentsProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { readonly value: Value; readonly label: string; readonly icon?: Icon }[];
  onChange: (value: Value) => void;
}

/** One of a few, all in sight. */
export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  const name = createUniqueId();
  return (
    <div class={styles.segments} role="radiogroup" aria-label={props.label}>
      <For each={props.options}>
        {(option) => (
          <label>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === props.value}
              onChange={() => props.onChange(option.value)}
            />
            <Show when={option.icon}>
              {(icon) => <Dynamic component={icon()} size={14} aria-hidden={true} />}
            </Show>
            {option.label}
          </label>
        )}
      </For>
    </div>
  );
}
