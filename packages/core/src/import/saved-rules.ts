import * as v from "valibot";
import * as Marker from "../export/marker.ts";
import type { BesideChoice } from "./beside.ts";
import { normaliseHeader } from "./header.ts";
import { type ColumnMapping, type Mapping, type Target, type Update, UPDATES } from "./mapping.ts";
import type { PlannedColumn } from "./plan.ts";
import { REASON_COLUMN } from "./refused.ts";
import { asMade, TargetJson } from "./target-json.ts";
import type { Meant } from "./unknown-choices.ts";

/** Enough to import the next file of the same kind without a question. */
export interface Rules {
  /** Every column of the file it was saved from, those left out too. */
  readonly columns: readonly SavedColumn[];
  /** A field's key, or "none". */
  readonly key: string;
  readonly mode: "fill" | "overwrite";
  /** Name of the worksheet, where there was a choice. */
  readonly worksheet?: string;
  /** What is taken and left of what a worksheet says beside its values. */
  readonly beside?: BesideChoice;
  readonly carried?: readonly string[];
  /** Other worksheets that are imported with it. */
  readonly worksheets?: readonly SavedWorksheet[];
}

export interface SavedWorksheet {
  /** Its name in the workbook. */
  readonly name: string;
  /** Key of the sheet that its rows become. */
  readonly sheet: string;
  readonly columns: readonly SavedColumn[];
}

export interface SavedColumn {
  /** As in the file. */
  readonly name: string;
  readonly target: Target;
  readonly reading?: ColumnMapping["reading"];
  readonly update?: Update;
  readonly keeps?: readonly string[];
  readonly meant?: Meant;
  readonly adds?: readonly string[];
  readonly of?: string;
  readonly block?: number;
}

const ColumnsJson = v.array(
  v.object({
    name: v.string(),
    target: TargetJson,
    reading: v.exactOptional(
      v.object({
        dateOrder: v.exactOptional(v.picklist(["dmy", "mdy", "ymd"])),
        decimal: v.exactOptional(v.picklist([".", ","])),
        serials: v.exactOptional(v.boolean()),
      }),
    ),
    update: v.exactOptional(v.picklist(UPDATES)),
    keeps: v.exactOptional(v.array(v.string())),
    meant: v.exactOptional(v.record(v.string(), v.nullable(v.string()))),
    adds: v.exactOptional(v.array(v.string())),
    of: v.exactOptional(v.string()),
    block: v.exactOptional(v.number()),
  }),
);

/** Rules as they are kept in a cell. */
export const RulesJson = v.object({
  columns: ColumnsJson,
  key: v.string(),
  mode: v.picklist(["fill", "overwrite"]),
  worksheet: v.exactOptional(v.string()),
  beside: v.exactOptional(
    v.object({
      leaveOut: v.exactOptional(
        v.object({ rows: v.exactOptional(v.boolean()), columns: v.exactOptional(v.boolean()) }),
      ),
      looks: v.exactOptional(
        v.array(
          v.object({ id: v.string(), name: v.string(), names: v.record(v.string(), v.string()) }),
        ),
      ),
    }),
  ),
  carried: v.exactOptional(v.array(v.string())),
  worksheets: v.exactOptional(
    v.array(v.object({ name: v.string(), sheet: v.string(), columns: ColumnsJson })),
  ),
});

/** What there is to keep of an import. New fields are named by the keys they got, where `columns` tells. */
export function rulesOf(
  mapping: Mapping,
  options: Omit<Rules, "columns">,
  columns: readonly Pick<PlannedColumn, "source" | "field" | "isNew">[] = [],
): Rules {
  return {
    ...options,
    ...(mapping.carried === undefined ? {} : { carried: mapping.carried }),
    columns: savedColumns(mapping, columns),
  };
}

/** What there is to keep of the columns of one worksheet. */
export function savedColumns(
  mapping: Pick<Mapping, "columns">,
  columns: readonly Pick<PlannedColumn, "source" | "field" | "isNew">[],
): SavedColumn[] {
  return mapping.columns
    .filter(({ name }) => !isLeftOut(name))
    .map(({ column, name, target, reading, update, keeps, meant, adds, of, block }) => {
      return {
        name,
        target: asMade(target, column, columns),
        ...(reading === undefined ? {} : { reading }),
        ...(update === undefined ? {} : { update }),
        ...(keeps === undefined ? {} : { keeps }),
        ...(meant === undefined ? {} : { meant }),
        ...(adds === undefined ? {} : { adds }),
        ...(of === undefined ? {} : { of }),
        ...(block === undefined ? {} : { block }),
      };
    });
}

const REASON = normaliseHeader(REASON_COLUMN);

/** Columns that come and go: reasons of refused rows, ids of an export. */
export function isLeftOut(name: string): boolean {
  return normaliseHeader(name) === REASON || Marker.fromName(name) !== undefined;
}
