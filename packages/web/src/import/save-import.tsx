import BookmarkPlus from "lucide-solid/icons/bookmark-plus";
import { createSignal, For, Show } from "solid-js";
import { isDomainError } from "@gridfolk/core/error";
import * as Saved from "@gridfolk/core/import/saved";
import type { Target } from "@gridfolk/core/import/mapping";
import type { Workspace } from "../data/workspace.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import type { Written } from "./messages.ts";
import type { ImportSession } from "./session.ts";
import styles from "./wizard.module.css";

/** After an import: keeps how it was done under a name, and says what was learned from corrections. */
export function SaveImport(props: {
  session: ImportSession;
  workspace: Workspace;
  written: Written;
}) {
  // Neither the file nor the saved import it was read by change any more.
  // oxlint-disable-next-line solid/reactivity
  const using = props.session.proposal()?.using ?? undefined;
  // oxlint-disable-next-line solid/reactivity
  const [name, setName] = createSignal(nameFor(props.session.file()?.name ?? ""));
  const [problem, setProblem] = createSignal<string>();
  const [saved, setSaved] = createSignal<string>();
  const sheet = () => props.session.mapping()?.sheet ?? "";

  const changed = () => {
    if (using === undefined) return true;
    const before = Saved.savedImports(props.workspace.workbook).find(({ id }) => id === using.id);
    return (
      before === undefined || JSON.stringify(before.rules) !== JSON.stringify(props.written.rules)
    );
  };

  const keep = (work: () => string | undefined) => {
    setProblem(undefined);
    try {
      setSaved(work());
    } catch (error) {
      if (!isDomainError(error)) throw error;
      setProblem(error.message);
    }
  };

  const save = () =>
    keep(() => {
      const { workbook } = props.workspace;
      const [id] = props.workspace.newRecordIds(1) as [string];
      const { rules } = props.written;
      const operations = [
        ...Saved.prepare(workbook),
        Saved.create(workbook, id, { name: name(), sheet: sheet(), rules }),
      ];
      const done = props.workspace.commit(operations, `Saved the import ${name().trim()}`);
      return done === undefined ? undefined : name().trim();
    });

  const update = () =>
    keep(() => {
      if (using === undefined) return undefined;
      const { rules } = props.written;
      const operation = Saved.change(props.workspace.workbook, using.id, { sheet: sheet(), rules });
      const done = props.workspace.commit([operation], `Changed the saved import ${using.name}`);
      return done === undefined ? undefined : using.name;
    });

  return (
    <>
      <Show when={props.written.corrections.length > 0}>
        <Notice kind="info">
          Remembered for next time:{" "}
          <For each={props.written.corrections}>
            {({ name: column, target }, at) => (
              <>
                {at() > 0 ? "; " : ""}“{column}” {place(target, props.session)}
              </>
            )}
          </For>
          .
        </Notice>
      </Show>
      <Show when={changed() || saved() !== undefined}>
        <Show
          when={saved()}
          fallback={
            <form
              class={styles.save}
              onSubmit={(event) => {
                event.preventDefault();
                if (using === undefined) save();
                else update();
              }}
            >
              <p>
                {using === undefined
                  ? "Will there be another file like this one? Save how it was imported: the next one with the same columns only has to be dropped here."
                  : `You changed something of the saved import “${using.name}”.`}
              </p>
              <Show when={using === undefined}>
                <TextField
                  label="Name"
                  value={name()}
                  onInput={setName}
                  {...(problem() === undefined ? {} : { error: problem() })}
                />
              </Show>
              <Button type="submit" icon={BookmarkPlus} disabled={name().trim() === ""}>
                {using === undefined ? "Save this import" : `Change “${using.name}”`}
              </Button>
            </form>
          }
        >
          {(kept) => (
            <Notice kind="done">
              Saved as “{kept()}”. It is used by itself for the next file with these columns; in
              Settings, Imports, it can be renamed and deleted.
            </Notice>
          )}
        </Show>
      </Show>
    </>
  );
}

function place(target: Target, session: ImportSession): string {
  const nameOf = (key: string) =>
    [...(session.sheet()?.fields ?? []), ...(session.plan()?.newFields ?? [])].find(
      (field) => field.key === key,
    )?.name ?? key;
  if (target.kind === "field") return `goes to ${nameOf(target.field)}`;
  if (target.kind === "fullName") return "is split into first and last name";
  return target.kind === "skip" ? "is left out" : "becomes a new column";
}

/** "Leads 2026-11 (2).csv" → "Leads": what the next file is called as well. */
function nameFor(file: string): string {
  return file
    .replace(/\.[a-z]{1,5}$/i, "")
    .replace(/\(\d+\)|\b(?:final|copy|export)\b|\d[\d.\-_/]*/gi, " ")
    .replace(/[\s_-]+/g, " ")
    .trim()
    .slice(0, Saved.LONGEST_NAME);
}
