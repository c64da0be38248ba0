import { For, Show } from "solid-js";
import { Button } from "../ui/button.tsx";
import type { ObjectView } from "./messages.ts";
import type { ImportSession } from "./session.ts";
import { StepFrame } from "./step.tsx";
import { UpdateRules } from "./update-rules.tsx";
import { count, counted, listed } from "./words.ts";
import styles from "./wizard.module.css";

/** "240 new companies, 3 there already". */
function inWords({ counts, singular, name }: ObjectView): string {
  const fresh = counted(counts.created, `new ${singular}`, `new ${name.toLowerCase()}`);
  const there = counts.updated + counts.unchanged;
  return there === 0 ? fresh : `${fresh} (${count(there)} there already)`;
}

/** How rows are recognised as records that are already there, and what happens to those. */
export function MatchesStep(props: { session: ImportSession }) {
  const session = props.session;
  const noun = () => session.sheet()?.singular ?? "record";
  const nouns = () => session.sheet()?.name.toLowerCase() ?? "records";
  const recount = (change: () => void) => {
    change();
    void session.makePlan();
  };

  return (
    <StepFrame
      title={`Which rows are ${nouns()} you already have?`}
      lead="A row is the same when its value is the same, whatever its spelling: ANNA@EXAMPLE.COM is anna@example.com, (415) 555-2671 is +1 415 555 2671."
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
      <fieldset class={styles.choices}>
        <legend>Recognise a {noun()} by</legend>
        <For
          each={[
            ...session.keyChoices(),
            { value: "none", label: `Nothing: every row is a new ${noun()}` },
          ]}
        >
          {(choice) => (
            <label>
              <input
                type="radio"
                name="import-key"
                checked={session.key() === choice.value}
                onChange={() => recount(() => session.setKey(choice.value))}
              />
              {choice.label}
            </label>
          )}
        </For>
      </fieldset>
      <Show when={session.key() !== "none"}>
        <fieldset class={styles.choices}>
          <legend>For a {noun()} that is already there</legend>
          <label>
            <input
              type="radio"
              name="import-mode"
              checked={session.mode() === "fill"}
              onChange={() => recount(() => session.setMode("fill"))}
            />
            <span>
              Fill in what is blank
              <small>Nothing that is there is replaced.</small>
            </span>
          </label>
          <label>
            <input
              type="radio"
              name="import-mode"
              checked={session.mode() === "overwrite"}
              onChange={() => recount(() => session.setMode("overwrite"))}
            />
            <span>
              Replace it with what the file says
              <small>A blank in the file erases nothing, unless you say so for a column.</small>
            </span>
          </label>
        </fieldset>
        <UpdateRules session={session} onChange={() => void session.makePlan()} />
      </Show>
      <div class={styles.outlook} aria-live="polite">
        <Show when={session.plan()} fallback={<p>{session.busy() ?? ""}</p>}>
          {(plan) => (
            <p data-stale={session.busy() ? "" : undefined}>
              {counted(plan().rows, "row")}: <strong>{count(plan().counts.created)} new</strong>,{" "}
              {count(plan().counts.updated)} changed, {count(plan().counts.unchanged)} unchanged
              <Show when={plan().counts.refused > 0}>
                , {count(plan().counts.refused)} refused (the preview says why)
              </Show>
              <Show when={plan().repeated > 0}>
                . {counted(plan().repeated, "row repeats", "rows repeat")} an earlier row of the
                file
              </Show>
              .
              <Show when={plan().along.length > 0}>
                {" "}
                With them: {listed(plan().along.map(inWords))}.
              </Show>
            </p>
          )}
        </Show>
      </div>
    </StepFrame>
  );
}
