import type { Field, Sheet } from "@gridfolk/core/field/field";
import type { Operation, SheetProperties } from "@gridfolk/core/ledger/operation";
import { keyFrom } from "@gridfolk/core/sheet/key";
import type { Sent, Workspace } from "../data/workspace.ts";
import { showProblem } from "../ui/problem.ts";
import { CHANGE, showToast } from "../ui/toast.tsx";
import type { Shell } from "./shell.ts";
import { toastUndone } from "./undone.ts";

/** A sheet's own properties with some replaced, as an operation. */
function changed(sheet: Sheet, change: Partial<SheetProperties>): Operation {
  const { key, fields: _fields, ...properties } = sheet;
  return { op: "sheet", key, after: { ...properties, ...change } };
}

/** Adds a sheet with a column for the name, and answers its key. */
export function addSheet(workspace: Workspace, name: string): string | undefined {
  const taken = new Set(workspace.workbook.sheets.keys());
  const key = keyFrom(name, taken, "sheet");
  const position = Math.max(0, ...workspace.sheets().map((sheet) => sheet.position)) + 1;
  const fields: Field[] = [
    { key: "name", name: "Name", type: "text" },
    { key: "notes", name: "Notes", type: "longText" },
  ];
  const sent = workspace.commit(
    [
      { op: "sheet", key, after: { name, icon: "table-2", title: ["name"], position } },
      ...fields.map((after): Operation => ({ op: "field", sheet: key, after })),
    ],
    `Added the sheet ${name}`,
  );
  return sent && key;
}

export function renameSheet(workspace: Workspace, sheet: Sheet, name: string): void {
  if (!name.trim() || name.trim() === sheet.name) return;
  workspace.commit(
    [changed(sheet, { name: name.trim() })],
    `Renamed ${sheet.name} to ${name.trim()}`,
  );
}

export function setSheetIcon(workspace: Workspace, sheet: Sheet, icon: string): void {
  workspace.commit([changed(sheet, { icon })], `Changed the icon of ${sheet.name}`);
}

/** Puts a sheet before or after another one in the side bar. */
export function moveSheet(workspace: Workspace, sheet: Sheet, to: number): void {
  const rest = workspace.sheets().filter(({ key }) => key !== sheet.key);
  rest.splice(to, 0, sheet);
  const operations = rest.flatMap((each, index) =>
    each.position === index + 1 ? [] : [changed(each, { position: index + 1 })],
  );
  if (operations.length > 0) workspace.commit(operations, `Moved ${sheet.name}`);
}

/** Whoever looks at the sheet is led to the next one. */
export function trashSheet(shell: Shell, sheet: Sheet): void {
  const { workspace } = shell;
  const rest = workspace.sheets().filter(({ key }) => key !== sheet.key);
  const next = rest.find(({ position }) => position > sheet.position) ?? rest.at(-1);
  const sent = workspace.commit(
    [changed(sheet, { deleted: true })],
    `Moved the sheet ${sheet.name} to the trash`,
  );
  if (!sent) return;
  toastWithUndo(workspace, `${sheet.name} is in the trash`, sent.id);
  if (next && shell.sheet() === sheet.key) shell.goToSheet(next.key);
}

export function restoreSheet(workspace: Workspace, sheet: Sheet): Sent | undefined {
  const label = `Restored the sheet ${sheet.name}`;
  return workspace.commit([changed(sheet, { deleted: false })], label);
}

/** Tells what was done, with a button that takes back exactly that. */
export function toastWithUndo(
  workspace: Workspace,
  text: string,
  changeset: string,
  detail?: string,
): void {
  showToast({
    text,
    detail,
    key: CHANGE,
    action: {
      label: "Undo",
      run: () => {
        workspace
          .undoChangeset(changeset)
          .then((undone) => undone && toastUndone(workspace, undone))
          .catch((error: unknown) => showProblem(error));
      },
    },
  });
}
