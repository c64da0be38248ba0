import type { Field } from "@gridfolk/core/field/field";
import type { Frame } from "./overlay.ts";
import type { RowOrder } from "./row-order.ts";
import * as Selection from "./selection.ts";
import overlayStyles from "./overlay.module.css";

/** Where another person is. */
export interface Guest {
  readonly id: string;
  readonly field: string;
  readonly name: string;
  /** A token: "person-3". */
  readonly color: string;
}

export interface Marked {
  readonly ranges: readonly Selection.Range[];
  readonly size: Selection.Size;
  /** What was copied last and can still be pasted. */
  readonly copied: Selection.Bounds | undefined;
  readonly guests: readonly Guest[];
  readonly order: Pick<RowOrder, "indexOf">;
  readonly fields: readonly Field[];
}

/** Rows of a range beyond this are not told apart for assistive technology. */
const MOST_ROWS = 5000;

/** The frames over the cells: the selection where it is more than one cell, what was copied, and other people. */
export function framesOf({ ranges, size, copied, guests, order, fields }: Marked): Frame[] {
  const areas = Selection.areasOf(ranges, size);
  const frames: Frame[] = [];
  if (areas.length > 1 || (areas[0] !== undefined && !Selection.isSingle(areas[0]))) {
    for (const area of areas) frames.push({ area, className: overlayStyles.range as string });
  }
  if (copied !== undefined && areas.length > 0) {
    frames.push({ area: copied, className: overlayStyles.copied as string });
  }
  for (const guest of guests) {
    const row = order.indexOf(guest.id);
    const column = fields.findIndex((field) => field.key === guest.field);
    if (row < 0 || column < 0) continue;
    const area = { top: row, bottom: row, left: column, right: column };
    const color = `var(--${guest.color})`;
    frames.push({ area, className: overlayStyles.person as string, color });
    frames.push({ area, className: overlayStyles.tag as string, color, label: guest.name });
  }
  return frames;
}

/** Tells the style sheet which drawn rows are in the selection, and assistive technology which are selected whole. */
export function markRows(host: HTMLElement, { ranges, size }: Marked): void {
  const areas = Selection.areasOf(ranges, size);
  const whole = new Set<number>();
  for (const range of ranges) {
    const area = range.kind === "rows" ? Selection.bounds(range, size) : undefined;
    if (area === undefined || area.bottom - area.top > MOST_ROWS) continue;
    for (let row = area.top; row <= area.bottom; row++) whole.add(row);
  }
  for (const row of host.querySelectorAll<HTMLElement>(".ag-grid-scrolling-container .ag-row")) {
    const index = Number(row.getAttribute("row-index"));
    const selected = areas.some((area) => index >= area.top && index <= area.bottom);
    row.toggleAttribute("data-in-selection", selected);
    if (whole.has(index)) row.ariaSelected = "true";
    else if (row.ariaSelected !== null) row.ariaSelected = null;
  }
}
