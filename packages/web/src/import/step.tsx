import { Show, type JSX } from "solid-js";
import styles from "./wizard.module.css";

export interface StepProps {
  title: string;
  /** What this step is about, in a sentence. */
  lead?: JSX.Element;
  children: JSX.Element;
  /** Buttons, the main one last. */
  actions?: JSX.Element;
  /** Left of the buttons. */
  aside?: JSX.Element;
}

/** One step: heading, content that scrolls, buttons that stay. */
export function StepFrame(props: StepProps) {
  return (
    <section class={styles.step}>
      <div class={styles.scroll} tabIndex={-1}>
        <div class={styles.lead}>
          <h2>{props.title}</h2>
          <Show when={props.lead}>
            <p>{props.lead}</p>
          </Show>
        </div>
        {props.children}
      </div>
      <Show when={props.actions}>
        <footer class={styles.actions}>
          <div class={styles.aside}>{props.aside}</div>
          {props.actions}
        </footer>
      </Show>
    </section>
  );
}
