import { onMount } from "solid-js";
import { isInvalid } from "@gridfolk/core/field/cell";
import { registry } from "@gridfolk/core/field/registry";
import type { EditorProps } from "./editor.ts";
import styles from "./editor.module.css";

/** One line, for every type that is typed: the text is read by the field's type when it is left. */
export function TextEditor(props: EditorProps) {
  let input!: HTMLInputElement;
  const behaviour = () => registry[props.field.type];
  const before = () =>
    props.cell === undefined
      ? ""
      : isInvalid(props.cell)
        ? props.cell.invalid
        : behaviour().edit(props.cell, props.field, props.deps.locale(), props.deps.names);
  onMount(() => {
    props.ref({
      value() {
        const text = input.value;
        // Left as it was: the stored value stays to the last digit.
        if (props.start === undefined && text === before()) return { cell: props.cell, first: [] };
        return {
          cell: behaviour().parse(text, props.field, props.deps.locale(), {
            names: props.deps.names,
          }),
          first: [],
        };
      },
      focus() {
        input.focus();
        if (props.start === undefined) input.select();
        else input.setSelectionRange(input.value.length, input.value.length);
      },
    });
  });
  return (
    <input
      ref={input}
      class={styles.line}
      type="text"
      data-line=""
      inputMode={inputMode(props.field.type)}
      data-align={behaviour().align}
      aria-label={props.label}
      autocomplete="off"
      spellcheck={props.field.type === "text"}
      value={props.start ?? before()}
    />
  );
}

function inputMode(type: string): "email" | "tel" | "url" | "decimal" | "text" {
  switch (type) {
    case "email":
      return "email";
    case "phone":
      return "tel";
    case "url":
      return "url";
    case "number":
    case "currency":
    case "percent":
      return "decimal";
    default:
      return "text";
  }
}
