import { For, Show } from "solid-js";
import type { FieldType } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { Doubts } from "./doubts.tsx";
import type { ObjectView, PlanView } from "./messages.ts";
import { PlanRows } from "./plan-rows.tsx";
import type { ImportSession } from "./session.ts";
import { SavedNotice } from "./saved-choice.tsx";
import { StepFrame } from "./step.tsx";
import { count, counted, listed } from "./words.ts";
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
  const objects = (): readonly ObjectView[] => [props.plan, ...props.plan.along];
  const linked = () => objects().flatMap((one) => one.linked);
  const newFields = () => objects().flatMap((one) => one.newFields);
  const newOptions = () => objects().flatMap((one) => one.newOptions);
  const erased = () => objects().flatMap((one) => one.erased);
  const kept = () => objects().flatMap((one) => one.kept);
  const translated = () => objects().flatMap((one) => one.translated);
  const added = () =>
    linked().length + newFields().length + newOptions().length + translated().length > 0;
  const deleted = () => props.plan.trip?.deleted ?? 0;
  const writesOf = ({ counts }: ObjectView) => counts.created + counts.updated;
  const writes = () => objects().reduce((sum, one) => sum + writesOf(one), deleted());
  const written = () =>
    listed(
      objects().flatMap((one) => {
        const value = writesOf(one) + (one === props.plan ? deleted() : 0);
        return value === 0 ? [] : [counted(value, one.singular, one.name.toLowerCase())];
      }),
    );

  return (
    <StepFrame
      title="What will happen"
      lead={
        <>
          <Show when={props.plan.along.length > 0}>{props.plan.name}: </Show>
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
          .{" "}
          <For each={props.plan.along}>
            {(one) => (
              <>
                {one.name}: <strong>{count(one.counts.created)} new</strong>,{" "}
                {count(one.counts.updated)} changed, {count(one.counts.unchanged)} unchanged
                <Show when={one.counts.refused > 0}>, {count(one.counts.refused)} refused</Show>
                .{" "}
              </>
            )}
          </For>
          Nothing is written yet.
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
          {writes() === 0 ? "Nothing to import" : `Import ${written()}`}
        </Button>
      }
    >
      <div class={styles.side}>
        <SavedNotice session={session} />
        <Show when={added()}>
          <Notice kind="info">
            <ul class={styles.notes}>
              <For each={linked()}>
                {(linked) => (
                  <li>
                    {count(linked.created)} {linked.sheet} that are not there yet will be created
                    and linked.
                  </li>
                )}
              </For>
              <Show when={newFields().length > 0}>
                <li>
                  {counted(newFields().length, "new column")}:{" "}
                  {newFields()
                    .map((field) => field.name)
                    .join(", ")}
                  .
                </li>
              </Show>
              <For each={translated()}>
                {(one) => (
                  <li>
                    {one.field}: “{one.text}” ({counted(one.rows, "row")}){" "}
                    {one.means === null ? "is left blank" : `becomes ${one.means}`}.
                  </li>
                )}
              </For>
              <For each={newOptions()}>
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
        <Show when={erased().length > 0}>
          <Notice kind="warning">
            <ul class={styles.notes}>
              <For each={erased()}>
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
        <Show when={props.plan.unlinked.count > 0}>
          <Notice kind="warning">
            {counted(props.plan.unlinked.count, "value names", "values name")} no row of the other
            worksheet: {props.plan.unlinked.shown.join(", ")}
            <Show when={props.plan.unlinked.count > props.plan.unlinked.shown.length}>
              {" "}
              and {count(props.plan.unlinked.count - props.plan.unlinked.shown.length)} more
            </Show>
            . These rows are imported without that link.
          </Notice>
        </Show>
        <Show when={kept().length > 0}>
          <Notice kind="warning">
            <ul class={styles.notes}>
              <For each={kept()}>
                {(column) => (
                  <li>
                    {column.field}: {counted(column.values, "value")} {misfit(column)}
                    <Show when={column.people.length > 0} fallback=".">
                      :{" "}
                      {listed(
                        column.people.map(
                          ({ name, records, row }) =>
                            `“${name}” (${records === 1 ? "row" : `${count(records)} times, first in row`} ${count(row)})`,
                        ),
                      )}
                      <Show
                        when={
                          column.values >
                          column.people.reduce((sum, { records }) => sum + records, 0)
                        }
                      >
                        {" "}
                        and others
                      </Show>
                      .
                    </Show>
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
