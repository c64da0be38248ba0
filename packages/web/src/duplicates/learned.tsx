import { createMemo, Show } from "solid-js";
import { isDomainError } from "@gridfolk/core/error";
import type { Refitted } from "@gridfolk/core/dedupe/refit";
import { planForget } from "@gridfolk/core/merge/decisions";
import { browserPlatform } from "../data/platform.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { showProblem } from "../ui/problem.ts";
import { learnedWords } from "./learned-words.ts";
import styles from "./duplicates.module.css";

/** What people's decisions changed in how rows are compared, and how to begin anew. Says nothing before the first decision. */
export function Learned(props: {
  workspace: Workspace;
  sheet: string;
  learned: Refitted | undefined;
  mayWrite: boolean;
  onForget: (label: string, changeset: string) => void;
}) {
  const words = createMemo(() => {
    const { learned } = props;
    return learned === undefined || learned.heldOut.decisions === 0
      ? undefined
      : learnedWords(learned, props.workspace.locale().locale);
  });
  const forget = () => {
    const { workspace, sheet } = props;
    try {
      const operations = planForget(workspace.workbook, sheet, browserPlatform);
      const label = "Forgot what was learned from decisions";
      const sent = workspace.commit(operations, label, { source: "merge" });
      if (sent !== undefined) props.onForget(label, sent.id);
    } catch (error) {
      if (!isDomainError(error)) throw error;
      showProblem(error);
    }
  };
  return (
    <Show when={words()}>
      {(said) => (
        <p class={styles.learned}>
          <span>{said()}</span>
          <Show when={props.mayWrite && props.learned?.refit !== undefined}>
            <Button size="small" variant="quiet" onClick={forget}>
              Forget it
            </Button>
          </Show>
        </p>
      )}
    </Show>
  );
}
