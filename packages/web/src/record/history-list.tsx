import RotateCcw from "lucide-solid/icons/rotate-ccw";
import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import { equals, type Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { inWords } from "../data/api.ts";
import type { Workspace } from "../data/workspace.ts";
import type { Look } from "../grid/cell-content.ts";
import { isWritable } from "../grid/sheet-context.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { ago, cellOf, fetchHistory, type HistoryEntry } from "./history.ts";
import { Value } from "./value.tsx";
import styles from "./record.module.css";

export interface HistoryListProps {
  workspace: Workspace;
  sheet: string;
  record: string;
  fields: readonly Field[];
  look: Look;
  canEdit: boolean;
  /** What the record holds now. */
  cell: (field: Field) => Cell | undefined;
  onRestore: (field: Field, cell: Cell | undefined) => void;
}

const kinds = {
  created: "added this record",
  changed: "made a change",
  deleted: "moved it to the trash",
  restored: "took it out of the trash",
} as const;

/** Who did what to a record and when, with what was there before, which can be put back. */
export function HistoryList(props: HistoryListProps) {
  const [entries, setEntries] = createSignal<readonly HistoryEntry[]>();
  const [next, setNext] = createSignal<string | null>(null);
  const [problem, setProblem] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  let request: AbortController | undefined;
  onCleanup(() => request?.abort());

  function load(cursor?: string): void {
    request?.abort();
    const own = new AbortController();
    request = own;
    setBusy(true);
    fetchHistory(props.workspace.id, props.sheet, props.record, cursor, own.signal).then(
      (page) => {
        setEntries((before) =>
          cursor === undefined ? page.entries : [...(before ?? []), ...page.entries],
        );
        setNext(page.next);
        setProblem(undefined);
        setBusy(false);
      },
      (error: unknown) => {
        if (own.signal.aborted) return;
        setProblem(inWords(error));
        setBusy(false);
      },
    );
  }
  createEffect(
    on([() => props.sheet, () => props.record], () => {
      setEntries(undefined);
      load();
    }),
  );
  // Follows what happens, own changes once the server has them.
  createEffect(
    on(
      [() => props.workspace.version(), () => props.workspace.status().waiting],
      ([, waiting]) => {
        if (waiting > 0) return;
        const timer = setTimeout(() => load(), 600);
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );

  const person = (user: string) =>
    props.workspace.members().find((member) => member.user === user)?.name ?? "A former member";
  const fieldOf = (key: string) => props.fields.find((field) => field.key === key);

  return (
    <div class={styles.history}>
      <Show when={problem()}>
        <p class={styles.problem} role="alert">
          {problem()}{" "}
          <Button variant="link" size="small" onClick={() => load()}>
            Try again
          </Button>
        </p>
      </Show>
      <Show when={entries() === undefined && problem() === undefined}>
        <p class={styles.note} role="status">
          Looking up who changed it
        </p>
      </Show>
      <Show when={entries()?.length === 0}>
        <p class={styles.note}>Nothing has been recorded yet.</p>
      </Show>
      <ol>
        <For each={entries()}>
          {(entry) => (
            <li>
              <Avatar name={person(entry.actor)} id={entry.actor} size={24} />
              <div>
                <p>
                  <strong>{person(entry.actor)}</strong> {kinds[entry.kind]}{" "}
                  <time
                    datetime={entry.at}
                    title={new Date(entry.at).toLocaleString(props.look.locale.locale, {
                      timeZone: props.look.locale.timeZone,
                    })}
                  >
                    {ago(Date.parse(entry.at), Date.now(), props.look.locale)}
                  </time>
                </p>
                <Show when={entry.source !== "grid" && entry.label}>
                  <p class={styles.note}>{entry.label}</p>
                </Show>
                <dl>
                  <For each={entry.cells}>
                    {(change) => (
                      <Show when={fieldOf(change.field)}>
                        {(field) => {
                          const before = () => cellOf(change.before, field(), props.look.locale);
                          const after = () => cellOf(change.after, field(), props.look.locale);
                          return (
                            <div class={styles.change}>
                              <dt>{field().name}</dt>
                              <dd>
                                <Show when={entry.kind !== "created"}>
                                  <span class={styles.before}>
                                    <Show when={before() !== undefined} fallback="blank">
                                      <Value field={field()} cell={before()} look={props.look} />
                                    </Show>
                                  </span>
                                  <span aria-label="became"> → </span>
                                </Show>
                                <Show when={after() !== undefined} fallback="blank">
                                  <Value field={field()} cell={after()} look={props.look} />
                                </Show>
                                <Show
                                  when={
                                    props.canEdit &&
                                    entry.kind === "changed" &&
                                    isWritable(field()) &&
                                    !equals(before(), props.cell(field()))
                                  }
                                >
                                  <Button
                                    variant="link"
                                    size="small"
                                    icon={RotateCcw}
                                    aria-label={`Put the old value back in ${field().name}`}
                                    onClick={() => props.onRestore(field(), before())}
                                  >
                                    Put the old value back
                                  </Button>
                                </Show>
                              </dd>
                            </div>
                          );
                        }}
                      </Show>
                    )}
                  </For>
                </dl>
              </div>
            </li>
          )}
        </For>
      </ol>
      <Show when={next()}>
        {(cursor) => (
          <Button size="small" busy={busy()} onClick={() => load(cursor())}>
            Show older changes
          </Button>
        )}
      </Show>
    </div>
  );
}
