import Check from "lucide-solid/icons/check";
import Mail from "lucide-solid/icons/mail";
import Phone from "lucide-solid/icons/phone";
import Plus from "lucide-solid/icons/plus";
import SearchX from "lucide-solid/icons/search-x";
import {
  createEffect,
  createMemo,
  createSignal,
  For,
  on,
  onCleanup,
  onMount,
  Show,
} from "solid-js";
import { can } from "@gridfolk/core/access/role";
import type { Field, Sheet } from "@gridfolk/core/field/field";
import { e164Of } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { contextOf } from "@gridfolk/core/sheet/context";
import type { Names } from "@gridfolk/core/field/behaviour";
import * as Query from "@gridfolk/core/sheet/query";
import { labelOf } from "@gridfolk/core/sheet/title";
import { mend } from "@gridfolk/core/view/mend";
import * as Views from "@gridfolk/core/view/views";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { Chip } from "../ui/chip.tsx";
import { Empty } from "../ui/empty.tsx";
import { createCardSelection, type CardSelection } from "./card-selection.tsx";
import { addRecord } from "./record-actions.ts";
import type { Shell } from "./shell.ts";
import styles from "./cards.module.css";

const HEIGHT = 66;
const BEYOND = 8;

/** A sheet on a phone: a card of two lines for each record, newest first. Only cards near the screen exist. */
export function Cards(props: { shell: Shell; sheet: string }) {
  const { workspace } = props.shell;
  let root!: HTMLDivElement;
  let list!: HTMLDivElement;
  const [window_, setWindow] = createSignal({ from: 0, to: 30 });
  const sheet = createMemo(() => workspace.sheets().find(({ key }) => key === props.sheet));
  const context = createMemo(() => {
    workspace.version();
    return contextOf(workspace.workbook, { now: Date.now(), me: workspace.me().id });
  });
  const views = createMemo(() => {
    workspace.version();
    return Views.viewsOf(workspace.workbook, workspace.me().id, props.sheet);
  });
  const active = () => views().find(({ id }) => id === props.shell.view());
  const rows = createMemo(() => {
    workspace.version();
    const table = Workbook.table(workspace.workbook, props.sheet);
    const view = active();
    if (view === undefined) {
      return Query.matching(table, { q: props.shell.search() }, context()).toReversed();
    }
    const { filter, sort, group } = mend(view.definition, table, context()).definition;
    const order = [...group.map(({ field, descending }) => ({ field, descending })), ...sort];
    const shown = Query.ordered(
      table,
      { q: props.shell.search(), sort: order, ...(filter === undefined ? {} : { filter }) },
      context(),
    );
    return order.length === 0 ? shown.toReversed() : shown;
  });
  const visible = createMemo(() => {
    const { from, to } = window_();
    return rows()
      .slice(from, to)
      .map((row, index) => ({ row, at: from + index }));
  });

  const selection = createCardSelection({ shell: props.shell, sheet, rows });
  createEffect(
    on(
      () => props.sheet,
      () => selection.end(),
      { defer: true },
    ),
  );

  const measure = () => {
    const top = Math.max(0, root.scrollTop - list.offsetTop);
    const from = Math.max(0, Math.floor(top / HEIGHT) - BEYOND);
    const to = Math.ceil((top + root.clientHeight) / HEIGHT) + BEYOND;
    setWindow((now) => (now.from === from && now.to === to ? now : { from, to }));
  };
  onMount(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(root);
    onCleanup(() => observer.disconnect());
  });

  return (
    <div class={styles.root} ref={root} onScroll={measure}>
      <Show when={sheet()}>
        {(now) => (
          <>
            <div class={styles.head}>
              <h1>{now().name}</h1>
              <span>
                {rows().length.toLocaleString()}
                {props.shell.search() ? " found" : ""}
              </span>
              <Show when={rows().length > 0 && !selection.isOn()}>
                <Button size="small" variant="quiet" onClick={() => selection.begin()}>
                  Select
                </Button>
              </Show>
              <Show when={views().length > 0}>
                <select
                  aria-label="View"
                  onChange={(event) => props.shell.openView(event.currentTarget.value || undefined)}
                >
                  <option value="" selected={active() === undefined}>
                    All
                  </option>
                  <For each={views()}>
                    {(view) => (
                      <option value={view.id} selected={view.id === props.shell.view()}>
                        {view.name}
                      </option>
                    )}
                  </For>
                </select>
              </Show>
            </div>
            <div
              ref={list}
              class={styles.list}
              role="list"
              style={{ height: `${rows().length * HEIGHT}px` }}
            >
              <For each={visible()}>
                {({ row, at }) => (
                  <Card
                    shell={props.shell}
                    sheet={now()}
                    row={row}
                    top={at * HEIGHT}
                    names={context().names}
                    selection={selection}
                  />
                )}
              </For>
            </div>
            {selection.bar()}
            <Show when={rows().length === 0}>
              <Show
                when={props.shell.search() || active()}
                fallback={
                  <Empty
                    icon={Plus}
                    title={`No ${now().name.toLocaleLowerCase()} yet`}
                    actions={
                      <Show when={can(workspace.me().role, "write")}>
                        <Button
                          variant="primary"
                          onClick={() => {
                            const id = addRecord(workspace, now());
                            if (id) props.shell.openRecord(now().key, id);
                          }}
                        >
                          Add {now().singular ?? "a row"}
                        </Button>
                        <Button onClick={() => props.shell.openImport({ sheet: now().key })}>
                          Import
                        </Button>
                      </Show>
                    }
                  />
                }
              >
                <Empty
                  icon={SearchX}
                  title="Nothing found"
                  actions={
                    <Button
                      onClick={() => {
                        props.shell.setSearch("");
                        props.shell.openView(undefined);
                      }}
                    >
                      Show all
                    </Button>
                  }
                >
                  <Show
                    when={props.shell.search()}
                    fallback={`No row of ${now().name} is in this view.`}
                  >
                    No row of {now().name} contains “{props.shell.search()}”.
                  </Show>
                </Empty>
              </Show>
            </Show>
          </>
        )}
      </Show>
    </div>
  );
}

