import { createResource, For, Match, Show, Switch } from "solid-js";
import { isSystemKey } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { labelOf } from "@gridfolk/core/sheet/title";
import { inWords } from "../data/api.ts";
import type { Workspace } from "../data/workspace.ts";
import type { Look } from "../grid/cell-content.ts";
import { cellOf } from "../record/history.ts";
import { Value } from "../record/value.tsx";
import { Button } from "../ui/button.tsx";
import { fetchSample, type Sample } from "./log.ts";
import styles from "./history.module.css";

const KINDS = {
  created: "added",
  changed: "",
  deleted: "moved to the trash",
  restored: "restored",
} as const;
/** Cells of one record that are shown. */
const MOST_CELLS = 12;

/** What a changeset did to the first records it names: before and after. */
export function SampleView(props: { workspace: Workspace; id: string; look: Look }) {
  const [sample, { refetch }] = createResource(
    () => props.id,
    (id) => fetchSample(props.workspace.id, id),
  );
  return (
    <div class={styles.sample}>
      <Switch>
        <Match when={sample.error as unknown}>
          {(error) => (
            <p role="alert">
              {inWords(error())}{" "}
              <Button variant="link" size="small" onClick={() => void refetch()}>
                Try again
              </Button>
            </p>
          )}
        </Match>
        <Match when={sample.loading}>
          <p role="status">Looking up what changed</p>
        </Match>
        <Match when={sample()}>
          {(found) => <Found workspace={props.workspace} sample={found()} look={props.look} />}
        </Match>
      </Switch>
    </div>
  );
}

function Found(props: { workspace: Workspace; sample: Sample; look: Look }) {
  const tableOf = (sheet: string) => props.workspace.workbook.sheets.get(sheet);
  const records = () => props.sample.records.filter(({ sheet }) => !isSystemKey(sheet));
  const schema = () => props.sample.schema.filter(({ sheet }) => !isSystemKey(sheet));
  return (
    <>
      <Show when={schema().length > 0}>
        <ul>
          <For each={schema()}>{(each) => <li>{schemaWords(each, tableOf(each.sheet))}</li>}</For>
        </ul>
      </Show>
      <For each={records()}>
        {(record) => {
          const table = tableOf(record.sheet);
          const row = table?.rowById.get(record.id);
          const name =
            table === undefined || row === undefined
              ? "A record that is gone"
              : labelOf(table, row, props.look.locale);
          const cells = record.cells.flatMap(({ field: key, before, after }) => {
            const field = table && Workbook.findField(table, key);
            return field === undefined ? [] : [{ field, before, after }];
          });
          return (
            <div class={styles.record}>
              <h4>
                {name} <Show when={KINDS[record.kind]}>{(kind) => <small>{kind()}</small>}</Show>
              </h4>
              <dl>
                <For each={cells.slice(0, MOST_CELLS)}>
                  {({ field, before, after }) => {
                    const old = cellOf(before, field, props.look.locale);
                    const now = cellOf(after, field, props.look.locale);
                    return (
                      <div>
                        <dt>{field.name}</dt>
                        <dd>
                          <Show when={record.kind !== "created"}>
                            <span class={styles.before}>
                              <Show when={old !== undefined} fallback="blank">
                                <Value field={field} cell={old} look={props.look} />
                              </Show>
                            </span>
                            <span aria-label="became"> → </span>
                          </Show>
                          <Show when={now !== undefined} fallback="blank">
                            <Value field={field} cell={now} look={props.look} />
                          </Show>
                        </dd>
                      </div>
                    );
                  }}
                </For>
              </dl>
              <Show when={cells.length > MOST_CELLS}>
                <p>And {cells.length - MOST_CELLS} more columns.</p>
              </Show>
            </div>
          );
        }}
      </For>
      <Show when={records().length === 0 && schema().length === 0}>
        <p>Nothing of it is in a sheet: it changed views or settings.</p>
      </Show>
      <Show when={props.sample.more}>
        <p>These are the first rows of it; there are more.</p>
      </Show>
    </>
  );
}

function schemaWords(
  { field, before, after }: Sample["schema"][number],
  table: Workbook.Table | undefined,
): string {
  const what = field === undefined ? "The sheet" : "The column";
  const where = field === undefined || table === undefined ? "" : ` of ${table.sheet.name}`;
  const name = `“${after.name}”`;
  if (before === null) return `${what} ${name}${where} was added.`;
  if (after.deleted === true && before.deleted !== true) {
    return `${what} ${name}${where} was moved to the trash.`;
  }
  if (after.deleted !== true && before.deleted === true) {
    return `${what} ${name}${where} was restored.`;
  }
  if (before.name !== after.name) {
    return `${what} “${before.name}”${where} was renamed ${name}.`;
  }
  return `${what} ${name}${where} was changed.`;
}
