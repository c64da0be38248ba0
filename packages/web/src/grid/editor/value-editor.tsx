import { render } from "solid-js/web";
import type { ICellEditorComp, ICellEditorParams } from "ag-grid-community";
import { must } from "@gridfolk/core/assert";
import { equals } from "@gridfolk/core/field/cell";
import type { GridRow } from "../row-model.ts";
import type { SheetContext } from "../sheet-context.ts";
import { editorFor } from "./editor-for.tsx";
import type { Edited, EditorDeps, EditorHandle } from "./editor.ts";
import styles from "./editor.module.css";

interface Params extends ICellEditorParams<GridRow> {
  readonly deps: EditorDeps;
  readonly sheet: SheetContext;
}

/** AG Grid's cell editor for every type. Its value is an `Edited`, or the cell itself when nothing changed. */
export class ValueEditor implements ICellEditorComp<GridRow> {
  #gui = document.createElement("div");
  #dispose: (() => void) | undefined;
  #handle: EditorHandle | undefined;
  #params: Params | undefined;

  init(params: Params): void {
    this.#params = params;
    this.#gui.className = styles.host as string;
    const key = params.column.getColId();
    const field = must(params.sheet.sheet().fields.find((other) => other.key === key));
    const Editor = editorFor(field);
    this.#dispose = render(
      () => (
        <Editor
          field={field}
          cell={params.value}
          start={startOf(params.eventKey)}
          label={field.name}
          deps={params.deps}
          ref={(handle) => (this.#handle = handle)}
          onDone={() => params.stopEditing()}
        />
      ),
      this.#gui,
    );
  }

  getGui(): HTMLElement {
    return this.#gui;
  }

  afterGuiAttached(): void {
    this.#handle?.focus();
  }

  focusIn(): void {
    this.#handle?.focus();
  }

  getValue(): unknown {
    const edited = this.#handle?.value();
    const before = this.#params?.value;
    if (edited === undefined) return before;
    return edited.first.length === 0 && equals(edited.cell, before)
      ? before
      : new EditedValue(edited);
  }

  destroy(): void {
    this.#dispose?.();
  }
}

/** Tells a value that an editor was left with from a plain cell. */
export class EditedValue implements Edited {
  readonly cell: Edited["cell"];
  readonly first: Edited["first"];

  constructor({ cell, first }: Edited) {
    this.cell = cell;
    this.first = first;
  }
}

/** A printable sign begins anew; Delete, Enter, F2 and the rest edit what is there. */
function startOf(key: string | null): string | undefined {
  if (key === null || [...key].length !== 1) return undefined;
  return key;
}
