import { For, Show, untrack } from "solid-js";
import { isDomainError } from "@gridfolk/core/error";
import { planMerges } from "@gridfolk/core/merge/merge";
import { browserPlatform } from "../data/platform.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import styles from "./duplicates.module.css";

/** Where many are merged at once nobody chooses value by value. */
export const RULE = "most-complete";
/** Examples that are shown before. */
const SAMPLES = 10;

export interface BulkMergeProps {
  workspace: Workspace;
  sheet: string;
  /** "contacts" */
  noun: string;
  /** Ids of the records of each. */
  groups: readonly (readonly string[])[];
  nameOf: (id: string) => string;
  busy: boolean;
  onMerge: () => void;
  onClose: () => void;
}

/** What merging many groups would do, before it is done as one change. */
export function BulkMerge(props: BulkMergeProps) {
  // Once: the server decides again on what is there then, and refuses what changed meanwhile.
  const planned = untrack(() => {
    try {
      const { workbook } = props.workspace;
      return planMerges(workbook, props.sheet, props.groups, RULE, browserPlatform);
    } catch (error) {
      if (isDomainError(error)) return undefined;
      throw error;
    }
  });
  const number = (count: number) => count.toLocaleString(props.workspace.locale().locale);
  return (
    <Dialog
      title={`Merge ${number(props.groups.length)} groups`}
      onClose={() => props.onClose()}
      footer={
        <>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button
            variant="primary"
            disabled={planned === undefined}
            busy={props.busy}
            onClick={() => props.onMerge()}
          >
            Merge {number((planned?.merged ?? 0) + props.groups.length)} {props.noun} into{" "}
            {number(props.groups.length)}
          </Button>
        </>
      }
    >
      <Show
        when={planned}
        fallback={
          <p role="alert">Some of these rows changed just now. Close this and look again.</p>
        }
      >
        {(now) => (
          <>
            <p>
              {number(now().merged)} {props.noun} go into others and then to the trash. What differs
              is taken from the most complete record. It is one change: Undo takes it back, and each
              merge can be taken back later.
            </p>
            <ul class={styles.samples}>
              <For each={props.groups.slice(0, SAMPLES)}>
                {(ids, index) => {
                  const survivor = () => now().survivors[index()] ?? "";
                  const others = () => ids.filter((id) => id !== survivor());
                  return (
                    <li>
                      <b>{props.nameOf(survivor())}</b>
                      <span> ← {others().map(props.nameOf).join(", ")}</span>
                    </li>
                  );
                }}
              </For>
            </ul>
            <Show when={props.groups.length > SAMPLES}>
              <p class={styles.note}>and {number(props.groups.length - SAMPLES)} more.</p>
            </Show>
          </>
        )}
      </Show>
    </Dialog>
  );
}
