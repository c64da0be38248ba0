import ChevronDown from "lucide-solid/icons/chevron-down";
import ChevronUp from "lucide-solid/icons/chevron-up";
import X from "lucide-solid/icons/x";
import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  on,
  onCleanup,
  onMount,
  Show,
} from "solid-js";
import { planning } from "@gridfolk/core/edit/bulk";
import { textOf } from "@gridfolk/core/edit/cell-text";
import { finding, MOST_FOUND, type Found } from "@gridfolk/core/edit/find";
import { labelOf as actionLabel } from "@gridfolk/core/edit/label";
import { finder, loadPatterns, type Search } from "@gridfolk/core/edit/pattern";
import type { Gathered } from "@gridfolk/core/edit/gather";
import { finish } from "@gridfolk/core/edit/steps";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import { labelOf } from "@gridfolk/core/sheet/title";
import { Button, IconButton } from "../../ui/button.tsx";
import { Checkbox, SelectField, TextField } from "../../ui/field.tsx";
import { isWritable, liveFields } from "../sheet-context.ts";
import { ScopeField } from "./choices.tsx";
import { commitPlan } from "./commit.ts";
import { createDryRun } from "./dry-run.ts";
import { counted } from "./noun.ts";
import { likelyScope, rowsOf } from "./scope.ts";
import type { ToolContext } from "./tool.ts";
import styles from "./tools.module.css";

/** Matches in the list at once. */
const LISTED = 100;
/** Letters of the text around a match. */
const AROUND = 24;

interface Outcome {
  readonly found: readonly Found[];
  readonly cells: number;
  /** What replacing all of them would do; undefined for viewers. */
  readonly replacing: Gathered | undefined;
  /** What it was found by. */
  readonly by: Search;
}

/**
 * Find and replace beside the grid, which stays usable. Next and previous move the grid's focus and leave that of the keyboard
 * where it is.
 */
