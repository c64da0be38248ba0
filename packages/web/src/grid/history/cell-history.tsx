import RotateCcw from "lucide-solid/icons/rotate-ccw";
import X from "lucide-solid/icons/x";
import { createEffect, createSignal, For, on, onCleanup, Show, type JSX } from "solid-js";
import type { Json } from "@gridfolk/core/field/behaviour";
import { equals, isInvalid } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { labelOf } from "@gridfolk/core/sheet/title";
import { momentWords } from "../../data/moment.ts";
import { toastWithUndo } from "../../app/sheet-actions.ts";
import { inWords } from "../../data/api.ts";
import { bringBack } from "../../record/bring-back.ts";
import { ago, cellOf, fetchHistory, wayOf, type HistoryEntry } from "../../record/history.ts";
import { Value } from "../../record/value.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Popover } from "../popover.tsx";
import { isWritable, type SheetContext } from "../sheet-context.ts";
import styles from "./cell-history.module.css";

export interface CellHistoryProps {
  sheet: SheetContext;
  record: string;
  field: Field;
  anchor: DOMRect;
  onSent: (operations: readonly Operation[], outcome: Promise<unknown>) => void;
  onClose: () => void;
}

const PAGE = 20;
/** Answers without an entry that are followed at once: the cell was not changed for long, its record was. */
const EMPTY_PAGES = 5;

