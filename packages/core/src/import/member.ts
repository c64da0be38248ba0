import type { Names } from "../field/behaviour.ts";
import * as Workbook from "../ledger/workbook.ts";

/** Members of the workspace by user id, name or e-mail address; several members of one name are nobody. */
export function memberNames(workbook: Workbook.Workbook): Names {
  const table = workbook.sheets.get("_members");
  const ids = new Map<string, string | null>();
  const names = new Map<string, string>();
  if (table !== undefined) {
    for (const row of Workbook.rows(table)) {
      const text = (field: string) => {
        const cell = table.columns.get(field)?.[row];
        return typeof cell === "string" ? cell : undefined;
      };
      const user = text("user");
      if (user === undefined) continue;
      names.set(user, text("name") ?? text("email") ?? user);
      for (const name of [user, text("name"), text("email")]) {
        if (name === undefined) continue;
        const key = name.trim().toLowerCase();
        ids.set(key, ids.has(key) && ids.get(key) !== user ? null : user);
      }
    }
  }
  return {
    nameOf: (_field, id) => names.get(id),
    idOf: (_field, name) => ids.get(name.trim().toLowerCase()) ?? undefined,
  };
}
