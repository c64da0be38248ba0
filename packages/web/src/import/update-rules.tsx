import { Index, Show, untrack } from "solid-js";
import { type Update, UPDATES } from "@gridfolk/core/import/mapping";
import { SelectField } from "../ui/field.tsx";
import type { ImportSession } from "./session.ts";
import { counted } from "./words.ts";
import styles from "./update-rules.module.css";

const WORDS: { readonly [update in Update]: string } = {
  fill: "Fill in what is blank",
  overwrite: "Replace with what the file says",
  erase: "Replace, and erase if blank",
  keep: "Leave as it is",
};

const ALL = "";

/** What becomes of existing values, column by column, where one should go another way than the rest. */
export function UpdateRules(props: { session: ImportSession; onChange: () => void }) {
  const session = props.session;
  const columns = () =>
    (session.mapping()?.columns ?? []).flatMap((column, index) => {
      const { target } = column;
      if (column.of !== undefined) return [];
      if (target.kind !== "field" && target.kind !== "fullName") return [];
      // The column by which records are recognised is the same in both.
      if (target.kind === "field" && target.field === session.key()) return [];
      const keys = target.kind === "field" ? [target.field] : [target.first, target.last];
      const names = keys.map((key) => session.sheet()?.fields.find((one) => one.key === key)?.name);
      return [{ index, column, label: names.filter((name) => name !== undefined).join(", ") }];
    });
  const differing = () => columns().filter(({ column }) => column.update !== undefined).length;

  /** Open from the beginning where something differs; then it is whoever looks at it who opens and closes it. */
  const isOpen = untrack(() => differing() > 0);

  return (
    <Show when={columns().length > 0}>
      <details class={styles.root} open={isOpen}>
        <summary>
          Decide for single columns
          <Show when={differing() > 0}>
            <small>{counted(differing(), "column goes", "columns go")} another way</small>
          </Show>
        </summary>
        <ul>
          <Index each={columns()}>
            {(one) => (
              <li data-differs={one().column.update === undefined ? undefined : ""}>
                <SelectField
                  label={one().label}
                  value={one().column.update ?? ALL}
                  options={[
                    { value: ALL, label: "As said above" },
                    ...UPDATES.map((update) => ({ value: update, label: WORDS[update] })),
                  ]}
                  onChange={(chosen) => {
                    session.setUpdate(
                      one().index,
                      UPDATES.find((update) => update === chosen),
                    );
                    props.onChange();
                  }}
                />
              </li>
            )}
          </Index>
        </ul>
      </details>
    </Show>
  );
}
