import CircleAlert from "lucide-solid/icons/circle-alert";
import CircleCheck from "lucide-solid/icons/circle-check";
import Info from "lucide-solid/icons/info";
import TriangleAlert from "lucide-solid/icons/triangle-alert";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import styles from "./notice.module.css";

const icons = { problem: CircleAlert, warning: TriangleAlert, info: Info, done: CircleCheck };

export interface NoticeProps {
  kind: "problem" | "warning" | "info" | "done";
  children: JSX.Element;
}

/** A message that stays where it belongs: above a form, in a dialog. */
export function Notice(props: NoticeProps) {
  return (
    <div
      class={styles.root}
      data-kind={props.kind}
      role={props.kind === "problem" ? "alert" : "note"}
    >
      <Dynamic component={icons[props.kind]} size={16} aria-hidden={true} />
      <div>{props.children}</div>
    </div>
  );
}
