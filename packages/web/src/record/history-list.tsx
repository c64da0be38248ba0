import Clock from "lucide-solid/icons/clock";
import RotateCcw from "lucide-solid/icons/rotate-ccw";
import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import type { Json } from "@gridfolk/core/field/behaviour";
import { equals, type Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import { momentWords } from "../data/moment.ts";
import { inWords } from "../data/api.ts";
import type { Workspace } from "../data/workspace.ts";
import type { Look } from "../grid/cell-content.ts";
import { isWritable } from "../grid/sheet-context.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { formerAt, type Former } from "./bring-back.ts";
import { ago, cellOf, fetchHistory, wayOf, type HistoryEntry } from "./history.ts";
import { Value } from "./value.tsx";
import styles from "./record.module.css";

export interface HistoryListProps {
  workspace: Workspace;
  sheet: string;
  record: string;
  fields: readonly Field[];
  look: Look;
  canEdit: boolean;
  /** Single values go back only into what is no trash; the whole row comes out of it on the way. */
  canRestoreRow: boolean;
  /** What the record holds now. */
  cell: (field: Field) => Cell | undefined;
  onRestore: (former: Former) => void;
  /** `former` is what was changed since, as it was at that time. */
  onRestoreRow: (former: readonly Former[], entry: HistoryEntry) => void;
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
  const [cut, setCut] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  let request: AbortController | undefined;
  onCleanup(() => request?.abort());

  function load(cursor?: string): void {
    request?.abort();
    const own = new AbortController();
    request = own;
    setBusy(true);
    fetchHistory(props.workspace.id, props.sheet, props.record, {
      cursor,
      signal: own.signal,
    }).then(
      (page) => {
        setEntries((before) =>
          cursor === undefined ? page.entries : [...(before ?? []), ...page.entries],
        );
        setNext(page.next);
        setCut(page.cut);
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
  const restoreRow = (entry: HistoryEntry) => {
    const former = [...formerAt(entries() ?? [], entry)].flatMap(([key, value]): Former[] => {
      const field = fieldOf(key);
      return field === undefined ? [] : [{ field, value: value as Json }];
    });
    props.onRestoreRow(former, entry);
  };

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
          {(entry, index) => (
            <li>
              <Avatar name={person(entry.actor)} id={entry.actor} size={24} />
              <div>
                <p>
                  <strong>{person(entry.actor)}</strong> {kinds[entry.kind]}{" "}
                  <time datetime={entry.at} title={momentWords(entry.at, props.look.locale)}>
                    {ago(Date.parse(entry.at), Date.now(), props.look.locale)}
                  </time>
                  {wayOf(entry) === "" ? "" : `, ${wayOf(entry)}`}
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
                                    onClick={() =>
                                      props.onRestore({ field: field(), value: change.before })
                                    }
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
                <Show when={props.canRestoreRow && index() > 0 && entry.kind !== "deleted"}>
                  <Button
                    variant="link"
                    size="small"
                    icon={Clock}
                    onClick={() => restoreRow(entry)}
                  >
                    Put the row back to how it was then
                  </Button>
                </Show>
              </div>
            </li>
          )}
        </For>
      </ol>
      <Show when={cut()}>
        <p class={styles.note}>What was done before this is no longer kept.</p>
      </Show>
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
