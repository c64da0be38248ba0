import { createEffect, For, Show } from "solid-js";
import type { Cell } from "@gridfolk/core/field/cell";
import { isInvalid } from "@gridfolk/core/field/cell";
import type { Gathered } from "@gridfolk/core/edit/gather";
import type { Field } from "@gridfolk/core/field/field";
import { labelOf } from "@gridfolk/core/sheet/title";
import { paint, words } from "../cell-content.ts";
import type { SheetContext } from "../sheet-context.ts";
import type { DryRun } from "./dry-run.ts";
import styles from "./tools.module.css";

/** A value as the grid draws it; blank is said in words. */
export function Value(props: { sheet: SheetContext; field: Field; cell: Cell | undefined }) {
  return (
    <Show
      when={props.cell !== undefined && words(props.field, props.cell, props.sheet.look()) !== ""}
      fallback={<span class={styles.blank}>blank</span>}
    >
      <span
        class={styles.value}
        data-marked={isInvalid(props.cell) ? "" : undefined}
        ref={(host) =>
          createEffect(() =>
            paint(host, props.field, props.cell, { ...props.sheet.look(), searched: [] }),
          )
        }
      />
    </Show>
  );
}

export interface CountsProps {
  sheet: SheetContext;
  dryRun: DryRun<Pick<Gathered, "records" | "cells" | "misfits" | "replaced">>;
  /** Rows that are looked at. */
  rows: number;
  /** "contacts". */
  noun: string;
  /** Said when nothing would change. */
  nothing: string;
  /** What is missing before anything can be worked out. */
  waiting: string;
  verb?: string;
  /** Says how many values others take the place of. */
  replaced?: boolean;
}

/** What would be done, in counts; or why it cannot. */
export function Counts(props: CountsProps) {
  const figures = (number: number) => number.toLocaleString(props.sheet.look().locale.locale);
  return (
    <div
      class={styles.counts}
      role="status"
      aria-live="polite"
      data-busy={props.dryRun.busy() ? "" : undefined}
    >
      <Show
        when={props.dryRun.problem() === undefined}
        fallback={<p class={styles.problem}>{props.dryRun.problem()}</p>}
      >
        <Show
          when={props.dryRun.result()}
          fallback={<p>{props.dryRun.busy() ? "Working it out…" : props.waiting}</p>}
        >
          {(found) => (
            <Show when={found().records > 0} fallback={<p>{props.nothing}</p>}>
              <p>
                {props.verb ?? "Changes"} <b>{figures(found().records)}</b> of {figures(props.rows)}{" "}
                {props.noun}
                <Show when={found().cells > found().records}>, {figures(found().cells)} cells</Show>
                .
              </p>
              <Show when={props.replaced && found().replaced > 0}>
                <p>
                  {figures(found().replaced)}{" "}
                  {found().replaced === 1 ? "value is replaced." : "values are replaced."}
                </p>
              </Show>
              <Show when={found().misfits > 0}>
                <p class={styles.warning}>
                  {figures(found().misfits)} {found().misfits === 1 ? "cell" : "cells"} would not
                  fit: the text is kept and marked.
                </p>
              </Show>
            </Show>
          )}
        </Show>
      </Show>
    </div>
  );
}

export interface SamplesProps {
  sheet: SheetContext;
  samples: Gathered["samples"];
}

/** Cells before and after, side by side. */
export function Samples(props: SamplesProps) {
  const field = (key: string) => props.sheet.sheet().fields.find((other) => other.key === key);
  const several = () => new Set(props.samples.map((sample) => sample.field)).size > 1;
  const name = (id: string) => {
    const table = props.sheet.table();
    const row = table.rowById.get(id);
    const text = row === undefined ? "" : labelOf(table, row, props.sheet.look().locale);
    return text === "" ? "Untitled" : text;
  };
  return (
    <Show when={props.samples.length > 0}>
      <div class={styles.scroll} tabIndex={0} role="group" aria-label="Some of the changes">
        <table class={styles.samples}>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <Show when={several()}>
                <th scope="col">Column</th>
              </Show>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.samples}>
              {(sample) => (
                <Show when={field(sample.field)}>
                  {(of) => (
                    <tr>
                      <th scope="row">{name(sample.id)}</th>
                      <Show when={several()}>
                        <td>{of().name}</td>
                      </Show>
                      <td>
                        <Value sheet={props.sheet} field={of()} cell={sample.before} />
                      </td>
                      <td>
                        <Value sheet={props.sheet} field={of()} cell={sample.after} />
                      </td>
                    </tr>
                  )}
                </Show>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </Show>
  );
}
