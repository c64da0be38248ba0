import { equals, type Cell } from "../field/cell.ts";
import type { Operation } from "../ledger/operation.ts";
import { isLive, record, value, type Workbook } from "../ledger/workbook.ts";

/** Cells that are going to be written, over those of a workbook. */
export interface Cells {
  get(sheet: string, id: string, field: string): Cell | null;
  set(sheet: string, id: string, field: string, cell: Cell | null): void;
  /**
   * What writes them. Records in the trash are taken out for it and put back, unless they are among those that stay out.
   * `returning`: ids by sheet that are to be brought back.
   */
  operations(returning?: ReadonlyMap<string, ReadonlySet<string>>): Operation[];
}

export function createCells(workbook: Workbook): Cells {
  const written = new Map<string, Map<string, Map<string, Cell | null>>>();

  function stored(sheet: string, id: string, field: string): Cell | null {
    const table = workbook.sheets.get(sheet);
    const row = table && record(table, id)?.row;
    return table === undefined || row === undefined ? null : (value(table, row, field) ?? null);
  }

  function isInTrash(sheet: string, id: string): boolean {
    const table = workbook.sheets.get(sheet);
    const row = table && record(table, id)?.row;
    return table !== undefined && row !== undefined && !isLive(table, row);
  }

  return {
    get(sheet, id, field) {
      const cell = written.get(sheet)?.get(field)?.get(id);
      return cell === undefined ? stored(sheet, id, field) : cell;
    },
    set(sheet, id, field, cell) {
      let fields = written.get(sheet);
      if (fields === undefined) written.set(sheet, (fields = new Map()));
      let cells = fields.get(field);
      if (cells === undefined) fields.set(field, (cells = new Map()));
      cells.set(id, cell);
    },
    operations(returning = new Map()) {
      const before: Operation[] = [];
      const sets: Operation[] = [];
      const after: Operation[] = [];
      for (const sheet of new Set([...written.keys(), ...returning.keys()])) {
        const touched = new Set<string>();
        for (const [field, cells] of written.get(sheet) ?? []) {
          const ids = [...cells.keys()]
            .filter((id) => !equals(stored(sheet, id, field), cells.get(id)))
            .sort();
          if (ids.length === 0) continue;
          for (const id of ids) touched.add(id);
          const column = ids.map((id) => cells.get(id) ?? null);
          sets.push({ op: "set", sheet, ids, fields: { [field]: column } });
        }
        const back = returning.get(sheet) ?? new Set<string>();
        const out = [...new Set([...back, ...touched])].filter((id) => isInTrash(sheet, id)).sort();
        const again = out.filter((id) => !back.has(id));
        if (out.length > 0) before.push({ op: "restore", sheet, ids: out });
        if (again.length > 0) after.push({ op: "delete", sheet, ids: again });
      }
      return [...before, ...sets, ...after];
    },
  };
}
