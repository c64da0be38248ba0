import type { Sheet } from "@gridfolk/core/field/field";
import type { Workspace } from "../data/workspace.ts";

/** Adds an empty record and answers its id. */
export function addRecord(workspace: Workspace, sheet: Sheet): string | undefined {
  const ids = workspace.newRecordIds(1);
  const sent = workspace.commit(
    [{ op: "create", sheet: sheet.key, ids, fields: {} }],
    `Added a ${sheet.singular ?? "row"}`,
  );
  return sent && ids[0];
}
