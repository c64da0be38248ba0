import { onCleanup, onMount, untrack, type JSX } from "solid-js";
import { placeBeside } from "../../ui/place.ts";
import styles from "./editor.module.css";

export interface PanelProps {
  /** Covers what it belongs to instead of standing below it. */
  over?: boolean;
  minWidth?: number;
  /** Opens it once the host has put the editor into the page; before, nothing in it can be focused. */
  ref: (open: () => void) => void;
  children: JSX.Element;
}

/**
 * What hangs below (or lies over) an editor: in the browser's top layer, so that nothing clips it, and still inside the
 * editor's element, so that focus and keys belong to the editor. Follows when the page scrolls under it.
 */
export function Panel(props: PanelProps) {
  let anchor!: HTMLSpanElement;
  let panel!: HTMLDivElement;
  const place = () => {
    const cell = anchor.parentElement?.getBoundingClientRect();
    if (cell === undefined) return;
    panel.style.minInlineSize = `${Math.max(cell.width + (props.over ? 2 : 0), props.minWidth ?? 0)}px`;
    if (!props.over) {
      placeBeside(panel, cell, { side: "block-end", align: "start", gap: 3 });
      return;
    }
    // Over what it edits, moved up or to the side only as far as the window needs.
    const { width, height } = panel.getBoundingClientRect();
    const left = Math.max(8, Math.min(cell.left - 1, window.innerWidth - width - 8));
    const top = Math.max(8, Math.min(cell.top - 1, window.innerHeight - height - 8));
    panel.style.left = `${Math.round(left)}px`;
    panel.style.top = `${Math.round(top)}px`;
  };
  const open = () => {
    if (!panel.isConnected || panel.matches(":popover-open")) return;
    panel.showPopover();
    place();
  };
  // At once and not when mounted: hosts mount first.
  untrack(() => props.ref(open));
  onMount(() => {
    open();
    const sizes = new ResizeObserver(place);
    sizes.observe(panel);
    document.addEventListener("scroll", place, { capture: true, passive: true });
    onCleanup(() => {
      sizes.disconnect();
      document.removeEventListener("scroll", place, { capture: true });
    });
  });
  const stay = (event: Event) => event.stopPropagation();
  return (
    <>
      <span ref={anchor} hidden />
      <div
        ref={panel}
        class={styles.panel}
        popover="manual"
        on:pointerdown={stay}
        on:mousedown={stay}
        on:click={stay}
        on:dblclick={stay}
        on:contextmenu={stay}
      >
        {props.children}
      </div>
    </>
  );
}