/** Who changed one cell and when, from what to what, newest first; each value can be put back. */
export function CellHistoryPopover(props: CellHistoryProps) {
  const { workspace } = props.sheet;
  const [entries, setEntries] = createSignal<readonly HistoryEntry[]>();
  const [next, setNext] = createSignal<string | null>(null);
  const [cut, setCut] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  let request: AbortController | undefined;
  onCleanup(() => request?.abort());

  async function load(from?: string): Promise<void> {
    request?.abort();
    const own = new AbortController();
    request = own;
    setBusy(true);
    try {
      let cursor = from;
      for (let empty = 0; ; empty += 1) {
        const page = await fetchHistory(workspace.id, props.sheet.sheetKey, props.record, {
          field: props.field.key,
          limit: PAGE,
          cursor,
          signal: own.signal,
        });
        cursor = page.next ?? undefined;
        if (page.entries.length === 0 && cursor !== undefined && empty < EMPTY_PAGES) continue;
        setEntries((all) =>
          from === undefined ? page.entries : [...(all ?? []), ...page.entries],
        );
        setNext(page.next);
        setCut(page.cut);
        setProblem(undefined);
        break;
      }
    } catch (error) {
      if (own.signal.aborted) return;
      setProblem(inWords(error));
    }
    setBusy(false);
  }
  if (isWritable(props.field)) void load();
  // Follows what happens, own changes once the server has them.
  createEffect(
    on(
      [() => workspace.version(), () => workspace.status().waiting],
      ([, waiting]) => {
        if (waiting > 0 || !isWritable(props.field)) return;
        const timer = setTimeout(() => void load(), 600);
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );

  const look = () => props.sheet.look();
  const locale = () => workspace.locale();
  const person = (user: string) =>
    workspace.members().find((member) => member.user === user)?.name ?? "A former member";
  const row = () => {
    workspace.version();
    return props.sheet.table().rowById.get(props.record);
  };
  const now = () => {
    const at = row();
    return at === undefined ? undefined : props.sheet.cell(at, props.field);
  };
  const name = () => {
    const at = row();
    return at === undefined ? "" : labelOf(props.sheet.table(), at, locale());
  };
  const cellOfJson = (json: Json) => cellOf(json, props.field, locale());

  function restore(value: Json): void {
    const back = bringBack(
      props.sheet.sheetKey,
      props.record,
      [{ field: props.field, value }],
      now,
      locale(),
    );
    const [left] = back.left;
    if (left !== undefined) setProblem(`Not restored: ${left}.`);
    if (back.operations.length === 0) return;
    const label = `Restored ${props.field.name} of ${name()}`;
    const sent = workspace.commit(back.operations, label, { source: "grid" });
    if (sent === undefined) return;
    props.onSent(back.operations, sent.outcome);
    toastWithUndo(workspace, label, sent.id);
    close();
  }

  /** The popover gives the focus back when it closes itself. */
  function close(): void {
    back?.focus();
    props.onClose();
  }
  const back = document.activeElement as HTMLElement | null;

  return (
    <Popover
      label={`History of ${props.field.name}, ${name()}`}
      anchor={props.anchor}
      width={340}
      onClose={props.onClose}
    >
      <div class={styles.root}>
        <div class={styles.head}>
          <h2 tabIndex={-1} autofocus>
            {props.field.name} <span>{name()}</span>
          </h2>
          <IconButton icon={X} label="Close" keys="Esc" size="small" onClick={close} />
        </div>
        <Show when={!isWritable(props.field)}>
          <p class={styles.note}>
            {props.field.formula === undefined
              ? "This column is filled in by Gridfolk: it has no history of its own."
              : "This column is computed: look at the history of the columns it is computed from."}
          </p>
        </Show>
        <Show when={workspace.status().waiting > 0 && isWritable(props.field)}>
          <p class={styles.note}>
            Changes of yours that are still on their way are not listed yet.
          </p>
        </Show>
        <Show when={problem()}>
          <p class={styles.problem} role="alert">
            {problem()}{" "}
            <Button variant="link" size="small" onClick={() => void load()}>
              Try again
            </Button>
          </p>
        </Show>
        <p class="spoken" role="status">
          {entries() === undefined ? "" : `${entries()?.length} entries`}
        </p>
        <Show when={entries() === undefined && problem() === undefined && isWritable(props.field)}>
          <p class={styles.note}>Looking up who changed it</p>
        </Show>
        <Show when={entries()?.length}>
          <ol tabIndex={0} aria-label="Changes, newest first">
            <For each={entries()}>
              {(entry, index) => (
                <Line
                  entry={entry}
                  who={person(entry.actor)}
                  way={[wayOf(entry), entry.source === "import" ? entry.label : ""]
                    .filter(Boolean)
                    .join(": ")}
                  ago={ago(Date.parse(entry.at), Date.now(), locale())}
                  exactly={momentWords(entry.at, locale())}
                  value={(json) => (
                    <Show when={cellOfJson(json) !== undefined} fallback={<i>blank</i>}>
                      <Value field={props.field} cell={cellOfJson(json)} look={look()} />
                    </Show>
                  )}
                  misfit={isInvalid(cellOfJson(entry.cells[0]?.after ?? null))}
                  current={
                    index() === 0 && equals(cellOfJson(entry.cells[0]?.after ?? null), now())
                  }
                  {...(props.sheet.canEdit() &&
                  !equals(cellOfJson(entry.cells[0]?.after ?? null), now())
                    ? { onRestore: () => restore(entry.cells[0]?.after ?? null) }
                    : {})}
                />
              )}
            </For>
            <Show when={cut()}>
              <li class={styles.note}>What was done before this is no longer kept.</li>
            </Show>
          </ol>
        </Show>
        <Show when={next()}>
          {(cursor) => (
            <>
              <Show when={entries()?.length === 0}>
                <p class={styles.note}>Not changed for long; its row was, many times.</p>
              </Show>
              <Button size="small" busy={busy()} onClick={() => void load(cursor())}>
                Show older changes
              </Button>
            </>
          )}
        </Show>
      </div>
    </Popover>
  );
}

interface LineProps {
  entry: HistoryEntry;
  who: string;
  way: string;
  ago: string;
  exactly: string;
  value: (json: Json) => JSX.Element;
  /** The value does not fit the column as it is now. */
  misfit: boolean;
  current: boolean;
  onRestore?: () => void;
}

/** One value the cell had: what it was, who wrote it, what stood there before. */
function Line(props: LineProps) {
  const change = () => props.entry.cells[0];
  return (
    <li>
      <Avatar name={props.who} id={props.entry.actor} size={22} />
      <div>
        <p class={styles.values}>
          <Show when={props.entry.kind !== "created"}>
            <span class={styles.before}>{props.value(change()?.before ?? null)}</span>
            <span aria-label="became"> → </span>
          </Show>
          <b>{props.value(change()?.after ?? null)}</b>
        </p>
        <p class={styles.who}>
          {props.who}
          {props.entry.kind === "created" ? " added the row" : ""}{" "}
          <time datetime={props.entry.at} title={props.exactly}>
            {props.ago}
          </time>
          {props.way === "" ? "" : `, ${props.way}`}
        </p>
        <Show when={props.current}>
          <p class={styles.who}>This is what it holds now.</p>
        </Show>
        <Show when={props.onRestore}>
          {(run) => (
            <>
              <Show when={props.misfit}>
                <p class={styles.who}>
                  It does not fit the column as it is now and would be marked.
                </p>
              </Show>
              <Button variant="link" size="small" icon={RotateCcw} onClick={() => run()()}>
                Restore this value
              </Button>
            </>
          )}
        </Show>
      </div>
    </li>
  );
}
