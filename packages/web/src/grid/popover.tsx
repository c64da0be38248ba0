import { onCleanup, onMount, untrack, type JSX } from "solid-js";
import { Portal } from "solid-js/web";
import { placeBeside } from "../ui/place.ts";
import styles from "./popover.module.css";

export interface PopoverProps {
  label: string;
  anchor: DOMRect;
  /** Clicks on it do not count as clicks outside. */
  trigger?: HTMLElement | undefined;
  width?: number;
  onClose: () => void;
  children: JSX.Element;
}

/**
 * A small form beside what opened it. Takes the focus and gives it back; Escape and a click elsewhere close it; Tab stays
 * inside.
 */
export function Popover(props: PopoverProps) {
  const before = document.activeElement;
  let root!: HTMLDivElement;

  // Read once: when the form is gone nobody can be asked any more.
  const trigger = untrack(() => props.trigger);
  const giveBack = () => {
    const back = trigger?.isConnected ? trigger : before;
    if (back instanceof HTMLElement && back.isConnected) back.focus();
  };
  const close = (restore: boolean) => {
    if (restore) giveBack();
    props.onClose();
  };
  // A form that was filled in closes without a word: the focus that was in it is nowhere then.
  onCleanup(() =>
    queueMicrotask(() => {
      if (document.activeElement === document.body) giveBack();
    }),
  );
  const focusable = () =>
    [
      ...root.querySelectorAll<HTMLElement>("button, input, select, textarea, [tabindex='0']"),
    ].filter((element) => !element.matches(":disabled, [tabindex='-1']"));

  onMount(() => {
    root.showPopover?.();
    const place = () => placeBeside(root, props.anchor, { side: "block-end", align: "start" });
    place();
    const sizes = new ResizeObserver(place);
    sizes.observe(root);
    (root.querySelector<HTMLElement>("[autofocus]") ?? focusable()[0] ?? root).focus();
    const outside = (event: PointerEvent) => {
      const target = event.target as Element;
      if (root.contains(target) || props.trigger?.contains(target)) return;
      // A menu or a list that hangs on this form is part of it.
      if (target.closest?.("[data-menu], [popover]") !== null) return;
      close(false);
    };
    document.addEventListener("pointerdown", outside, true);
    onCleanup(() => {
      sizes.disconnect();
      document.removeEventListener("pointerdown", outside, true);
    });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      close(true);
    } else if (event.key === "Tab") {
      const all = focusable();
      const [first, last] = [all[0], all.at(-1)];
      if (event.shiftKey && document.activeElement === first) {
        event.preventDefault();
        last?.focus();
      } else if (!event.shiftKey && document.activeElement === last) {
        event.preventDefault();
        first?.focus();
      }
    }
  };

  return (
    <Portal mount={(before?.closest("dialog[open]") as HTMLElement | null) ?? document.body}>
      <div
        ref={root}
        class={styles.root}
        popover="manual"
        role="dialog"
        aria-label={props.label}
        tabIndex={-1}
        style={props.width === undefined ? {} : { width: `${props.width}px` }}
        onKeyDown={onKeyDown}
      >
        {props.children}
      </div>
    </Portal>
  );
}
