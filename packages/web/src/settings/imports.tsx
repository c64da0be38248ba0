import FileUp from "lucide-solid/icons/file-up";
import Undo2 from "lucide-solid/icons/undo-2";
import { createMemo, createSignal, For, Show } from "solid-js";
import { can } from "@gridfolk/core/access/role";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { momentWords } from "../data/moment.ts";
import { call } from "../data/api.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { showProblem } from "../ui/problem.ts";
import { showToast } from "../ui/toast.tsx";
import styles from "./settings.module.css";

/** Every import that stands, newest first; any can be taken back. An undone one is no longer listed. */
export function Imports(props: { workspace: Workspace }) {
  const [undoing, setUndoing] = createSignal<string>();

  const imports = createMemo(() => {
    props.workspace.version();
    const table = props.workspace.workbook.sheets.get("_imports");
    if (table === undefined) return [];
    return [...Workbook.rows(table)].toReversed().map((row) => {
      const text = (field: string) => String(Workbook.value(table, row, field) ?? "");
      const count = (field: string) => Number(Workbook.value(table, row, field) ?? 0);
      const stamp = table.stamps.get(table.created[row] ?? 0);
      return {
        id: text("import"),
        file: text("file") || "Pasted rows",
        sheet: props.workspace.workbook.sheets.get(text("sheet"))?.sheet.name ?? text("sheet"),
        created: count("created"),
        updated: count("updated"),
        at: stamp?.at,
        actor: stamp?.actor,
      };
    });
  });

  const when = (at: number | undefined, actor: string | undefined) => {
    if (at === undefined) return "";
    const who = props.workspace.members().find(({ user }) => user === actor)?.name;
    const time = momentWords(at, props.workspace.locale());
    return who ? `${time}, by ${who}` : time;
  };
  const number = (value: number) => value.toLocaleString(props.workspace.locale().locale);

  const undo = async (id: string, file: string) => {
    setUndoing(id);
    try {
      const answer = await call<{ reverted: number; skipped: readonly unknown[] }>(
        "POST",
        `/api/workspaces/${props.workspace.id}/imports/${id}/undo`,
        {},
      );
      await props.workspace.refresh();
      showToast({
        text: `The import of ${file} was undone, in ${number(answer.reverted)} ${answer.reverted === 1 ? "record" : "records"}`,
        ...(answer.skipped.length === 0
          ? {}
          : {
              detail: `${number(answer.skipped.length)} were changed by somebody since and left alone.`,
            }),
      });
    } catch (error) {
      showProblem(error);
    } finally {
      setUndoing(undefined);
    }
  };

  return (
    <Show
      when={imports().length > 0}
      fallback={
        <Empty icon={FileUp} title="No imports yet">
          Files that were imported are listed here. Each can be taken back as a whole.
        </Empty>
      }
    >
      <section class={styles.section}>
        <h2>Imports</h2>
        <ul class={styles.list}>
          <For each={imports()}>
            {(one) => (
              <li>
                <FileUp size={18} aria-hidden={true} />
                <div class={styles.who}>
                  <b>{one.file}</b>
                  <span>
                    {one.sheet}: {number(one.created)} new, {number(one.updated)} changed.{" "}
                    {when(one.at, one.actor)}
                  </span>
                </div>
                <Show when={can(props.workspace.me().role, "write")}>
                  <Button
                    size="small"
                    icon={Undo2}
                    busy={undoing() === one.id}
                    disabled={undoing() !== undefined}
                    onClick={() => void undo(one.id, one.file)}
                  >
                    Undo
                  </Button>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
