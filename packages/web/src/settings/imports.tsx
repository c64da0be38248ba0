import Download from "lucide-solid/icons/download";
import FileUp from "lucide-solid/icons/file-up";
import Undo2 from "lucide-solid/icons/undo-2";
import { createMemo, createSignal, For, Show } from "solid-js";
import { can } from "@gridfolk/core/access/role";
import { alongsideIn } from "@gridfolk/core/import/history";
import { KEPT_DAYS } from "@gridfolk/core/import/kept";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { momentWords } from "../data/moment.ts";
import { call } from "../data/api.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { showProblem } from "../ui/problem.ts";
import { showToast } from "../ui/toast.tsx";
import { SavedImports } from "./saved-imports.tsx";
import styles from "./settings.module.css";

/** Every import, newest first: who brought what, when, and what became of it. Those that stand can be taken back. */
export function Imports(props: { workspace: Workspace }) {
  const [undoing, setUndoing] = createSignal<string>();

  const imports = createMemo(() => {
    props.workspace.version();
    const table = props.workspace.workbook.sheets.get("_imports");
    if (table === undefined) return [];
    return [...Workbook.allRows(table)].toReversed().map((row) => {
      const text = (field: string) => String(Workbook.value(table, row, field) ?? "");
      const count = (field: string) => Number(Workbook.value(table, row, field) ?? 0);
      const stamp = table.stamps.get(table.created[row] ?? 0);
      return {
        id: text("import"),
        file: text("file") || "Pasted rows",
        sheet: props.workspace.workbook.sheets.get(text("sheet"))?.sheet.name ?? text("sheet"),
        rows: count("rows"),
        created: count("created"),
        updated: count("updated"),
        unchanged: count("unchanged"),
        refused: refusedIn(text("refused")),
        along: alongsideIn(text("along")).map(({ sheet, ...counts }) => ({
          ...counts,
          name: props.workspace.workbook.sheets.get(sheet)?.sheet.name ?? sheet,
        })),
        // Files go after 90 days.
        kept:
          Workbook.value(table, row, "kept") === true &&
          stamp !== undefined &&
          Date.now() - stamp.at < KEPT_DAYS * 24 * 60 * 60 * 1000,
        undone: !Workbook.isLive(table, row),
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

  const get = (id: string) => {
    const link = document.createElement("a");
    link.href = `/api/workspaces/${encodeURIComponent(props.workspace.id)}/imports/${id}/file`;
    // The server names the file.
    link.download = "";
    link.click();
  };

  const outcome = (one: ReturnType<typeof imports>[number]) =>
    [
      `${number(one.rows)} ${one.rows === 1 ? "row" : "rows"}: ${number(one.created)} new`,
      `${number(one.updated)} changed`,
      ...(one.unchanged > 0 ? [`${number(one.unchanged)} unchanged`] : []),
      ...(one.refused > 0 ? [`${number(one.refused)} refused`] : []),
    ].join(", ");
  /** "With it Companies: 2 new, 1 changed." */
  const others = ({ along }: ReturnType<typeof imports>[number]) =>
    along
      .map(({ name, created, updated, unchanged }) => {
        const parts = [
          ...(created > 0 ? [`${number(created)} new`] : []),
          ...(updated > 0 ? [`${number(updated)} changed`] : []),
          ...(unchanged > 0 ? [`${number(unchanged)} unchanged`] : []),
        ];
        return `${name}: ${parts.length === 0 ? "nothing" : parts.join(", ")}`;
      })
      .join("; ");

  return (
    <>
      <SavedImports workspace={props.workspace} />
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
                <li class={one.undone ? styles.undone : undefined}>
                  <FileUp size={18} aria-hidden={true} />
                  <div class={styles.who}>
                    <b>{one.file}</b>
                    <span>
                      {one.undone ? "Undone. " : ""}Into {one.sheet}, {outcome(one)}
                    </span>
                    <Show when={one.along.length > 0}>
                      <span>With it {others(one)}</span>
                    </Show>
                    <span>{when(one.at, one.actor)}</span>
                  </div>
                  <Show when={one.kept && can(props.workspace.me().role, "export")}>
                    <Button
                      size="small"
                      icon={Download}
                      aria-label={`Get the file ${one.file}`}
                      onClick={() => get(one.id)}
                    >
                      File
                    </Button>
                  </Show>
                  <Show when={!one.undone && can(props.workspace.me().role, "write")}>
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
    </>
  );
}

/** How many rows were refused, as far as they are kept. */
function refusedIn(text: string): number {
  if (text === "") return 0;
  try {
    return (JSON.parse(text) as readonly unknown[]).length;
  } catch {
    return 0;
  }
}
