import type { ICellRendererParams } from "ag-grid-community";
import { must } from "@gridfolk/core/assert";
import type { Field } from "@gridfolk/core/field/field";
import type { GridRow, GroupLine } from "../row-model.ts";
import type { SheetContext } from "../sheet-context.ts";
import type { ViewCells } from "./view-cells.ts";
import styles from "./lines.module.css";

/** The row under all others that says what columns come to. */
export const FOOTER = "footer";

interface Params extends ICellRendererParams<GridRow> {
  readonly sheet: SheetContext;
  readonly view: ViewCells;
}

const chevron = `<svg width="14" height="14" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="m6 9 6 6 6-6"/></svg>`;

/** A cell of a group's header row: in the first column the group's name and how many records it has, in others what they come to. */
export function drawGroupCell(
  host: HTMLElement,
  params: Params,
  field: Field,
  line: GroupLine,
): void {
  const { view, sheet } = params;
  const summary = view.ofGroup(line, field);
  const told = summary && document.createElement("span");
  if (told !== undefined && summary !== undefined) {
    told.className = styles.told as string;
    const name = document.createElement("small");
    name.textContent = summary.label;
    told.append(name, " ", summary.figure);
  }
  if (!view.isFirst(field.key)) {
    host.replaceChildren(...(told === undefined ? [] : [told]));
    return;
  }
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.tabIndex = -1;
  toggle.className = styles.toggle as string;
  toggle.dataset["groupToggle"] = line.group.key;
  toggle.ariaExpanded = String(!line.collapsed);
  toggle.ariaLabel = `${view.groupWords(line.group)}, ${line.to - line.from}`;
  toggle.innerHTML = chevron;
  const name = document.createElement("span");
  name.className = styles.groupName as string;
  const of = document.createElement("small");
  of.textContent = line.group.field.name;
  const value = document.createElement("span");
  value.className = styles.groupValue as string;
  view.paintGroup(value, line.group);
  const count = document.createElement("span");
  count.className = styles.count as string;
  count.textContent = (line.to - line.from).toLocaleString(sheet.look().locale.locale);
  name.append(of, value, count);
  const group = document.createElement("span");
  group.className = styles.group as string;
  group.style.setProperty("--level", String(line.group.level));
  group.style.inlineSize = `${roomOf(params)}px`;
  group.append(toggle, name, ...(told === undefined ? [] : [told]));
  host.replaceChildren(group);
}

/** The first column and those beside it that have nothing to show in a header row; names reach over the edge of what stays. */
function roomOf({ api, column, view }: Params): number {
  const columns = api.getAllDisplayedColumns();
  const own = must(column);
  let room = 0;
  for (const each of columns.slice(columns.indexOf(own))) {
    if (each !== own && view.isSummed(each.getColId())) break;
    if (!each.getColId().startsWith("#")) room += each.getActualWidth();
  }
  return Math.max(60, Math.min(room, 640) - 12);
}

/** A cell of the row under all others. */
export function drawFooterCell(host: HTMLElement, params: Params, field: Field): void {
  const summary = params.view.ofAll(field);
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.className = styles.footer as string;
  button.dataset["summary"] = field.key;
  button.ariaHasPopup = "menu";
  if (summary === undefined) {
    button.ariaLabel = `Summarize ${field.name}`;
    button.textContent = "Summarize";
    button.dataset["none"] = "";
  } else {
    const name = document.createElement("small");
    name.textContent = summary.label;
    button.append(name, " ", summary.figure);
  }
  host.replaceChildren(button);
}
