import { isSystemKey, type Locale } from "@gridfolk/core/field/field";
import type { Entry } from "./log.ts";

const SOURCES: { readonly [source in Entry["source"]]: string } = {
  grid: "",
  import: "Import",
  api: "Program",
  automation: "Automation",
  merge: "Merge",
  undo: "Undo",
  system: "",
};

/** How it was done, where that is worth saying. */
export function sourceWords({ source }: Entry): string {
  return SOURCES[source];
}

export const KINDS = [
  { value: "", label: "Everything" },
  { value: "grid", label: "Edits" },
  { value: "import", label: "Imports" },
  { value: "merge", label: "Merges" },
  { value: "undo", label: "Undo and redo" },
  { value: "automation", label: "Automations" },
  { value: "api", label: "Programs (API)" },
];

export const PERIODS = [
  { value: "", label: "Any time" },
  { value: "1", label: "Last 24 hours" },
  { value: "7", label: "Last 7 days" },
  { value: "30", label: "Last 30 days" },
  { value: "90", label: "Last 90 days" },
];

/** "12 rows changed, 3 added in Contacts". */
export function countWords(
  entry: Entry,
  nameOf: (sheet: string) => string,
  locale: Locale,
): string {
  const { created, changed, deleted, restored, sheets } = entry;
  const figure = (n: number) => n.toLocaleString(locale.locale);
  const parts: string[] = [];
  const tell = (n: number, verb: string) => {
    if (n === 0) return;
    const rows = parts.length > 0 ? "" : n === 1 ? " row" : " rows";
    parts.push(`${figure(n)}${rows} ${verb}`);
  };
  tell(changed, "changed");
  tell(created, "added");
  tell(deleted, "moved to the trash");
  tell(restored, "restored");
  const names = sheets.filter((key) => !isSystemKey(key)).map(nameOf);
  const where =
    names.length === 0 ? "" : `${parts.length === 0 ? "In" : "in"} ${listed(names, locale)}`;
  return [parts.join(", "), where].filter(Boolean).join(" ");
}

function listed(names: readonly string[], { locale }: Locale): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
}

/** "Today", "Yesterday", "Tuesday, 3 November 2026", in the workspace's zone. */
export function dayWords(at: number, now: number, { locale, timeZone }: Locale): string {
  const day = (time: number) =>
    new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(time);
  if (day(at) === day(now)) return "Today";
  if (day(at) === day(now - 86_400_000)) return "Yesterday";
  return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "full" }).format(at);
}

/** "14:05". */
export function timeWords(at: number, { locale, timeZone }: Locale): string {
  return new Intl.DateTimeFormat(locale, { timeZone, timeStyle: "short" }).format(at);
}
