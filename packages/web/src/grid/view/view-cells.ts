import { isInvalid } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Context } from "@gridfolk/core/sheet/context";
import { colouring, type Colouring } from "@gridfolk/core/view/colour";
import type { ColourRule, Definition } from "@gridfolk/core/view/definition";
import { stretchWords, type Group } from "@gridfolk/core/view/group";
import { label, summarize, words as figureWords } from "@gridfolk/core/view/summary";
import { paint, words } from "../cell-content.ts";
import type { GroupLine } from "../row-model.ts";
import type { SheetContext } from "../sheet-context.ts";

export interface ViewCellsDeps {
  readonly sheet: SheetContext;
  /** As it can be asked of the sheet now. */
  readonly definition: () => Definition;
  readonly asking: () => Context;
  /** What a rule without a name means, in words. */
  readonly nameOf: (rule: ColourRule) => string;
}

/** What a column comes to, in words. */
export interface Told {
  readonly label: string;
  readonly figure: string;
}

/** What cells show besides their value: colours of rules, names and sums of groups, sums under columns. */
export interface ViewCells {
  colourOf(row: number, field: string): ColourRule | undefined;
  /** The column that names of groups stand in. */
  isFirst(field: string): boolean;
  isSummed(field: string): boolean;
  ofGroup(line: GroupLine, field: Field): Told | undefined;
  ofAll(field: Field): Told | undefined;
  /** Draws what the rows of a group have in common. */
  paintGroup(host: HTMLElement, group: Group): void;
  /** "Stage: Won". */
  groupWords(group: Group): string;
  /** Cells of these fields have changed; "all": or other rows are shown. */
  forget(fields?: ReadonlySet<string> | "all"): void;
}

export function createViewCells(
  { sheet, definition, asking, nameOf }: ViewCellsDeps,
  fields: () => readonly Field[],
): ViewCells {
  let compiled: { readonly of: Definition; readonly colour: Colouring | undefined } | undefined;
  const told = new Map<string, Told>();
  const tell = (rows: Int32Array, field: Field): Told | undefined => {
    const kind = definition().summaries[field.key];
    if (kind === undefined) return undefined;
    const { locale, names } = sheet.look();
    const figure = summarize(kind, rows, field, sheet.table(), locale);
    return { label: label(kind, field), figure: figureWords(figure, field, locale, names) };
  };
  const remembered = (name: string, field: Field, rows: () => Int32Array) => {
    const key = `${name}\n${field.key}\n${definition().summaries[field.key]}`;
    const known = told.get(key) ?? tell(rows(), field);
    if (known !== undefined) told.set(key, known);
    return known;
  };

  return {
    colourOf(row, field) {
      const now = definition();
      if (now.rules.length === 0) return undefined;
      if (compiled?.of !== now) {
        const rules = now.rules.map((rule) => ({ ...rule, name: rule.name || nameOf(rule) }));
        compiled = { of: now, colour: colouring(rules, sheet.table(), asking()) };
      }
      return compiled.colour?.(row, field);
    },
    isFirst: (field) => fields()[0]?.key === field,
    isSummed: (field) => definition().summaries[field] !== undefined,
    ofGroup: (line, field) =>
      remembered(line.id, field, () => sheet.order.rows.subarray(line.from, line.to)),
    ofAll: (field) => remembered("", field, () => sheet.order.rows),
    paintGroup(host, group) {
      const { field, cell, unit } = group;
      if (cell === undefined || unit !== undefined || field.type === "checkbox") {
        host.textContent = valueWords(group);
      } else paint(host, field, cell, sheet.look());
    },
    groupWords: (group) => `${group.field.name}: ${valueWords(group)}`,
    forget(changed = "all") {
      compiled = undefined;
      if (changed === "all") {
        told.clear();
        return;
      }
      // Who changed a record, and when, is another with every change.
      const stamped = sheet.sheet().fields.filter(({ type }) => Workbook.isStamped(type));
      const gone = new Set([...changed, ...stamped.map(({ key }) => key)]);
      for (const name of told.keys())
        if (gone.has(name.split("\n").at(-2) ?? "")) told.delete(name);
    },
  };

  function valueWords({ field, cell, unit }: Group): string {
    if (cell === undefined) return "(blank)";
    if (unit !== undefined && !isInvalid(cell)) {
      return stretchWords(String(cell), unit, sheet.look().locale.locale);
    }
    if (field.type === "checkbox" && !isInvalid(cell))
      return cell === true ? "ticked" : "not ticked";
    return words(field, cell, sheet.look());
  }
}
