import { Show, type JSX } from "solid-js";
import styles from "./progress.module.css";

export interface ProgressProps {
  label: string;
  /** Without it, nobody knows how far: the bar only moves. */
  value?: number;
  of?: number;
  /** Numbers for people: "42,000 of 100,000 rows". */
  detail?: JSX.Element;
}

/** How far something is, with numbers. */
export function Progress(props: ProgressProps) {
  return (
    <div class={styles.root}>
      <div>
        <span>{props.label}</span>
        <Show when={props.detail}>
          <span>{props.detail}</span>
        </Show>
      </div>
      <progress
        aria-label={props.label}
        max={props.of || 1}
        {...(props.value === undefined ? {} : { value: props.value })}
      />
    </div>
  );
}
