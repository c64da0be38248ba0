import X from "lucide-solid/icons/x";
import { createUniqueId, onCleanup, onMount, Show, type JSX } from "solid-js";
import { Portal } from "solid-js/web";
import { IconButton } from "./button.tsx";
import styles from "./dialog.module.css";

export interface DialogProps {
  title: string;
  size?: "small" | "normal" | "wide";
  /** A drawer at the inline end, full height. */
  side?: boolean;
  /** It is a text to read, with nothing in it that takes the focus: the keyboard scrolls it as a whole. */
  isText?: boolean;
  /** Buttons; the last one is the main one. */
  footer?: JSX.Element;
  children: JSX.Element;
  /** Escape, the cross, a click beside it. */
  onClose: () => void;
}

/**
 * A modal dialog while it is rendered: put it in a `<Show>`. The browser keeps the focus inside, makes the rest inert and
 * gives the focus back.
 */
export function Dialog(props: DialogProps) {
  const id = createUniqueId();
  let root!: HTMLDialogElement;
  let heading!: HTMLHeadingElement;
  onMount(() => {
    const before = document.activeElement;
    root.showModal();
    // Not the cross, which the browser would take: a reader hears what the dialog is about.
    (root.querySelector<HTMLElement>("[autofocus]") ?? heading).focus();
    onCleanup(() => {
      root.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
  });
  return (
    <Portal>
      <dialog
        ref={root}
        class={styles.root}
        data-size={props.size}
        data-side={props.side ? "" : undefined}
        aria-labelledby={id}
        onCancel={(event) => {
          event.preventDefault();
          props.onClose();
        }}
        onKeyDown={(event) => event.stopPropagation()}
        onPointerDown={(event) => {
          if (event.target === root) props.onClose();
        }}
      >
        <div class={styles.head}>
          <h2 ref={heading} id={id} tabIndex={-1}>
            {props.title}
          </h2>
          <IconButton icon={X} label="Close" size="small" onClick={() => props.onClose()} />
        </div>
        <div class={styles.body} tabIndex={props.isText ? 0 : undefined}>
          {props.children}
        </div>
        <Show when={props.footer}>
          <div class={styles.foot}>{props.footer}</div>
        </Show>
      </dialog>
    </Portal>
  );
}
