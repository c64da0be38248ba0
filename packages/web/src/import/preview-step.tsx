import { For, Show } from "solid-js";
import type { FieldType } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { Doubts } from "./doubts.tsx";
import type { PlanView } from "./messages.ts";
import { PlanRows } from "./plan-rows.tsx";
import type { ImportSession } from "./session.ts";
import { SavedNotice } from "./saved-choice.tsx";
import { StepFrame } from "./step.tsx";
import { count, counted } from "./words.ts";
import styles from "./wizard.module.css";

/** What will happen, record by record, before anything is written. */
export function PreviewStep(props: { session: ImportSession }) {
  return (
    <Show when={props.session.plan()}>
      {(plan) => <Preview session={props.session} plan={plan()} />}
    </Show>
  );
}

const nouns: { readonly [type in FieldType]?: readonly [one: string, several: string] } = {
  number: ["a number", "numbers"],
  currency: ["an amount of money", "amounts of money"],
  percent: ["a percentage", "percentages"],
  date: ["a date", "dates"],
  dateTime: ["a date with a time", "dates with a time"],
  checkbox: ["yes or no", "yes or no"],
  email: ["an e-mail address", "e-mail addresses"],
  phone: ["a phone number", "phone numbers"],
  url: ["a web address", "web addresses"],
};

/** "is not a phone number", "are not e-mail addresses", "name nobody in this workspace". */
function misfit({ type, values }: PlanView["kept"][number]): string {
  if (type === "user") return `${values === 1 ? "names" : "name"} nobody in this workspace`;
  const verb = values === 1 ? "is" : "are";
  const noun = nouns[type]?.[values === 1 ? 0 : 1];
  return noun === undefined
    ? `${values === 1 ? "does" : "do"} not fit ${registry[type].label.toLowerCase()}`
    : `${verb} not ${noun}`;
}

/** Who stays opted out although the file says otherwise. */
function OptOuts(props: { optOuts: PlanView["optOuts"] }) {
  const all = () => props.optOuts.kept + props.optOuts.inherited;
  return (
    <>
      <strong>Kept: opted out.</strong>{" "}
      {all() === 1 ? "1 person stays" : `${count(all())} people stay`} as they said under{" "}
      {props.optOuts.columns.join(", ")}, whatever the file says
      <Show when={props.optOuts.names.length > 0}>
        : {props.optOuts.names.join(", ")}
        <Show when={all() > props.optOuts.names.length}>
          {" "}
          and {count(all() - props.optOuts.names.length)} more
        </Show>
      </Show>
      .
      <Show when={props.optOuts.inherited > 0}>
        {" "}
        {counted(props.optOuts.inherited, "new row is", "new rows are")} of somebody who opted out
        before.
      </Show>
    </>
  );
}

function Preview(props: { session: ImportSession; plan: PlanView }) {
  const session = props.session;
  const added = () =>
    props.plan.linked.length + props.plan.newFields.length + props.plan.newOptions.length > 0;
  const deleted = () => props.plan.trip?.deleted ?? 0;
  const writes = () => props.plan.counts.created + props.plan.counts.updated + deleted();
  const written = (value: number) =>
    counted(
      value,
      session.sheet()?.singular ?? "record",
      session.sheet()?.name.toLowerCase() ?? "records",
    );

  return (
    <StepFrame
      title="What will happen"
      lead={
        <>
          <strong>{count(props.plan.counts.created)} new</strong>,{" "}
          <strong>{count(props.plan.counts.updated)} changed</strong>,{" "}
          {count(props.plan.counts.unchanged)} unchanged
          <Show when={deleted() > 0}>, {count(deleted())} to the trash</Show>
          <Show when={props.plan.counts.refused > 0}>
            , {count(props.plan.counts.refused)} refused
          </Show>
          , of {counted(props.plan.rows, "row")}
          <Show when={props.plan.repeated > 0}>
            ; {counted(props.plan.repeated, "row repeats", "rows repeat")} an earlier one
          </Show>
          . Nothing is written yet.
        </>
      }
      aside={<Button onClick={() => void session.go("matches")}>Back</Button>}
      actions={
        <Button
          variant="primary"
          disabled={writes() === 0}
          busy={session.busy() !== undefined}
          onClick={() => void session.write()}
        >
          {writes() === 0 ? "Nothing to import" : `Import ${written(writes())}`}
        </Button>
      }
    >
      <div class={styles.side}>
        <SavedNotice session={session} />
        <Show when={added()}>
          <Notice kind="info">
            <ul class={styles.notes}>
              <For each={props.plan.linked}>
                {(linked) => (
                  <li>
                    {count(linked.created)} {linked.sheet} that are not there yet will be created
                    and linked.
                  </li>
                )}
              </For>
              <Show when={props.plan.newFields.length > 0}>
                <li>
                  {counted(props.plan.newFields.length, "new column")}:{" "}
                  {props.plan.newFields.map((field) => field.name).join(", ")}.
                </li>
              </Show>
              <For each={props.plan.newOptions}>
                {(one) => (
                  <li>
                    New choices in {one.field}: {one.names.slice(0, 8).join(", ")}
                    <Show when={one.names.length > 8}> and {count(one.names.length - 8)} more</Show>
                    .
                  </li>
                )}
              </For>
            </ul>
          </Notice>
        </Show>
        <Show when={props.plan.optOuts.kept + props.plan.optOuts.inherited > 0}>
          <Notice kind="info">
            <OptOuts optOuts={props.plan.optOuts} />
          </Notice>
        </Show>
        <Show when={props.plan.erased.length > 0}>
          <Notice kind="warning">
            <ul class={styles.notes}>
              <For each={props.plan.erased}>
                {(column) => (
                  <li>
                    {column.field}: {counted(column.values, "value is", "values are")} erased,
                    because the file is blank there.
                  </li>
                )}
              </For>
            </ul>
          </Notice>
        </Show>
        <Show when={props.plan.kept.length > 0}>
          <Notice kind="warning">
            <ul class={styles.notes}>
              <For each={props.plan.kept}>
                {(column) => (
                  <li>
                    {column.field}: {counted(column.values, "value")} {misfit(column)}.
                  </li>
                )}
              </For>
              <li>Such a text is kept as it is and marked, so that you can correct it later.</li>
            </ul>
          </Notice>
        </Show>
      </div>
      <Doubts session={session} plan={props.plan} />
      <PlanRows session={session} plan={props.plan} />
    </StepFrame>
  );
}
