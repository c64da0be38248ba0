import Download from "lucide-solid/icons/download";
import PencilRuler from "lucide-solid/icons/pencil-ruler";
import Trash from "lucide-solid/icons/trash";
import X from "lucide-solid/icons/x";
import { createMemo, createSignal, onCleanup, Show, type JSX } from "solid-js";
import { can } from "@gridfolk/core/access/role";
import type { Sheet } from "@gridfolk/core/field/field";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { createSheetContext, liveFields } from "../grid/sheet-context.ts";
import { counted } from "../grid/tools/noun.ts";
import type { Tool, ToolContext } from "../grid/tools/tool.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { lazyForm } from "../ui/lazy-form.tsx";
import { showProblem } from "../ui/problem.ts";
import { toastWithUndo } from "./sheet-actions.ts";
import type { Shell } from "./shell.ts";
import styles from "./cards.module.css";

const ToolView = lazyForm(() => import("../grid/tools/tool-view.tsx").then((m) => m.ToolView));

/** How long a finger rests on a card that is to be selected. */
const PRESS_MS = 450;
/** A finger that moves further scrolls. */
const SLIP_PX = 10;

/** Which cards of a phone's list are selected, and what is done with them. */
export interface CardSelection {
  /** Cards are tapped to be selected, not to be opened. */
  isOn(): boolean;
  has(id: string): boolean;
  toggle(id: string): void;
  begin(): void;
  end(): void;
  /** A finger that rests on a card begins, with that card; the click of its lifting is swallowed. */
  readonly press: {
    start(id: string, event: PointerEvent): void;
    move(event: PointerEvent): void;
    stop(): void;
  };
  /** "3 selected", with all that can be done with them. */
  bar(): JSX.Element;
}

export function createCardSelection(deps: {
  readonly shell: Shell;
  readonly sheet: () => Sheet | undefined;
  /** What the list shows, in its order. */
  readonly rows: () => readonly number[];
}): CardSelection {
  const { shell } = deps;
  const { workspace } = shell;
  const [isOn, setOn] = createSignal(false);
  const [ids, setIds] = createSignal<ReadonlySet<string>>(new Set());
  const [tool, setTool] = createSignal<{ tool: Tool; context: ToolContext }>();
  const [said, say] = createSignal("");
  let pressed: ReturnType<typeof setTimeout> | undefined;
  let from = { x: 0, y: 0 };
  onCleanup(() => clearTimeout(pressed));

  const table = () => Workbook.table(workspace.workbook, deps.sheet()?.key ?? "");
  const idsOf = (rows: readonly number[]) => rows.map((row) => table().ids[row] as string);
  const mayWrite = () => can(workspace.me().role, "write");

  /** Selected and still there, in the order of the list. */
  const selected = createMemo(() => {
    workspace.version();
    if (ids().size === 0) return [];
    const all = ids();
    const at = table();
    return deps.rows().filter((row) => all.has(at.ids[row] ?? "") && Workbook.isLive(at, row));
  });
  const words = () => {
    const sheet = deps.sheet();
    return sheet === undefined ? "" : counted(selected().length, sheet, workspace.locale().locale);
  };

  function toggle(id: string): void {
    const next = new Set(ids());
    if (!next.delete(id)) next.add(id);
    setIds(next);
  }

  function end(): void {
    setOn(false);
    setIds(new Set<string>());
  }

  function edit(): void {
    const sheet = deps.sheet();
    if (sheet === undefined) return;
    const context = createSheetContext(
      workspace,
      sheet.key,
      () => [],
      () => false,
    );
    // The scopes "shown" and "selected" are those of the list.
    context.order.ask(context.table(), [...deps.rows()], {});
    setTool({
      tool: { kind: "bulk", scope: "selected" },
      context: {
        sheet: context,
        selected: idsOf(selected()),
        columns: [],
        fields: () => liveFields(context.sheet()),
        show: () => false,
        announce: say,
        onSent: end,
        onClose: () => setTool(undefined),
      },
    });
  }

  function remove(): void {
    const sheet = deps.sheet();
    if (sheet === undefined) return;
    const gone = idsOf(selected()).sort();
    const label = `Deleted ${words()}`;
    const sent = workspace.commit([{ op: "delete", sheet: sheet.key, ids: gone }], label);
    if (sent === undefined) return;
    toastWithUndo(workspace, label, sent.id);
    end();
  }

  async function save(): Promise<void> {
    const sheet = deps.sheet();
    if (sheet === undefined) return;
    try {
      const { saveCsv } = await import("./save-csv.ts");
      saveCsv(workspace, sheet.key, { rows: selected(), fields: liveFields(sheet) }, sheet.name);
    } catch (error) {
      showProblem(error);
    }
  }

  return {
    isOn,
    has: (id) => ids().has(id),
    toggle,
    begin: () => setOn(true),
    end,
    press: {
      start(id, event) {
        if (isOn() || !event.isPrimary) return;
        from = { x: event.clientX, y: event.clientY };
        clearTimeout(pressed);
        pressed = setTimeout(() => {
          setOn(true);
          setIds(new Set([id]));
          // The finger is still down: the click that follows its lifting is not meant for the card.
          window.addEventListener("click", swallow, { capture: true, once: true });
          setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 1500);
        }, PRESS_MS);
      },
      move(event) {
        const way = Math.hypot(event.clientX - from.x, event.clientY - from.y);
        if (way > SLIP_PX) clearTimeout(pressed);
      },
      stop: () => clearTimeout(pressed),
    },
    bar: () => (
      <>
        <Show when={isOn()}>
          <div class={styles.bar} role="toolbar" aria-label="Selected cards">
            <IconButton icon={X} label="Done selecting" onClick={end} />
            <p role="status">
              {selected().length.toLocaleString(workspace.locale().locale)} selected
            </p>
            <Show
              when={selected().length > 0}
              fallback={
                <Button
                  size="small"
                  variant="quiet"
                  onClick={() => setIds(new Set(idsOf(deps.rows())))}
                >
                  All {deps.rows().length.toLocaleString(workspace.locale().locale)}
                </Button>
              }
            >
              <Show when={mayWrite()}>
                <IconButton icon={PencilRuler} label={`Edit ${words()}`} onClick={edit} />
              </Show>
              <IconButton icon={Download} label={`Export ${words()}`} onClick={() => void save()} />
              <Show when={mayWrite()}>
                <IconButton icon={Trash} label={`Delete ${words()}`} onClick={remove} />
              </Show>
            </Show>
          </div>
        </Show>
        <div class="spoken" role="status" aria-live="polite">
          {said()}
        </div>
        <Show when={tool()} keyed>
          {(open) => (
            <ToolView tool={open.tool} context={open.context} onClose={open.context.onClose} />
          )}
        </Show>
      </>
    ),
  };
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