export function FindPanel(props: { context: ToolContext }) {
  const { context } = props;
  const { sheet } = context;
  const { workspace } = sheet;
  const id = createUniqueId();
  let root!: HTMLElement;
  const before = document.activeElement;
  const [scope, setScope] = createSignal(likelyScope(context));
  const [column, setColumn] = createSignal("");
  const [search, setSearch] = createSignal<Search>({ find: "", replace: "" });
  const change = (part: Partial<Search>) => setSearch((now) => ({ ...now, ...part }));
  const [at, setAt] = createSignal(-1);
  const [sending, setSending] = createSignal(false);
  const fields = createMemo(() => {
    workspace.version();
    return liveFields(sheet.sheet());
  });
  const looked = createMemo(() =>
    fields().filter(({ key }) => column() === "" || key === column()),
  );
  const asking = () => {
    const now = Date.now();
    return { ...contextOf(workspace.workbook, { now, me: workspace.me().id }), now };
  };
  const action = () => ({
    kind: "replace" as const,
    fields: looked()
      .filter(isWritable)
      .map(({ key }) => key),
    search: search(),
  });

  const dryRun = createDryRun<Outcome>(
    workspace,
    () => {
      const wanted = search();
      const rows = scope();
      const columns = looked();
      const replace = action();
      if (wanted.find === "") return undefined;
      return function* () {
        const over = rowsOf(context, rows);
        const told = asking();
        const found = yield* finding(sheet.table(), over, columns, wanted, told);
        const replacing =
          sheet.canEdit() && replace.fields.length > 0
            ? yield* planning(workspace.workbook, sheet.table(), over, replace, told)
            : undefined;
        return { ...found, replacing, by: wanted };
      };
    },
    () => (search().regex === true ? loadPatterns() : Promise.resolve()),
  );
  const found = () => dryRun.result()?.found ?? [];
  createEffect(on([search, scope, column], () => setAt(-1), { defer: true }));
  const here = (): Found | undefined => found()[at()];
  /** The part of the list that holds the match where the person is. */
  const listed = createMemo(() => {
    const from = Math.floor(Math.max(0, at()) / LISTED) * LISTED;
    return found()
      .slice(from, from + LISTED)
      .map((match, index) => ({ match, index: from + index }));
  });

  /** The first match at the row where the person was, or below it; else the first of all. */
  function begin(): number {
    const { rowById } = sheet.table();
    const from = sheet.order.placeOf(rowById.get(context.selected[0] ?? "") ?? -1);
    return Math.max(
      0,
      found().findIndex(({ row }) => sheet.order.placeOf(row) >= from),
    );
  }
  function go(to: number): void {
    const count = found().length;
    if (count === 0) return;
    const place = (to + count) % count;
    setAt(place);
    const match = found()[place] as Found;
    const focused = document.activeElement;
    const shown = context.show(match.row, match.field);
    if (focused instanceof HTMLElement && root.contains(focused)) focused.focus();
    const where = `${(place + 1).toLocaleString()} of ${count.toLocaleString()}: ${nameOf(match)}`;
    context.announce(shown ? where : `${where}, not among the rows that are shown`);
    queueMicrotask(() =>
      root.querySelector(`[data-match="${place}"]`)?.scrollIntoView({ block: "nearest" }),
    );
  }
  const next = () => (at() < 0 ? begin() : at() + 1);
  function nameOf({ row, field }: Found): string {
    const table = sheet.table();
    const column = fields().find(({ key }) => key === field)?.name ?? field;
    return `${labelOf(table, row, sheet.look().locale) || "Untitled"}, ${column}`;
  }
  function parts({ row, field: key }: Found): readonly [string, string, string] {
    const field = fields().find((other) => other.key === key);
    const cell = field && Workbook.value(sheet.table(), row, key);
    if (field === undefined || cell === undefined) return ["", "", ""];
    const text = textOf(cell, field, sheet.look());
    // What is listed was found by an earlier search until the next one is through.
    const match = finder(dryRun.result()?.by ?? search())(text);
    if (match === undefined) return [text.slice(0, AROUND * 2), "", ""];
    const from = Math.max(0, match.from - AROUND);
    return [
      `${from > 0 ? "…" : ""}${text.slice(from, match.from)}`,
      text.slice(match.from, match.to).slice(0, 200),
      text.slice(match.to, match.to + AROUND * 3),
    ];
  }

  function replaceOne(): void {
    const match = here();
    if (match === undefined) {
      go(next());
      return;
    }
    const one = { ...action(), fields: [match.field] };
    if (!action().fields.includes(match.field)) {
      context.announce("This column fills itself and cannot be changed.");
      go(at() + 1);
      return;
    }
    const planned = finish(planning(workspace.workbook, sheet.table(), [match.row], one, asking()));
    const place = at();
    if (planned.records > 0) {
      const label = actionLabel(
        one,
        fields(),
        counted(1, sheet.sheet(), workspace.locale().locale),
      );
      if (!commitPlan(context, planned, label)) return;
    }
    // The next one is known already; the list is made anew meanwhile, since what was replaced may have left it.
    const following = found()[place + 1];
    if (following !== undefined) go(place + 1);
    void dryRun.now().then((outcome) => {
      const left = outcome?.found ?? [];
      if (following === undefined) go(0);
      // Unless they have gone on by themselves.
      else if (at() === place + 1)
        setAt(
          left.findIndex(({ row, field }) => row === following.row && field === following.field),
        );
    });
  }

  async function replaceAll(): Promise<void> {
    if (sending()) return;
    setSending(true);
    const asked = action();
    const outcome = await dryRun.now();
    setSending(false);
    const planned = outcome?.replacing;
    if (planned === undefined || planned.records === 0) return;
    const noun = counted(planned.records, sheet.sheet(), workspace.locale().locale);
    commitPlan(context, planned, actionLabel(asked, fields(), noun));
  }

  function close(): void {
    context.onClose();
    const match = here();
    if (match === undefined || !context.show(match.row, match.field)) {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    }
  }
  onMount(() => root.querySelector("input")?.focus());
  const onKeyDown = (event: KeyboardEvent) => {
    // The grid's and the frame's keys are not meant here, but for the one that opens this again.
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "F3" || (event.key === "g" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      go(event.shiftKey ? Math.max(at(), 0) - 1 : next());
    } else if (event.key.toLowerCase() === "h" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      root.querySelector("input")?.select();
    }
  };
  onCleanup(() => setAt(-1));

  const figures = (number: number) => number.toLocaleString(workspace.locale().locale);
  const says = () => {
    if (dryRun.problem() !== undefined) return undefined;
    if (search().find === "") return "Write what is to be found.";
    const outcome = dryRun.result();
    if (outcome === undefined) return "Looking…";
    if (outcome.cells === 0) return "Nothing found.";
    const many = outcome.cells === 1 ? "1 cell" : `${figures(outcome.cells)} cells`;
    const place = at() < 0 ? "" : `${figures(at() + 1)} of `;
    const most = outcome.cells > MOST_FOUND ? `, the first ${figures(MOST_FOUND)} are listed` : "";
    return `${place}${many}${most}`;
  };
  const misfits = () => dryRun.result()?.replacing?.misfits ?? 0;

  return (
    <section
      ref={root}
      class={styles.panel}
      role="dialog"
      aria-labelledby={id}
      onKeyDown={onKeyDown}
    >
      <header>
        <h2 id={id}>Find and replace</h2>
        <IconButton icon={X} label="Close" size="small" onClick={close} />
      </header>
      <form
        class={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          go(next());
        }}
      >
        <TextField
          label="Find"
          autocomplete="off"
          value={search().find}
          error={dryRun.problem()}
          onInput={(find) => change({ find })}
        />
        <Show when={sheet.canEdit()}>
          <TextField
            label="Replace by"
            autocomplete="off"
            value={search().replace}
            onInput={(replace) => change({ replace })}
          />
        </Show>
        <div class={styles.options}>
          <Checkbox
            label="Whole cells"
            checked={search().whole ?? false}
            onChange={(whole) => change({ whole })}
          />
          <Checkbox
            label="Match case"
            checked={search().matchCase ?? false}
            onChange={(matchCase) => change({ matchCase })}
          />
          <Checkbox
            label="Regular expression"
            checked={search().regex ?? false}
            onChange={(regex) => change({ regex })}
          />
        </div>
        <div class={styles.pair}>
          <ScopeField context={context} value={scope()} onChange={setScope} />
          <SelectField
            label="Column"
            value={column()}
            options={[
              { value: "", label: "All columns" },
              ...fields().map(({ key, name }) => ({ value: key, label: name })),
            ]}
            onChange={setColumn}
          />
        </div>
        <button type="submit" hidden />
      </form>
      <div class={styles.bar}>
        <span role="status" aria-live="polite">
          {says()}
        </span>
        <span>
          <IconButton
            icon={ChevronUp}
            label="Previous"
            keys="Shift+F3"
            size="small"
            disabled={found().length === 0}
            onClick={() => go(Math.max(at(), 0) - 1)}
          />
          <IconButton
            icon={ChevronDown}
            label="Next"
            keys="F3"
            size="small"
            disabled={found().length === 0}
            onClick={() => go(next())}
          />
        </span>
      </div>
      <Show when={found().length > 0}>
        <ul class={styles.found} aria-label="Cells that were found">
          <For each={listed()}>
            {({ match, index }) => (
              <li>
                <button
                  type="button"
                  data-match={index}
                  aria-current={index === at() ? "true" : undefined}
                  onClick={() => go(index)}
                >
                  <Context parts={parts(match)} /> <small>{nameOf(match)}</small>
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={sheet.canEdit()}>
        <Show when={misfits() > 0}>
          <p class={styles.warning}>
            {figures(misfits())} {misfits() === 1 ? "cell" : "cells"} would not fit: the text is
            kept and marked.
          </p>
        </Show>
        <footer>
          <Button size="small" disabled={found().length === 0} onClick={replaceOne}>
            Replace
          </Button>
          <Button
            size="small"
            variant="primary"
            busy={sending()}
            disabled={(dryRun.result()?.replacing?.records ?? 0) === 0}
            onClick={() => void replaceAll()}
          >
            Replace all ({figures(dryRun.result()?.replacing?.cells ?? 0)})
          </Button>
        </footer>
      </Show>
    </section>
  );
}

function Context(props: { parts: readonly [string, string, string] }) {
  return (
    <span>
      {props.parts[0]}
      <mark>{props.parts[1]}</mark>
      {props.parts[2]}
    </span>
  );
}
