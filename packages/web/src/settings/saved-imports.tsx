import FileCog from "lucide-solid/icons/file-cog";
import { createMemo, createSignal, For, Show } from "solid-js";
import { can } from "@gridfolk/core/access/role";
import { isDomainError } from "@gridfolk/core/error";
import * as Saved from "@gridfolk/core/import/saved";
import { toastWithUndo } from "../app/sheet-actions.ts";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import styles from "./settings.module.css";

/** The imports that were saved to be done again: to rename and to delete. */
export function SavedImports(props: { workspace: Workspace }) {
  const saved = createMemo(() => {
    props.workspace.version();
    return Saved.savedImports(props.workspace.workbook);
  });
  return (
    <Show when={saved().length > 0}>
      <section class={styles.section}>
        <h2>Saved imports</h2>
        <p>A file with the same columns is imported the same way by itself.</p>
        <ul class={styles.list}>
          {/* By id: a renamed one keeps its place under the hand until it is sorted anew. */}
          <For each={saved().map(({ id }) => id)}>
            {(id) => (
              <Show when={saved().find((one) => one.id === id)}>
                {(one) => <Row workspace={props.workspace} saved={one()} />}
              </Show>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}

function Row(props: { workspace: Workspace; saved: Saved.SavedImport }) {
  const [name, setName] = createSignal<string>();
  const [problem, setProblem] = createSignal<string>();
  const sheet = () => props.workspace.workbook.sheets.get(props.saved.sheet)?.sheet;
  const about = () => {
    const { rules } = props.saved;
    const taken = rules.columns.filter(({ target }) => target.kind !== "skip").length;
    const key = sheet()?.fields.find((field) => field.key === rules.key)?.name;
    return [
      `${taken} ${taken === 1 ? "column" : "columns"} into ${sheet()?.name ?? props.saved.sheet}`,
      key === undefined ? "every row is new" : `recognised by ${key}`,
      ...(key === undefined
        ? []
        : [rules.mode === "fill" ? "fills in what is blank" : "replaces what differs"]),
      ...(rules.worksheets ?? []).map((one) => `with the worksheet “${one.name}”`),
    ].join(", ");
  };

  const rename = () => {
    const wanted = name()?.trim() ?? "";
    try {
      if (wanted !== props.saved.name) {
        const operation = Saved.change(props.workspace.workbook, props.saved.id, { name: wanted });
        props.workspace.commit(
          [operation],
          `Renamed the saved import ${props.saved.name} to ${wanted}`,
        );
      }
      setName(undefined);
      setProblem(undefined);
    } catch (error) {
      if (!isDomainError(error)) throw error;
      setProblem(error.message);
    }
  };

  const remove = () => {
    const label = `Deleted the saved import ${props.saved.name}`;
    const sent = props.workspace.commit(
      [{ op: "delete", sheet: Saved.SHEET, ids: [props.saved.id] }],
      label,
    );
    if (sent !== undefined) toastWithUndo(props.workspace, label, sent.id);
  };

  return (
    <li>
      <FileCog size={18} aria-hidden={true} />
      <Show
        when={name() !== undefined}
        fallback={
          <>
            <div class={styles.who}>
              <b>{props.saved.name}</b>
              <span>{about()}</span>
            </div>
            <Show when={can(props.workspace.me().role, "write")}>
              <Button
                size="small"
                aria-label={`Rename ${props.saved.name}`}
                onClick={() => setName(props.saved.name)}
              >
                Rename
              </Button>
              <Button
                size="small"
                aria-label={`Delete ${props.saved.name}`}
                onClick={() => remove()}
              >
                Delete
              </Button>
            </Show>
          </>
        }
      >
        <form
          class={styles.rename}
          onSubmit={(event) => {
            event.preventDefault();
            rename();
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") setName(undefined);
          }}
        >
          <TextField
            label="Name"
            value={name() ?? ""}
            onInput={setName}
            error={problem()}
            ref={(input) => queueMicrotask(() => input.select())}
          />
          <Button type="submit" size="small" variant="primary">
            Rename
          </Button>
          <Button size="small" onClick={() => setName(undefined)}>
            Cancel
          </Button>
        </form>
      </Show>
    </li>
  );
}
