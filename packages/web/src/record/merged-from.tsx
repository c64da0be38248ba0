import Split from "lucide-solid/icons/split";
import { createMemo, createSignal, For, Show } from "solid-js";
import { DomainError } from "@gridfolk/core/error";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import * as Memory from "@gridfolk/core/merge/memory";
import { registry } from "@gridfolk/core/field/registry";
import { planUnmerge, type Edit, type Side, type UnmergePlan } from "@gridfolk/core/merge/unmerge";
import { namesOf } from "@gridfolk/core/sheet/names";
import { labelOf } from "@gridfolk/core/sheet/title";
import { toastWithUndo } from "../app/sheet-actions.ts";
import { inWords } from "../data/api.ts";
import { momentWords } from "../data/moment.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { showToast } from "../ui/toast.tsx";
import { sendUnmerge } from "../duplicates/send-merge.ts";
import { UnmergeDialog } from "./unmerge-dialog.tsx";
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

  const [asked, setAsked] = createSignal<{
    readonly merge: string;
    readonly plans: Readonly<Record<Side, UnmergePlan>>;
  }>();
  const [busy, setBusy] = createSignal(false);

  /** At once where nothing was written since. */
  function begin(merge: string): void {
    try {
      const { workbook } = props.workspace;
      const plans = {
        survivor: planUnmerge(workbook, merge),
        merged: planUnmerge(workbook, merge, "merged"),
      };
      if (plans.survivor.edits.length > 0) setAsked({ merge, plans });
      else void unmerge(merge, "survivor", plans.survivor);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      tellProblem(error);
    }
  }

  /** By the server, on what is there then: somebody else may be at the same record. */
  async function unmerge(merge: string, side: Side, plan: UnmergePlan): Promise<void> {
    if (busy()) return;
    setBusy(true);
    const { workspace, sheet } = props;
    // Told of this record, before the address is another one's again.
    const told = whoHas(plan.edits);
    try {
      const { label, changeset } = await sendUnmerge(workspace, sheet, { merge, edits: side });
      toastWithUndo(workspace, label, changeset, told);
      setAsked(undefined);
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
      void workspace.refresh();
    }
  }

  function tellProblem(error: unknown): void {
    setAsked(undefined);
    showToast({ text: "It could not be unmerged", detail: inWords(error), problem: true });
  }

  /** "City: Lisbon stays with Ana Silva." */
  function whoHas(edits: readonly Edit[]): string | undefined {
    if (edits.length === 0) return undefined;
    const to = new Map<string, string[]>();
    for (const edit of edits) to.set(edit.id, [...(to.get(edit.id) ?? []), nameOfField(edit)]);
    return [...to]
      .map(([id, fields]) => `Changed since, now of ${nameOf(id)}: ${fields.join(", ")}.`)
      .join(" ");
  }

  function fieldOf({ field }: Edit) {
    const { sheet } = Workbook.table(props.workspace.workbook, props.sheet);
    return sheet.fields.find(({ key }) => key === field);
  }
  function nameOfField(edit: Edit): string {
    return fieldOf(edit)?.name ?? edit.field;
  }
  function wordsOf(edit: Edit): string {
    const field = fieldOf(edit);
    const { cell } = edit;
    if (field === undefined || cell === null) return `${nameOfField(edit)}: emptied`;
    const locale = props.workspace.locale();
    const text = registry[field.type].format(
      cell,
      field,
      locale,
      namesOf(props.workspace.workbook, locale),
    );
    return `${field.name}: ${text}`;
  }

  return (
    <>
      <For each={merges()}>
        {(merge) => (
          <section class={styles.linked} aria-label="Merged records">
            <h3>
              Merged from {merge.merged.length + 1} records
              <Show when={props.canEdit}>
                <Button
                  variant="link"
                  size="small"
                  icon={Split}
                  busy={busy()}
                  onClick={() => begin(merge.id)}
                >
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
      <Show when={asked()} keyed>
        {({ merge, plans }) => (
          <UnmergeDialog
            plans={plans}
            nameOf={nameOf}
            wordsOf={wordsOf}
            busy={busy()}
            onUnmerge={(side) => void unmerge(merge, side, plans[side])}
            onClose={() => setAsked(undefined)}
          />
        )}
      </Show>
    </>
  );
}
