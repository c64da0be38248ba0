import { Show, splitProps, type Component, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { makeTooltip } from "./tooltip.tsx";
import styles from "./button.module.css";

export type Icon = Component<{ size?: number; "aria-hidden"?: boolean }>;

export interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: "primary" | "secondary" | "quiet" | "danger" | "link";
  size?: "small" | "normal" | "large";
  icon?: Icon | undefined;
  /** Shows that work is going on and takes no further clicks. */
  busy?: boolean | undefined;
  /** As wide as its container. */
  wide?: boolean;
}

const own = ["variant", "size", "icon", "busy", "class"] as const;

/** A button with a verb on it. Not a submit button unless `type` says so. */
export function Button(props: ButtonProps) {
  const [mine, rest] = splitProps(props, [...own, "wide", "children"]);
  return (
    <button
      type="button"
      {...rest}
      class={`${styles.root} ${mine.class ?? ""}`}
      data-variant={mine.variant ?? "secondary"}
      data-size={mine.size}
      data-wide={mine.wide ? "" : undefined}
      data-busy={mine.busy ? "" : undefined}
      aria-busy={mine.busy || undefined}
    >
      <Show when={mine.busy} fallback={<ButtonIcon icon={mine.icon} />}>
        <span class={styles.spinner} aria-hidden="true" />
      </Show>
      {mine.children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "children" | "wide"> {
  icon: Icon;
  /** What it does; spoken, and shown on hover. */
  label: string;
  /** Key combination shown beside the label. */
  keys?: string | undefined;
  iconSize?: number;
}

/** A square button with an icon; its label is a tooltip. */
export function IconButton(props: IconButtonProps) {
  const [mine, rest] = splitProps(props, [...own, "label", "keys", "iconSize", "ref"]);
  return (
    <button
      type="button"
      {...rest}
      ref={(element) => {
        makeTooltip(element, () => ({ text: mine.label, keys: mine.keys }));
        if (typeof mine.ref === "function") mine.ref(element);
      }}
      class={`${styles.root} ${mine.class ?? ""}`}
      data-variant={mine.variant ?? "quiet"}
      data-size={mine.size}
      data-only-icon=""
      aria-label={mine.label}
    >
      <Show
        when={mine.busy}
        fallback={<Dynamic component={mine.icon} size={mine.iconSize ?? 16} aria-hidden={true} />}
      >
        <span class={styles.spinner} aria-hidden="true" />
      </Show>
    </button>
  );
}

function ButtonIcon(props: { icon: Icon | undefined }) {
  return (
    <Show when={props.icon}>
      {(icon) => <Dynamic component={icon()} size={15} aria-hidden={true} />}
    </Show>
  );
}
