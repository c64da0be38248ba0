import { Show, type JSX } from "solid-js";
import styles from "./progress.module.css";

export interface ProgressProps {
  label: string;
  value: number;
  of: number;
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
      <progress aria-label={props.label} value={props.value} max={props.of || 1} />
    </div>
  );
}
