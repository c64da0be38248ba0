import { For, Show } from "solid-js";
import { Checkbox } from "../ui/field.tsx";
import type { CompanionView } from "./messages.ts";
import type { ImportSession } from "./session.ts";
import { counted } from "./words.ts";
import styles from "./wizard.module.css";

/** What else each row becomes, and which worksheets belong to the chosen one; each is turned off with one click. */
export function Companions(props: { session: ImportSession }) {
  const session = props.session;
  const companions = () => session.proposal()?.companions ?? [];
  const together = () => session.proposal()?.together ?? undefined;
  const noun = (key: string) => {
    const sheet = session.proposal()?.sheets.find((one) => one.key === key);
    return sheet?.singular ?? sheet?.name ?? key;
  };
  const plural = (key: string) =>
    session.proposal()?.sheets.find((one) => one.key === key)?.name ?? key;
  const list = (companion: CompanionView) => {
    const shown = companion.columns.slice(0, 5).join(", ");
    const more = companion.columns.length - 5;
    return more > 0 ? `${shown} and ${more} more` : shown;
  };

  return (
    <>
      <Show when={together()}>
        {(found) => (
          <fieldset class={styles.choices}>
            <legend>These worksheets belong together</legend>
            <p>
              {found()
                .members.map(({ label, rows }) => `${label}: ${counted(rows, "row")}`)
                .join(", ")}
              ;{" "}
              {found()
                .by.map(
                  ({ from, to, column }) =>
                    `${plural(from)} linked to ${plural(to).toLowerCase()} by “${column}”`,
                )
                .join(", ")}
              .
            </p>
            <Checkbox
              label="Import them together, as linked records"
              checked={found().on}
              disabled={session.busy() !== undefined}
              onChange={(on) => void session.setTogether(on)}
            />
          </fieldset>
        )}
      </Show>
      <Show when={companions().length > 0}>
        <fieldset class={styles.choices}>
          <legend>Each row becomes a {noun(session.mapping()?.sheet ?? "")}, and with it</legend>
          <For each={companions()}>
            {(companion) => (
              <>
                <Checkbox
                  label={`A ${noun(companion.sheet)}`}
                  hint={`From ${list(companion)}. One that is named again is the same ${noun(companion.sheet)}.`}
                  checked={companion.on}
                  disabled={session.busy() !== undefined}
                  onChange={(on) => void session.setCompanion(companion.sheet, on)}
                />
                <Show when={companion.on && companion.below}>
                  {(below) => (
                    <Checkbox
                      label={`${counted(below(), "row")} without a ${noun(companion.sheet)}: of the one above`}
                      hint={`Each ${noun(companion.sheet)} stands once, above the rows that belong to it.`}
                      checked={session.mapping()?.carried?.includes(companion.sheet) === true}
                      onChange={(on) => session.setCarried(companion.sheet, on)}
                    />
                  )}
                </Show>
              </>
            )}
          </For>
        </fieldset>
      </Show>
    </>
  );
}
