import { onCleanup } from "solid-js";
import { keysLabel } from "../app/commands.ts";
import { placeBeside } from "./place.ts";
import styles from "./tooltip.module.css";

interface Content {
  readonly text: string;
  readonly keys?: string | undefined;
}

const DELAY_MS = 450;

/**
 * Shows a short text beside the element on hover and on keyboard focus, and hides it on Escape. The element must carry
 * the same words for a screen reader itself (`aria-label`): the tooltip is for the eyes.
 */
export function makeTooltip(element: HTMLElement, content: () => Content): void {
  let tip: HTMLElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const hide = () => {
    clearTimeout(timer);
    tip?.remove();
    tip = undefined;
  };
  const show = () => {
    if (tip || !element.isConnected || element.getAttribute("aria-expanded") === "true") return;
    const { text, keys } = content();
    if (!text) return;
    tip = document.createElement("div");
    tip.className = styles.root ?? "";
    tip.setAttribute("aria-hidden", "true");
    tip.textContent = text;
    if (keys) {
      const kbd = document.createElement("kbd");
      kbd.textContent = keysLabel(keys);
      tip.append(kbd);
    }
    (element.closest("dialog") ?? document.body).append(tip);
    tip.popover = "manual";
    tip.showPopover?.();
    placeBeside(tip, element.getBoundingClientRect(), {
      side: "block-end",
      align: "center",
      gap: 6,
    });
  };
  const later = (event: PointerEvent) => {
    if (event.pointerType === "touch") return;
    clearTimeout(timer);
    timer = setTimeout(show, DELAY_MS);
  };
  const onFocus = () => {
    if (element.matches(":focus-visible")) show();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") hide();
  };

  element.addEventListener("pointerenter", later);
  element.addEventListener("pointerleave", hide);
  element.addEventListener("pointerdown", hide);
  element.addEventListener("focus", onFocus);
  element.addEventListener("blur", hide);
  element.addEventListener("keydown", onKey);
  onCleanup(hide);
}
