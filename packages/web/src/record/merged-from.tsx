import Split from "lucide-solid/icons/split";
import { createMemo, For, Show } from "solid-js";
import { DomainError } from "@gridfolk/core/error";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import * as Memory from "@gridfolk/core/merge/memory";
import { planUnmerge, type Edit } from "@gridfolk/core/merge/unmerge";
import { labelOf } from "@gridfolk/core/sheet/title";
import { toastWithUndo } from "../app/sheet-actions.ts";
import { momentWords } from "../data/moment.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { showToast } from "../ui/toast.tsx";
import styles from "./record.module.css";

export interface MergedFromProps {
  workspace: Workspace;
  sheet: string;
  record: string;
  canEdit: boolean;
}

/** What was merged into a record, each merge with a button that takes it back. */
export function MergedFrom(props: MergedFromProps) {
  const merges = createMemo(() => {
    props.workspace.version();
    return Memory.mergesInto(props.workspace.workbook, props.sheet, props.record);
  });
  const nameOf = (id: string): string => {
    const table = Workbook.table(props.workspace.workbook, props.sheet);
    const row = Workbook.record(table, id)?.row;
    return row === undefined ? "a record" : labelOf(table, row, props.workspace.locale());
  };

  function unmerge(merge: string): void {
    try {
      const plan = planUnmerge(props.workspace.workbook, merge);
      // Told of this record, before the address is another one's again.
      const stays = staying(plan.edits);
      const sent = props.workspace.commit(plan.operations, plan.label, { source: "merge" });
      if (sent !== undefined) {
        toastWithUndo(props.workspace, plan.label, sent.id, stays);
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      showToast({ text: "It could not be unmerged", detail: error.message, problem: true });
    }
  }

  /** Which values written since stay with the survivor. */
  function staying(edits: readonly Edit[]): string | undefined {
    if (edits.length === 0) return undefined;
    const { sheet } = Workbook.table(props.workspace.workbook, props.sheet);
    const names = edits.map(
      ({ field }) => sheet.fields.find(({ key }) => key === field)?.name ?? field,
    );
    return `Changed since and kept by ${nameOf(props.record)}: ${names.join(", ")}.`;
  }

  return (
    <For each={merges()}>
      {(merge) => (
        <section class={styles.linked} aria-label="Merged records">
          <h3>
            Merged from {merge.merged.length + 1} records
            <Show when={props.canEdit}>
              <Button variant="link" size="small" icon={Split} onClick={() => unmerge(merge.id)}>
                Unmerge
              </Button>
            </Show>
          </h3>
          <p class={styles.merged}>
            {merge.merged.map(nameOf).join(", ")} ·{" "}
            {momentWords(merge.at, props.workspace.locale())}
          </p>
        </section>
      )}
    </For>
  );
}
