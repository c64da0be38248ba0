import { Show } from "solid-js";
import type { Placeholder } from "@gridfolk/core/import/placeholders";
import type { ColumnProps } from "./column-card.tsx";
import { count } from "./words.ts";
import shared from "./wizard.module.css";
import styles from "./writing.module.css";

const SHOWN = 6;

/** Lists what becomes blank because it says that there is nothing, with counts; one click keeps it as text. */
export function Placeholders(props: ColumnProps) {
  const optionNames = () => {
    const { target } = props.mapping;
    const field =
      target.kind === "field"
        ? props.session.sheet()?.fields.find(({ key }) => key === target.field)
        : undefined;
    return new Set(field?.options?.map((option) => option.name));
  };
  /** A choice that is there is a choice, whatever it says. */
  const all = () => props.column.placeholders.filter(({ text }) => !optionNames().has(text));
  const isKept = ({ text }: Placeholder) => props.mapping.keeps?.includes(text) === true;
  const blank = () => all().filter((one) => !isKept(one));
  const kept = () => all().filter(isKept);
  const setKept = (texts: readonly Placeholder[]) =>
    props.session.setKeeps(
      props.index,
      texts.map(({ text }) => text),
    );
  const list = (some: readonly Placeholder[]) => {
    const named = some.slice(0, SHOWN).map((one) => `“${one.text}” (${count(one.count)})`);
    const rest = some.length - SHOWN;
    return `${named.join(", ")}${rest > 0 ? ` and ${count(rest)} more` : ""}`;
  };

  return (
    <Show when={all().length > 0}>
      <div class={styles.placeholders} aria-live="polite">
        <Show when={blank().length > 0}>
          <span>
            {blank().length === 1 ? "Becomes" : "Become"} blank: {list(blank())}
          </span>
          <button
            type="button"
            class={shared.link}
            aria-label={`Keep as text in “${props.column.name}”`}
            onClick={() => setKept(all())}
          >
            Keep as text
          </button>
        </Show>
        <Show when={kept().length > 0}>
          <span>
            {kept().length === 1 ? "Stays" : "Stay"} as text: {list(kept())}
          </span>
          <button
            type="button"
            class={shared.link}
            aria-label={`Make blank in “${props.column.name}”`}
            onClick={() => setKept([])}
          >
            Make blank
          </button>
        </Show>
      </div>
    </Show>
  );
}
