import { Show } from "solid-js";
import type { Target } from "@gridfolk/core/edit/columns";
import type { Field } from "@gridfolk/core/field/field";
import { SelectField, TextField } from "../../ui/field.tsx";
import styles from "./tools.module.css";

const NEW = " new";
const NONE = " none";

/** Where values go: a column of the list, a new one with a name, or nowhere. */
export function TargetField(props: {
  label: string;
  value: Target | null;
  /** Name of the new column when it is chosen. */
  name: string;
  fields: readonly Field[];
  /** The part may be left out. */
  optional?: boolean;
  onChange: (target: Target | null) => void;
}) {
  const chosen = () => (props.value === null ? NONE : "key" in props.value ? props.value.key : NEW);
  const newName = () =>
    props.value !== null && "name" in props.value ? props.value.name : undefined;
  return (
    <div class={styles.pair}>
      <SelectField
        label={props.label}
        value={chosen()}
        options={[
          { value: NEW, label: "New column" },
          ...(props.optional ? [{ value: NONE, label: "Leave out" }] : []),
          ...props.fields.map(({ key, name }) => ({ value: key, label: name })),
        ]}
        onChange={(value) =>
          props.onChange(
            value === NONE ? null : value === NEW ? { name: props.name } : { key: value },
          )
        }
      />
      <Show when={newName() !== undefined}>
        <TextField
          label="Name"
          autocomplete="off"
          maxLength={100}
          value={newName() ?? ""}
          onInput={(name) => props.onChange({ name })}
        />
      </Show>
    </div>
  );
}
