import * as Formulas from "@gridfolk/core/formula/attach";
import type { Touched, TouchedSheet, Workbook } from "@gridfolk/core/ledger/workbook";
import { localeOf } from "@gridfolk/core/sheet/settings";

/** Keeps the formula fields of a workbook computed; what computes them is fetched when the first of them is seen. */
export interface Dependants {
  /** To be called when the workbook is another one, and when sheets or fields changed. `onReady`: values are there now. */
  follow(workbook: Workbook, onReady: () => void): void;
  /** What changed, with the computed cells that changed by it. */
  of(workbook: Workbook, touched: Touched): Touched;
}

export function createDependants(): Dependants {
  let loaded = false;
  return {
    follow(workbook, onReady) {
      if (!Formulas.hasFormulas(workbook)) return;
      const attach = () => Formulas.attachFormulas(workbook, localeOf(workbook), Date.now());
      if (loaded) attach();
      else {
        Formulas.loadFormulas().then(
          () => {
            loaded = true;
            attach();
            onReady();
          },
          // Offline, with the code not in the cache: the columns stay blank until the page can fetch it.
          () => undefined,
        );
      }
    },
    of(workbook, touched) {
      const changed = Formulas.changedFormulas(workbook);
      if (changed.size === 0) return touched;
      const all = new Map<string, TouchedSheet>(touched);
      for (const [key, { fields, rows }] of changed) {
        const table = workbook.sheets.get(key);
        if (table === undefined) continue;
        const known = all.get(key);
        const more = rows === "all" ? Array.from(table.ids.keys()) : [...rows];
        all.set(key, {
          schema: known?.schema ?? false,
          created: known?.created ?? [],
          deleted: known?.deleted ?? [],
          restored: known?.restored ?? [],
          changed: [...(known?.changed ?? []), ...more],
          fields: new Set([...(known?.fields ?? []), ...fields]),
        });
      }
      return all;
    },
  };
}
