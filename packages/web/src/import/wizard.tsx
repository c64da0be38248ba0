import Check from "lucide-solid/icons/check";
import X from "lucide-solid/icons/x";
import {
  createEffect,
  createUniqueId,
  For,
  Match,
  on,
  onCleanup,
  onMount,
  Show,
  Switch,
} from "solid-js";
import type { ImportSource } from "../app/shell.ts";
import type { Workspace } from "../data/workspace.ts";
import { IconButton } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { ColumnsStep } from "./columns-step.tsx";
import { DoneStep } from "./done-step.tsx";
import { FileStep } from "./file-step.tsx";
import { MatchesStep } from "./matches-step.tsx";
import { PreviewStep } from "./preview-step.tsx";
import { RoundTripStep } from "./round-trip-step.tsx";
import { createImportSession, steps, type Step } from "./session.ts";
import styles from "./wizard.module.css";

export interface WizardProps {
  workspace: Workspace;
  from: ImportSource;
  onClose: () => void;
  /** Opens the sheet the rows went to. */
  onShow: (sheet: string) => void;
}

const labels: { readonly [step in Step]: string } = {
  file: "File",
  columns: "Columns",
  matches: "Matches",
  preview: "Preview",
  done: "Import",
};

/** The one way in for files: five calm steps over the whole window. Nothing is written before "Import". */
export function Wizard(props: WizardProps) {
  // The workspace and the file it started from do not change while it is open.
  // oxlint-disable-next-line solid/reactivity
  const session = createImportSession(props.workspace, props.from);
  const title = createUniqueId();
  let root!: HTMLDialogElement;
  let main!: HTMLElement;

  onMount(() => {
    const before = document.activeElement;
    root.showModal();
    // The first thing in the dialog would be its cross.
    main.focus();
    onCleanup(() => {
      root.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
  });

  // The button that led here is gone: keys go on from the top of the step.
  createEffect(on(session.step, () => main.focus(), { defer: true }));

  const reached = (step: Step) => steps.indexOf(step) <= steps.indexOf(session.step());
  const mayGoTo = (step: Step) =>
    session.busy() === undefined &&
    session.written() === undefined &&
    steps.indexOf(step) < steps.indexOf(session.step());

  return (
    <dialog
      ref={root}
      class={styles.root}
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        if (session.busy() !== "Importing") props.onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header class={styles.head}>
        <h1 id={title}>Import</h1>
        <Show when={session.file()}>
          {(file) => <span class={styles.file}>{file().name}</span>}
        </Show>
        <IconButton
          icon={X}
          label="Close"
          disabled={session.busy() === "Importing"}
          onClick={() => props.onClose()}
        />
      </header>
      <nav class={styles.rail} aria-label="Steps of the import">
        <ol>
          <For each={steps}>
            {(step, index) => (
              <li data-reached={reached(step) ? "" : undefined}>
                <button
                  type="button"
                  disabled={!mayGoTo(step)}
                  aria-current={session.step() === step ? "step" : undefined}
                  onClick={() => void session.go(step)}
                >
                  <span class={styles.number} aria-hidden="true">
                    <Show
                      when={
                        steps.indexOf(step) < steps.indexOf(session.step()) ||
                        (step === "done" && session.written())
                      }
                      fallback={index() + 1}
                    >
                      <Check size={13} />
                    </Show>
                  </span>
                  {labels[step]}
                </button>
              </li>
            )}
          </For>
        </ol>
      </nav>
      <main class={styles.body} tabIndex={-1} ref={main}>
        <Show when={session.problem()}>
          {(problem) => (
            <div class={styles.problem}>
              <Notice kind="problem">{problem()}</Notice>
            </div>
          )}
        </Show>
        <Switch>
          <Match when={session.step() === "file"}>
            <FileStep session={session} />
          </Match>
          <Match when={session.step() === "columns"}>
            <ColumnsStep session={session} />
          </Match>
          <Match when={session.step() === "matches" && session.isExport()}>
            <RoundTripStep session={session} workspace={props.workspace} />
          </Match>
          <Match when={session.step() === "matches"}>
            <MatchesStep session={session} />
          </Match>
          <Match when={session.step() === "preview"}>
            <PreviewStep session={session} />
          </Match>
          <Match when={session.step() === "done"}>
            <DoneStep
              session={session}
              workspace={props.workspace}
              onClose={() => props.onClose()}
              onShow={(sheet) => props.onShow(sheet)}
            />
          </Match>
        </Switch>
      </main>
    </dialog>
  );
}
