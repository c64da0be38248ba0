import ChevronLeft from "lucide-solid/icons/chevron-left";
import ChevronRight from "lucide-solid/icons/chevron-right";
import { For } from "solid-js";
import type { Field, Locale } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { addMonths, firstDayOf, weeks } from "./month.ts";
import styles from "./editor.module.css";

/** Days are written yyyy-mm-dd. */
export interface CalendarProps {
  field: Field;
  locale: Locale;
  /** Today. */
  now: string;
  /** The day that is chosen. */
  day: string | undefined;
  /** A day of the month that is shown. */
  month: string;
  onMonth: (day: string) => void;
  onPick: (day: string) => void;
  onClear: () => void;
}

/** A month to choose a day from by pointer; the focus stays in the field above. */
export function Calendar(props: CalendarProps) {
  const title = () =>
    new Intl.DateTimeFormat(props.locale.locale, {
      month: "long",
      year: "numeric",
      timeZone: "UTC",
    }).format(new Date(`${props.month}T00:00:00Z`));
  const weekdays = () =>
    (weeks(props.month, firstDayOf(props.locale.locale))[0] ?? []).map((date) =>
      new Intl.DateTimeFormat(props.locale.locale, { weekday: "narrow", timeZone: "UTC" }).format(
        new Date(`${date}T00:00:00Z`),
      ),
    );

  return (
    <div class={styles.calendar} on:pointerdown={(event) => event.preventDefault()}>
      <div class={styles.month}>
        <button
          type="button"
          tabIndex={-1}
          aria-label="Month before"
          on:click={() => props.onMonth(addMonths(props.month, -1))}
        >
          <ChevronLeft size={15} aria-hidden={true} />
        </button>
        <strong aria-live="polite">{title()}</strong>
        <button
          type="button"
          tabIndex={-1}
          aria-label="Month after"
          on:click={() => props.onMonth(addMonths(props.month, 1))}
        >
          <ChevronRight size={15} aria-hidden={true} />
        </button>
      </div>
      <div class={styles.days} aria-hidden="true">
        <For each={weekdays()}>{(name) => <span>{name}</span>}</For>
      </div>
      <div class={styles.days}>
        <For each={weeks(props.month, firstDayOf(props.locale.locale)).flat()}>
          {(date) => (
            <button
              type="button"
              tabIndex={-1}
              data-outside={date.slice(0, 7) === props.month.slice(0, 7) ? undefined : ""}
              data-today={date === props.now ? "" : undefined}
              aria-pressed={date === props.day}
              aria-label={registry.date.format(
                date,
                { ...props.field, type: "date" },
                props.locale,
              )}
              on:click={() => props.onPick(date)}
            >
              {Number(date.slice(8))}
            </button>
          )}
        </For>
      </div>
      <div class={styles.shortcuts}>
        <button type="button" tabIndex={-1} on:click={() => props.onPick(props.now)}>
          Today
        </button>
        <button type="button" tabIndex={-1} on:click={() => props.onClear()}>
          Clear
        </button>
      </div>
    </div>
  );
}
