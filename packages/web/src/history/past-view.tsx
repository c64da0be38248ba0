import HistoryIcon from "lucide-solid/icons/rotate-ccw-clock";
import RotateCcw from "lucide-solid/icons/rotate-ccw";
import { createResource, createSignal, Match, onCleanup, Show, Switch, type JSX } from "solid-js";
import { can } from "@gridfolk/core/access/role";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { beingMade } from "../app/being-made.ts";
import { ShellContext, type PastShell, type PastShown, type Shell } from "../app/shell.ts";
import { toastWithUndo } from "../app/sheet-actions.ts";
import { inWords } from "../data/api.ts";
import type { PastWorkspace } from "../data/workspace.ts";
import { liveFields } from "../grid/sheet-context.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { MenuButton, type MenuItem } from "../ui/menu.tsx";
import { showProblem } from "../ui/problem.ts";
import { showToast } from "../ui/toast.tsx";
import { restoring } from "./restore.ts";
import { momentWords } from "../data/moment.ts";
import styles from "./past.module.css";

export interface PastViewProps {
  shell: Shell;
  seq: number;
  /** The views, made anew within: they show the past. */
  children: JSX.Element;
}

/** A file that is made here for longer than that has failed in some way. */
const LONGEST_EXPORT_MS = 300_000;

/** The workbook as it was, with a bar that nobody overlooks. */
export function PastView(props: PastViewProps) {
  const [past, { refetch }] = createResource(
    () => props.seq,
    (seq) => props.shell.workspace.past(seq),
  );
  const back = () => props.shell.viewAsOf(undefined);
  return (
    <Switch>
      <Match when={past.error as unknown}>
        {(error) => (
          <Empty
            icon={HistoryIcon}
            title="This moment cannot be shown"
            actions={
              <>
                <Button onClick={() => void refetch()}>Try again</Button>
                <Button variant="primary" onClick={back}>
                  Back to now
                </Button>
              </>
            }
          >
            {inWords(error())}
          </Empty>
        )}
      </Match>
      <Match when={past.loading}>
        <div class={styles.wait} role="status">
          <p>Going back in time …</p>
          <Button onClick={back}>Back to now</Button>
        </div>
      </Match>
      <Match when={past()} keyed>
        {(found) => (
          <Shown shell={props.shell} past={found}>
            {props.children}
          </Shown>
        )}
      </Match>
    </Switch>
  );
}

