import { createMemo, For, Show } from "solid-js";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Progress } from "../ui/progress.tsx";
import { Beside } from "./beside.tsx";
import { ColumnCard } from "./column-card.tsx";
import { Companions } from "./companions.tsx";
import { HealthLink } from "./health-report.tsx";
import { SavedChoice, SavedNotice } from "./saved-choice.tsx";
import type { ImportSession } from "./session.ts";
import { StepFrame } from "./step.tsx";
import { counted } from "./words.ts";
import styles from "./wizard.module.css";

/** Where every column goes, with samples and the reason; each is one click to correct. */
export function ColumnsStep(props: { session: ImportSession }) {
  const session = props.session;
  const mapped = createMemo(
    () => session.mapping()?.columns.filter((column) => column.target.kind !== "skip").length ?? 0,
  );
  const fresh = createMemo(
    () => session.mapping()?.columns.filter((column) => column.target.kind === "new").length ?? 0,
  );

  /** Why the names were found where they are, unless they simply stand first. */
  const found = () => {
    const file = session.file();
    if (file === undefined || file.kind === "vcard") return undefined;
    const { rows, below, aside } = file.leftOut;
    const isPlain = file.headerRow === 0 && rows.length + below + aside + file.others.length === 0;
    return isPlain ? undefined : file.reason;
  };
  let list!: HTMLUListElement;
  const ask = () => list.querySelector<HTMLElement>("[data-question]")?.focus();
  /** On to the next step, or to the first question that is still open. */
  const next = () => {
    const [open] = session.openQuestions();
    if (open === undefined) {
      void session.go("matches");
      return;
    }
    session.setProblem(open.asks);
    ask();
  };

  return (
    <StepFrame
      title="Where does each column go?"
      lead={
        <>
          {counted(mapped(), "column")} will be imported
          <Show when={fresh() > 0}>, {counted(fresh(), "of them new", "of them new")}</Show>.
          <Show when={session.openQuestions().length > 0}>
            {" "}
            <button type="button" class={styles.link} onClick={ask}>
              {counted(session.openQuestions().length, "question")} to answer first
            </button>
            .
          </Show>
          <Show when={found()}>
            {(reason) => (
              <>
                {" "}
                {reason()}{" "}
                <button type="button" class={styles.link} onClick={() => void session.go("file")}>
                  Look at the rows
                </button>
                .
              </>
            )}
          </Show>
          <HealthLink session={session} />
        </>
      }
      aside={<Button onClick={() => void session.go("file")}>Back</Button>}
      actions={
        <Button
          variant="primary"
          disabled={mapped() === 0 || session.file()?.partial === true}
          busy={session.busy() !== undefined}
          onClick={next}
        >
          Continue to matches
        </Button>
      }
    >
      <Show when={session.file()?.partial}>
        <Progress
          label="Reading the whole file; these are its first rows"
          {...(session.progress()?.phase === "reading"
            ? { value: session.progress()?.done ?? 0, of: session.progress()?.of ?? 0 }
            : {})}
        />
      </Show>
      <div class={styles.facts}>
        <SelectField
          label="Rows become"
          value={session.mapping()?.sheet ?? ""}
          options={(session.proposal()?.sheets ?? []).map((sheet) => ({
            value: sheet.key,
            label: sheet.name,
          }))}
          onChange={(value) => void session.propose({ sheet: value, saved: null })}
        />
        <SavedChoice session={session} />
      </div>
      <Companions session={session} />
      <SavedNotice session={session} />
      <Show when={session.file()}>{(file) => <Beside session={session} file={file()} />}</Show>
      <div class={styles.columns}>
        <div class={styles.columnsHead} aria-hidden="true">
          <span>In your file</span>
          <span>Goes to</span>
          <span>Why</span>
        </div>
        <ul ref={list}>
          <For each={session.proposal()?.columns}>
            {(column, index) => (
              <Show when={session.mapping()?.columns[index()]}>
                {(mapping) => (
                  <ColumnCard
                    session={session}
                    column={column}
                    mapping={mapping()}
                    index={index()}
                  />
                )}
              </Show>
            )}
          </For>
        </ul>
      </div>
    </StepFrame>
  );
}
