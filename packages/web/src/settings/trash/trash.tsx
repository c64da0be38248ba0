import Columns from "lucide-solid/icons/columns-3";
import TrashIcon from "lucide-solid/icons/trash";
import { createMemo, For, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { can } from "@gridfolk/core/access/role";
import type { Field, Sheet } from "@gridfolk/core/field/field";
import { rows as rowsKept } from "@gridfolk/core/ledger/trash";
import { sheetIcon } from "../../app/icons.ts";
import { restoreSheet, toastWithUndo } from "../../app/sheet-actions.ts";
import type { Workspace } from "../../data/workspace.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { TrashRows } from "./trash-rows.tsx";
import styles from "../settings.module.css";

/** Sheets, columns and rows that were deleted, with everything in them; a click brings them back. */
export function Trash(props: { workspace: Workspace }) {
  const mayDesign = () => can(props.workspace.me().role, "design");
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
  const hasRows = createMemo(() => {
    props.workspace.version();
    return tables().some((table) => rowsKept(table, Date.now()).length > 0);
  });
  const restoreField = (sheet: Sheet, { deleted: _gone, ...after }: Field) => {
    const sent = props.workspace.commit(
      [{ op: "field", sheet: sheet.key, after }],
      `Restored the column ${after.name} of ${sheet.name}`,
    );
    if (sent) toastWithUndo(props.workspace, `${after.name} is back in ${sheet.name}`, sent.id);
  };
  return (
    <Show
      when={sheets().length + columns().length > 0 || hasRows()}
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
                      const sent = restoreSheet(props.workspace, sheet);
                      if (sent) toastWithUndo(props.workspace, `${sheet.name} is back`, sent.id);
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
      <TrashRows workspace={props.workspace} />
    </Show>
  );
}