function Shown(props: { shell: Shell; past: PastWorkspace; children: JSX.Element }) {
  // Both stay what they are for as long as this moment is shown.
  // oxlint-disable-next-line solid/reactivity
  const { shell, past } = props;
  const now = shell.workspace;
  const [shown, setShown] = createSignal<() => PastShown>();
  const moment = () => momentWords(past.at, now.locale());
  const back = () => shell.viewAsOf(undefined);
  onCleanup(past.onNotice(({ title, detail }) => showToast({ text: title, detail, key: "past" })));

  function restore(sheet: string, ids: readonly string[], columns?: readonly string[]): void {
    const { operations, records, cells } = restoring(
      now.workbook,
      past.workbook,
      sheet,
      ids,
      columns,
    );
    if (records === 0) {
      showToast({ text: "Nothing to restore: it is the same now", key: "past" });
      return;
    }
    const rows = counted(records, "row", now.locale().locale);
    const label = `Restored ${rows} as of ${moment()}`;
    const sent = now.commit(operations, label, { source: "undo" });
    if (sent === undefined) return;
    const detail = cells === 0 ? rows : `${counted(cells, "cell", now.locale().locale)} in ${rows}`;
    toastWithUndo(now, `Restored ${detail} as of ${moment()}`, sent.id);
    void sent.outcome.then((outcome) => {
      const left = outcome.ok ? outcome.answer.refused : [];
      if (left.length === 0) return;
      showToast({
        text: `${counted(left.length, "row", now.locale().locale)} could not be restored`,
        detail: left[0]?.reason,
        problem: true,
      });
    });
  }

  function restoreItems(): MenuItem[] {
    const view = shown()?.();
    if (view === undefined || !can(now.me().role, "write")) return [];
    const table = Workbook.table(past.workbook, view.sheet);
    const ids = view.selected.rows.map((row) => table.ids[row] as string);
    const { fields } = view.selected;
    if (ids.length === 0) return [];
    const rows = ids.length === 1 ? "this row" : counted(ids.length, "row", now.locale().locale);
    const isWhole = fields.length === view.fields.length;
    const cells = ids.length * fields.length === 1 ? "this cell" : "the selected cells";
    return [
      {
        label: `Restore ${rows}`,
        icon: RotateCcw,
        run: () => restore(view.sheet, ids),
      },
      ...(isWhole || fields.length === 0
        ? []
        : [
            {
              label: `Restore only ${cells}`,
              icon: RotateCcw,
              run: () =>
                restore(
                  view.sheet,
                  ids,
                  fields.map(({ key }) => key),
                ),
            },
          ]),
    ];
  }

  const pastShell: PastShell = {
    follow(next) {
      setShown(() => next);
      onCleanup(() => setShown((held) => (held === next ? undefined : held)));
    },
    rowItems() {
      const items = restoreItems();
      return items.length === 0 ? [] : ["separator", ...items];
    },
    save(what, format) {
      const sheet = shell.sheet();
      const view = shown()?.();
      if (sheet === undefined || view === undefined) return;
      const table = Workbook.table(past.workbook, sheet);
      const when = new Date(past.at).toISOString().slice(0, 16).replace(/[T:]/g, "-");
      const name = `${table.sheet.name} ${when}`;
      const these = {
        fields: what === "shown" ? view.fields : liveFields(table.sheet),
        rows: what === "shown" ? Array.from(view.rows) : Workbook.rows(table),
      };
      const told = beingMade(format, these.rows.length);
      const hide = told && showToast({ ...told, durationMs: LONGEST_EXPORT_MS });
      const saving =
        format === "csv"
          ? import("../app/save-csv.ts").then((m) => m.saveCsv(past, sheet, these, name))
          : import("../app/save-xlsx.ts").then((m) => m.saveXlsx(past, sheet, these, name));
      saving
        .finally(() => hide?.())
        .then(() => hide && showToast({ text: `${name}.${format} is saved`, key: "export" }))
        .catch(showProblem);
    },
  };
  const inside: Shell = {
    ...shell,
    workspace: past,
    past: pastShell,
    openImport: () => past.commit([], ""),
  };

  const sheet = () => past.sheets().find(({ key }) => key === shell.sheet());
  const barItems = (): MenuItem[] => {
    const selected = restoreItems();
    const found = sheet();
    if (found === undefined) return selected;
    const table = Workbook.table(past.workbook, found.key);
    const ids = Workbook.rows(table).map((row) => table.ids[row] as string);
    return [
      ...selected,
      {
        label: `Restore all of ${found.name} (${counted(ids.length, "row", now.locale().locale)})`,
        detail: "Rows that were added since stay",
        run: () => restore(found.key, ids),
      },
    ];
  };

  return (
    <ShellContext.Provider value={inside}>
      <div class={styles.root}>
        <div class={styles.bar} role="region" aria-label="The past">
          <HistoryIcon size={18} aria-hidden={true} />
          <p role="status">
            <strong>{sheet()?.name ?? now.name()}</strong> as it was on <strong>{moment()}</strong>
            <span> · nothing can be changed here</span>
          </p>
          <Show when={can(now.me().role, "write") && sheet() !== undefined}>
            <MenuButton items={barItems()} label="Restore" align="end">
              {(trigger) => (
                <Button {...trigger} size="small" icon={RotateCcw}>
                  Restore…
                </Button>
              )}
            </MenuButton>
          </Show>
          <Button size="small" variant="primary" onClick={back}>
            Back to now
          </Button>
        </div>
        <div class={styles.view}>{props.children}</div>
      </div>
    </ShellContext.Provider>
  );
}

function counted(n: number, noun: string, locale: string): string {
  return `${n.toLocaleString(locale)} ${noun}${n === 1 ? "" : "s"}`;
}
