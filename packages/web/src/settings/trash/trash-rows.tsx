import TrashIcon from "lucide-solid/icons/trash";
import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  on,
  onCleanup,
  Show,
} from "solid-js";
import { Dynamic } from "solid-js/web";
import { can } from "@gridfolk/core/access/role";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { daysLeft, KEPT_DAYS } from "@gridfolk/core/ledger/trash";
import { labelOf } from "@gridfolk/core/sheet/title";
import { momentWords } from "../../data/moment.ts";
import { sheetIcon } from "../../app/icons.ts";
import { toastWithUndo } from "../../app/sheet-actions.ts";
import type { Workspace } from "../../data/workspace.ts";
import { count } from "../../grid/change.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { deletedRows, type Asked, type DeletedRow } from "./deleted-rows.ts";
import { Obstacles } from "./obstacles.tsx";
import { planRestore, type RestorePlan } from "./restore-plan.ts";
import settings from "../settings.module.css";
import styles from "./trash.module.css";

const PAGE = 50;
const AGAIN_MS = 300;
/** Rows of one change. */
const MOST_AT_ONCE = 100_000;
/** Fewer days than this are told with emphasis. */
const FEW_DAYS = 8;

const NOTHING_ASKED: Asked = { sheet: "", by: "", days: 0, words: "" };

