import { Show } from "solid-js";
import { keyOf } from "@gridfolk/core/field/fold";
import { fieldOf } from "@gridfolk/core/import/unknown-choices";
import { Checkbox } from "../ui/field.tsx";
import type { ColumnProps } from "./column-card.tsx";
import { count, counted } from "./words.ts";
import styles from "./workbook-choices.module.css";

const SHOWN = 8;

/** Offers the choices that the workbook's own list has and the field has not, also those that no row has. */
export function WorkbookChoices(props: ColumnProps) {
  const field = () => fieldOf(props.mapping, props.session.sheetFor(props.mapping));
  const missing = () => {
    const own = field();
    if (own?.type !== "choice" && own?.type !== "multiChoice") return [];
    const known = new Set((own.options ?? []).map(({ name }) => keyOf(name)));
    return (props.column.options ?? []).filter((name) => !known.has(keyOf(name)));
  };
  const named = () => {
    const rest = missing().length - SHOWN;
    return missing().slice(0, SHOWN).join(", ") + (rest > 0 ? ` and ${count(rest)} more` : "");
  };

  return (
    <Show when={missing().length > 0}>
      <div class={styles.root}>
        <Checkbox
          label={`Add ${counted(missing().length, "choice", "choices")} of the workbook's list to ${field()?.name ?? ""}`}
          hint={named()}
          checked={props.mapping.adds !== undefined}
          onChange={(on) => props.session.setAdds(props.index, on ? missing() : [])}
        />
      </div>
    </Show>
  );
}
