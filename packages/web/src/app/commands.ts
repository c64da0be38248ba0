import { createSignal, onCleanup, type Accessor, type Component } from "solid-js";

/** Something a person can do. Every menu entry is one, so that the command palette (Ctrl+K) has them all. */
export interface Command {
  readonly id: string;
  /** A verb and its object: "Import a file". */
  readonly label: string;
  /** Heading in the palette: "Go to", "Sheet", "View", "Workspace". */
  readonly group: string;
  readonly icon?: Component<{ size?: number }>;
  /** Shown, and listened for unless `shown` says that the view handles it: "Ctrl+K", "/", "Shift+Ctrl+F". "Ctrl" is ⌘ on a Mac. */
  readonly keys?: string;
  /** Another combination for the same, not shown. */
  readonly alsoKeys?: string;
  /** The keys are handled elsewhere (by the grid); here they are only shown. */
  readonly keysShownOnly?: boolean;
  /** Other words it is found by. */
  readonly words?: string;
  /** Hidden when false. */
  readonly enabled?: () => boolean;
  readonly run: () => void;
}

const [sources, setSources] = createSignal<readonly (() => readonly Command[])[]>([]);

/** Offers commands while the calling component lives. `list` is read reactively. */
export function offerCommands(list: () => readonly Command[]): void {
  setSources((all) => [...all, list]);
  onCleanup(() => setSources((all) => all.filter((other) => other !== list)));
}

/** All commands on offer that are enabled now; a later one replaces an earlier one of the same id. */
export const commands: Accessor<readonly Command[]> = () => {
  const byId = new Map<string, Command>();
  for (const list of sources()) for (const command of list()) byId.set(command.id, command);
  return [...byId.values()].filter((command) => command.enabled?.() ?? true);
};

/** Does what the command of this id does, if it is on offer now. */
export function runCommand(id: string): void {
  commands()
    .find((command) => command.id === id)
    ?.run();
}

const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

/** Keys as this machine names them: "Ctrl+K" or "⌘K". */
export function keysLabel(keys: string): string {
  if (!mac) return keys;
  return keys.replace("Shift+", "⇧").replace("Alt+", "⌥").replace("Ctrl+", "⌘");
}

/** Whether the event is the key combination. */
export function matches(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split("+");
  const key = parts.pop();
  const control = mac ? event.metaKey : event.ctrlKey;
  if (parts.includes("Ctrl") !== control || parts.includes("Alt") !== event.altKey) return false;
  // A "?" needs Shift on most layouts: for single signs only the sign counts.
  const sign = key !== undefined && key.length === 1 && !/[a-z0-9]/i.test(key);
  if (!sign && parts.includes("Shift") !== event.shiftKey) return false;
  if (event.key.toLowerCase() === key?.toLowerCase()) return true;
  // With Alt, a Mac's letters become other signs.
  return mac && event.altKey && !sign && event.code === `Key${key?.toUpperCase()}`;
}
