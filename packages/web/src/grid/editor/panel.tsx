import { onCleanup, onMount, type JSX } from "solid-js";
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
    const rectangle = props.over ? new DOMRect(cell.x - 1, cell.y - 1, cell.width, 0) : cell;
    placeBeside(panel, rectangle, { side: "block-end", align: "start", gap: props.over ? 0 : 3 });
  };
  const open = () => {
    if (!panel.isConnected || panel.matches(":popover-open")) return;
    panel.showPopover();
    place();
  };
  onMount(() => {
    props.ref(open);
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
