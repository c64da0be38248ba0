import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Names } from "@gridfolk/core/field/behaviour";
import type { Field, Locale } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { personColor } from "../data/person.ts";
import { initials } from "../ui/avatar.tsx";
import { chipColor } from "../ui/chip.tsx";
import styles from "./cell-content.module.css";

/** What drawing a value needs to know besides the value. */
export interface Look {
  readonly locale: Locale;
  readonly names: Names;
  /** What the instant search looks for: marked where it occurs. */
  readonly searched?: readonly RegExp[];
}

/**
 * Draws a value into an element as plain HTML: a grid draws thousands while it scrolls. Anything drawn before is replaced.
 */
export function paint(host: HTMLElement, field: Field, cell: Cell | undefined, look: Look): void {
  if (cell === undefined) {
    if (field.type === "checkbox") host.replaceChildren(check(false));
    else host.textContent = "";
    return;
  }
  if (isInvalid(cell)) {
    const text = document.createElement("span");
    text.className = styles.invalid as string;
    write(text, cell.invalid, look);
    host.replaceChildren(text);
    return;
  }
  switch (field.type) {
    case "checkbox":
      host.replaceChildren(check(cell === true));
      return;
    case "choice":
      host.replaceChildren(chip(String(cell), colorOf(field, String(cell)), look));
      return;
    case "multiChoice":
      host.replaceChildren(...list(cell).map((name) => chip(name, colorOf(field, name), look)));
      return;
    case "link":
      host.replaceChildren(...list(cell).map((id) => link(field, id, look)));
      return;
    case "user":
    case "createdBy":
    case "updatedBy":
      host.replaceChildren(...person(field, String(cell), look));
      return;
    case "email":
    case "phone":
    case "url": {
      const text = document.createElement("span");
      text.className = styles.address as string;
      write(text, registry[field.type].format(cell, field, look.locale, look.names), look);
      host.replaceChildren(text);
      return;
    }
    case "longText":
      write(host, String(cell).replaceAll(/\s*\n\s*/g, " ⏎ "), look);
      return;
    default:
      write(host, registry[field.type].format(cell, field, look.locale, look.names), look);
  }
}

/** The value in words, for announcements and for copying. */
export function words(field: Field, cell: Cell | undefined, look: Look): string {
  if (cell === undefined) return "";
  if (isInvalid(cell)) return cell.invalid;
  return registry[field.type].format(cell, field, look.locale, look.names);
}

function list(cell: Cell): readonly string[] {
  return Array.isArray(cell) ? (cell as readonly string[]) : [String(cell)];
}

function colorOf(field: Field, name: string): string | undefined {
  return field.options?.find((option) => option.name === name)?.color;
}

function chip(text: string, color: string | undefined, look: Look): HTMLElement {
  const element = document.createElement("span");
  element.className = styles.chip as string;
  element.dataset["color"] = chipColor(color);
  write(element, text, look);
  return element;
}

function link(field: Field, id: string, look: Look): HTMLElement {
  const element = document.createElement("span");
  element.className = styles.link as string;
  element.dataset["record"] = id;
  const name = look.names.nameOf(field, id);
  if (name === undefined) element.dataset["gone"] = "";
  write(element, name === undefined ? "Deleted" : name || "Untitled", look);
  return element;
}

function person(field: Field, user: string, look: Look): Node[] {
  const name = look.names.nameOf(field, user) ?? "Former member";
  const avatar = document.createElement("span");
  avatar.className = styles.avatar as string;
  avatar.style.background = `var(--${personColor(user)})`;
  // Drawn by the style sheet: the name beside it says who it is.
  avatar.dataset["initials"] = initials(name);
  const text = document.createElement("span");
  text.className = styles.name as string;
  write(text, name, look);
  return [avatar, text];
}

const tick = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="m3.5 8.4 3 3 6-6.4" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

function check(on: boolean): HTMLElement {
  const box = document.createElement("span");
  box.className = styles.check as string;
  box.role = "img";
  box.dataset["check"] = "";
  box.ariaLabel = on ? "Yes" : "No";
  if (on) {
    box.dataset["on"] = "";
    box.innerHTML = tick;
  }
  return box;
}

/** Text with what was searched for marked. */
function write(host: HTMLElement, text: string, look: Look): void {
  const spans = (look.searched ?? [])
    .map((pattern) => pattern.exec(text))
    .filter((match) => match !== null)
    .map((match) => ({ from: match.index, to: match.index + match[0].length }))
    .sort((a, b) => a.from - b.from);
  if (spans.length === 0) {
    host.textContent = text;
    return;
  }
  const parts: (string | Node)[] = [];
  let at = 0;
  for (const { from, to } of spans) {
    if (to <= at) continue;
    const start = Math.max(from, at);
    parts.push(text.slice(at, start));
    const mark = document.createElement("mark");
    mark.className = styles.match as string;
    mark.textContent = text.slice(start, to);
    parts.push(mark);
    at = to;
  }
  parts.push(text.slice(at));
  host.replaceChildren(...parts);
}
