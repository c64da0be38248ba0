export interface Placement {
  readonly side: "block-end" | "inline-end";
  readonly align: "start" | "center" | "end";
  readonly gap?: number;
}

const MARGIN = 8;

/**
 * Puts a floating element (`position: fixed`) beside a rectangle: on the wanted side, on the opposite one when there is
 * more room, and always inside the window. An element taller than the room gets a `max-block-size` and scrolls.
 */
export function placeBeside(floating: HTMLElement, anchor: DOMRect, placement: Placement): void {
  const gap = placement.gap ?? 4;
  const width = window.innerWidth;
  const height = window.innerHeight;
  const rightToLeft = getComputedStyle(floating).direction === "rtl";
  floating.style.maxBlockSize = `${height - 2 * MARGIN}px`;
  const own = floating.getBoundingClientRect();

  let left: number;
  let top: number;
  if (placement.side === "block-end") {
    const below = height - anchor.bottom - gap - MARGIN;
    const above = anchor.top - gap - MARGIN;
    const up = own.height > below && above > below;
    const room = up ? above : below;
    const taken = Math.min(own.height, room);
    if (own.height > room) floating.style.maxBlockSize = `${Math.max(room, 96)}px`;
    top = up ? anchor.top - gap - taken : anchor.bottom + gap;
    const toEnd = (placement.align === "end") !== rightToLeft;
    if (placement.align === "center") left = anchor.left + (anchor.width - own.width) / 2;
    else left = toEnd ? anchor.right - own.width : anchor.left;
  } else {
    const after = rightToLeft ? anchor.left : width - anchor.right;
    const before = rightToLeft ? width - anchor.right : anchor.left;
    const flip = own.width + gap + MARGIN > after && before > after;
    left = flip !== rightToLeft ? anchor.left - gap - own.width : anchor.right + gap;
    top = anchor.top - 5;
  }
  const clamp = (value: number, size: number, of: number) =>
    Math.max(MARGIN, Math.min(value, of - size - MARGIN));
  floating.style.left = `${Math.round(clamp(left, own.width, width))}px`;
  floating.style.top = `${Math.round(clamp(top, Math.min(own.height, height - 2 * MARGIN), height))}px`;
}
