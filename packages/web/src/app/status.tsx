import CloudCheck from "lucide-solid/icons/cloud-check";
import CloudOff from "lucide-solid/icons/cloud-off";
import LoaderCircle from "lucide-solid/icons/loader-circle";
import { createEffect, createSignal, Match, onCleanup, Show, Switch, type JSX } from "solid-js";
import type { Status, Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import styles from "./frame.module.css";

/** "1 change is", "4 changes are". */
export function changesAre(count: number): string {
  return count === 1 ? "1 change is" : `${count.toLocaleString()} changes are`;
}

/** The bottom line: what the view says of its rows, and whether everything is saved. */
export function StatusBar(props: { workspace: Workspace; summary: JSX.Element }) {
  return (
    <footer class={styles.status}>
      <div class={styles.summary}>{props.summary}</div>
      <State status={props.workspace.status()} />
    </footer>
  );
}

/** Saving is so quick that it only shows when it is not. */
const QUIET_MS = 500;

function State(props: { status: Status }) {
  const [slow, setSlow] = createSignal(false);
  createEffect(() => {
    setSlow(false);
    if (props.status.state !== "saving") return;
    const timer = setTimeout(() => setSlow(true), QUIET_MS);
    onCleanup(() => clearTimeout(timer));
  });
  const state = () => (props.status.state === "saving" && !slow() ? "saved" : props.status.state);
  return (
    <span class={styles.state} data-state={state()} role="status">
      <Switch>
        <Match when={state() === "saved"}>
          <CloudCheck size={14} aria-hidden={true} />
          Saved
        </Match>
        <Match when={state() === "saving"}>
          <LoaderCircle size={14} aria-hidden={true} />
          Saving
        </Match>
        <Match when={props.status.state === "loading"}>Loading</Match>
        <Match when={props.status.state === "offline"}>
          <CloudOff size={14} aria-hidden={true} />
          Offline
          <Show when={props.status.waiting > 0}> · {props.status.waiting} waiting</Show>
        </Match>
        <Match when={props.status.state === "signed-out"}>Signed out</Match>
        <Match when={props.status.state === "outdated"}>New version</Match>
      </Switch>
    </span>
  );
}

/** Shown only when something stands between this person and the server. Work goes on. */
export function ConnectionBar(props: { workspace: Workspace; onSignIn: () => void }) {
  const status = () => props.workspace.status();
  const waiting = () =>
    status().waiting > 0 ? `${changesAre(status().waiting)} waiting` : undefined;
  return (
    <Switch>
      <Match when={status().state === "offline"}>
        <div class={styles.bar} role="status">
          <CloudOff size={15} aria-hidden={true} />
          Working offline{waiting() ? `. ${waiting()} to be sent.` : "."}
        </div>
      </Match>
      <Match when={status().state === "signed-out"}>
        <div class={styles.bar} role="alert">
          Your session has ended. {waiting() ? `${waiting()} in this browser.` : ""}
          <Button size="small" variant="quiet" onClick={() => props.onSignIn()}>
            Sign in again
          </Button>
        </div>
      </Match>
      <Match when={status().state === "outdated"}>
        <div class={styles.bar} role="alert">
          There is a new version of Gridfolk. {waiting() ? `${waiting()} and will be sent.` : ""}
          <Button size="small" variant="quiet" onClick={() => location.reload()}>
            Load it
          </Button>
        </div>
      </Match>
    </Switch>
  );
}
