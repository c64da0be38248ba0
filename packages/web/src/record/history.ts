import * as v from "valibot";
import type { Json } from "@gridfolk/core/field/behaviour";
import { isInvalid, type Cell } from "@gridfolk/core/field/cell";
import type { Field, Locale } from "@gridfolk/core/field/field";
import { registry } from "@gridfolk/core/field/registry";
import { call } from "../data/api.ts";

const Change = v.object({
  field: v.string(),
  before: v.custom<Json>(() => true),
  after: v.custom<Json>(() => true),
});

const Entry = v.object({
  seq: v.number(),
  changeset: v.string(),
  at: v.string(),
  actor: v.string(),
  source: v.string(),
  label: v.string(),
  kind: v.picklist(["created", "changed", "deleted", "restored"]),
  cells: v.array(Change),
});

const Page = v.object({
  entries: v.array(Entry),
  next: v.nullable(v.string()),
  /** What was done before is no longer kept. */
  cut: v.optional(v.boolean(), false),
});

export type HistoryEntry = v.InferOutput<typeof Entry>;
export type HistoryPage = v.InferOutput<typeof Page>;

export interface HistoryOptions {
  /** Only what was done to this cell. A page may then be empty and still have a `next`. */
  readonly field?: string;
  readonly cursor?: string | undefined;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** What was done to a record, newest first. `next` is the cursor of what is older. */
export async function fetchHistory(
  workspace: string,
  sheet: string,
  record: string,
  { field, cursor, limit = 30, signal }: HistoryOptions = {},
): Promise<HistoryPage> {
  const query = new URLSearchParams({
    limit: String(limit),
    ...(field === undefined ? {} : { field }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const path = `/api/workspaces/${workspace}/sheets/${sheet}/records/${record}/history?${query.toString()}`;
  return v.parse(Page, await call("GET", path, undefined, signal === undefined ? {} : { signal }));
}

const WAYS: { readonly [source: string]: string } = {
  import: "by an import",
  api: "through the API",
  automation: "by a rule",
  merge: "by merging",
  undo: "by Undo",
  system: "by Gridfolk itself",
};

/** How a change came about; "" for what was done by hand. */
export function wayOf(entry: Pick<HistoryEntry, "source">): string {
  return WAYS[entry.source] ?? "";
}

/** A value of the history as a cell of the field as it is now; text where the column has become something else. */
export function cellOf(json: Json, field: Field, locale: Locale): Cell | undefined {
  if (json === null) return undefined;
  if (typeof json === "object" && !Array.isArray(json) && "invalid" in json && "text" in json) {
    return { invalid: String(json["text"]) };
  }
  try {
    const cell = registry[field.type].fromJson(json, field, locale);
    return isInvalid(cell) ? { invalid: cell.invalid } : cell;
  } catch {
    return { invalid: typeof json === "string" ? json : JSON.stringify(json) };
  }
}

/** "just now", "5 minutes ago", "yesterday", then the date. */
export function ago(at: number, now: number, locale: Locale): string {
  const seconds = Math.round((at - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(locale.locale, { numeric: "auto" });
  if (seconds > -45) return "just now";
  if (seconds > -3600) return relative.format(Math.round(seconds / 60), "minute");
  if (seconds > -86_400) return relative.format(Math.round(seconds / 3600), "hour");
  if (seconds > -7 * 86_400) return relative.format(Math.round(seconds / 86_400), "day");
  return new Intl.DateTimeFormat(locale.locale, {
    dateStyle: "medium",
    timeZone: locale.timeZone,
  }).format(at);
}
