import { Show } from "solid-js";
import type { Locale } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import type { Summary } from "./summary.ts";
import styles from "./sheet-view.module.css";

export interface StatusLineProps {
  /** Rows that are here, while others are still coming. */
  loading?: number | undefined;
  shown: number;
  total: number;
  selected: Summary | undefined;
  locale: Locale;
}

/** "128 of 9,214 rows · 12 cells selected · count 11 · sum $4,310.00 · average $359.17". */
export function StatusLine(props: StatusLineProps) {
  const figure = (number: number) => number.toLocaleString(props.locale.locale);
  return (
    <span class={styles.status}>
      <span>
        {props.loading !== undefined
          ? `${figure(props.loading)} rows here, more are coming`
          : props.shown === props.total
            ? `${figure(props.total)} ${props.total === 1 ? "row" : "rows"}`
            : `${figure(props.shown)} of ${figure(props.total)} rows`}
      </span>
      <Show when={props.selected}>
        {(selected) => (
          <>
            <span>
              {selected().rows > 1 ? `${figure(selected().rows)} rows, ` : ""}
              {figure(selected().cells)} cells selected
            </span>
            <Show when={selected().filled > 0}>
              <span>
                Count <b>{figure(selected().filled)}</b>
              </span>
            </Show>
            <Show when={selected().mixedCurrencies}>
              <span>Mixed currencies are not added</span>
            </Show>
            <Show when={selected().figures}>
              {(figures) => {
                const write = (cell: Parameters<(typeof registry)["number"]["format"]>[0]) =>
                  registry[figures().field.type].format(cell, plain(figures().field), props.locale);
                return (
                  <>
                    <span>
                      Sum <b>{write(figures().sum)}</b>
                    </span>
                    <span>
                      Average <b>{write(figures().average)}</b>
                    </span>
                    <span>
                      Min <b>{write(figures().min)}</b>
                    </span>
                    <span>
                      Max <b>{write(figures().max)}</b>
                    </span>
                  </>
                );
              }}
            </Show>
          </>
        )}
      </Show>
    </span>
  );

  /** Percentages and numbers with two digits, whatever the column shows. */
  function plain(field: NonNullable<Summary["figures"]>["field"]) {
    return field.type === "currency" ? field : { ...field, decimals: field.decimals ?? 2 };
  }
}