interface CardProps {
  shell: Shell;
  sheet: Sheet;
  row: number;
  top: number;
  names: Names;
  selection: CardSelection;
}

function Card(props: CardProps) {
  const { workspace } = props.shell;
  const table = () => Workbook.table(workspace.workbook, props.sheet.key);
  const id = () => table().ids[props.row] ?? "";
  const isSelected = () => props.selection.has(id());
  const live = createMemo(() => {
    workspace.version();
    const at = table();
    const { names } = props;
    const text = (field: Field): string => {
      const cell = Workbook.value(at, props.row, field.key);
      if (cell === undefined) return "";
      if (Array.isArray(cell) && field.type === "link")
        return (cell as readonly string[]).map((one) => names.nameOf(field, one) ?? "").join(", ");
      if (field.type === "user" && typeof cell === "string") return names.nameOf(field, cell) ?? "";
      return registry[field.type].format(cell, field, workspace.locale());
    };
    const fields = props.sheet.fields.filter((field) => !field.deleted);
    const choice = fields.find(({ type }) => type === "choice");
    const chosen = choice && text(choice);
    return {
      label: labelOf(at, props.row, workspace.locale()),
      second: secondLine(props.sheet, fields).map(text).filter(Boolean).slice(0, 3).join(" · "),
      chip: chosen
        ? { text: chosen, color: choice.options?.find(({ name }) => name === chosen)?.color }
        : undefined,
      phone: stringAt(at, props.row, fields, "phone"),
      email: stringAt(at, props.row, fields, "email"),
    };
  });
  return (
    <div
      class={styles.card}
      role="listitem"
      style={{ top: `${props.top}px` }}
      data-selected={isSelected() ? "" : undefined}
      onPointerDown={(event) => props.selection.press.start(id(), event)}
      onPointerMove={(event) => props.selection.press.move(event)}
      onPointerUp={() => props.selection.press.stop()}
      onPointerCancel={() => props.selection.press.stop()}
      onContextMenu={(event) => {
        if (props.selection.isOn()) event.preventDefault();
      }}
    >
      <Show
        when={props.selection.isOn()}
        fallback={<Avatar name={live().label} id={id()} size={38} />}
      >
        <span class={styles.tick} aria-hidden={true}>
          <Show when={isSelected()}>
            <Check size={18} />
          </Show>
        </span>
      </Show>
      <button
        type="button"
        class={styles.open}
        aria-pressed={props.selection.isOn() ? isSelected() : undefined}
        onClick={() =>
          props.selection.isOn()
            ? props.selection.toggle(id())
            : props.shell.openRecord(props.sheet.key, id())
        }
      >
        <span>
          <b>{live().label}</b>
          <Show when={live().chip}>
            {(chip) => <Chip text={chip().text} color={chip().color} />}
          </Show>
        </span>
        <small>{live().second || " "}</small>
      </button>
      <div class={styles.reach} hidden={props.selection.isOn()}>
        <Show when={live().phone}>
          {(phone) => (
            <a href={`tel:${e164Of(phone())}`} aria-label={`Call ${live().label}`}>
              <Phone size={19} />
            </a>
          )}
        </Show>
        <Show when={live().email}>
          {(email) => (
            <a href={`mailto:${email()}`} aria-label={`Write to ${live().label}`}>
              <Mail size={19} />
            </a>
          )}
        </Show>
      </div>
    </div>
  );
}

const told = ["link", "currency", "email", "date", "text", "phone", "url", "number"] as const;

/** The fields that say most about a record beside its name. */
function secondLine(sheet: Sheet, fields: readonly Field[]): Field[] {
  const rest = fields.filter(({ key }) => !sheet.title.includes(key));
  return told.flatMap((type) => rest.filter((field) => field.type === type).slice(0, 2));
}

function stringAt(
  table: Workbook.Table,
  row: number,
  fields: readonly Field[],
  type: Field["type"],
): string | undefined {
  for (const field of fields) {
    if (field.type !== type) continue;
    const cell = Workbook.value(table, row, field.key);
    if (typeof cell === "string") return cell;
  }
  return undefined;
}
