import { createMemo, createSignal, For, Show } from "solid-js";
import { isDomainError } from "@gridfolk/core/error";
import { planMerges } from "@gridfolk/core/merge/merge";
import { browserPlatform } from "../data/platform.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { above, PRECISIONS, type Precision, wrongWords } from "./certainty.ts";
import type { Candidate } from "./likeness-messages.ts";
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
  /** Everything that is to be decided. */
  candidates: readonly Candidate[];
  nameOf: (id: string) => string;
  /** "Email: a@b.test / c@d.test": where they differ first; "" where nowhere. */
  differenceOf: (ids: readonly string[]) => string;
  busy: boolean;
  onMerge: (groups: readonly (readonly string[])[]) => void;
  onClose: () => void;
}

/** How sure is sure enough, and what merging all of that would do, before it is done as one change. */
export function BulkMerge(props: BulkMergeProps) {
  const number = (count: number) => count.toLocaleString(props.workspace.locale().locale);
  // As it is when this opens: the server decides again on what is there then, and refuses what changed meanwhile.
  // oxlint-disable-next-line solid/reactivity
  const choices = PRECISIONS.map((precision) => ({
    precision,
    ...above(props.candidates, precision),
  }));
  const [chosen, setChosen] = createSignal<Precision>(
    choices.find(({ groups }) => groups.length > 0)?.precision ?? PRECISIONS[0],
  );
  const choice = () => choices.find(({ precision }) => precision === chosen())!;
  const groups = createMemo(() => choice().groups.map(({ ids }) => ids));
  const planned = createMemo(() => {
    if (groups().length === 0) return undefined;
    try {
      const { workbook } = props.workspace;
      return planMerges(workbook, props.sheet, groups(), RULE, browserPlatform);
    } catch (error) {
      if (isDomainError(error)) return undefined;
      throw error;
    }
  });
  /** The least sure of them: those are worth a look. */
  const samples = () => choice().groups.slice(-SAMPLES).toReversed();
  const survivors = createMemo(
    () => new Map(groups().map((ids, at) => [ids.join(), planned()?.survivors[at] ?? ""])),
  );

  return (
    <Dialog
      title="Merge many at once"
      onClose={() => props.onClose()}
      footer={
        <>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button
            variant="primary"
            disabled={planned() === undefined}
            busy={props.busy}
            onClick={() => props.onMerge(groups())}
          >
            Merge {number((planned()?.merged ?? 0) + groups().length)} {props.noun} into{" "}
            {number(groups().length)}
          </Button>
        </>
      }
    >
      <fieldset class={styles.precisions}>
        <legend>How sure is sure enough?</legend>
        <For each={choices}>
          {(one) => (
            <label>
              <input
                type="radio"
                name="precision"
                checked={chosen() === one.precision}
                disabled={one.groups.length === 0}
                onChange={() => setChosen(one.precision)}
              />
              <b>{(one.precision * 100).toLocaleString(props.workspace.locale().locale)} %</b>
              <span>
                {one.groups.length === 0
                  ? "nothing is as sure as that"
                  : `${number(one.groups.length)} ${one.groups.length === 1 ? "group" : "groups"}, ${wrongWords(one.wrong, props.workspace.locale().locale)}`}
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <Show
        when={planned()}
        fallback={
          <p role="alert">
            {groups().length === 0
              ? "Look at them one by one."
              : "Some of these rows changed just now. Close this and look again."}
          </p>
        }
      >
        {(now) => (
          <>
            <p>
              {number(now().merged)} {props.noun} go into others and then to the trash. What differs
              is taken from the most complete record. It is one change: Undo takes it back, and each
              merge can be taken back later.
            </p>
            <h3 class={styles.samplesHead}>
              {groups().length > SAMPLES ? "The least sure of them" : "The least sure first"}
            </h3>
            <ul class={styles.samples}>
              <For each={samples()}>
                {({ ids }) => {
                  const survivor = () => survivors().get(ids.join()) ?? "";
                  const others = () => ids.filter((id) => id !== survivor());
                  return (
                    <li>
                      <b>{props.nameOf(survivor())}</b>
                      <span> ← {others().map(props.nameOf).join(", ")}</span>
                      <small>{props.differenceOf(ids)}</small>
                    </li>
                  );
                }}
              </For>
            </ul>
            <Show when={groups().length > SAMPLES}>
              <p class={styles.note}>and {number(groups().length - SAMPLES)} more.</p>
            </Show>
            <Show when={choice().left > 0}>
              <p class={styles.note}>
                {number(choice().left)} more are as sure; merge them after these.
              </p>
            </Show>
          </>
        )}
      </Show>
    </Dialog>
  );
}
