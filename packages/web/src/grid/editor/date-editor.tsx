import ChevronLeft from "lucide-solid/icons/chevron-left";
import ChevronRight from "lucide-solid/icons/chevron-right";
import { createSignal, For, onMount } from "solid-js";
import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import { registry } from "@gridfolk/core/field/registry";
import type { EditorProps } from "./editor.ts";
import { addDays, addMonths, firstDayOf, today, weeks } from "./month.ts";
import { Panel } from "./panel.tsx";
import styles from "./editor.module.css";

/**
 * A date, typed in any way the locale reads, with the month below. Up and Down move by a day, Page Up and Page Down by a
 * month. Of a date with time the calendar changes the day only.
 */
export function DateEditor(props: EditorProps) {
  let input!: HTMLInputElement;
  let open!: () => void;
  const locale = () => props.deps.locale();
  const behaviour = () => registry[props.field.type];
  const now = today(locale().timeZone, Date.now());
  const read = (text: string): Cell | undefined => behaviour().parse(text, props.field, locale());
  const show = (cell: Cell | undefined): string =>
    cell === undefined
      ? ""
      : isInvalid(cell)
        ? cell.invalid
        : behaviour().edit(cell, props.field, locale());
  const before = show(props.cell);
  const [text, setText] = createSignal(props.start ?? before);
  const day = (): string | undefined => {
    const cell = read(text());
    if (typeof cell !== "string") return undefined;
    return props.field.type === "date" ? cell : today(locale().timeZone, Date.parse(cell));
  };
  const [month, setMonth] = createSignal(day() ?? now);

  function pick(next: string): void {
    const cell = read(text());
    const written =
      props.field.type === "date"
        ? show(next)
        : withDay(typeof cell === "string" ? show(cell) : "", day(), next);
    setText(written);
    input.value = written;
    setMonth(next);
  }

  /** The typed date with time, its day replaced; nine in the morning when there was no time. */
  function withDay(typed: string, from: string | undefined, to: string): string {
    const asDate = (value: string) =>
      registry.date.edit(value, { ...props.field, type: "date" }, locale());
    const shown = from === undefined ? undefined : asDate(from);
    if (shown !== undefined && typed.includes(shown)) return typed.replace(shown, asDate(to));
    return `${asDate(to)} 09:00`;
  }

  onMount(() => {
    props.ref({
      value: () => ({
        cell: input.value === before && props.start === undefined ? props.cell : read(input.value),
        first: [],
      }),
      focus() {
        open();
        input.focus();
        if (props.start === undefined) input.select();
        else input.setSelectionRange(input.value.length, input.value.length);
      },
    });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const from = day() ?? now;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      pick(day() === undefined ? now : addDays(from, event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "PageDown" || event.key === "PageUp") {
      pick(addMonths(from, event.key === "PageDown" ? 1 : -1));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const title = () =>
    new Intl.DateTimeFormat(locale().locale, {
      month: "long",
      year: "numeric",
      timeZone: "UTC",
    }).format(new Date(`${month()}T00:00:00Z`));
  const weekdays = () =>
    (weeks(month(), firstDayOf(locale().locale))[0] ?? []).map((date) =>
      new Intl.DateTimeFormat(locale().locale, { weekday: "narrow", timeZone: "UTC" }).format(
        new Date(`${date}T00:00:00Z`),
      ),
    );

  return (
    <>
      <input
        ref={input}
        class={styles.line}
        type="text"
        aria-label={props.label}
        autocomplete="off"
        spellcheck={false}
        value={text()}
        placeholder={show(props.field.type === "date" ? now : `${now}T09:00:00Z`)}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setMonth(day() ?? month());
        }}
        on:keydown={onKeyDown}
      />
      <Panel ref={(show) => (open = show)}>
        <div class={styles.calendar} on:pointerdown={(event) => event.preventDefault()}>
          <div class={styles.month}>
            <button
              type="button"
              tabIndex={-1}
              aria-label="Month before"
              on:click={() => setMonth(addMonths(month(), -1))}
            >
              <ChevronLeft size={15} aria-hidden={true} />
            </button>
            <strong aria-live="polite">{title()}</strong>
            <button
              type="button"
              tabIndex={-1}
              aria-label="Month after"
              on:click={() => setMonth(addMonths(month(), 1))}
            >
              <ChevronRight size={15} aria-hidden={true} />
            </button>
          </div>
          <div class={styles.days} aria-hidden="true">
            <For each={weekdays()}>{(name) => <span>{name}</span>}</For>
          </div>
          <div class={styles.days}>
            <For each={weeks(month(), firstDayOf(locale().locale)).flat()}>
              {(date) => (
                <button
                  type="button"
                  tabIndex={-1}
                  data-outside={date.slice(0, 7) === month().slice(0, 7) ? undefined : ""}
                  data-today={date === now ? "" : undefined}
                  aria-pressed={date === day()}
                  aria-label={registry.date.format(
                    date,
                    { ...props.field, type: "date" },
                    locale(),
                  )}
                  on:click={() => {
                    pick(date);
                    if (props.field.type === "date") props.onDone();
                  }}
                >
                  {Number(date.slice(8))}
                </button>
              )}
            </For>
          </div>
          <div class={styles.shortcuts}>
            <button
              type="button"
              tabIndex={-1}
              on:click={() => {
                pick(now);
                if (props.field.type === "date") props.onDone();
              }}
            >
              Today
            </button>
            <button
              type="button"
              tabIndex={-1}
              on:click={() => {
                setText("");
                input.value = "";
                props.onDone();
              }}
            >
              Clear
            </button>
          </div>
        </div>
      </Panel>
    </>
  );
}
