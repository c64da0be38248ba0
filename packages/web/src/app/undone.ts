import { createSignal } from "solid-js";
import type { Refusal } from "@gridfolk/core/ledger/changeset";
import type { Undone, Workspace } from "../data/workspace.ts";
import { showProblem } from "../ui/problem.ts";
import { CHANGE, showToast, type ToastAction } from "../ui/toast.tsx";

/** What an undo left alone, while somebody looks at it. */
const [looking, lookAtSkipped] = createSignal<readonly Refusal[]>();
export { looking, lookAtSkipped };

/** The ledger's words for a cell that somebody wrote since. */
const CHANGED = /^(?:It|Somebody else) (?:was )?changed (?:it )?since\.$/;

/** Undo or redo, as a key or a command asks for it, and what came of it. */
export function takeStep(workspace: Workspace, verb: "undo" | "redo"): void {
  workspace[verb]().then(
    (undone) => undone && toastUndone(workspace, undone, verb === "undo" ? "Undone" : "Done again"),
    (error: unknown) => showProblem(error),
  );
}

/** Tells what undo did, above all what it left alone. */
export function toastUndone(workspace: Workspace, undone: Undone, verb = "Undone"): void {
  const { skipped, isEmpty, label } = undone;
  const isNothing = isEmpty === true && skipped.length === 0;
  showToast({
    text: isNothing ? `Nothing was left to undo: ${label}` : `${verb}: ${label}`,
    key: CHANGE,
    ...(skipped.length === 0 ? { durationMs: 2_500 } : toldSkipped(workspace, skipped)),
  });
}

/** The part of a toast about what an undo left alone, with the way to see it. */
export function toldSkipped(
  workspace: Workspace,
  skipped: readonly Refusal[],
): { detail: string; action: ToastAction; durationMs: number } {
  return {
    detail: stayed(workspace, skipped),
    action: { label: "Show", run: () => lookAtSkipped(skipped) },
    durationMs: 12_000,
  };
}

/** "3 cells stay: Ana changed them since." */
export function stayed(workspace: Workspace, skipped: readonly Refusal[]): string {
  const cells = skipped.filter(({ id, field }) => id !== "" && field !== undefined).length;
  const left = skipped.length;
  const many = left.toLocaleString(workspace.locale().locale);
  const what =
    cells === left
      ? left === 1
        ? "1 cell stays"
        : `${many} cells stay`
      : left === 1
        ? "1 thing stays"
        : `${many} things stay`;
  if (!skipped.every(({ reason }) => CHANGED.test(reason))) {
    return `${what}: ${skipped[0]?.reason ?? ""}`;
  }
  const names = new Set(skipped.flatMap((each) => changedBy(workspace, each) ?? []));
  const it = left === 1 ? "it" : "them";
  if (names.size === 0 || names.size > 2) return `${what}: others changed ${it} since.`;
  return `${what}: ${[...names].join(" and ")} changed ${it} since.`;
}

/** Who wrote last to the record that was left alone. */
export function changedBy(workspace: Workspace, { sheet, id }: Refusal): string | undefined {
  const table = workspace.workbook.sheets.get(sheet);
  const row = table?.rowById.get(id);
  if (table === undefined || row === undefined) return undefined;
  const actor = table.stamps.get(table.updated[row] ?? 0)?.actor;
  if (actor === undefined) return undefined;
  if (actor === workspace.me().id) return "you";
  return workspace.members().find(({ user }) => user === actor)?.name;
}
