import Check from "lucide-solid/icons/check";
import Plus from "lucide-solid/icons/plus";
import X from "lucide-solid/icons/x";
import { createMemo, createSignal, createUniqueId, For, onMount, Show, type JSX } from "solid-js";
import { chipColor } from "../../ui/chip.tsx";
import { Panel } from "./panel.tsx";
import styles from "./editor.module.css";

export interface PickerItem {
  readonly id: string;
  readonly label: string;
  readonly detail?: string | undefined;
}

export interface PickerHandle {
  readonly picked: () => readonly string[];
  /** What was typed and not picked. */
  readonly rest: () => string;
  readonly touched: () => boolean;
  focus(): void;
}

export interface PickerProps {
  label: string;
  multiple: boolean;
  picked: readonly string[];
  start: string | undefined;
  placeholder: string;
  /** Items that fit what was typed, best first. */
  items: (query: string) => readonly PickerItem[];
  labelOf: (id: string) => string;
  /** The palette's colour of an item. */
  colorOf?: (id: string) => string | undefined;
  /** How an item is drawn; its label in plain text when absent. */
  draw?: (item: PickerItem) => JSX.Element;
  /** "Create option", "New company"; absent when nothing can be made. */
  create?: { readonly label: string; readonly make: (name: string) => string };
  ref: (handle: PickerHandle) => void;
  onDone: () => void;
}

const SHOWN = 60;

/**
 * One or several out of a list, by typing or pointing. Arrows move, Enter or Tab takes the marked one and is then left to
 * the host; with several, Enter takes and stays, and a second Enter leaves. Backspace in an empty field removes the last.
 */
export function Picker(props: PickerProps) {
  const [query, setQuery] = createSignal(props.start ?? "");
  const [picked, setPicked] = createSignal<readonly string[]>(props.picked);
  const [moved, setMoved] = createSignal(false);
  const [marked, setMarked] = createSignal(0);
  const [touched, setTouched] = createSignal(false);
  const id = createUniqueId();
  let input!: HTMLInputElement;
  let open!: () => void;
  let list!: HTMLDivElement;

  const found = createMemo(() => props.items(query().trim()).slice(0, SHOWN));
  const creatable = () => {
    const name = query().trim();
    if (props.create === undefined || name === "") return false;
    return !found().some((item) => item.label.toLowerCase() === name.toLowerCase());
  };
  const length = () => found().length + (creatable() ? 1 : 0);

  const begin = () => {
    const at = props.multiple ? -1 : found().findIndex((item) => item.id === picked()[0]);
    setMarked(query() === "" && at >= 0 ? at : 0);
  };

  function toggle(item: string): void {
    setTouched(true);
    setPicked((all) => {
      if (!props.multiple) return [item];
      return all.includes(item) ? all.filter((other) => other !== item) : [...all, item];
    });
    setQuery("");
    input.value = "";
    setMoved(false);
  }

  function take(index: number): boolean {
    const item = found()[index];
    if (item !== undefined) {
      toggle(item.id);
      return true;
    }
    if (!creatable() || props.create === undefined) return false;
    toggle(props.create.make(query().trim()));
    return true;
  }

  function move(by: number): void {
    if (length() === 0) return;
    setMoved(true);
    setMarked((at) => (at + by + length()) % length());
    list.children[marked()]?.scrollIntoView({ block: "nearest" });
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const wanted = query().trim() !== "" || moved();
    switch (event.key) {
      case "ArrowDown":
        move(1);
        break;
      case "ArrowUp":
        move(-1);
        break;
      case "PageDown":
        move(Math.min(8, length() - 1 - marked()));
        break;
      case "PageUp":
        move(-Math.min(8, marked()));
        break;
      case "Enter":
        if (!wanted || !take(marked())) return;
        if (!props.multiple) return;
        break;
      case "Tab":
        if (wanted) take(marked());
        return;
      case "Backspace":
        if (query() !== "" || picked().length === 0) return;
        setTouched(true);
        setPicked((all) => all.slice(0, -1));
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const choose = (index: number) => {
    take(index);
    if (props.multiple) input.focus();
    else props.onDone();
  };

  onMount(() => {
    begin();
    props.ref({
      picked,
      rest: () => query().trim(),
      touched,
      focus() {
        open();
        list.children[marked()]?.scrollIntoView({ block: "nearest" });
        input.focus();
        input.setSelectionRange(input.value.length, input.value.length);
      },
    });
  });

  return (
    <Panel over minWidth={240} ref={(show) => (open = show)}>
      <div class={styles.field} on:click={() => input.focus()}>
        <For each={picked()}>
          {(item) => (
            <span
              class={styles.picked}
              style={{
                background: `var(--chip-${chipColor(props.colorOf?.(item))})`,
                color: `var(--chip-${chipColor(props.colorOf?.(item))}-ink)`,
              }}
            >
              <span>{props.labelOf(item)}</span>
              <button
                type="button"
                tabIndex={-1}
                aria-label={`Remove ${props.labelOf(item)}`}
                on:pointerdown={(event) => event.preventDefault()}
                on:click={() => {
                  setTouched(true);
                  setPicked((all) => all.filter((other) => other !== item));
                }}
              >
                <X size={12} aria-hidden={true} />
              </button>
            </span>
          )}
        </For>
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label={props.label}
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={length() > 0 ? `${id}-${marked()}` : undefined}
          autocomplete="off"
          spellcheck={false}
          placeholder={picked().length === 0 ? props.placeholder : ""}
          value={props.start ?? ""}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setMoved(false);
            begin();
          }}
          on:keydown={onKeyDown}
        />
      </div>
      <div
        ref={list}
        id={id}
        class={styles.list}
        role="listbox"
        aria-label={props.label}
        aria-multiselectable={props.multiple}
        on:pointerdown={(event) => event.preventDefault()}
      >
        <For each={found()}>
          {(item, index) => (
            <div
              id={`${id}-${index()}`}
              role="option"
              class={styles.option}
              aria-selected={picked().includes(item.id)}
              data-marked={marked() === index() ? "" : undefined}
              on:pointermove={() => setMarked(index())}
              on:click={() => choose(index())}
            >
              <span class={styles.optionLabel}>
                {props.draw?.(item) ?? item.label}
                <Show when={item.detail}>
                  <small>{item.detail}</small>
                </Show>
              </span>
              <Show when={picked().includes(item.id)}>
                <Check size={14} aria-hidden={true} />
              </Show>
            </div>
          )}
        </For>
        <Show when={creatable()}>
          <div
            id={`${id}-${found().length}`}
            role="option"
            class={styles.option}
            aria-selected="false"
            data-marked={marked() === found().length ? "" : undefined}
            on:pointermove={() => setMarked(found().length)}
            on:click={() => choose(found().length)}
          >
            <Plus size={14} aria-hidden={true} />
            <span class={styles.optionLabel}>
              {props.create?.label} “{query().trim()}”
            </span>
          </div>
        </Show>
      </div>
      <Show when={length() === 0}>
        <p class={styles.hint} role="status">
          {query().trim() === ""
            ? "Nothing to choose from yet"
            : `Nothing matches “${query().trim()}”`}
        </p>
      </Show>
    </Panel>
  );
}
