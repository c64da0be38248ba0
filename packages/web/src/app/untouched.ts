import type { Workspace } from "../data/workspace.ts";

const started = (workspace: string) => `gridfolk:started:${workspace}`;

/** Nobody has put anything in yet, and this person has not chosen to start empty. */
export function isUntouched(workspace: Workspace): boolean {
  if (localStorage.getItem(started(workspace.id))) return false;
  return workspace
    .sheets()
    .every((sheet) => (workspace.workbook.sheets.get(sheet.key)?.ids.length ?? 0) === 0);
}

/** This person has begun; an empty sheet is shown as one from now on. */
export function begin(workspace: Workspace): void {
  localStorage.setItem(started(workspace.id), "yes");
}
