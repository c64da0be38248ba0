import { createMemo, createSignal, untrack, type Accessor } from "solid-js";
import type { Sheet } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf, type Context } from "@gridfolk/core/sheet/context";
import type { Filter } from "@gridfolk/core/sheet/filter";
import { narrows } from "@gridfolk/core/sheet/search";
import type { Definition } from "@gridfolk/core/view/definition";
import { mend, type Mended } from "@gridfolk/core/view/mend";
import { wholeFilters, wholeRules } from "./filter/whole.ts";
import * as Layout from "./layout.ts";
import { question } from "./question.ts";
import type { SheetContext } from "./sheet-context.ts";

export interface SheetQuestionDeps {
  readonly sheet: SheetContext;
  readonly schema: Accessor<Sheet>;
  readonly layout: Accessor<Layout.Layout>;
  readonly search: Accessor<string>;
  /** Rows are about to be chosen anew. */
  readonly onAsk: () => void;
}

/** What a person asks of the sheet (filter, search, order, groups), and how many rows answer it. */
export interface SheetQuestion {
  /** As it can be asked of the sheet now: without unfinished conditions, and what names columns that are gone. */
  readonly asked: Accessor<Mended>;
  /** The same, for code that does not follow it. */
  readonly definition: () => Definition;
  /** Who asks, and when. */
  readonly asking: () => Context;
  /** Chooses and sorts all rows; where a search only goes on, among those that are shown. */
  ask(): void;
  readonly counts: Accessor<{ readonly shown: number; readonly total: number }>;
  /** The number of rows may have changed. */
  count(): void;
  /** Some row no longer stands where it should. */
  readonly stale: Accessor<boolean>;
  outdate(): void;
  /** Keys of the fields that rows are chosen, sorted or grouped by. */
  fields(): readonly string[];
}

export function createSheetQuestion(deps: SheetQuestionDeps): SheetQuestion {
  const { sheet, schema, layout } = deps;
  const { workspace, order } = sheet;
  const [counts, setCounts] = createSignal({ shown: 0, total: 0 });
  const [stale, setStale] = createSignal(false);
  const asking = () => contextOf(workspace.workbook, { now: Date.now(), me: workspace.me().id });
  const asked = createMemo(() => {
    schema();
    const shown = layout();
    const whole = {
      ...shown,
      filters: wholeFilters(shown.filters),
      rules: wholeRules(shown.rules),
    };
    return untrack(() => mend(Layout.toDefinition(whole), sheet.table(), asking()));
  });
  const definition = () => untrack(asked).definition;
  /** What was asked last, while the workbook stands still. */
  let last:
    | { readonly version: number; readonly rest: string; readonly search: string }
    | undefined;

  function count(): void {
    setCounts({ shown: order.rows.length, total: sheet.table().live });
  }

  return {
    asked,
    definition,
    asking,
    ask() {
      const table = sheet.table();
      deps.onAsk();
      const { sort, filter, group } = definition();
      const search = deps.search();
      const asker = asking();
      const version = untrack(workspace.version);
      const rest = JSON.stringify([sort, filter, group, asker.today]);
      const wanted = {
        ...question(table, definition(), search, asker),
        collapsed: new Set(layout().collapsed),
      };
      const isPart =
        last?.version === version && last.rest === rest && narrows(last.search, search);
      if (isPart) order.narrow(wanted);
      else order.ask(table, Workbook.rows(table), wanted);
      last = { version, rest, search };
      setStale(false);
      count();
    },
    counts,
    count,
    stale,
    outdate: () => setStale(true),
    fields: () => askedOf(definition()),
  };
}

function askedOf({ filter, sort, group }: Definition): readonly string[] {
  const leaves = (part: Filter): readonly string[] => {
    if ("and" in part) return part.and.flatMap(leaves);
    if ("or" in part) return part.or.flatMap(leaves);
    return [part.field.split(".")[0] as string];
  };
  return [
    ...(filter === undefined ? [] : leaves(filter)),
    ...[...sort, ...group].map(({ field }) => field),
  ];
}
