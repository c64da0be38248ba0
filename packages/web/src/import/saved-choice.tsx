import { For, Show } from "solid-js";
import { SelectField } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import type { ImportSession } from "./session.ts";
import styles from "./wizard.module.css";

const NONE = "none";

/** Which saved import the file is read by; nothing where none was saved yet. */
export function SavedChoice(props: { session: ImportSession }) {
  const view = () => props.session.proposal();
  return (
    <Show when={(view()?.saved.length ?? 0) > 0}>
      <SelectField
        label="Saved import"
        value={view()?.using?.id ?? NONE}
        options={[
          { value: NONE, label: "None" },
          ...(view()?.saved ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(id) =>
          void props.session.propose(
            id === NONE ? { sheet: props.session.mapping()?.sheet, saved: null } : { saved: id },
          )
        }
      />
    </Show>
  );
}

/** Says that a saved import is followed, and in what the file differs from the one it was saved from. */
export function SavedNotice(props: { session: ImportSession }) {
  const using = () => props.session.proposal()?.using ?? undefined;
  return (
    <Show when={using()}>
      {(saved) => (
        <Notice kind={saved().missing.length > 0 ? "warning" : "info"}>
          <ul class={styles.notes}>
            <li>
              The saved import “{saved().name}” decides where the columns go, how records are
              recognised, and what is replaced.
            </li>
            <Show when={saved().missing.length > 0}>
              <li>
                Not in this file: <Names names={saved().missing} />
              </li>
            </Show>
            <Show when={saved().added.length > 0}>
              <li>
                New in this file: <Names names={saved().added} />
              </li>
            </Show>
          </ul>
        </Notice>
      )}
    </Show>
  );
}

function Names(props: { names: readonly string[] }) {
  const shown = () => props.names.slice(0, 8);
  return (
    <>
      <For each={shown()}>
        {(name, at) => (
          <>
            {at() > 0 ? ", " : ""}“{name}”
          </>
        )}
      </For>
      {props.names.length > shown().length
        ? ` and ${props.names.length - shown().length} more.`
        : "."}
    </>
  );
}
