import { For, Show } from "solid-js";
import type { Workspace } from "../data/workspace.ts";
import { momentWords } from "../data/moment.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import type { ConflictView, TripView } from "./messages.ts";
import type { ImportSession } from "./session.ts";
import { StepFrame } from "./step.tsx";
import { count, counted } from "./words.ts";
import styles from "./wizard.module.css";
import own from "./round-trip.module.css";

/** An export that comes back: what was changed in it, and what there is to decide. */
export function RoundTripStep(props: { session: ImportSession; workspace: Workspace }) {
  const session = props.session;
  const trip = () => session.plan()?.trip ?? undefined;
  return (
    <StepFrame
      title="An edited export comes back"
      lead="Each row knows its record. Only cells that differ from what was exported count; what others changed since stays."
      aside={<Button onClick={() => void session.go("columns")}>Back</Button>}
      actions={
        <Button
          variant="primary"
          busy={session.busy() !== undefined}
          onClick={() => void session.go("preview")}
        >
          Continue to the preview
        </Button>
      }
    >
      <Show when={trip()} fallback={<p>{session.busy() ?? ""}</p>}>
        {(found) => <Decisions session={session} workspace={props.workspace} trip={found()} />}
      </Show>
    </StepFrame>
  );
}

function Decisions(props: { session: ImportSession; workspace: Workspace; trip: TripView }) {
  const session = props.session;
  const noun = () => session.sheet()?.singular ?? "record";
  const nouns = () => session.sheet()?.name.toLowerCase() ?? "records";
  const decide = (part: Partial<ReturnType<typeof session.choices>>) => {
    session.setChoices({ ...session.choices(), ...part });
    void session.makePlan();
  };

  return (
    <>
      <Show
        when={props.trip.at}
        fallback={
          <Notice kind="warning">
            How the workspace was when this file was exported is not kept any more, or the file is
            from another workspace. Every cell that differs from what is there now counts as changed
            in the file: look at the preview closely.
          </Notice>
        }
      >
        {(at) => (
          <p class={styles.hint}>
            Exported on {momentWords(at(), props.workspace.locale())} or shortly after.
          </p>
        )}
      </Show>
      <dl class={own.counts}>
        <div>
          <dt>Cells changed</dt>
          <dd>{count(props.trip.cells)}</dd>
        </div>
        <div>
          <dt>Changed on both sides</dt>
          <dd>{count(props.trip.conflicts)}</dd>
        </div>
        <div>
          <dt>Rows added</dt>
          <dd>{count(props.trip.added)}</dd>
        </div>
        <div>
          <dt>Rows taken out</dt>
          <dd>{count(props.trip.missing + props.trip.spared)}</dd>
        </div>
      </dl>
      <Show when={props.trip.added > 0}>
        <fieldset class={styles.choices}>
          <legend>{counted(props.trip.added, "row")} in the file without a record</legend>
          <Choice
            name="added"
            checked={session.choices().added}
            onChoose={() => decide({ added: true })}
            label={`Make ${props.trip.added === 1 ? `it a new ${noun()}` : `them new ${nouns()}`}`}
          />
          <Choice
            name="added"
            checked={!session.choices().added}
            onChoose={() => decide({ added: false })}
            label={`Leave ${props.trip.added === 1 ? "it" : "them"} out`}
          />
        </fieldset>
      </Show>
      <Show when={props.trip.missing > 0}>
        <fieldset class={styles.choices}>
          <legend>
            {counted(props.trip.missing, noun(), nouns())} no longer in the file:{" "}
            {props.trip.missingNames.join(", ")}
            {props.trip.missing > props.trip.missingNames.length ? " …" : ""}
          </legend>
          <Choice
            name="missing"
            checked={!session.choices().deleted}
            onChoose={() => decide({ deleted: false })}
            label={props.trip.missing === 1 ? "It stays" : "They stay"}
          />
          <Choice
            name="missing"
            checked={session.choices().deleted}
            onChoose={() => decide({ deleted: true })}
            label={`Move ${props.trip.missing === 1 ? "it" : "them"} to the trash`}
          />
        </fieldset>
      </Show>
      <Show when={props.trip.spared > 0}>
        <Notice kind="info">
          {counted(props.trip.spared, noun(), nouns())} {props.trip.spared === 1 ? "is" : "are"} no
          longer in the file either, but somebody changed {props.trip.spared === 1 ? "it" : "them"}{" "}
          since: {props.trip.spared === 1 ? "it stays" : "they stay"}.
        </Notice>
      </Show>
      <Show when={props.trip.conflicts > 0}>
        <Conflicts session={session} trip={props.trip} decide={decide} />
      </Show>
    </>
  );
}

function Choice(props: { name: string; checked: boolean; label: string; onChoose: () => void }) {
  return (
    <label>
      <input
        type="radio"
        name={`import-${props.name}`}
        checked={props.checked}
        onChange={() => props.onChoose()}
      />
      {props.label}
    </label>
  );
}

function Conflicts(props: {
  session: ImportSession;
  trip: TripView;
  decide: (part: { file: "all" | readonly string[] }) => void;
}) {
  const file = () => props.session.choices().file;
  const takesFile = (cell: string) => file() === "all" || file().includes(cell);
  const choose = (cell: string, mine: boolean) => {
    const all = props.trip.shown.map((one) => one.cell);
    const chosen = file();
    const now = chosen === "all" ? all : chosen;
    const next = now.filter((one) => one !== cell);
    props.decide({ file: mine ? [...next, cell] : next });
  };
  return (
    <section class={own.conflicts}>
      <header>
        <h3>
          {counted(props.trip.conflicts, "cell was", "cells were")} changed in the file and by
          somebody here
        </h3>
        <div>
          <Button size="small" onClick={() => props.decide({ file: [] })}>
            Keep all as here
          </Button>
          <Button size="small" onClick={() => props.decide({ file: "all" })}>
            Take all from the file
          </Button>
        </div>
      </header>
      <ul>
        <For each={props.trip.shown}>
          {(one) => (
            <Conflict
              conflict={one}
              takesFile={takesFile(one.cell)}
              onChoose={(mine) => choose(one.cell, mine)}
            />
          )}
        </For>
      </ul>
      <Show when={props.trip.conflicts > props.trip.shown.length}>
        <p class={styles.hint}>
          The first {count(props.trip.shown.length)} are shown. The others are{" "}
          {file() === "all" ? "taken from the file" : "kept as they are here"}.
        </p>
      </Show>
    </section>
  );
}

function Conflict(props: {
  conflict: ConflictView;
  takesFile: boolean;
  onChoose: (mine: boolean) => void;
}) {
  const shown = (text: string) => (text === "" ? "blank" : text);
  return (
    <li>
      <fieldset>
        <legend>
          <b>{props.conflict.record}</b>, {props.conflict.field}
          <small>was {shown(props.conflict.base)}</small>
        </legend>
        <label data-chosen={props.takesFile ? undefined : ""}>
          <input
            type="radio"
            name={`conflict ${props.conflict.cell}`}
            checked={!props.takesFile}
            onChange={() => props.onChoose(false)}
          />
          <span>
            <small>Here now</small>
            {shown(props.conflict.theirs)}
          </span>
        </label>
        <label data-chosen={props.takesFile ? "" : undefined}>
          <input
            type="radio"
            name={`conflict ${props.conflict.cell}`}
            checked={props.takesFile}
            onChange={() => props.onChoose(true)}
          />
          <span>
            <small>In the file</small>
            {shown(props.conflict.mine)}
          </span>
        </label>
      </fieldset>
    </li>
  );
}
