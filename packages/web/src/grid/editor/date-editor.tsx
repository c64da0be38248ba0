import { createSignal, onMount, Show, type Component } from "solid-js";
import { Dynamic } from "solid-js/web";
import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import { registry } from "@gridfolk/core/field/registry";
import type { EditorProps } from "./editor.ts";
import { makePart } from "../../ui/part.ts";
import type { CalendarProps } from "./calendar.tsx";
import { addDays, addMonths, today } from "./month.ts";
import { Panel } from "./panel.tsx";
import styles from "./editor.module.css";

/** Comes a moment after the field the first time; a date is typed without it as well. */
const calendars = makePart(() => import("./calendar.tsx").then((m) => m.Calendar));

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

  const [calendar, setCalendar] = createSignal<Component<CalendarProps>>();
  const known = calendars.now();
  if (known !== undefined) setCalendar(() => known);
  else
    calendars.load().then(
      (loaded) => setCalendar(() => loaded),
      () => undefined,
    );

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
        <Show when={calendar()}>
          {(Calendar) => (
            <Dynamic
              component={Calendar()}
              field={props.field}
              locale={locale()}
              now={now}
              day={day()}
              month={month()}
              onMonth={setMonth}
              onPick={(date: string) => {
                pick(date);
                if (props.field.type === "date") props.onDone();
              }}
              onClear={() => {
                setText("");
                input.value = "";
                props.onDone();
              }}
            />
          )}
        </Show>
      </Panel>
    </>
  );
}
