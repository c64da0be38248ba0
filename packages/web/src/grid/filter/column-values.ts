import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import { distinct, type Distinct } from "@gridfolk/core/sheet/distinct";
import { compile, type Filter } from "@gridfolk/core/sheet/filter";
import type { Workspace } from "../../data/workspace.ts";
import { isAskable } from "../question.ts";
import { inSlices } from "../tools/slices.ts";
import { wholeFilters } from "./whole.ts";

/**
 * What the column has among the rows that the conditions of `among` leave, counted without holding up the page. Rejects with the
 * signal's reason once it is aborted.
 */
export function columnValues(
  workspace: Workspace,
  sheet: string,
  key: string,
  among: readonly Filter[],
  signal: AbortSignal,
): Promise<Distinct> {
  const me = workspace.me().id;
  return inSlices(
    () => {
      const table = Workbook.table(workspace.workbook, sheet);
      const context = contextOf(workspace.workbook, { now: Date.now(), me });
      const and = wholeFilters(among).filter((filter) => isAskable(table, filter, context));
      return distinct(table, key, context, compile({ and }, table, context));
    },
    workspace.version,
    signal,
  );
}
