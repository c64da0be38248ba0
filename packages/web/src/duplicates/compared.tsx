import Check from "lucide-solid/icons/check";
import { createMemo, For, Index, Show } from "solid-js";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { MergePlan } from "@gridfolk/core/merge/merge";
import type { Workspace } from "../data/workspace.ts";
import { words, type Look } from "../grid/cell-content.ts";
import { liveFields } from "../grid/sheet-context.ts";
import styles from "./duplicates.module.css";

export interface ComparedProps {
  workspace: Workspace;
  sheet: string;
  ids: readonly string[];
  /** What a merge of them would keep. */
  plan: MergePlan | undefined;
  look: Look;
  nameOf: (id: string) => string;
  mayChoose: boolean;
  /** The value of this record is to be kept. */
  onTake: (field: string, id: string) => void;
  onOpen: (id: string) => void;
}

interface Line {
  readonly field: string;
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly differs: boolean;
}

interface Cell {
  readonly id: string;
  readonly text: string;
  readonly isKept: boolean;
}

/** Records side by side, a line for each field that one of them fills; what would be kept is ticked, and can be chosen. */
export function Compared(props: ComparedProps) {
  const lines = createMemo((): readonly Line[] => {
    props.workspace.version();
    const table = Workbook.table(props.workspace.workbook, props.sheet);
    const kept = new Map(props.plan?.fields.map(({ field, from }) => [field, from]) ?? []);
    return liveFields(table.sheet).flatMap((field) => {
      const cells = props.ids.map((id): Cell => {
        const row = table.rowById.get(id);
        const cell = row === undefined ? undefined : Workbook.value(table, row, field.key);
        return { id, text: words(field, cell, props.look), isKept: kept.get(field.key) === id };
      });
      if (cells.every(({ text }) => text === "")) return [];
      const differs = cells.some(({ text }) => text !== cells[0]?.text);
      return [{ field: field.key, name: field.name, cells, differs }];
    });
  });

  /** Up and down from line to line; a number takes the value of that record. */
  function onKeyDown(event: KeyboardEvent & { currentTarget: HTMLElement }, field: string): void {
    const row = event.currentTarget;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
      if (next instanceof HTMLElement) next.focus();
      event.preventDefault();
    } else if (/^[1-9]$/.test(event.key)) {
      const id = props.ids[Number(event.key) - 1];
      if (id !== undefined) props.onTake(field, id);
      event.preventDefault();
    }
  }

  return (
    <div class={styles.scroll}>
      <table class={styles.table} style={{ "--records": props.ids.length }}>
        <thead>
          <tr>
            <td />
            <For each={props.ids}>
              {(id, index) => (
                <th scope="col">
                  <button type="button" onClick={() => props.onOpen(id)} title="Open the record">
                    {index() + 1}. {props.nameOf(id)}
                  </button>
                  <Show when={props.plan?.survivor === id}>
                    <small>stays</small>
                  </Show>
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          {/* A line stays the same element when another value is chosen: whoever is on it goes on from there. */}
          <Index each={lines()}>
            {(line) => (
              <tr
                tabIndex={line().differs && props.mayChoose ? 0 : undefined}
                data-differs={line().differs ? "" : undefined}
                onKeyDown={(event) => onKeyDown(event, line().field)}
              >
                <th scope="row">{line().name}</th>
                <Index each={line().cells}>
                  {(cell) => (
                    <td>
                      <Show
                        when={line().differs && cell().text !== "" && props.mayChoose}
                        fallback={<span>{cell().text}</span>}
                      >
                        <button
                          type="button"
                          tabIndex={-1}
                          aria-pressed={cell().isKept}
                          onClick={() => props.onTake(line().field, cell().id)}
                        >
                          <Check size={14} aria-hidden={true} />
                          <span>{cell().text}</span>
                        </button>
                      </Show>
                    </td>
                  )}
                </Index>
              </tr>
            )}
          </Index>
        </tbody>
      </table>
    </div>
  );
}
