import type { Operation } from "@gridfolk/core/ledger/operation";
import { showProblem } from "../../ui/problem.ts";
import { CHANGE, showToast } from "../../ui/toast.tsx";
import { toastUndone } from "../../app/undone.ts";
import type { ToolContext } from "./tool.ts";

/** Writes what was planned as one change, and tells it with Undo. False when the rules of the workbook forbid it. */
export function commitPlan(
  { sheet, announce, onSent }: ToolContext,
  planned: { readonly operations: readonly Operation[]; readonly misfits: number },
  label: string,
): boolean {
  const { workspace } = sheet;
  const sent = workspace.commit(planned.operations, label, { source: "grid" });
  if (sent === undefined) return false;
  onSent(planned.operations, sent.outcome);
  const { misfits } = planned;
  const marked =
    misfits === 0
      ? undefined
      : `${misfits.toLocaleString(workspace.locale().locale)} ${misfits === 1 ? "cell needs" : "cells need"} a look: the text does not fit the column and is marked.`;
  showToast({
    text: label,
    detail: marked,
    key: CHANGE,
    action: {
      label: "Undo",
      run: () => {
        workspace
          .undoChangeset(sent.id)
          .then((undone) => undone && toastUndone(workspace, undone))
          .catch((error: unknown) => showProblem(error));
      },
    },
  });
  announce(label);
  return true;
}
