import ChevronDown from "lucide-solid/icons/chevron-down";
import ChevronRight from "lucide-solid/icons/chevron-right";
import Eye from "lucide-solid/icons/eye";
import HistoryIcon from "lucide-solid/icons/rotate-ccw-clock";
import Redo from "lucide-solid/icons/redo-2";
import Undo from "lucide-solid/icons/undo-2";
import {
  createEffect,
  createMemo,
  createSignal,
  For,
  on,
  onCleanup,
  Show,
  type JSX,
} from "solid-js";
import { isStep } from "@gridfolk/core/ledger/steps";
import { can } from "@gridfolk/core/access/role";
import type { Shell } from "../app/shell.ts";
import { toastUndone } from "../app/undone.ts";
import { inWords } from "../data/api.ts";
import { momentWords } from "../data/moment.ts";
import { withoutVerb } from "../data/undo-stack.ts";
import { currentNames } from "../grid/sheet-context.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { Chip } from "../ui/chip.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Empty } from "../ui/empty.tsx";
import { SelectField } from "../ui/field.tsx";
import { showProblem } from "../ui/problem.ts";
import { byTarget, EVERYTHING, fetchLog, undoneBy, type Entry, type UndoOf } from "./log.ts";
import { SampleView } from "./sample-view.tsx";
import { countWords, dayWords, KINDS, PERIODS, sourceWords, timeWords } from "./words.ts";
import styles from "./history.module.css";

/** Changes come in bursts: the list follows when one is over. */
const FOLLOW_MS = 500;

