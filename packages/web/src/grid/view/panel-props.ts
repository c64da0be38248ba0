import type { Field } from "@gridfolk/core/field/field";
import type { Look } from "../cell-content.ts";
import type { EditorDeps } from "../editor/editor.ts";
import type { AskedField } from "../filter/asked-fields.ts";
import type { Layout } from "../layout.ts";

/** What every panel of a view works on. */
export interface PanelProps {
  /** All fields of the sheet as arranged, hidden ones too. */
  fields: readonly Field[];
  /** Those and the fields of linked records. */
  asked: readonly Field[];
  fieldOf: AskedField;
  layout: Layout;
  look: Look;
  deps: EditorDeps;
  onChange: (part: Partial<Layout>) => void;
  /** Keys of all groups that are on screen, or would be. */
  groupKeys: () => readonly string[];
}

/** The list with one of its items a place earlier or later. */
export function moved<Item>(items: readonly Item[], at: number, by: -1 | 1): readonly Item[] {
  const item = items[at];
  const to = at + by;
  if (item === undefined || to < 0 || to >= items.length) return items;
  return items.toSpliced(at, 1).toSpliced(to, 0, item);
}
