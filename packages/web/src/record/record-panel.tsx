import CopyCheck from "lucide-solid/icons/copy-check";
import Copy from "lucide-solid/icons/link";
import Ellipsis from "lucide-solid/icons/ellipsis";
import RotateCcw from "lucide-solid/icons/rotate-ccw";
import Trash from "lucide-solid/icons/trash";
import X from "lucide-solid/icons/x";
import {
  createMemo,
  createSignal,
  createUniqueId,
  For,
  lazy,
  onCleanup,
  onMount,
  Show,
  Suspense,
} from "solid-js";
import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { isKept, KEPT_DAYS } from "@gridfolk/core/ledger/trash";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { mergesInto, resolve } from "@gridfolk/core/merge/memory";
import { labelOf } from "@gridfolk/core/sheet/title";
import { momentWords } from "../data/moment.ts";
import { toastWithUndo } from "../app/sheet-actions.ts";
import { useShell } from "../app/shell.ts";
import type { Look } from "../grid/cell-content.ts";
import { deleteOperation, setOperations } from "../grid/change.ts";
import { createEditorDeps } from "../grid/editor/deps.ts";
import type { Edited } from "../grid/editor/editor.ts";
import { currentNames, liveFields } from "../grid/sheet-context.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { MenuButton } from "../ui/menu.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { showToast } from "../ui/toast.tsx";
import { bringBack, type Former } from "./bring-back.ts";
import { BackLinks } from "./back-links.tsx";
import { HistoryList } from "./history-list.tsx";
import { ReachBar } from "./reach-bar.tsx";
import { RecordField } from "./record-field.tsx";
import styles from "./record.module.css";

const MergedFrom = lazy(() => import("./merged-from.tsx").then((m) => ({ default: m.MergedFrom })));

export interface RecordPanelProps {
  sheet: string;
  id: string;
}

const WIDTH = "gridfolk:record-width";
const NARROWEST = 320;
const WIDEST = 900;

