import { createSignal, For, Show } from "solid-js";
import type { Edit, Side, UnmergePlan } from "@gridfolk/core/merge/unmerge";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import styles from "./record.module.css";

export interface UnmergeDialogProps {
  /** What each choice comes to. */
  plans: Readonly<Record<Side, UnmergePlan>>;
  nameOf: (id: string) => string;
  /** "City: Lisbon" */
  wordsOf: (edit: Edit) => string;
  busy: boolean;
  onUnmerge: (side: Side) => void;
  onClose: () => void;
}

/** Asked only where something was written since the merge: who is to have it. */
export function UnmergeDialog(props: UnmergeDialogProps) {
  const [side, setSide] = createSignal<Side>("survivor");
  const plan = () => props.plans[side()];
  const survivor = () => props.nameOf(plan().survivor);
  return (
    <Dialog
      title={`Unmerge ${survivor()}`}
      size="small"
      onClose={() => props.onClose()}
      footer={
        <>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button variant="primary" busy={props.busy} onClick={() => props.onUnmerge(side())}>
            Unmerge
          </Button>
        </>
      }
    >
      <p>
        {plan().returned.map(props.nameOf).join(", ")}{" "}
        {plan().returned.length === 1 ? "comes" : "come"} back as before the merge. What was changed
        since goes to:
      </p>
      <fieldset class={styles.sides}>
        <legend class="spoken">What was changed since the merge</legend>
        <label>
          <input
            type="radio"
            name="side"
            checked={side() === "survivor"}
            onChange={() => setSide("survivor")}
          />
          {survivor()}, where it was written
        </label>
        <label>
          <input
            type="radio"
            name="side"
            checked={side() === "merged"}
            onChange={() => setSide("merged")}
          />
          the record whose value it replaced
        </label>
      </fieldset>
      <ul class={styles.edits} aria-label="Changed since the merge">
        <For each={plan().edits}>
          {(edit) => (
            <li>
              <b>{props.wordsOf(edit)}</b>
              <span> → {props.nameOf(edit.id)}</span>
            </li>
          )}
        </For>
      </ul>
      <Show when={plan().links > 0}>
        <p>
          {plan().links === 1 ? "One link was" : `${plan().links} links were`} changed since and
          {plan().links === 1 ? " stays as it is." : " stay as they are."}
        </p>
      </Show>
    </Dialog>
  );
}
