import { For, Show } from "solid-js";
import type { Way, Writing } from "@gridfolk/core/import/writing";
import type { ColumnProps } from "./column-card.tsx";
import { count } from "./words.ts";
import styles from "./writing.module.css";

type WayValue = Way["value"];

const WAYS: { readonly [way in WayValue]: string } = {
  dmy: "day first (31/12/2026)",
  mdy: "month first (12/31/2026)",
  ymd: "year first (26/12/31)",
  ".": "with a decimal point (1,234.50)",
  ",": "with a decimal comma (1.234,50)",
};

const SHORT: { readonly [way in WayValue]: string } = {
  dmy: "Day first",
  mdy: "Month first",
  ymd: "Year first",
  ".": "Decimal point",
  ",": "Decimal comma",
};

export function inWords(way: WayValue): string {
  return WAYS[way];
}

/** Asks how dates or figures are written, beside the rows that show it. Nothing is chosen before somebody chooses. */
export function WritingQuestion(props: ColumnProps & { writing: Writing }) {
  const name = `writing-${props.index}`;
  const isOpen = () => props.mapping.asks !== undefined;
  const chosen = () => (isOpen() ? undefined : props.mapping.reading?.[props.writing.about]);
  const example = () =>
    props.writing.examples.find(({ proves }) => proves === null) ?? props.writing.examples[0];
  const shows = (proves: WayValue | null) =>
    proves === null ? "fits both" : `only ${SHORT[proves].toLowerCase()}`;
  const noun = () => (props.writing.about === "decimal" ? "numbers" : "dates");

  return (
    <div class={styles.root} data-open={isOpen() ? "" : undefined}>
      <fieldset>
        <legend>
          How are the {noun()} in “{props.column.name}” written?
        </legend>
        <p>{props.column.doubt}</p>
        <For each={props.writing.ways}>
          {(way) => (
            <label>
              <input
                type="radio"
                name={name}
                data-question={isOpen() ? "" : undefined}
                checked={chosen() === way.value}
                onChange={() => props.session.setReading(props.index, way.value)}
              />
              <span>
                {SHORT[way.value]}
                <Show when={example()}>
                  {(one) => (
                    <small>
                      {one().text} is {way.reads ?? "kept as text"}
                    </small>
                  )}
                </Show>
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <ul aria-label={`Rows of “${props.column.name}”`}>
        <For each={props.writing.examples}>
          {(one) => (
            <li>
              <span>Row {count(one.row + 1)}</span>
              <b>{one.text}</b>
              <span>{shows(one.proves)}</span>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
