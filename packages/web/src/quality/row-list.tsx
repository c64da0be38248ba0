import X from "lucide-solid/icons/x";
import { createEffect, createMemo, createUniqueId, For, on, Show } from "solid-js";
import { isInvalid } from "@gridfolk/core/field/cell";
import { registry } from "@gridfolk/core/field/registry";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import { labelOf } from "@gridfolk/core/sheet/title";
import type { Shell } from "../app/shell.ts";
import { IconButton } from "../ui/button.tsx";
import styles from "./quality.module.css";

/** The rows of one number. */
export interface Listed {
  readonly title: string;
  readonly why?: string | undefined;
  readonly rows?: readonly number[];
  /** Or ids of records that belong together. */
  readonly groups?: readonly (readonly string[])[];
  /** The column whose value is shown beside. */
  readonly field: string | undefined;
}

const MOST_SHOWN = 200;

interface Shown {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Begins another group. */
  readonly begins: boolean;
}

/** Rows to be opened one by one; a long list says how many more there are. */
export function RowList(props: {
  shell: Shell;
  sheet: string;
  noun: string;
  list: Listed;
  onClose: () => void;
}) {
  const { workspace } = props.shell;
  const title = createUniqueId();
  let root!: HTMLElement;
  // Under the numbers where there is no room beside them.
  createEffect(
    on(
      () => props.list.title,
      () => root.scrollIntoView({ block: "nearest", behavior: "smooth" }),
    ),
  );
  const shown = createMemo((): { rows: readonly Shown[]; more: number } => {
    workspace.version();
    const table = workspace.workbook.sheets.get(props.sheet);
    if (table === undefined) return { rows: [], more: 0 };
    const context = contextOf(workspace.workbook, { now: Date.now() });
    const field = table.sheet.fields.find(({ key }) => key === props.list.field);
    const firsts = new Set(props.list.groups?.map(([id]) => id));
    const all =
      props.list.rows ??
      (props.list.groups ?? []).flat().flatMap((id) => table.rowById.get(id) ?? []);
    const rows = all.slice(0, MOST_SHOWN).map((row): Shown => {
      const id = table.ids[row] ?? "";
      const cell = field === undefined ? undefined : Workbook.value(table, row, field.key);
      const value =
        field === undefined || cell === undefined
          ? second(table, row)
          : isInvalid(cell)
            ? cell.invalid
            : registry[field.type].format(cell, field, context.locale, context.names);
      return { id, label: labelOf(table, row, context.locale), value, begins: firsts.has(id) };
    });
    return { rows, more: all.length - rows.length };
  });

  /** Something to know the record by: its first address or number. */
  function second(table: Workbook.Table, row: number): string {
    for (const { key, type } of table.sheet.fields) {
      if (type !== "email" && type !== "phone") continue;
      const cell = Workbook.value(table, row, key);
      if (typeof cell === "string") return cell.split(" ")[0] ?? "";
    }
    return "";
  }

  return (
    <section ref={root} class={styles.list} aria-labelledby={title}>
      <header>
        <div>
          <h2 id={title}>{props.list.title}</h2>
          <Show when={props.list.why}>{(why) => <p>{why()}</p>}</Show>
        </div>
        <IconButton icon={X} label="Close the list" onClick={() => props.onClose()} />
      </header>
      <ul>
        <For each={shown().rows}>
          {(row) => (
            <li data-begins={row.begins ? "" : undefined}>
              <button type="button" onClick={() => props.shell.openRecord(props.sheet, row.id)}>
                <span>{row.label === "" ? `Unnamed ${props.noun}` : row.label}</span>
                <small>{row.value}</small>
              </button>
            </li>
          )}
        </For>
      </ul>
      <Show when={shown().more > 0}>
        <p class={styles.more}>
          and {shown().more.toLocaleString(workspace.locale().locale)} more; they come up as these
          are mended
        </p>
      </Show>
    </section>
  );
}
