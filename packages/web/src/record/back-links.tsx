import Plus from "lucide-solid/icons/plus";
import { createMemo, For, Show } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { labelOf } from "@gridfolk/core/sheet/title";
import type { Workspace } from "../data/workspace.ts";
import { createOperation } from "../grid/change.ts";
import { Button } from "../ui/button.tsx";
import styles from "./record.module.css";

export interface BackLinksProps {
  workspace: Workspace;
  sheet: string;
  record: string;
  canEdit: boolean;
  onOpen: (sheet: string, id: string) => void;
}

interface Group {
  readonly sheet: string;
  readonly field: Field;
  readonly title: string;
  readonly singular: string;
  readonly items: readonly { readonly id: string; readonly label: string }[];
}

/** As many are listed; the rest is counted. */
const LISTED = 25;

/** Records of other sheets that link to this one, by the column that links, with a way to add one. */
export function BackLinks(props: BackLinksProps) {
  const groups = createMemo((): readonly Group[] => {
    props.workspace.version();
    const { workbook } = props.workspace;
    const links = Workbook.backLinks(workbook, props.sheet, props.record);
    return props.workspace.sheets().flatMap((sheet) =>
      sheet.fields
        .filter((field) => !field.deleted && field.link?.sheet === props.sheet)
        .map((field): Group => {
          const table = Workbook.table(workbook, sheet.key);
          return {
            sheet: sheet.key,
            field,
            title: field.link?.backLink ?? sheet.name,
            singular: sheet.singular ?? "record",
            items: links
              .filter((link) => link.sheet === sheet.key && link.field === field.key)
              .map(({ id }) => ({
                id,
                label: labelOf(table, table.rowById.get(id) ?? -1, props.workspace.locale()),
              })),
          };
        }),
    );
  });
  const add = (group: Group) => {
    const [id] = props.workspace.newRecordIds(1) as [string];
    const record = new Map([[group.field.key, [props.record]]]);
    const sent = props.workspace.commit(
      [createOperation(group.sheet, [id], [record])],
      `Added a ${group.singular}`,
    );
    if (sent !== undefined) props.onOpen(group.sheet, id);
  };
  return (
    <For each={groups()}>
      {(group) => (
        <section class={styles.linked} aria-label={group.title}>
          <h3>
            {group.title} <span>{group.items.length.toLocaleString()}</span>
            <Show when={props.canEdit}>
              <Button variant="quiet" size="small" icon={Plus} onClick={() => add(group)}>
                Add {group.singular}
              </Button>
            </Show>
          </h3>
          <ul>
            <For each={group.items.slice(0, LISTED)}>
              {(item) => (
                <li>
                  <button type="button" onClick={() => props.onOpen(group.sheet, item.id)}>
                    {item.label}
                  </button>
                </li>
              )}
            </For>
          </ul>
          <Show when={group.items.length > LISTED}>
            <p class={styles.note}>and {(group.items.length - LISTED).toLocaleString()} more</p>
          </Show>
        </section>
      )}
    </For>
  );
}
