import * as v from "valibot";
import type { Json } from "@gridfolk/core/field/behaviour";
import { call } from "../data/api.ts";

const Source = v.picklist(["grid", "import", "api", "automation", "merge", "undo", "system"]);

const Entry = v.object({
  id: v.string(),
  seq: v.number(),
  at: v.string(),
  actor: v.string(),
  source: Source,
  label: v.string(),
  created: v.number(),
  changed: v.number(),
  deleted: v.number(),
  restored: v.number(),
  sheets: v.array(v.string()),
  undoes: v.optional(
    v.object({
      changeset: v.string(),
      actor: v.optional(v.string()),
      label: v.optional(v.string()),
    }),
  ),
  partial: v.optional(v.boolean()),
  undoable: v.boolean(),
  why: v.optional(v.string()),
});

const UndoOf = v.object({
  changeset: v.string(),
  by: v.string(),
  at: v.string(),
  actor: v.string(),
  partial: v.optional(v.boolean()),
});

const Page = v.object({
  changesets: v.array(Entry),
  undos: v.array(UndoOf),
  next: v.nullable(v.string()),
  cut: v.boolean(),
});

const AnyJson = v.custom<Json>(() => true);

const Sample = v.object({
  records: v.array(
    v.object({
      sheet: v.string(),
      id: v.string(),
      kind: v.picklist(["created", "changed", "deleted", "restored"]),
      cells: v.array(v.object({ field: v.string(), before: AnyJson, after: AnyJson })),
    }),
  ),
  schema: v.array(
    v.object({
      sheet: v.string(),
      field: v.optional(v.string()),
      before: v.nullable(v.looseObject({ name: v.string(), deleted: v.optional(v.boolean()) })),
      after: v.looseObject({ name: v.string(), deleted: v.optional(v.boolean()) }),
    }),
  ),
  more: v.boolean(),
});

export type Entry = v.InferOutput<typeof Entry>;
export type UndoOf = v.InferOutput<typeof UndoOf>;
export type Page = v.InferOutput<typeof Page>;
export type Sample = v.InferOutput<typeof Sample>;

/** What of the log is asked for. */
export interface Asked {
  /** User id; "" for everybody. */
  readonly actor: string;
  /** Key; "" for all. */
  readonly sheet: string;
  /** Sources with commas; "" for all. */
  readonly source: string;
  /** Days back from now; "" for all. */
  readonly days: string;
}

export const EVERYTHING: Asked = { actor: "", sheet: "", source: "", days: "" };

const DAY_MS = 86_400_000;
/** What a person waits for at once; what little matches is looked for further down. */
const LIMIT = 50;
/** One look further down reads at most this many stretches of the log. */
const STRETCHES = 5;

/** A page of the log, newest first. Where little matches, several stretches of the log are read. */
export async function fetchLog(
  workspace: string,
  asked: Asked,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const query = new URLSearchParams({ limit: String(LIMIT) });
  for (const name of ["actor", "sheet", "source"] as const) {
    if (asked[name] !== "") query.set(name, asked[name]);
  }
  if (asked.days !== "") {
    query.set("from", new Date(Date.now() - Number(asked.days) * DAY_MS).toISOString());
  }
  const all: Page = { changesets: [], undos: [], next: cursor ?? null, cut: false };
  for (let stretch = 0; stretch < STRETCHES; stretch += 1) {
    if (all.next !== null) query.set("cursor", all.next);
    const path = `/api/workspaces/${encodeURIComponent(workspace)}/changesets?${query}`;
    const page = v.parse(Page, await call("GET", path, undefined, { signal }));
    all.changesets.push(...page.changesets);
    all.undos.push(...page.undos);
    Object.assign(all, { next: page.next, cut: page.cut });
    if (page.next === null || all.changesets.length > 0) break;
  }
  return all;
}

export async function fetchSample(workspace: string, id: string): Promise<Sample> {
  const path = `/api/workspaces/${encodeURIComponent(workspace)}/changesets/${id}?limit=20`;
  return v.parse(Sample, await call("GET", path));
}

/** The undo that holds: not one of a part, and not undone itself. */
export function undoneBy(
  undos: ReadonlyMap<string, readonly UndoOf[]>,
  changeset: string,
): UndoOf | undefined {
  return undos
    .get(changeset)
    ?.find(({ by, partial }) => partial !== true && undoneBy(undos, by) === undefined);
}

/** Undos by what they undid, those of several pages together. */
export function byTarget(all: readonly UndoOf[]): ReadonlyMap<string, readonly UndoOf[]> {
  const found = new Map<string, UndoOf[]>();
  const seen = new Set<string>();
  for (const undo of all) {
    if (seen.has(undo.by)) continue;
    seen.add(undo.by);
    const list = found.get(undo.changeset);
    if (list === undefined) found.set(undo.changeset, [undo]);
    else list.push(undo);
  }
  return found;
}
