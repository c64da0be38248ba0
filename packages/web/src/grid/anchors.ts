import type { Field } from "@gridfolk/core/field/field";
import type { Cursor } from "./cursor.ts";
import type { RowOrder } from "./row-order.ts";
import * as Selection from "./selection.ts";

interface Kept {
  readonly focus: { readonly id: string | undefined; readonly column: number } | undefined;
  readonly ranges: readonly {
    readonly range: Selection.Range;
    readonly anchor: string | undefined;
    readonly head: string | undefined;
  }[];
}

export interface AnchorsDeps {
  readonly cursor: () => Cursor;
  readonly order: RowOrder;
  readonly fields: () => readonly Field[];
  readonly editing: () => boolean;
  /** The focus is in a cell, or nowhere because what had it has gone. */
  readonly hasFocus: () => boolean;
  /** Moves the grid's own focus; `undefined` takes it away. */
  readonly focusCell: (row: number | undefined, field: string) => void;
}

/** Keeps the focus and the selection with their records while the order of the rows changes under them. */
export interface Anchors {
  /** The focus or the selection moved: they are to stay where they are now. */
  keep(): void;
  /** `show` brings the rows in their new order; the focus and the selection go along with their records. */
  restore(show: () => void): void;
  /** Other rows altogether: nothing is kept. */
  forget(): void;
  /** The place of the record that had the focus before it was taken out; -1 when there is none. */
  resume(): number;
}

export function createAnchors({
  cursor,
  order,
  fields,
  editing,
  hasFocus,
  focusCell,
}: AnchorsDeps): Anchors {
  let kept: Kept = { focus: undefined, ranges: [] };
  /** The record that had the focus before it went elsewhere. */
  let left: string | undefined;

  function restoreFocus(focus: NonNullable<Kept["focus"]>, field: Field, here: boolean): void {
    const place = focus.id === undefined ? -1 : order.indexOf(focus.id);
    const row = place >= 0 ? place : Math.min(cursor().focused()?.row ?? 0, order.count - 1);
    left = place < 0 ? undefined : focus.id;
    cursor().holding(() => focusCell(row < 0 || !here ? undefined : row, field.key));
  }

  return {
    keep() {
      const focused = cursor().focused();
      kept = {
        focus: focused && { id: order.at(focused.row)?.id, column: focused.column },
        ranges: cursor()
          .ranges()
          .map((range) => ({
            range,
            anchor: order.at(range.anchor.row)?.id,
            head: order.at(range.head.row)?.id,
          })),
      };
    },
    restore(show) {
      const before = kept;
      const here = hasFocus();
      cursor().holding(show);
      const { focus } = before;
      const field = fields()[focus?.column ?? -1];
      if (focus !== undefined && field !== undefined && !editing()) {
        restoreFocus(focus, field, here);
      }
      const ranges = before.ranges.flatMap(({ range, anchor, head }): Selection.Range[] => {
        if (range.kind === "columns") return [range];
        const from = anchor === undefined ? -1 : order.indexOf(anchor);
        const to = head === undefined ? -1 : order.indexOf(head);
        if (from < 0 || to < 0) return [];
        return [
          { ...range, anchor: { ...range.anchor, row: from }, head: { ...range.head, row: to } },
        ];
      });
      const focused = cursor().focused();
      cursor().select(
        ranges.length > 0 || focused === undefined ? ranges : [Selection.cellRange(focused)],
      );
    },
    forget() {
      left = undefined;
    },
    resume: () => (left === undefined ? -1 : order.indexOf(left)),
  };
}
