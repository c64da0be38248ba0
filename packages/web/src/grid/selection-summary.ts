import { createEffect, createSignal, on, onCleanup, type Accessor } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import type { Cursor } from "./cursor.ts";
import * as Selection from "./selection.ts";
import type { SheetContext } from "./sheet-context.ts";
import { summarize, type Summary } from "./summary.ts";

/** Counting many cells must not hold up the selection that is being drawn. */
const DELAY_MS = 60;

/** What the selected cells come to, a moment after they were selected; undefined for a single cell. */
export function createSelectionSummary(
  sheet: SheetContext,
  cursor: Accessor<Cursor | undefined>,
  fields: Accessor<readonly Field[]>,
): { readonly summary: Accessor<Summary | undefined>; readonly again: () => void } {
  const [summary, setSummary] = createSignal<Summary>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function count(): Summary | undefined {
    const at = cursor();
    if (at === undefined) return undefined;
    const areas = Selection.areasOf(at.ranges(), at.size());
    const [only] = areas;
    if (areas.length <= 1 && (only === undefined || Selection.isSingle(only))) return undefined;
    return summarize(at.ranges(), at.size(), fields(), (place, field) =>
      sheet.cell(sheet.order.rowAt(place), field),
    );
  }

  function again(): void {
    // Not put off again and again while a selection grows.
    timer ??= setTimeout(() => {
      timer = undefined;
      setSummary(count());
    }, DELAY_MS);
  }
  onCleanup(() => clearTimeout(timer));
  createEffect(on(cursor, again, { defer: true }));
  return { summary, again };
}
