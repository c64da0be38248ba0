import { batch, createEffect, createMemo, createSignal, For, on, Show } from "solid-js";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Tabs } from "../ui/tabs.tsx";
import type { Group, ObjectView, PlanView, PreviewRow } from "./messages.ts";
import type { ImportSession } from "./session.ts";
import { count } from "./words.ts";
import styles from "./wizard.module.css";

const groups: readonly { readonly key: Group; readonly label: string }[] = [
  { key: "created", label: "New" },
  { key: "updated", label: "Changed" },
  { key: "unchanged", label: "Unchanged" },
  { key: "kept", label: "Kept as text" },
  { key: "refused", label: "Refused" },
];

const PAGE = 100;

/** The rows of an import in groups, a page at a time; what changes stands beside what was there. */
export function PlanRows(props: { session: ImportSession; plan: PlanView }) {
  const objects = () => [props.plan, ...props.plan.along];
  // oxlint-disable-next-line solid/reactivity
  const [sheet, setSheet] = createSignal(props.plan.sheet);
  const object = createMemo(
    (): ObjectView => objects().find((one) => one.sheet === sheet()) ?? props.plan,
  );
  const shown = createMemo(() => groups.filter((group) => object().counts[group.key] > 0));
  // The group a person looks at starts as the first that has rows.
  // oxlint-disable-next-line solid/reactivity
  const [group, setGroup] = createSignal<Group>(shown()[0]?.key ?? "created");
  const [from, setFrom] = createSignal(0);
  createEffect(on([group, sheet], () => setFrom(0), { defer: true }));
  const choose = (key: string) =>
    batch(() => {
      setSheet(key);
      setGroup(shown()[0]?.key ?? "created");
    });
  // Not a resource: a resource would suspend the whole wizard while the first rows are on their way.
  const [rows, setRows] = createSignal<readonly PreviewRow[]>([]);
  createEffect(() => {
    const [wantedSheet, wantedGroup, wantedFrom] = [sheet(), group(), from()];
    void props.session.rows(wantedSheet, wantedGroup, wantedFrom, PAGE).then((found) => {
      if (wantedSheet === sheet() && wantedGroup === group() && wantedFrom === from())
        setRows(found);
    });
  });
  const total = () => object().counts[group()];

  return (
    <>
      <Show when={props.plan.along.length > 0}>
        <div class={styles.facts}>
          <SelectField
            label="Rows of"
            value={sheet()}
            options={objects().map((one) => ({
              value: one.sheet,
              label: `${one.name} (${count(one.counts.created)} new, ${count(one.counts.updated)} changed)`,
            }))}
            onChange={choose}
          />
        </div>
      </Show>
      <Tabs
        label="Groups of rows"
        tabs={shown().map((one) => ({
          key: one.key,
          label: `${one.label} ${count(object().counts[one.key])}`,
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
              <For each={object().fields}>{(field) => <th scope="col">{field.name}</th>}</For>
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
                          <ins>{cell.after === "" ? "blank" : cell.after}</ins>
                        </Show>
                        <Show when={cell.optOut}>
                          <small class={styles.optOut}>kept: opted out</small>
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
    </>
  );
}
