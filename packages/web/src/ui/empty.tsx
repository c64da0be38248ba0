import { Show, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Icon } from "./button.tsx";
import styles from "./empty.module.css";

export interface EmptyProps {
  icon?: Icon;
  title: string;
  /** It is all there is on the page. */
  isPage?: boolean;
  /** What to do about it. */
  children?: JSX.Element;
  actions?: JSX.Element;
}

/** Nothing to show, and why, and what to do. */
export function Empty(props: EmptyProps) {
  return (
    <div class={styles.root}>
      <Show when={props.icon}>
        {(icon) => <Dynamic component={icon()} size={28} aria-hidden={true} />}
      </Show>
      <Dynamic component={props.isPage ? "h1" : "h2"}>{props.title}</Dynamic>
      <Show when={props.children}>
        <p>{props.children}</p>
      </Show>
      <Show when={props.actions}>
        <div class={styles.actions}>{props.actions}</div>
      </Show>
    </div>
  );
}
