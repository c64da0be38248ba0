import {
  createComputed,
  createEffect,
  createMemo,
  createResource,
  createSignal,
  For,
  onCleanup,
  Show,
} from "solid-js";
import type { Json } from "@gridfolk/core/field/behaviour";
import type { Field } from "@gridfolk/core/field/field";
import { fold } from "@gridfolk/core/field/fold";
import type { Distinct } from "@gridfolk/core/sheet/distinct";
import type { Filter } from "@gridfolk/core/sheet/filter";
import type { EditorDeps } from "../editor/editor.ts";
import { choicesOf, identityOf, type Choice } from "./choices.ts";
import styles from "./filter.module.css";

/** Ticks that a condition keeps. */
export const MOST_TICKS = 500;
/** Lines in sight of who scrolls; whoever wants another one types. */
const MOST_LINES = 300;
/** From so many on the list has a field to search it. */
const LONG = 9;

export interface ValueListProps {
  field: Field;
  deps: EditorDeps;
  /** The other conditions: only values of rows that pass them are listed. */
  among: readonly Filter[];
  /** Ticked values; `null` stands for blank. */
  chosen: readonly Json[];
  /** Only one at a time. */
  single?: boolean;
  /** What is typed elsewhere narrows the list; absent: it has a field of its own. */
  query?: string | undefined;
  onChange: (values: readonly Json[]) => void;
}

/** The values of a column to be ticked, each with the number of its rows, as a spreadsheet's filter lists them. */
export function ValueList(props: ValueListProps) {
  const stop = new AbortController();
  onCleanup(() => stop.abort());
  const [counted] = createResource<Distinct | undefined>(() =>
    props.deps.valuesOf(props.field.key, props.among, stop.signal).catch(() => undefined),
  );
  const found = () => (counted.state === "ready" ? counted() : undefined);
  const [typed, setTyped] = createSignal("");
  const [isTooMany, setTooMany] = createSignal(false);
  // Whoever ticks what was found by typing elsewhere goes on in the same list.
  createComputed(() => {
    if (props.query !== undefined) setTyped(props.query);
  });

  const chosen = createMemo(() => new Set(props.chosen.map(identityOf)));
  /** What was ticked when the list came: those stand in it even where no row has them. */
  const first = props.chosen;
  const all = createMemo<readonly Choice[]>((before) => {
    // A line that says the same stays the same: what has the focus is not drawn anew.
    const known = new Map(before.map((choice) => [choice.id, choice]));
    return choicesOf(props.field, props.deps, found(), first).map((choice) => {
      const old = known.get(choice.id);
      return old?.count === choice.count && old?.label === choice.label ? old : choice;
    });
  }, []);
  const matching = createMemo(() => {
    const wanted = fold(typed().trim());
    return wanted === "" ? all() : all().filter(({ label }) => fold(label).includes(wanted));
  });
  const lines = createMemo(() => matching().slice(0, MOST_LINES));
  const ticked = createMemo(() => matching().filter(({ id }) => chosen().has(id)).length);

  const give = (values: readonly Json[]) => {
    setTooMany(values.length > MOST_TICKS);
    if (!isTooMany()) props.onChange(values);
  };
  const tick = (choice: Choice, on: boolean) => {
    const rest = props.chosen.filter((value) => identityOf(value) !== choice.id);
    if (props.single) give(on ? [choice.value] : []);
    else give(on ? [...rest, choice.value] : rest);
  };
  const tickAll = (on: boolean) => {
    const ids = new Set(matching().map(({ id }) => id));
    const rest = props.chosen.filter((value) => !ids.has(identityOf(value)));
    give(on ? [...rest, ...matching().map(({ value }) => value)] : rest);
  };

  return (
    <div class={styles.values}>
      <Show when={props.query === undefined && (all().length > LONG || typed() !== "")}>
        <input
          class={styles.control}
          type="search"
          autofocus
          aria-label="Find in the list"
          placeholder="Find"
          value={typed()}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </Show>
      <Show when={!props.single && matching().length > 1}>
        <label class={styles.value}>
          <input
            type="checkbox"
            ref={(box) =>
              createEffect(() => {
                box.indeterminate = ticked() > 0 && ticked() < matching().length;
              })
            }
            checked={ticked() === matching().length}
            onChange={(event) => {
              tickAll(event.currentTarget.checked);
              event.currentTarget.checked = ticked() === matching().length;
            }}
          />
          <span>{typed().trim() === "" ? "Select all" : "Select all that are found"}</span>
          <small>{matching().length.toLocaleString()}</small>
        </label>
      </Show>
      <div class={styles.items} role="group" aria-label={`Values for ${props.field.name}`}>
        <For each={lines()}>
          {(choice) => (
            <label class={styles.value}>
              <input
                type="checkbox"
                checked={chosen().has(choice.id)}
                onChange={(event) => {
                  tick(choice, event.currentTarget.checked);
                  event.currentTarget.checked = chosen().has(choice.id);
                }}
              />
              <span title={choice.label}>{choice.label}</span>
              <small>{choice.count?.toLocaleString()}</small>
            </label>
          )}
        </For>
      </div>
      <p role="status" class={styles.words}>
        {said()}
      </p>
      <Show when={isTooMany()}>
        <p role="alert" class={styles.alert}>
          More than {MOST_TICKS} values cannot be ticked. Choose “is none of” and tick those to
          leave out, or type what they have in common.
        </p>
      </Show>
    </div>
  );

  function said(): string {
    if (counted.loading) return all().length === 0 ? "Counting the values…" : "";
    if (found() === undefined) return all().length === 0 ? "The values could not be counted." : "";
    if (matching().length === 0) {
      return typed().trim() === "" ? "No row has a value here." : "No value has that in it.";
    }
    const parts: string[] = [];
    if (matching().length > MOST_LINES) {
      const number = matching().length.toLocaleString();
      parts.push(`The first ${MOST_LINES} of ${number} are listed: type to find others.`);
    }
    const { isPartial = false, misfits = 0 } = found() ?? {};
    if (isPartial) parts.push("The column has more values than can be listed.");
    if (misfits > 0) {
      parts.push(
        `${misfits.toLocaleString()} more ${misfits === 1 ? "does" : "do"} not fit the column.`,
      );
    }
    return parts.join(" ");
  }
}
