import { For, Show } from "solid-js";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { count } from "../../grid/change.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import type { RestorePlan } from "./restore-plan.ts";
import styles from "./trash.module.css";

/** As many are listed; the rest is counted. */
const LISTED = 50;

/** Why some of the rows cannot come back as they are, and what can be done. */
export function Obstacles(props: {
  plan: RestorePlan;
  onRestore: (operations: readonly Operation[], label: string) => void;
  onClose: () => void;
}) {
  const stuck = () => props.plan.obstacles.length;
  const run = (way: { operations: readonly Operation[]; rows: number }) =>
    props.onRestore(way.operations, `Restored ${count(way.rows, "row")}`);
  return (
    <Dialog
      title={`${count(stuck(), "row")} cannot come back unchanged`}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Show when={props.plan.plain.rows > 0}>
            <Button
              variant={props.plan.without === undefined ? "primary" : "secondary"}
              onClick={() => run(props.plan.plain)}
            >
              Restore the other {props.plan.plain.rows.toLocaleString()}
            </Button>
          </Show>
          <Show when={props.plan.without}>
            {(way) => (
              <Button variant="primary" onClick={() => run(way())}>
                Restore {count(way().rows, "row")} without these values
              </Button>
            )}
          </Show>
        </>
      }
    >
      <ul class={styles.obstacles}>
        <For each={props.plan.obstacles.slice(0, LISTED)}>
          {({ name, reason }) => (
            <li>
              <b>{name}</b>
              <span>{reason}</span>
            </li>
          )}
        </For>
      </ul>
      <Show when={stuck() > LISTED}>
        <p>And {(stuck() - LISTED).toLocaleString()} more.</p>
      </Show>
      <p class={styles.advice}>
        <Show
          when={props.plan.without}
          fallback="Change or delete what is in the way, then restore these rows."
        >
          Either change what is in the way first, or restore without these values: they become blank
          or marked text, and stay in the history of the row.
        </Show>
      </p>
    </Dialog>
  );
}
