import CircleCheck from "lucide-solid/icons/circle-check";
import Download from "lucide-solid/icons/download";
import Undo2 from "lucide-solid/icons/undo-2";
import { createSignal, For, Show } from "solid-js";
import { MAX_RECORDS } from "@gridfolk/core/import/emit";
import { call, inWords } from "../data/api.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { Progress } from "../ui/progress.tsx";
import type { Written } from "./messages.ts";
import { PlanRows } from "./plan-rows.tsx";
import type { ImportSession } from "./session.ts";
import { SaveImport } from "./save-import.tsx";
import { StepFrame } from "./step.tsx";
import { count, counted, pace } from "./words.ts";
import styles from "./wizard.module.css";

/** Progress while writing, then what happened, with Undo and the refused rows. */
export function DoneStep(props: {
  session: ImportSession;
  workspace: Workspace;
  onClose: () => void;
  onShow: (sheet: string) => void;
}) {
  const session = props.session;
  return (
    <Show
      when={session.written()}
      fallback={
        <StepFrame
          title="Importing"
          lead={
            (session.progress()?.of ?? 0) > MAX_RECORDS
              ? "Keep this page open, or stop. What has landed by then can be undone as one."
              : "Keep this page open, or stop. Either all of it lands or nothing."
          }
          actions={<Button onClick={() => session.cancel()}>Stop the import</Button>}
        >
          <Progress
            label={session.progress()?.phase === "finishing" ? "Finishing" : "Writing rows"}
            value={session.progress()?.done ?? 0}
            of={session.progress()?.of ?? 0}
            detail={[
              `${count(session.progress()?.done ?? 0)} of ${count(session.progress()?.of ?? 0)}`,
              pace(
                session.progress()?.done ?? 0,
                session.progress()?.of ?? 0,
                performance.now() - session.startedAt(),
              ),
            ]
              .filter((part) => part !== undefined)
              .join(", ")}
          />
        </StepFrame>
      }
    >
      {(written) => (
        <Result
          session={session}
          workspace={props.workspace}
          written={written()}
          onClose={() => props.onClose()}
          onShow={(sheet) => props.onShow(sheet)}
        />
      )}
    </Show>
  );
}

