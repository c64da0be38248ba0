import { For, Show } from "solid-js";
import { asksForMeaning, fieldOf } from "@gridfolk/core/import/unknown-choices";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import type { ColumnProps } from "./column-card.tsx";
import { counted } from "./words.ts";
import styles from "./meanings.module.css";

/** Values of the select that are no names of choices. */
const UNSAID = "";
const NEW = "new";
const BLANK = "blank";
const OPTION = "option:";

/**
 * What texts of the file mean that are none of the choices there are. Of stages it is asked, with the nearest one chosen where there is
 * one; other choices are added unless somebody says otherwise.
 */
export function Meanings(props: ColumnProps) {
  const { session } = props;
  const sheet = () => session.sheetFor(props.mapping);
  const field = () => fieldOf(props.mapping, sheet());
  const unknown = () => session.unknownOf(props.index);
  const asks = () => {
    const [own, target] = [sheet(), field()];
    return own !== undefined && target !== undefined && asksForMeaning(own, target);
  };
  const open = () => (asks() ? unknown().filter(({ means }) => means === undefined) : []);
  const names = () => (field()?.options ?? []).map(({ name }) => name);
  const noun = () => field()?.name ?? "";

  const valueOf = ({ text, means }: ReturnType<typeof unknown>[number]): string => {
    if (means === undefined) return asks() ? UNSAID : NEW;
    if (means === null) return BLANK;
    return means === text ? NEW : `${OPTION}${means}`;
  };
  const choose = (text: string, value: string) =>
    session.setMeant(props.index, {
      [text]:
        value === UNSAID
          ? undefined
          : value === BLANK
            ? null
            : value === NEW
              ? text
              : value.slice(OPTION.length),
    });
  const options = (isOpen: boolean) => [
    ...(isOpen ? [{ value: UNSAID, label: "Choose what it means" }] : []),
    ...names().map((name) => ({ value: `${OPTION}${name}`, label: name })),
    { value: NEW, label: `Add it to ${noun()}` },
    { value: BLANK, label: "Leave blank" },
  ];
  const list = () => (
    <ul>
      <For each={unknown()}>
        {(one) => (
          <li>
            <SelectField
              label={`“${one.text}”, ${counted(one.rows, "row")}`}
              data-question={asks() && one.means === undefined ? "" : undefined}
              value={valueOf(one)}
              options={options(asks() && one.means === undefined)}
              onChange={(value) => choose(one.text, value)}
            />
          </li>
        )}
      </For>
    </ul>
  );

  return (
    <Show when={unknown().length > 0}>
      <Show
        when={asks()}
        fallback={
          <details class={styles.root}>
            <summary>
              {counted(unknown().length, "value is", "values are")} not in {noun()} yet
            </summary>
            {list()}
          </details>
        }
      >
        <section
          class={styles.root}
          data-open={open().length > 0 ? "" : undefined}
          aria-label={`Values of “${props.column.name}” that are not in ${noun()}`}
        >
          <header>
            <p>
              {counted(unknown().length, "value is", "values are")} not in {noun()} yet. What{" "}
              {unknown().length === 1 ? "does it" : "do they"} mean?
            </p>
            <Show when={open().length > 1}>
              <Button
                onClick={() =>
                  session.setMeant(
                    props.index,
                    Object.fromEntries(open().map(({ text }) => [text, text])),
                  )
                }
              >
                Add all {open().length} to {noun()}
              </Button>
            </Show>
          </header>
          {list()}
        </section>
      </Show>
    </Show>
  );
}