/** One record beside the grid: every field, what links to it, and its history. On a phone it takes the whole view. */
export function RecordPanel(props: RecordPanelProps) {
  const shell = useShell();
  const { workspace } = shell;
  const [tab, setTab] = createSignal<"details" | "history">("details");
  const [width, setWidth] = createSignal(widthKept());
  const panel = createUniqueId();
  let root!: HTMLElement;

  const names = currentNames(workspace);
  onCleanup(workspace.onChange(() => names.forget()));
  const look = (): Look => ({ locale: workspace.locale(), names });
  const table = createMemo(
    () => {
      workspace.version();
      return workspace.workbook.sheets.get(props.sheet);
    },
    undefined,
    { equals: false },
  );
  /** An address of a record that was merged leads to the one it went into. */
  const id = createMemo(() => {
    workspace.version();
    return resolve(workspace.workbook, props.sheet, props.id) ?? props.id;
  });
  const row = createMemo(() => table()?.rowById.get(id()));
  const isMerged = createMemo(() => {
    workspace.version();
    return mergesInto(workspace.workbook, props.sheet, id()).length > 0;
  });
  const trashed = createMemo(() => {
    const at = row();
    const here = table();
    return here !== undefined && at !== undefined && !Workbook.isLive(here, at);
  });
  const fields = createMemo(() => {
    const here = table();
    return here === undefined ? [] : liveFields(here.sheet);
  });
  const title = createMemo(() => {
    const here = table();
    const at = row();
    return here === undefined || at === undefined ? "" : labelOf(here, at, workspace.locale());
  });
  const noun = () => table()?.sheet.singular ?? "record";
  const canWrite = () => workspace.me().role !== "viewer";
  const canEdit = () => canWrite() && !trashed();
  const deps = createMemo(() => createEditorDeps(workspace, props.sheet, names));
  const cell = (field: Field): Cell | undefined => {
    const here = table();
    const at = row();
    return here === undefined || at === undefined ? undefined : Workbook.value(here, at, field.key);
  };

  function write(field: Field, edited: Edited, label = `Changed ${field.name}`): void {
    const before = () => cell(field);
    const operations = [
      ...edited.first,
      ...setOperations(props.sheet, [{ id: id(), field: field.key, after: edited.cell }], before),
    ];
    if (operations.length > 0) workspace.commit(operations, label, { source: "grid" });
  }

  const canRestore = createMemo(() => {
    const here = table();
    const at = row();
    if (here === undefined || at === undefined || !canWrite()) return false;
    return Workbook.isLive(here, at) || isKept(here, at, Date.now());
  });

  function restore(): void {
    const label = `Restored ${title()}`;
    const operation = { op: "restore", sheet: props.sheet, ids: [id()] } as const;
    const sent = workspace.commit([operation], label);
    if (sent !== undefined) toastWithUndo(workspace, label, sent.id);
  }

  /** Writes former values, and takes the record out of the trash for it; one change, with Undo. */
  function restoreFormer(former: readonly Former[], label: string): void {
    const back = bringBack(props.sheet, id(), former, cell, workspace.locale());
    const out: Operation[] = trashed() ? [{ op: "restore", sheet: props.sheet, ids: [id()] }] : [];
    const operations = [...out, ...back.operations];
    const left = back.left.length === 0 ? undefined : `Left as it is: ${back.left.join("; ")}.`;
    if (operations.length === 0) {
      showToast({ text: "It is like that already", detail: left });
      return;
    }
    const sent = workspace.commit(operations, label);
    if (sent !== undefined) toastWithUndo(workspace, label, sent.id, left);
  }

  function remove(): void {
    const label = `Deleted ${title()}`;
    const sent = workspace.commit([deleteOperation(props.sheet, [id()])], label);
    if (sent === undefined) return;
    toastWithUndo(workspace, label, sent.id);
    shell.closeRecord();
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    shell.closeRecord();
  };

  onMount(() => {
    const before = document.activeElement;
    root.focus({ preventScroll: true });
    onCleanup(() => {
      // Back to the cell it was opened from, unless the person has gone on.
      const lost =
        root.contains(document.activeElement) || document.activeElement === document.body;
      if (lost && before instanceof HTMLElement && before.isConnected) before.focus();
    });
  });

  return (
    <aside
      ref={root}
      class={styles.root}
      aria-label={`${title()}, ${noun()}`}
      tabIndex={-1}
      data-narrow={shell.narrow() ? "" : undefined}
      style={shell.narrow() ? {} : { width: `${width()}px` }}
      onKeyDown={onKeyDown}
    >
      <Show when={!shell.narrow()}>
        <Resizer width={width()} onWidth={setWidth} />
      </Show>
      <header class={styles.head}>
        <div>
          <p>{noun()}</p>
          <h2>{title()}</h2>
        </div>
        <MenuButton
          label={`Actions for ${title()}`}
          align="end"
          items={[
            {
              label: "Copy link",
              icon: Copy,
              run: () => {
                navigator.clipboard.writeText(location.href).then(
                  () => showToast({ text: "Link copied" }),
                  () => showToast({ text: "The link could not be copied", problem: true }),
                );
              },
            },
            ...(shell.past === undefined && !trashed()
              ? [
                  {
                    label: "Find duplicates of this",
                    icon: CopyCheck,
                    run: () => shell.findDuplicates(props.sheet, id()),
                  },
                ]
              : []),
            ...(canEdit()
              ? [{ label: `Delete ${noun()}`, icon: Trash, danger: true, run: remove }]
              : []),
          ]}
        >
          {(trigger) => <IconButton {...trigger} icon={Ellipsis} label="More" />}
        </MenuButton>
        <IconButton icon={X} label="Close" keys="Esc" onClick={() => shell.closeRecord()} />
      </header>
      <Show
        when={row() !== undefined}
        fallback={<p class={styles.note}>This {noun()} does not exist or has been removed.</p>}
      >
        <Tabs
          label="Record"
          panel={panel}
          selected={tab()}
          onSelect={setTab}
          tabs={[
            { key: "details", label: "Details" },
            { key: "history", label: "History" },
          ]}
        />
        <Show when={trashed()}>
          <p class={styles.trashed} role="status">
            {canRestore() || !canWrite()
              ? "In the trash."
              : `Deleted more than ${KEPT_DAYS} days ago: it cannot be restored any more.`}
            <Show when={canRestore()}>
              <Button variant="link" size="small" icon={RotateCcw} onClick={restore}>
                Restore
              </Button>
            </Show>
          </p>
        </Show>
        <div id={panel} role="tabpanel" class={styles.body} tabIndex={-1}>
          <Show
            when={tab() === "details"}
            fallback={
              <HistoryList
                workspace={workspace}
                sheet={props.sheet}
                record={id()}
                fields={fields()}
                look={look()}
                canEdit={canEdit()}
                canRestoreRow={canRestore()}
                cell={cell}
                onRestore={(former) => restoreFormer([former], `Restored ${former.field.name}`)}
                onRestoreRow={(former, entry) =>
                  restoreFormer(
                    former,
                    `Put ${title()} back to how it was on ${momentWords(entry.at, workspace.locale())}`,
                  )
                }
              />
            }
          >
            <div class={styles.fields}>
              <For each={fields()}>
                {(field) => (
                  <RecordField
                    field={field}
                    cell={cell(field)}
                    look={look()}
                    deps={deps()}
                    canEdit={canEdit()}
                    onWrite={(edited) => write(field, edited)}
                    onOpen={(sheet, opened) => shell.openRecord(sheet, opened)}
                  />
                )}
              </For>
            </div>
            <Show when={isMerged()}>
              <Suspense>
                <MergedFrom
                  workspace={workspace}
                  sheet={props.sheet}
                  record={id()}
                  canEdit={canEdit()}
                />
              </Suspense>
            </Show>
            <BackLinks
              workspace={workspace}
              sheet={props.sheet}
              record={id()}
              canEdit={canEdit()}
              onOpen={(sheet, opened) => shell.openRecord(sheet, opened)}
            />
          </Show>
        </div>
        <Show when={shell.narrow()}>
          <ReachBar fields={fields()} cell={cell} />
        </Show>
      </Show>
    </aside>
  );
}

function widthKept(): number {
  const kept = Number(localStorage.getItem(WIDTH));
  return kept >= NARROWEST && kept <= WIDEST ? kept : 400;
}

/** The edge of the panel: dragged, or moved with the arrows. */
function Resizer(props: { width: number; onWidth: (width: number) => void }) {
  const set = (width: number) => {
    const next = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
    props.onWidth(next);
    localStorage.setItem(WIDTH, String(next));
  };
  return (
    <div
      class={styles.resizer}
      role="separator"
      aria-label="Width of the record"
      aria-orientation="vertical"
      aria-valuenow={props.width}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      tabIndex={0}
      onKeyDown={(event) => {
        const step = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        set(props.width + step);
      }}
      onPointerDown={(event) => {
        const { currentTarget, pointerId, clientX } = event;
        const before = props.width;
        currentTarget.setPointerCapture(pointerId);
        const move = (moved: PointerEvent) => set(before + clientX - moved.clientX);
        const stop = () => {
          currentTarget.removeEventListener("pointermove", move);
          currentTarget.removeEventListener("pointerup", stop);
          currentTarget.removeEventListener("pointercancel", stop);
        };
        currentTarget.addEventListener("pointermove", move);
        currentTarget.addEventListener("pointerup", stop);
        currentTarget.addEventListener("pointercancel", stop);
      }}
    />
  );
}
