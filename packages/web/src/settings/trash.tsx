import Columns from "lucide-solid/icons/columns-3";
import TrashIcon from "lucide-solid/icons/trash";
import { createMemo, For, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { can } from "@gridfolk/core/access/role";
import type { Field, Sheet } from "@gridfolk/core/field/field";
import { sheetIcon } from "../app/icons.ts";
import { restoreSheet } from "../app/sheet-actions.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { showToast } from "../ui/toast.tsx";
import styles from "./settings.module.css";

/** Sheets and columns that were deleted, with everything in them; a click brings them back. */
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
  const restoreField = (sheet: Sheet, { deleted: _gone, ...after }: Field) => {
    props.workspace.commit(
      [{ op: "field", sheet: sheet.key, after }],
      `Restored the column ${after.name} of ${sheet.name}`,
    );
    showToast({ text: `${after.name} is back in ${sheet.name}` });
  };
  return (
    <Show
      when={sheets().length + columns().length > 0}
      fallback={
        <Empty icon={TrashIcon} title="Nothing in the trash">
          Sheets and columns you delete are kept here, with everything in them. Deleted rows are in
          the trash of their sheet.
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
    </Show>
  );
}
