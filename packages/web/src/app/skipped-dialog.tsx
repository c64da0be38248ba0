import { For, Show } from "solid-js";
import type { Refusal } from "@gridfolk/core/ledger/changeset";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { labelOf } from "@gridfolk/core/sheet/title";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import type { Shell } from "./shell.ts";
import { changedBy } from "./undone.ts";
import styles from "./skipped-dialog.module.css";

/** More than anybody reads. */
const MOST = 500;

/** What an undo left alone, each with its reason and a way to the record. */
export function SkippedDialog(props: {
  shell: Shell;
  skipped: readonly Refusal[];
  onClose: () => void;
}) {
  const close = () => props.onClose();
  const { workspace } = props.shell;
  const describe = ({ sheet, id, field }: Refusal) => {
    const table = workspace.workbook.sheets.get(sheet);
    const row = table?.rowById.get(id);
    const column = field === undefined ? undefined : table && Workbook.findField(table, field);
    return {
      sheet: table?.sheet.name ?? sheet,
      record:
        table === undefined || row === undefined
          ? undefined
          : labelOf(table, row, workspace.locale()),
      live: table !== undefined && row !== undefined && Workbook.isLive(table, row),
      column: column?.name,
    };
  };
  return (
    <Dialog
      title="What was left alone"
      onClose={close}
      footer={
        <Button variant="primary" onClick={close}>
          Close
        </Button>
      }
    >
      <p>An undo never takes away what somebody else wrote. These stay as they are now:</p>
      <ul class={styles.root}>
        <For each={props.skipped.slice(0, MOST)}>
          {(refusal) => {
            const { sheet, record, live, column } = describe(refusal);
            const who = changedBy(workspace, refusal);
            return (
              <li>
                <div>
                  <strong>{[record ?? sheet, column].filter(Boolean).join(" · ")}</strong>
                  <small>
                    {refusal.reason}
                    <Show when={who}> Last changed by {who}.</Show>
                  </small>
                </div>
                <Show when={live}>
                  <Button
                    size="small"
                    onClick={() => {
                      close();
                      props.shell.openRecord(refusal.sheet, refusal.id);
                    }}
                  >
                    Open
                  </Button>
                </Show>
              </li>
            );
          }}
        </For>
      </ul>
      <Show when={props.skipped.length > MOST}>
        <p>And {(props.skipped.length - MOST).toLocaleString(workspace.locale().locale)} more.</p>
      </Show>
    </Dialog>
  );
}
