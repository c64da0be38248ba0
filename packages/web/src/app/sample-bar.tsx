import { createSignal, Show } from "solid-js";
import { Button } from "../ui/button.tsx";
import { showToast } from "../ui/toast.tsx";
import { forgetSample, sampleOf } from "./sample.ts";
import type { Shell } from "./shell.ts";
import styles from "./frame.module.css";

/** Says that what one sees is made up, and takes it away in one click. */
export function SampleBar(props: { shell: Shell }) {
  const { workspace } = props.shell;
  const [busy, setBusy] = createSignal(false);
  const remove = async (changeset: string) => {
    setBusy(true);
    const undone = await workspace.undoChangeset(changeset);
    setBusy(false);
    if (!undone) return;
    forgetSample(workspace);
    showToast({
      text: "The sample data is gone",
      detail:
        undone.skipped.length > 0
          ? `${undone.skipped.length.toLocaleString()} of its rows stay, because somebody changed or linked them.`
          : undefined,
    });
  };
  return (
    <Show when={sampleOf(workspace)}>
      {(changeset) => (
        <div class={styles.sample} role="note">
          <span>This is sample data to try things with.</span>
          <Button
            size="small"
            busy={busy()}
            onClick={() => {
              void remove(changeset());
            }}
          >
            Remove it
          </Button>
          <Button size="small" variant="quiet" onClick={() => forgetSample(workspace)}>
            Keep it
          </Button>
        </div>
      )}
    </Show>
  );
}
