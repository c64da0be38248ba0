import * as Workbook from "../ledger/workbook.ts";
import type { Context } from "../sheet/context.ts";
import { expectedWeights } from "./learn.ts";
import { type Lookup, lookup, type Match } from "./lookup.ts";
import { columnsOfRecords, textOf } from "./records.ts";
import type { Refit } from "./refit.ts";

/** A record that what was asked for looks like. */
export interface Alike {
  readonly id: string;
  readonly probability: number;
  readonly reasons: Match["reasons"];
}

/** Finds records of a sheet that a record looks like, and follows the sheet as it changes. */
export interface Following {
  /** Brings it up to the table as it is now; a look at the stamps of all records, and at what changed. */
  follow(table: Workbook.Table, context: Pick<Context, "locale" | "names">): void;
  /** `asked`: texts by field key, as `textOf` in records.ts. Likeliest first; `but` is left out: the record that is being typed. */
  find(asked: { readonly [field: string]: string }, least: number, but?: string): Alike[];
}

/** With more changes than this it is made again, so that what is rare and common is true again. */
const MOST_CHANGES = 5000;
/** So many records more than before too. */
const MOST_GROWTH = 1.5;

/**
 * Ready for the sheet as it is when it is first followed. Rows of a table never move, so what changed is found by the stamps. Judges with
 * what is expected of the columns, moved by the workspace's decisions (`refit`).
 */
export function following(refit?: Refit): Following {
  let known:
    | {
        readonly key: string;
        readonly fields: readonly string[];
        readonly ask: Lookup;
        readonly size: number;
      }
    | undefined;
  let stamps = new Map<number, number>();
  let ids: readonly string[] = [];

  function begin(table: Workbook.Table, context: Pick<Context, "locale" | "names">): void {
    const rows = Workbook.rows(table);
    const { columns, fields } = columnsOfRecords(table, rows, context);
    // In the lookup rows are named by their row of the table.
    const spread = columns.map((column) => {
      const values: string[] = Array.from({ length: table.ids.length }, () => "");
      rows.forEach((row, at) => {
        values[row] = column.values[at] ?? "";
      });
      return { ...column, values };
    });
    known = {
      key: shapeOf(table),
      fields: fields.map(({ key }) => key),
      ask: lookup(spread, expectedWeights(columns, refit)),
      size: rows.length,
    };
    stamps = new Map(rows.map((row) => [row, table.updated[row] as number]));
    ids = table.ids;
  }

  return {
    follow(table, context) {
      const rows = Workbook.rows(table);
      if (
        known === undefined ||
        known.key !== shapeOf(table) ||
        known.ask.changes > MOST_CHANGES ||
        rows.length > known.size * MOST_GROWTH + 500
      ) {
        begin(table, context);
        return;
      }
      ids = table.ids;
      const { ask, fields } = known;
      const byKey = new Map(table.sheet.fields.map((field) => [field.key, field]));
      const seen = new Uint8Array(table.ids.length);
      for (const row of rows) {
        seen[row] = 1;
        const stamp = table.updated[row] as number;
        if (stamps.get(row) === stamp) continue;
        stamps.set(row, stamp);
        const texts = fields.map((key) => {
          const field = byKey.get(key);
          return field === undefined ? "" : textOf(Workbook.value(table, row, key), field, context);
        });
        ask.put(row, texts);
      }
      for (const row of stamps.keys()) {
        if (seen[row] === 1) continue;
        stamps.delete(row);
        ask.remove(row);
      }
    },
    find(asked, least, but) {
      if (known === undefined) return [];
      const texts = known.fields.map((key) =>
        Object.hasOwn(asked, key) ? (asked[key] ?? "") : "",
      );
      return known.ask
        .find(texts, least)
        .map(({ row, probability, reasons }) => ({ id: ids[row] ?? "", probability, reasons }))
        .filter(({ id }) => id !== "" && id !== but);
    },
  };
}

/** What decides which columns there are. */
function shapeOf({ key, sheet }: Workbook.Table): string {
  return `${key} ${sheet.fields.map((field) => `${field.key}:${field.type}:${field.deleted === true}`).join()}`;
}
