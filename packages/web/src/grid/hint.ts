import { placeBeside } from "../ui/place.ts";
import type { Target } from "./cursor.ts";
import styles from "./hint.module.css";

export interface HintDeps {
  readonly targetOf: (element: Element | null) => Target;
  /** Why the cell's text does not fit, if it does not. */
  readonly why: (target: Target) => string | undefined;
  /** What the cell could open. */
  readonly opens: (target: Target) => "email" | "phone" | "url" | "record" | undefined;
  readonly onOpen: (target: Target) => void;
}

const labels = {
  email: "Write an e-mail (Ctrl+click)",
  phone: "Call (Ctrl+click)",
  url: "Open the page (Ctrl+click)",
  record: "Open the record (Ctrl+click)",
};
const icon = `<svg width="13" height="13" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M7 7h10v10M7 17 17 7"/></svg>`;

/**
 * What appears beside the cell under the pointer: a button that opens an address or a linked record, and for text that does
 * not fit its column the reason in words, also when the cell is reached by keyboard. One button and one note for the whole
 * grid: cells stay light.
 */
export function makeHint(root: HTMLElement, deps: HintDeps): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.className = styles.open as string;
  button.innerHTML = icon;
  const note = document.createElement("div");
  note.className = styles.note as string;
  note.popover = "manual";
  note.role = "tooltip";
  note.id = "gf-cell-note";
  root.append(note);
  let shown: Target | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const hideNote = () => {
    clearTimeout(timer);
    if (note.matches(":popover-open")) note.hidePopover();
    root.querySelector("[aria-describedby=gf-cell-note]")?.removeAttribute("aria-describedby");
  };
  const showNote = (target: Target, delayMs: number) => {
    hideNote();
    const why = deps.why(target);
    if (why === undefined || target.element === undefined) return;
    const { element } = target;
    note.textContent = why;
    element.setAttribute("aria-describedby", note.id);
    timer = setTimeout(() => {
      if (!element.isConnected) return;
      note.showPopover?.();
      placeBeside(note, element.getBoundingClientRect(), {
        side: "block-end",
        align: "start",
        gap: 4,
      });
    }, delayMs);
  };

  root.addEventListener(
    "pointerover",
    (event) => {
      const element = event.target as Element;
      if (button.contains(element) || event.buttons !== 0 || event.pointerType === "touch") return;
      const target = deps.targetOf(element);
      if (target.element === shown?.element) return;
      shown = target;
      button.remove();
      if (target.area !== "cell" || target.element === undefined) {
        hideNote();
        return;
      }
      showNote(target, 350);
      const opens = deps.opens(target);
      if (opens === undefined || target.element.classList.contains("ag-cell-inline-editing"))
        return;
      button.ariaLabel = labels[opens];
      button.title = labels[opens];
      target.element.append(button);
    },
    { signal },
  );
  root.addEventListener(
    "pointerleave",
    () => {
      shown = undefined;
      button.remove();
      hideNote();
    },
    { signal },
  );
  root.addEventListener(
    "focusin",
    (event) => {
      const element = event.target as Element;
      if (!element.classList.contains("ag-cell")) {
        hideNote();
        return;
      }
      showNote(deps.targetOf(element), 500);
    },
    { signal },
  );
  root.addEventListener("keydown", hideNote, { signal, capture: true });
  root.addEventListener("scroll", hideNote, { signal, capture: true, passive: true });
  button.addEventListener("pointerdown", (event) => event.stopPropagation(), { signal });
  button.addEventListener("mousedown", (event) => event.stopPropagation(), { signal });
  button.addEventListener("dblclick", (event) => event.stopPropagation(), { signal });
  button.addEventListener(
    "click",
    (event) => {
      event.stopPropagation();
      if (shown !== undefined) deps.onOpen(shown);
    },
    { signal },
  );
  return () => {
    hideNote();
    stop.abort();
    button.remove();
    note.remove();
  };
}
