import type { Field } from "@gridfolk/core/field/field";
import { ago, fetchHistory, type HistoryEntry } from "../../record/history.ts";
import type { SheetContext } from "../sheet-context.ts";
import styles from "./recent-mark.module.css";

export interface RecentCell {
  readonly sheet: SheetContext;
  readonly id: string;
  readonly field: Field;
  /** Of the record's last change: what was looked up holds until it moves. */
  readonly stamp: number;
  readonly withinMs: number;
}

const known = new Map<string, Promise<HistoryEntry | undefined>>();
const MOST_KNOWN = 500;

/**
 * Marks a corner of the cell when its value was changed lately; a click on it calls `onOpen`. Answers what takes the mark away.
 * The mark takes no press: clicks and drags select as everywhere.
 */
export async function markRecent(
  cell: HTMLElement,
  recent: RecentCell,
  onOpen: () => void,
): Promise<() => void> {
  const entry = await lastChange(recent);
  if (entry === undefined || !cell.isConnected) return () => undefined;
  const { workspace } = recent.sheet;
  const at = Date.parse(entry.at);
  if (at < Date.now() - recent.withinMs) return () => undefined;
  const who =
    workspace.members().find(({ user }) => user === entry.actor)?.name ?? "a former member";
  const mark = document.createElement("span");
  mark.className = styles.root ?? "";
  mark.dataset["recent"] = "";
  mark.setAttribute("aria-hidden", "true");
  mark.title = `Changed by ${who}, ${ago(at, Date.now(), workspace.locale())}. Click to see what it was.`;
  mark.addEventListener("click", onOpen);
  mark.addEventListener("dblclick", (event) => event.stopPropagation());
  cell.append(mark);
  return () => mark.remove();
}

/** The last change of the cell's value; undefined when it holds what its record began with. */
function lastChange({ sheet, id, field, stamp }: RecentCell): Promise<HistoryEntry | undefined> {
  const { workspace, sheetKey } = sheet;
  const key = [workspace.id, id, field.key, stamp].join("/");
  let found = known.get(key);
  if (found === undefined) {
    found = fetchHistory(workspace.id, sheetKey, id, { field: field.key, limit: 1 }).then(
      ({ entries: [entry] }) => (entry?.kind === "changed" ? entry : undefined),
      () => {
        // Offline, or the session ended: asked again at the next rest.
        known.delete(key);
        return undefined;
      },
    );
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, found);
  }
  return found;
}