/** Rows of all sheets that can be brought back: found, chosen and restored, as many at once as one likes. */
export function TrashRows(props: { workspace: Workspace }) {
  const { workspace } = props;
  const id = createUniqueId();
  const mayWrite = () => can(workspace.me().role, "write");
  const locale = () => workspace.locale();
  const [asked, setAsked] = createSignal<Asked>(NOTHING_ASKED);
  const [page, setPage] = createSignal(0);
  const [chosen, setChosen] = createSignal<ReadonlySet<string>>(new Set());
  const [plan, setPlan] = createSignal<RestorePlan>();
  // The trash may be long: it is not gone through again for each of many changes that come in a row.
  const [moved, setMoved] = createSignal(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  createEffect(
    on(
      () => workspace.version(),
      () => {
        timer ??= setTimeout(() => {
          timer = undefined;
          setMoved((n) => n + 1);
        }, AGAIN_MS);
      },
      { defer: true },
    ),
  );
  const reader = () => ({ now: Date.now(), me: workspace.me().id });
  const all = createMemo(() => {
    moved();
    return deletedRows(workspace.workbook, NOTHING_ASKED, reader());
  });
  const rows = createMemo(() => {
    const now = all();
    return asked() === NOTHING_ASKED ? now : deletedRows(workspace.workbook, asked(), reader());
  });
  const pages = () => Math.max(1, Math.ceil(rows().length / PAGE));
  const at = () => Math.min(page(), pages() - 1);
  // Rows that stay are the same objects: whoever is on one of them keeps the focus.
  const shown = createMemo((before: readonly DeletedRow[]): readonly DeletedRow[] => {
    const known = new Map(before.map((each) => [nameOf(each), each]));
    return rows()
      .slice(at() * PAGE, (at() + 1) * PAGE)
      .map((each) => {
        const same = known.get(nameOf(each));
        return same?.at === each.at && same.row === each.row && same.table === each.table
          ? same
          : each;
      });
  }, []);
  const picked = createMemo(() => rows().filter((each) => chosen().has(nameOf(each))));
  const sheets = createMemo(() => [...new Set(all().map(({ table }) => table))]);
  const people = createMemo(() => [...new Set(all().map(({ by }) => by))]);

  const person = (user: string) =>
    workspace.members().find((member) => member.user === user)?.name ?? "a former member";
  const when = (time: number) => momentWords(time, locale());
  const number = (value: number) => value.toLocaleString(locale().locale);
  const noun = (value: number) => count(value, "row", "rows", locale().locale);
  const narrow = (change: Partial<Asked>) => {
    const next = { ...asked(), ...change };
    const isNothing = !next.sheet && !next.by && !next.days && !next.words;
    setAsked(isNothing ? NOTHING_ASKED : next);
    setPage(0);
    setChosen(new Set<string>());
  };
  const choose = (each: DeletedRow, on: boolean) =>
    setChosen((before) => {
      const next = new Set(before);
      if (on) next.add(nameOf(each));
      else next.delete(nameOf(each));
      return next;
    });

  function restore(list: readonly DeletedRow[]): void {
    const bySheet = new Map<string, string[]>();
    for (const { table, id: record } of list) {
      const ids = bySheet.get(table.key);
      if (ids === undefined) bySheet.set(table.key, [record]);
      else ids.push(record);
    }
    const planned = planRestore(workspace.workbook, bySheet, {
      now: Date.now(),
      locale: locale(),
    });
    if (planned.obstacles.length > 0) {
      setPlan(planned);
      return;
    }
    const [only] = list;
    const what =
      list.length === 1 && only ? labelOf(only.table, only.row, locale()) : noun(list.length);
    commit(planned.plain.operations, `Restored ${what}`);
  }

  function commit(operations: readonly Operation[], label: string): void {
    setPlan(undefined);
    const sent = workspace.commit(operations, label);
    if (sent === undefined) return;
    setChosen(new Set<string>());
    toastWithUndo(workspace, label, sent.id, "Links to and from there are back as well.");
  }

  return (
    <Show when={all().length > 0}>
      <section class={settings.section} aria-labelledby={`${id}-title`}>
        <h2 id={`${id}-title`}>Rows</h2>
        <p>
          Deleted rows stay here for {KEPT_DAYS} days, with everything in them and with their links.
          After that they cannot be brought back.
        </p>
        <div class={styles.asked}>
          <TextField
            label="Search"
            type="search"
            placeholder="Any word in the row"
            value={asked().words}
            onInput={(words) => narrow({ words })}
          />
          <SelectField
            label="Sheet"
            value={asked().sheet}
            options={[
              { value: "", label: "All sheets" },
              ...sheets().map(({ key, sheet }) => ({ value: key, label: sheet.name })),
            ]}
            onChange={(sheet) => narrow({ sheet })}
          />
          <SelectField
            label="Deleted by"
            value={asked().by}
            options={[
              { value: "", label: "Anybody" },
              ...people().map((user) => ({ value: user, label: person(user) })),
            ]}
            onChange={(by) => narrow({ by })}
          />
          <SelectField
            label="When"
            value={String(asked().days)}
            options={[
              { value: "0", label: "Any time" },
              { value: "1", label: "Last 24 hours" },
              { value: "7", label: "Last 7 days" },
              { value: "30", label: "Last 30 days" },
            ]}
            onChange={(days) => narrow({ days: Number(days) })}
          />
        </div>
        <Show
          when={rows().length > 0}
          fallback={
            <Empty
              icon={TrashIcon}
              title="No deleted row is like that"
              actions={<Button onClick={() => narrow(NOTHING_ASKED)}>Show all</Button>}
            />
          }
        >
          <div class={styles.bar}>
            <Show when={mayWrite()} fallback={<span>{noun(rows().length)}</span>}>
              <label>
                <input
                  type="checkbox"
                  checked={picked().length === rows().length}
                  ref={(box) =>
                    createEffect(() => {
                      const some = picked().length;
                      box.indeterminate = some > 0 && some < rows().length;
                    })
                  }
                  onChange={({ currentTarget }) =>
                    setChosen(new Set(currentTarget.checked ? rows().map(nameOf) : []))
                  }
                />
                {picked().length === 0
                  ? `Select all ${noun(rows().length)}`
                  : `${number(picked().length)} of ${noun(rows().length)} selected`}
              </label>
              <Button
                variant="primary"
                size="small"
                disabled={picked().length === 0 || picked().length > MOST_AT_ONCE}
                onClick={() => restore(picked())}
              >
                {picked().length === 0 ? "Restore" : `Restore ${noun(picked().length)}`}
              </Button>
            </Show>
          </div>
          <Show when={picked().length > MOST_AT_ONCE}>
            <p class={settings.quietly} role="status">
              Up to {noun(MOST_AT_ONCE)} can be restored at once. Choose a sheet, a person or a time
              first.
            </p>
          </Show>
          <ul class={settings.list}>
            <For each={shown()}>
              {(each) => {
                const name = () => labelOf(each.table, each.row, locale());
                const left = daysLeft(each.at, Date.now());
                return (
                  <li class={styles.row}>
                    <Show when={mayWrite()}>
                      <input
                        type="checkbox"
                        aria-label={`Select ${name()}`}
                        checked={chosen().has(nameOf(each))}
                        onChange={({ currentTarget }) => choose(each, currentTarget.checked)}
                      />
                    </Show>
                    <Dynamic
                      component={sheetIcon(each.table.sheet.icon)}
                      size={18}
                      aria-hidden={true}
                    />
                    <div class={settings.who}>
                      <b>{name()}</b>
                      <span>
                        {each.table.sheet.name}
                        {each.table.sheet.deleted === true ? " (in the trash too)" : ""}, deleted{" "}
                        {when(each.at)} by {person(each.by)}
                      </span>
                      <span data-few={left < FEW_DAYS ? "" : undefined}>
                        {left === 1 ? "1 day left" : `${left} days left`}
                      </span>
                    </div>
                    <Button
                      size="small"
                      disabled={!mayWrite()}
                      aria-label={`Restore ${name()}`}
                      onClick={() => restore([each])}
                    >
                      Restore
                    </Button>
                  </li>
                );
              }}
            </For>
          </ul>
          <Show when={pages() > 1}>
            <nav class={styles.pages} aria-label="Pages of deleted rows">
              <Button size="small" disabled={at() === 0} onClick={() => setPage(at() - 1)}>
                Newer
              </Button>
              <span role="status">
                {number(at() * PAGE + 1)} to {number(Math.min(rows().length, (at() + 1) * PAGE))} of{" "}
                {number(rows().length)}
              </span>
              <Button
                size="small"
                disabled={at() === pages() - 1}
                onClick={() => setPage(at() + 1)}
              >
                Older
              </Button>
            </nav>
          </Show>
        </Show>
        <Show when={plan()}>
          {(open) => (
            <Obstacles plan={open()} onRestore={commit} onClose={() => setPlan(undefined)} />
          )}
        </Show>
      </section>
    </Show>
  );
}

function nameOf({ table, id }: DeletedRow): string {
  return `${table.key}/${id}`;
}
