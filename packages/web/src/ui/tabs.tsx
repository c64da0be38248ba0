import { For, Show, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Icon } from "./button.tsx";
import styles from "./tabs.module.css";

export interface TabsProps<Key extends string> {
  label: string;
  tabs: readonly { readonly key: Key; readonly label: JSX.Element; readonly icon?: Icon }[];
  selected: Key;
  onSelect: (key: Key) => void;
  /** Id of the element the tabs switch. */
  panel?: string;
}

/** A row of tabs: one stop for Tab, arrows move and select. The panel is the caller's. */
export function Tabs<Key extends string>(props: TabsProps<Key>) {
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = props.tabs.findIndex((tab) => tab.key === props.selected);
    const next = (at + step + props.tabs.length) % props.tabs.length;
    props.onSelect(props.tabs[next]!.key);
    (event.currentTarget.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class={styles.root} role="tablist" aria-label={props.label} onKeyDown={onKeyDown}>
      <For each={props.tabs}>
        {(tab) => (
          <button
            type="button"
            role="tab"
            aria-selected={tab.key === props.selected}
            aria-controls={props.panel}
            tabIndex={tab.key === props.selected ? 0 : -1}
            onClick={() => props.onSelect(tab.key)}
          >
            <Show when={tab.icon}>
              {(icon) => <Dynamic component={icon()} size={15} aria-hidden={true} />}
            </Show>
            {tab.label}
          </button>
        )}
      </For>
    </div>
  );
}
