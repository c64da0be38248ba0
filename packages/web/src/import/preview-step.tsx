import { createEffect, createMemo, createSignal, For, on, Show } from "solid-js";
import { registry } from "@gridfolk/core/field/registry";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { Tabs } from "../ui/tabs.tsx";
import type { Group, PlanView, PreviewRow } from "./messages.ts";
import type { ImportSession } from "./session.ts";
import { StepFrame } from "./step.tsx";
import { count, counted } from "./words.ts";
import styles from "./wizard.module.css";

const groups: readonly { readonly key: Group; readonly label: string }[] = [
  { key: "created", label: "New" },
  { key: "updated", label: "Changed" },
  { key: "unchanged", label: "Unchanged" },
  { key: "kept", label: "Kept as text" },
  { key: "refused", label: "Refused" },
];

const PAGE = 100;

/** What will happen, record by record, before anything is written. */
export function PreviewStep(props: { session: ImportSession }) {
  return (
    <Show when={props.session.plan()}>
      {(plan) => <Preview session={props.session} plan={plan()} />}
    </Show>
  );
}

function Preview(props: { session: ImportSession; plan: PlanView }) {
  const session = props.session;
  const shown = createMemo(() => groups.filter((group) => props.plan.counts[group.key] > 0));
  // The group a person looks at starts as the first that has rows.
  // oxlint-disable-next-line solid/reactivity
  const [group, setGroup] = createSignal<Group>(shown()[0]?.key ?? "created");
  const [from, setFrom] = createSignal(0);
  createEffect(on(group, () => setFrom(0), { defer: true }));
  // Not a resource: a resource would suspend the whole wizard while the first rows are on their way.
  const [rows, setRows] = createSignal<readonly PreviewRow[]>([]);
  createEffect(() => {
    const [wantedGroup, wantedFrom] = [group(), from()];
    void session.rows(wantedGroup, wantedFrom, PAGE).then((found) => {
      if (wantedGroup === group() && wantedFrom === from()) setRows(found);
    });
  });
  const total = () => props.plan.counts[group()];
  const writes = () => props.plan.counts.created + props.plan.counts.updated;
  const nouns = (value: number) =>
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
          <Show when={props.plan.counts.refused > 0}>
            , {count(props.plan.counts.refused)} refused
          </Show>
          , of {counted(props.plan.rows, "row")}. Nothing is written yet.
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
          {writes() === 0 ? "Nothing to import" : `Import ${nouns(writes())}`}
        </Button>
      }
    >
      <div class={styles.side}>
        <For each={props.plan.linked}>
          {(linked) => (
            <Notice kind="info">
              {count(linked.created)} {linked.sheet} that are not there yet are created and linked.
            </Notice>
          )}
        </For>
        <Show when={props.plan.newFields.length > 0}>
          <Notice kind="info">
            {counted(props.plan.newFields.length, "new column")}:{" "}
            {props.plan.newFields.map((field) => field.name).join(", ")}.
          </Notice>
        </Show>
        <For each={props.plan.newOptions}>
          {(added) => (
            <Notice kind="info">
              New choices in {added.field}: {added.names.slice(0, 8).join(", ")}
              <Show when={added.names.length > 8}> and {count(added.names.length - 8)} more</Show>.
            </Notice>
          )}
        </For>
        <For each={props.plan.kept}>
          {(column) => (
            <Notice kind="warning">
              {column.field}: {counted(column.values, "value is", "values are")}{" "}
              {column.type === "user"
                ? "nobody in this workspace yet"
                : `no ${registry[column.type].label.toLowerCase()}`}
              . The text is kept as it is and marked.
            </Notice>
          )}
        </For>
      </div>
      <Tabs
        label="Groups of rows"
        tabs={shown().map((one) => ({
          key: one.key,
          label: `${one.label} ${count(props.plan.counts[one.key])}`,
        }))}
        selected={group()}
        onSelect={setGroup}
        panel="import-preview-rows"
      />
      <div
        id="import-preview-rows"
        class={styles.tableFrame}
        role="tabpanel"
        aria-label={groups.find((one) => one.key === group())?.label}
        tabIndex={0}
      >
        <table class={styles.preview}>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <Show when={group() === "refused"}>
                <th scope="col">Why</th>
              </Show>
              <For each={props.plan.fields}>{(field) => <th scope="col">{field.name}</th>}</For>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr>
                  <th scope="row">{row.row === null ? "" : count(row.row)}</th>
                  <Show when={group() === "refused"}>
                    <td class={styles.why}>{row.reason}</td>
                  </Show>
                  <For each={row.cells}>
                    {(cell) => (
                      <td
                        data-changed={cell.before !== undefined ? "" : undefined}
                        data-kept={cell.kept ? "" : undefined}
                      >
                        <Show when={cell.before !== undefined}>
                          <del>{cell.before === "" ? "blank" : cell.before}</del>
                          <span aria-hidden="true"> → </span>
                        </Show>
                        <Show when={cell.before !== undefined} fallback={cell.after}>
                          <ins>{cell.after}</ins>
                        </Show>
                      </td>
                    )}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <Show when={total() > PAGE}>
        <div class={styles.pager}>
          <Button size="small" disabled={from() === 0} onClick={() => setFrom(from() - PAGE)}>
            Previous
          </Button>
          <span>
            {count(from() + 1)} to {count(Math.min(from() + PAGE, total()))} of {count(total())}
          </span>
          <Button
            size="small"
            disabled={from() + PAGE >= total()}
            onClick={() => setFrom(from() + PAGE)}
          >
            Next
          </Button>
        </div>
      </Show>
    </StepFrame>
  );
}
