import type { Names } from "@gridfolk/core/field/behaviour";
import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field, Locale } from "@gridfolk/core/field/field";
import { withOptions } from "@gridfolk/core/field/palette";
import { registry } from "@gridfolk/core/field/registry";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { labelOf } from "@gridfolk/core/sheet/title";
import type { Workspace } from "../../data/workspace.ts";
import { createOperation } from "../change.ts";
import type { EditorDeps, Suggestion } from "./editor.ts";

const MOST = 50;

/** What editors of one sheet's fields need, over the open workspace. */
export function createEditorDeps(workspace: Workspace, sheetKey: string, names: Names): EditorDeps {
  const locale = () => workspace.locale();
  const linked = (field: Field) => {
    const key = field.link?.sheet;
    return key === undefined ? undefined : workspace.workbook.sheets.get(key);
  };
  // Labels of a linked sheet, kept while the workbook stands still: an editor asks at every key.
  let known:
    | { sheet: string; version: number; labels: string[]; rows: readonly number[] }
    | undefined;

  function labels(table: Workbook.Table) {
    const version = workspace.version();
    if (known?.sheet !== table.key || known.version !== version) {
      const rows = Workbook.rows(table);
      known = {
        sheet: table.key,
        version,
        rows,
        labels: rows.map((row) => labelOf(table, row, locale()).toLowerCase()),
      };
    }
    return known;
  }

  return {
    locale,
    names,
    people: () => workspace.members().filter((member) => member.active),
    records(field, query) {
      const table = linked(field);
      if (table === undefined) return [];
      const { rows, labels: texts } = labels(table);
      const wanted = query.trim().toLowerCase();
      const ranks: number[][] = [[], [], []];
      for (let index = 0; index < rows.length; index++) {
        const text = texts[index] as string;
        const at = wanted === "" ? 0 : text.indexOf(wanted);
        if (at < 0) continue;
        const rank = text === wanted ? 0 : at === 0 ? 1 : 2;
        const found = ranks[rank] as number[];
        if (found.length < MOST) found.push(rows[index] as number);
        if (wanted === "" && found.length >= MOST) break;
      }
      return ranks
        .flat()
        .slice(0, MOST)
        .map((row) => suggestion(table, row, locale()));
    },
    valuesOf: async (key, among, signal) => {
      const { columnValues } = await import("../filter/column-values.ts");
      return columnValues(workspace, sheetKey, key, among, signal);
    },
    recordNoun: (field) => linked(field)?.sheet.singular ?? "record",
    makeRecord(field, name) {
      const table = linked(field);
      const [id] = workspace.newRecordIds(1) as [string];
      const [first, ...rest] = table?.sheet.title ?? [];
      const record = new Map<string, Cell>();
      if (first !== undefined) {
        // "Grace Hopper" into first and last name where a record is named by both.
        const gap = rest.length > 0 ? name.lastIndexOf(" ") : -1;
        record.set(first, gap < 0 ? name : name.slice(0, gap));
        const last = rest.at(-1);
        if (gap >= 0 && last !== undefined) record.set(last, name.slice(gap + 1));
      }
      return { id, operation: createOperation(field.link?.sheet ?? sheetKey, [id], [record]) };
    },
    makeOption: (field, added) => ({
      op: "field",
      sheet: sheetKey,
      after: { ...field, options: withOptions(field.options ?? [], added) },
    }),
  };
}

/** A record as a list shows it: its name, and the first thing that tells it from another of the same name. */
function suggestion(table: Workbook.Table, row: number, locale: Locale): Suggestion {
  const title = labelOf(table, row, locale);
  const id = table.ids[row] as string;
  for (const type of ["email", "url", "phone", "choice", "text"] as const) {
    const field = table.sheet.fields.find(
      (other) => other.type === type && !other.deleted && !table.sheet.title.includes(other.key),
    );
    const cell = field && Workbook.value(table, row, field.key);
    if (field === undefined || cell === undefined || isInvalid(cell)) continue;
    return { id, title, detail: registry[type].format(cell, field, locale) };
  }
  return { id, title };
}
