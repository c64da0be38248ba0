import Columns from "lucide-solid/icons/columns-3";
import TrashIcon from "lucide-solid/icons/trash";
import Rows from "lucide-solid/icons/rows-3";
import { createMemo, For, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { can } from "@gridfolk/core/access/role";
import type { Field, Sheet } from "@gridfolk/core/field/field";
import type { Table } from "@gridfolk/core/ledger/workbook";
import { labelOf } from "@gridfolk/core/sheet/title";
import { sheetIcon } from "../app/icons.ts";
import { restoreSheet } from "../app/sheet-actions.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { showToast } from "../ui/toast.tsx";
import styles from "./settings.module.css";

/** Of each sheet, the rows deleted last are listed. */
const MOST_ROWS = 100;

/** Sheets, columns and rows that were deleted, with everything in them; a click brings them back. */
export function Trash(props: { workspace: Workspace }) {
  const mayDesign = () => can(props.workspace.me().role, "design");
  const mayWrite = () => can(props.workspace.me().role, "write");
  const tables = createMemo(() => {
    props.workspace.version();
    return [...props.workspace.workbook.sheets.values()].filter(({ sheet }) => !sheet.system);
  });
  const sheets = () => tables().filter(({ sheet }) => sheet.deleted);
  const columns = createMemo(() =>
    tables()
      .filter(({ sheet }) => !sheet.deleted)
      .flatMap(({ sheet }) =>
        sheet.fields.filter((field) => field.deleted).map((field) => ({ sheet, field })),
      ),
  );
  const rows = createMemo(() =>
    tables()
      .filter(({ sheet }) => !sheet.deleted)
      .map((table) => ({ table, deleted: deletedRows(table) }))
      .filter(({ deleted }) => deleted.length > 0),
  );
  const restoreRows = (table: Table, ids: readonly string[], what: string) => {
    const sent = props.workspace.commit(
      [{ op: "restore", sheet: table.key, ids: ids.toSorted() }],
      `Restored ${what}`,
    );
    if (sent)
      showToast({ text: `${what} ${ids.length === 1 ? "is" : "are"} back in ${table.sheet.name}` });
  };
  const when = (table: Table, row: number) => {
    const stamp = table.stamps.get(table.updated[row] ?? 0);
    if (!stamp) return "";
    const who = props.workspace.members().find(({ user }) => user === stamp.actor)?.name;
    const at = new Date(stamp.at).toLocaleString(props.workspace.locale().locale, {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone: props.workspace.locale().timeZone,
    });
    return who ? `${at}, by ${who}` : at;
  };
  const restoreField = (sheet: Sheet, { deleted: _gone, ...after }: Field) => {
    props.workspace.commit(
      [{ op: "field", sheet: sheet.key, after }],
      `Restored the column ${after.name} of ${sheet.name}`,
    );
    showToast({ text: `${after.name} is back in ${sheet.name}` });
  };
  return (
    <Show
      when={sheets().length + columns().length + rows().length > 0}
      fallback={
        <Empty icon={TrashIcon} title="Nothing in the trash">
          Sheets, columns and rows you delete are kept here, with everything in them.
        </Empty>
      }
    >
      <Show when={sheets().length > 0}>
        <section class={styles.section}>
          <h2>Sheets</h2>
          <ul class={styles.list}>
            <For each={sheets()}>
              {({ sheet, live }) => (
                <li>
                  <Dynamic component={sheetIcon(sheet.icon)} size={18} aria-hidden={true} />
                  <div class={styles.who}>
                    <b>{sheet.name}</b>
                    <span>{live === 1 ? "1 row" : `${live.toLocaleString()} rows`}</span>
                  </div>
                  <Button
                    size="small"
                    disabled={!mayDesign()}
                    onClick={() => {
                      restoreSheet(props.workspace, sheet);
                      showToast({ text: `${sheet.name} is back` });
                    }}
                  >
                    Restore
                  </Button>
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
      <Show when={columns().length > 0}>
        <section class={styles.section}>
          <h2>Columns</h2>
          <ul class={styles.list}>
            <For each={columns()}>
              {({ sheet, field }) => (
                <li>
                  <Columns size={18} aria-hidden={true} />
                  <div class={styles.who}>
                    <b>{field.name}</b>
                    <span>of {sheet.name}</span>
                  </div>
                  <Button
                    size="small"
                    disabled={!mayDesign()}
                    onClick={() => restoreField(sheet, field)}
                  >
                    Restore
                  </Button>
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
      <For each={rows()}>
        {({ table, deleted }) => (
          <section class={styles.section}>
            <h2>Rows of {table.sheet.name}</h2>
            <p>
              {deleted.length === 1 ? "1 row" : `${deleted.length.toLocaleString()} rows`}, deleted
              last first.
            </p>
            <ul class={styles.list}>
              <Show when={deleted.length > 1}>
                <li>
                  <Rows size={18} aria-hidden={true} />
                  <div class={styles.who}>
                    <b>All of them</b>
                  </div>
                  <Button
                    size="small"
                    disabled={!mayWrite()}
                    onClick={() =>
                      restoreRows(
                        table,
                        deleted.map((row) => table.ids[row]!),
                        `${deleted.length.toLocaleString()} rows`,
                      )
                    }
                  >
                    Restore all
                  </Button>
                </li>
              </Show>
              <For each={deleted.slice(0, MOST_ROWS)}>
                {(row) => (
                  <li>
                    <Dynamic component={sheetIcon(table.sheet.icon)} size={18} aria-hidden={true} />
                    <div class={styles.who}>
                      <b>{labelOf(table, row, props.workspace.locale())}</b>
                      <span>{when(table, row)}</span>
                    </div>
                    <Button
                      size="small"
                      disabled={!mayWrite()}
                      onClick={() =>
                        restoreRows(
                          table,
                          [table.ids[row]!],
                          labelOf(table, row, props.workspace.locale()),
                        )
                      }
                    >
                      Restore
                    </Button>
                  </li>
                )}
              </For>
            </ul>
          </section>
        )}
      </For>
    </Show>
  );
}

/** Rows in the trash, deleted last first. */
function deletedRows(table: Table): number[] {
  const rows: number[] = [];
  for (let row = 0; row < table.ids.length; row += 1) if (table.deleted[row] === 1) rows.push(row);
  return rows.sort((a, b) => table.updated[b]! - table.updated[a]!);
}
