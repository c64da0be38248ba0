import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import Ellipsis from "lucide-solid/icons/ellipsis";
import Copy from "lucide-solid/icons/copy";
import Gauge from "lucide-solid/icons/gauge";
import PanelLeft from "lucide-solid/icons/panel-left";
import Pencil from "lucide-solid/icons/pencil";
import Plus from "lucide-solid/icons/plus";
import Settings from "lucide-solid/icons/settings";
import Shapes from "lucide-solid/icons/shapes";
import Trash from "lucide-solid/icons/trash";
import Upload from "lucide-solid/icons/upload";
import { A, useLocation } from "@solidjs/router";
import { createMemo, createSignal, For, onMount, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { can } from "@gridfolk/core/access/role";
import type { Sheet } from "@gridfolk/core/field/field";
import { IconButton } from "../ui/button.tsx";
import { Menu, MenuButton, pointAnchor, type MenuItem } from "../ui/menu.tsx";
import { sheetIcon, sheetIcons } from "./icons.ts";
import { moveSheet, renameSheet, setSheetIcon, trashSheet } from "./sheet-actions.ts";
import type { Shell } from "./shell.ts";
import styles from "./frame.module.css";

export interface RailProps {
  shell: Shell;
  folded: boolean;
  onFold: () => void;
  onAddSheet: () => void;
  /** The sheet whose name is being edited in place. */
  renaming: string | undefined;
  onRename: (key: string | undefined) => void;
  /** The workbook is seen as it was: to go from sheet to sheet there, not to change them as they are now. */
  past?: number | undefined;
}

/** The sheets of the workspace. They can be dragged, and everything a drag does is in their menu as well. */
export function Rail(props: RailProps) {
  const { workspace } = props.shell;
  const sheets = workspace.sheets;
  const location = useLocation();
  const mayDesign = () => props.past === undefined && can(workspace.me().role, "design");
  const [dragged, setDragged] = createSignal<string>();
  const [target, setTarget] = createSignal<{ key: string; after: boolean }>();
  const [context, setContext] = createSignal<{ sheet: Sheet; anchor: DOMRect }>();
  const counts = createMemo(() => {
    workspace.version();
    // Not yet all rows, or those of now beside a time before: no count is better than a wrong one.
    if (workspace.status().state === "loading" || props.past !== undefined)
      return new Map<string, number>();
    return new Map(
      sheets().flatMap((sheet) => {
        const live = workspace.workbook.sheets.get(sheet.key)?.live ?? 0;
        return live === 0 ? [] : [[sheet.key, live] as const];
      }),
    );
  });

  const items = (sheet: Sheet): MenuItem[] => {
    const at = sheets().findIndex(({ key }) => key === sheet.key);
    return [
      { label: "Rename", icon: Pencil, run: () => props.onRename(sheet.key) },
      {
        label: "Icon",
        icon: Shapes,
        items: Object.entries(sheetIcons).map(([name, icon]) => ({
          label: name.replace(/-(round|2|list)$/u, "").replaceAll("-", " "),
          icon,
          run: () => setSheetIcon(workspace, sheet, name),
        })),
      },
      {
        label: "Import into this sheet",
        icon: Upload,
        run: () => props.shell.openImport({ sheet: sheet.key }),
      },
      "separator",
      {
        label: "Move up",
        icon: ArrowUp,
        disabled: at === 0,
        run: () => moveSheet(workspace, sheet, at - 1),
      },
      {
        label: "Move down",
        icon: ArrowDown,
        disabled: at === sheets().length - 1,
        run: () => moveSheet(workspace, sheet, at + 1),
      },
      "separator",
      {
        label: "Move to the trash",
        icon: Trash,
        danger: true,
        run: () => trashSheet(props.shell, sheet),
      },
    ];
  };

  const drop = () => {
    const to = target();
    const sheet = sheets().find(({ key }) => key === dragged());
    setTarget(undefined);
    setDragged(undefined);
    if (!to || !sheet || to.key === sheet.key) return;
    const rest = sheets().filter(({ key }) => key !== sheet.key);
    const index = rest.findIndex(({ key }) => key === to.key);
    moveSheet(workspace, sheet, index + (to.after ? 1 : 0));
  };

  return (
    <nav class={styles.rail} aria-label="Sheets">
      <For each={sheets()}>
        {(sheet) => (
          <Show
            when={props.renaming !== sheet.key}
            fallback={
              <Rename
                name={sheet.name}
                onDone={(name) => {
                  props.onRename(undefined);
                  if (name !== undefined) renameSheet(workspace, sheet, name);
                }}
              />
            }
          >
            <div
              class={styles.sheet}
              data-current={props.shell.sheet() === sheet.key ? "" : undefined}
              data-drop={
                target()?.key === sheet.key && dragged() !== sheet.key
                  ? target()?.after
                    ? "after"
                    : "before"
                  : undefined
              }
              onContextMenu={(event) => {
                if (!mayDesign()) return;
                event.preventDefault();
                setContext({ sheet, anchor: pointAnchor(event) });
              }}
              onDragOver={(event) => {
                if (!dragged()) return;
                event.preventDefault();
                const box = event.currentTarget.getBoundingClientRect();
                setTarget({ key: sheet.key, after: event.clientY > box.top + box.height / 2 });
              }}
              onDrop={(event) => {
                if (!dragged()) return;
                event.preventDefault();
                drop();
              }}
            >
              <A
                class={styles.link ?? ""}
                href={`/w/${workspace.id}/${sheet.key}${props.past === undefined ? "" : `?asof=${props.past}`}`}
                aria-current={props.shell.sheet() === sheet.key ? "page" : undefined}
                title={props.folded ? sheet.name : undefined}
                draggable={mayDesign()}
                onDragStart={(event: DragEvent) => {
                  setDragged(sheet.key);
                  event.dataTransfer?.setData("text/x-gridfolk-sheet", sheet.key);
                }}
                onDragEnd={() => {
                  setDragged(undefined);
                  setTarget(undefined);
                }}
                onDblClick={() => mayDesign() && props.onRename(sheet.key)}
              >
                <Dynamic component={sheetIcon(sheet.icon)} size={16} aria-hidden={true} />
                <span>{sheet.name}</span>
                <small>{counts().get(sheet.key)?.toLocaleString() ?? ""}</small>
              </A>
              <Show when={mayDesign()}>
                <MenuButton items={items(sheet)} label={sheet.name}>
                  {(trigger) => (
                    <IconButton
                      {...trigger}
                      icon={Ellipsis}
                      label={`Options of ${sheet.name}`}
                      size="small"
                    />
                  )}
                </MenuButton>
              </Show>
            </div>
          </Show>
        )}
      </For>
      <Show when={mayDesign() && workspace.status().state !== "loading"}>
        <button
          type="button"
          class={styles.quiet}
          title={props.folded ? "New sheet" : undefined}
          onClick={() => props.onAddSheet()}
        >
          <Plus size={16} aria-hidden={true} />
          <span>Sheet</span>
        </button>
      </Show>
      <span class={styles.space} />
      <A
        class={styles.quiet ?? ""}
        href={`/w/${workspace.id}/-/duplicates`}
        aria-current={location.pathname.endsWith("/-/duplicates") ? "page" : undefined}
        title={props.folded ? "Duplicates" : undefined}
      >
        <Copy size={16} aria-hidden={true} />
        <span>Duplicates</span>
      </A>
      <A
        class={styles.quiet ?? ""}
        href={`/w/${workspace.id}/-/quality`}
        aria-current={location.pathname.endsWith("/-/quality") ? "page" : undefined}
        title={props.folded ? "Data quality" : undefined}
      >
        <Gauge size={16} aria-hidden={true} />
        <span>Data quality</span>
      </A>
      <A
        class={styles.quiet ?? ""}
        href={`/w/${workspace.id}/settings/workspace`}
        aria-current={location.pathname.includes("/settings/") ? "page" : undefined}
        title={props.folded ? "Settings" : undefined}
      >
        <Settings size={16} aria-hidden={true} />
        <span>Settings</span>
      </A>
      <button
        type="button"
        class={styles.quiet}
        aria-expanded={!props.folded}
        aria-label={props.folded ? "Expand the side bar" : "Collapse the side bar"}
        onClick={() => props.onFold()}
      >
        <PanelLeft size={16} aria-hidden={true} />
        <span>Collapse</span>
      </button>
      <Show when={context()} keyed>
        {(open) => (
          <Menu
            items={items(open.sheet)}
            label={open.sheet.name}
            anchor={open.anchor}
            onClose={() => setContext(undefined)}
          />
        )}
      </Show>
    </nav>
  );
}

function Rename(props: { name: string; onDone: (name: string | undefined) => void }) {
  let input!: HTMLInputElement;
  let done = false;
  const finish = (name: string | undefined) => {
    if (done) return;
    done = true;
    props.onDone(name);
  };
  onMount(() => {
    input.focus();
    input.select();
  });
  return (
    <input
      ref={input}
      class={styles.rename}
      aria-label="Name of the sheet"
      value={props.name}
      maxLength={100}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") finish(event.currentTarget.value);
        else if (event.key === "Escape") finish(undefined);
      }}
      onBlur={(event) => finish(event.currentTarget.value)}
    />
  );
}
