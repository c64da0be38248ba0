import type { Component } from "solid-js";
import type { Field } from "@gridfolk/core/field/field";
import { ChoiceEditor, LinkEditor, UserEditor } from "./choice-editor.tsx";
import { DateEditor } from "./date-editor.tsx";
import type { EditorProps } from "./editor.ts";
import { LongTextEditor } from "./long-text-editor.tsx";
import { TextEditor } from "./text-editor.tsx";

/** The editor of a field's type. Checkboxes have none: they are toggled. */
export function editorFor(field: Field): Component<EditorProps> {
  switch (field.type) {
    case "longText":
      return LongTextEditor;
    case "date":
    case "dateTime":
      return DateEditor;
    case "choice":
    case "multiChoice":
      return ChoiceEditor;
    case "user":
      return UserEditor;
    case "link":
      return LinkEditor;
    default:
      return TextEditor;
  }
}