/** What was done in the workspace, newest first; anything can be undone, or the workbook seen as it was then. */
export function HistoryPanel(props: { shell: Shell; onClose: () => void }) {
  const { workspace } = props.shell;
  const [asked, setAsked] = createSignal(EVERYTHING);
  const [entries, setEntries] = createSignal<readonly Entry[]>();
  const [undos, setUndos] = createSignal<readonly UndoOf[]>([]);
  const [next, setNext] = createSignal<string | null>(null);
  const [cut, setCut] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const [open, setOpen] = createSignal<ReadonlySet<string>>(new Set());
  const [said, say] = createSignal("");
  const locale = () => workspace.locale();
  const names = currentNames(workspace);
  const look = {
    get locale() {
      return locale();
    },
    names,
  };
  const targets = createMemo(() => byTarget(undos()));
  const dayOf = (entry: Entry) => dayWords(Date.parse(entry.at), Date.now(), locale());
  const begins = (at: number) => {
    const [before, entry] = [entries()?.[at - 1], entries()?.[at]];
    return entry !== undefined && (before === undefined || dayOf(before) !== dayOf(entry));
  };

  let request: AbortController | undefined;
  onCleanup(() => request?.abort());

  /** "new": all again; "newer": what came since, on top; "older": what follows, below. */
  async function load(what: "new" | "newer" | "older"): Promise<void> {
    request?.abort();
    const own = new AbortController();
    request = own;
    setBusy(true);
    try {
      const cursor = what === "older" ? (next() ?? undefined) : undefined;
      const page = await fetchLog(workspace.id, asked(), cursor, own.signal);
      const known = new Set((entries() ?? []).map(({ id }) => id));
      const joins = page.changesets.some(({ id }) => known.has(id));
      setUndos((all) => (what === "new" ? page.undos : [...page.undos, ...all]));
      setProblem(undefined);
      if (what === "older") setEntries((all) => [...(all ?? []), ...page.changesets]);
      else if (what === "newer" && joins) {
        setEntries((all) => [
          ...page.changesets.filter(({ id }) => !known.has(id)),
          ...(all ?? []),
        ]);
        return;
      } else setEntries(page.changesets);
      setNext(page.next);
      setCut(page.cut);
    } catch (error) {
      if (!own.signal.aborted) setProblem(inWords(error));
    } finally {
      if (request === own) setBusy(false);
    }
  }
  createEffect(
    on(asked, () => {
      setEntries(undefined);
      void load("new");
    }),
  );
  createEffect(
    on(
      [() => workspace.version(), () => workspace.status().waiting],
      ([, waiting]) => {
        if (waiting > 0) return;
        const timer = setTimeout(() => void load("newer"), FOLLOW_MS);
        onCleanup(() => clearTimeout(timer));
      },
      { defer: true },
    ),
  );

  let end!: HTMLDivElement;
  const watcher = new IntersectionObserver(([seen]) => {
    if (seen?.isIntersecting && next() !== null && !busy() && problem() === undefined) {
      void load("older");
    }
  });
  createEffect(() => {
    entries();
    watcher.disconnect();
    watcher.observe(end);
  });
  onCleanup(() => watcher.disconnect());

  const person = (user: string) =>
    workspace.members().find((member) => member.user === user)?.name ?? "A former member";
  const sheetName = (key: string) => workspace.workbook.sheets.get(key)?.sheet.name ?? key;
  const isFiltered = () => Object.values(asked()).some((value) => value !== "");
  const change = (part: Partial<ReturnType<typeof asked>>) => setAsked({ ...asked(), ...part });

  function toggle(id: string): void {
    const all = new Set(open());
    if (!all.delete(id)) all.add(id);
    setOpen(all);
  }

  const [undoing, setUndoing] = createSignal<string>();
  async function undo(
    entry: Pick<Entry, "id" | "label" | "actor" | "source">,
    verb: string,
  ): Promise<void> {
    setUndoing(entry.id);
    try {
      const foreign = entry.actor !== workspace.me().id || !isStep(entry.source);
      const label = withoutVerb(entry.label);
      const undone = await workspace.undoChangeset(entry.id, { label, foreign });
      if (undone === undefined) return;
      toastUndone(workspace, undone, verb);
      say(`${verb}: ${label}`);
      await load("newer");
    } catch (error) {
      showProblem(error);
    } finally {
      setUndoing(undefined);
    }
  }

  function line(entry: Entry): JSX.Element {
    const undone = () => undoneBy(targets(), entry.id);
    const isOpen = () => open().has(entry.id);
    const at = Date.parse(entry.at);
    const why = () =>
      entry.why ??
      (can(workspace.me().role, "write") ? undefined : "Your role lets you look, not change.");
    return (
      <article
        data-changeset={entry.id}
        data-undone={undone() ? "" : undefined}
        aria-label={`${person(entry.actor)}: ${entry.label}`}
      >
        <Avatar name={person(entry.actor)} id={entry.actor} size={26} />
        <div>
          <p>
            <strong>{person(entry.actor)}</strong>{" "}
            <time datetime={entry.at} title={momentWords(entry.at, locale())}>
              {timeWords(at, locale())}
            </time>{" "}
            <Show when={sourceWords(entry)}>{(words) => <Chip text={words()} />}</Show>
          </p>
          <p class={styles.label}>{entry.label}</p>
          <Show when={countWords(entry, sheetName, locale())}>
            {(words) => <p class={styles.note}>{words()}</p>}
          </Show>
          <Show when={undone()}>
            {(by) => (
              <p class={styles.note}>
                Undone by {person(by().actor)}, {momentWords(by().at, locale())}
              </p>
            )}
          </Show>
          <div class={styles.actions}>
            <Button
              variant="quiet"
              size="small"
              icon={isOpen() ? ChevronDown : ChevronRight}
              aria-expanded={isOpen()}
              onClick={() => toggle(entry.id)}
            >
              What changed
            </Button>
            <Show
              when={undone()}
              fallback={
                <Show when={why() === undefined}>
                  <Button
                    variant="quiet"
                    size="small"
                    icon={Undo}
                    busy={undoing() === entry.id}
                    onClick={() => void undo(entry, "Undone")}
                  >
                    Undo this
                  </Button>
                </Show>
              }
            >
              {(by) => (
                <Show when={why() === undefined}>
                  <Button
                    variant="quiet"
                    size="small"
                    icon={Redo}
                    busy={undoing() === by().by}
                    onClick={() =>
                      void undo(
                        { id: by().by, label: entry.label, actor: by().actor, source: "undo" },
                        "Done again",
                      )
                    }
                  >
                    Redo
                  </Button>
                </Show>
              )}
            </Show>
            <Button
              variant="quiet"
              size="small"
              icon={Eye}
              onClick={() => {
                props.onClose();
                props.shell.viewAsOf(entry.seq);
              }}
            >
              View as of then
            </Button>
          </div>
          <Show when={!undone() && why()}>{(words) => <p class={styles.note}>{words()}</p>}</Show>
          <Show when={isOpen()}>
            <SampleView workspace={workspace} id={entry.id} look={look} />
          </Show>
        </div>
      </article>
    );
  }

  return (
    <Dialog title="History" side onClose={props.onClose}>
      <div class={styles.filters}>
        <SelectField
          label="Who"
          value={asked().actor}
          options={[
            { value: "", label: "Everybody" },
            ...workspace.members().map(({ user, name }) => ({ value: user, label: name })),
          ]}
          onChange={(actor) => change({ actor })}
        />
        <SelectField
          label="Where"
          value={asked().sheet}
          options={[
            { value: "", label: "All sheets" },
            ...workspace.sheets().map(({ key, name }) => ({ value: key, label: name })),
          ]}
          onChange={(sheet) => change({ sheet })}
        />
        <SelectField
          label="What"
          value={asked().source}
          options={KINDS}
          onChange={(source) => change({ source })}
        />
        <SelectField
          label="When"
          value={asked().days}
          options={PERIODS}
          onChange={(days) => change({ days })}
        />
      </div>
      <Show when={entries() === undefined && problem() === undefined}>
        <p class={styles.note} role="status">
          Looking up what was done
        </p>
      </Show>
      <Show when={entries()?.length === 0 && next() === null}>
        <Empty
          icon={HistoryIcon}
          title={isFiltered() ? "Nothing like that was done" : "Nothing was done yet"}
          actions={
            <Show when={isFiltered()}>
              <Button onClick={() => setAsked(EVERYTHING)}>Show everything</Button>
            </Show>
          }
        >
          {isFiltered()
            ? "Choose another person, sheet, kind or time."
            : "What people change in this workspace is listed here."}
        </Empty>
      </Show>
      <div class={styles.list}>
        <For each={entries()}>
          {(entry, at) => (
            <>
              <Show when={begins(at())}>
                <h3>{dayOf(entry)}</h3>
              </Show>
              {line(entry)}
            </>
          )}
        </For>
      </div>
      <Show when={problem()}>
        <p class={styles.problem} role="alert">
          {problem()}{" "}
          <Button
            variant="link"
            size="small"
            onClick={() => void load(entries() === undefined ? "new" : "older")}
          >
            Try again
          </Button>
        </p>
      </Show>
      <Show when={next() !== null && problem() === undefined && entries() !== undefined}>
        <Button wide busy={busy()} onClick={() => void load("older")}>
          Show older
        </Button>
      </Show>
      <Show when={cut()}>
        <p class={styles.note}>What was done before that is no longer kept.</p>
      </Show>
      <div ref={end} class={styles.end} />
      <div class="spoken" role="status" aria-live="polite">
        {said()}
      </div>
    </Dialog>
  );
}