function Result(props: {
  session: ImportSession;
  workspace: Workspace;
  written: Written;
  onClose: () => void;
  onShow: (sheet: string) => void;
}) {
  const [undoing, setUndoing] = createSignal(false);
  const [leaving, setLeaving] = createSignal(false);
  const [undone, setUndone] = createSignal<string>();
  const [problem, setProblem] = createSignal<string>();
  /** What was written is what the preview showed. */
  const unhindered = () => props.written.stopped === undefined && props.written.late.length === 0;
  const sheet = () => props.session.sheet();

  const undo = async () => {
    setUndoing(true);
    setProblem(undefined);
    try {
      const answer = await call<{ reverted: number; skipped: readonly unknown[] }>(
        "POST",
        `/api/workspaces/${props.workspace.id}/imports/${props.written.import}/undo`,
        {},
      );
      await props.session.catchUp();
      const left = answer.skipped.length;
      setUndone(
        `The import was undone. ${counted(answer.reverted, "record was", "records were")} taken back.${
          left === 0
            ? ""
            : ` ${counted(left, "value or record was", "values or records were")} left alone, because of what somebody did since.`
        }`,
      );
    } catch (error) {
      setProblem(inWords(error));
    } finally {
      setUndoing(false);
    }
  };

  const show = async () => {
    const key = sheet()?.key;
    setLeaving(true);
    await props.session.leave();
    if (key === undefined) props.onClose();
    else props.onShow(key);
  };

  const download = async (format: "csv" | "xlsx") => {
    const url = URL.createObjectURL(await props.session.refused(format));
    const link = document.createElement("a");
    link.href = url;
    link.download = `refused rows.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };

  return (
    <StepFrame
      title={
        undone() !== undefined
          ? "Undone"
          : props.written.stopped === undefined
            ? "Imported"
            : "Stopped half way"
      }
      lead={
        undone() === undefined && props.written.stopped === undefined
          ? "Everybody in this workspace sees it now. You can undo it here, or later in Settings, Imports."
          : undefined
      }
      actions={
        <>
          <Show when={undone() === undefined}>
            <Button icon={Undo2} busy={undoing()} onClick={() => void undo()}>
              Undo the import
            </Button>
          </Show>
          <Button variant="primary" busy={leaving()} onClick={() => void show()}>
            See {sheet()?.name.toLowerCase() ?? "the rows"}
          </Button>
        </>
      }
    >
      <Show when={undone() === undefined && props.written.stopped}>
        {(why) => (
          <Notice kind="problem">
            {why()} What was written until then is there: undo it, or import the file again; rows
            that are there already are recognised.
          </Notice>
        )}
      </Show>
      <Show when={problem()}>{(text) => <Notice kind="problem">{text()}</Notice>}</Show>
      <Show
        when={undone()}
        fallback={
          <Show when={props.written.stopped === undefined}>
            <dl class={styles.result}>
              <CircleCheck size={32} aria-hidden={true} />
              <div>
                <dt>New {sheet()?.name.toLowerCase() ?? ""}</dt>
                <dd>{count(props.written.created)}</dd>
              </div>
              <For each={props.session.plan()?.along}>
                {(one) => (
                  <>
                    <div>
                      <dt>New {one.name.toLowerCase()}</dt>
                      <dd>{count(one.counts.created)}</dd>
                    </div>
                    <Show when={one.counts.updated > 0}>
                      <div>
                        <dt>Changed {one.name.toLowerCase()}</dt>
                        <dd>{count(one.counts.updated)}</dd>
                      </div>
                    </Show>
                  </>
                )}
              </For>
              <For each={props.session.plan()?.linked}>
                {(linked) => (
                  <div>
                    <dt>New {linked.sheet}</dt>
                    <dd>{count(linked.created)}</dd>
                  </div>
                )}
              </For>
              <div>
                <dt>Changed</dt>
                <dd>{count(props.written.updated)}</dd>
              </div>
              <div>
                <dt>Unchanged</dt>
                <dd>{count(props.written.unchanged)}</dd>
              </div>
              <Show when={props.session.plan()?.repeated}>
                {(repeated) => (
                  <div>
                    <dt>Repeats of a row</dt>
                    <dd>{count(repeated())}</dd>
                  </div>
                )}
              </Show>
              <div>
                <dt>Refused</dt>
                <dd>{count(props.written.refused)}</dd>
              </div>
            </dl>
          </Show>
        }
      >
        {(text) => <Notice kind="done">{text()}</Notice>}
      </Show>
      <Show when={props.written.refused > 0 && undone() === undefined}>
        <div class={styles.refused}>
          <p>
            {counted(props.written.refused, "row was", "rows were")} not written. Download{" "}
            {props.written.refused === 1
              ? "it with the reason, correct it and import that file."
              : "them with the reason of each, correct them and import that file."}
            <Show when={props.written.refusedSheets > 1}>
              {" "}
              They are of {count(props.written.refusedSheets)} worksheets, and in one of the same
              name each.
            </Show>
          </p>
          <div class={styles.downloads}>
            <Button icon={Download} onClick={() => void download("xlsx")}>
              Download the refused rows
            </Button>
            <Show when={props.written.refusedSheets === 1}>
              <Button onClick={() => void download("csv")}>As CSV</Button>
            </Show>
          </div>
        </div>
      </Show>
      {/* How an export comes back is known without saving it. */}
      <Show
        when={
          undone() === undefined && props.written.stopped === undefined && !props.session.isExport()
        }
      >
        <SaveImport session={props.session} workspace={props.workspace} written={props.written} />
      </Show>
      <Show when={undone() === undefined && unhindered() && props.session.plan()}>
        {(plan) => (
          <>
            <h3 class={styles.subtitle}>What changed</h3>
            <PlanRows session={props.session} plan={plan()} />
          </>
        )}
      </Show>
    </StepFrame>
  );
}
