import { createSignal, onCleanup, type Accessor } from "solid-js";
import type { Workspace } from "../data/workspace.ts";

/** A record that this person has just begun. */
export interface Begun {
  readonly sheet: string;
  readonly id: string;
}

/** The record that this person began last, by hand: one at a time, in a sheet that has others. */
export function createBegun(workspace: Workspace): Accessor<Begun | undefined> {
  const [begun, setBegun] = createSignal<Begun>();
  onCleanup(
    workspace.onChange((change) => {
      if (change.kind === "all" || change.origin !== "local") return;
      for (const [sheet, { created }] of change.touched) {
        const table = workspace.workbook.sheets.get(sheet);
        const [row, ...more] = created;
        if (table === undefined || table.sheet.system === true) continue;
        if (row === undefined || more.length > 0 || table.live < 2) continue;
        setBegun({ sheet, id: table.ids[row] ?? "" });
      }
    }),
  );
  return begun;
}
