import { DomainError } from "../error.ts";
import { equals, type Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { recordIds } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import * as Weight from "../ledger/weight.ts";
import {
  backLinksTo,
  expect,
  isLive,
  record,
  table as tableOf,
  type Table,
  type Workbook,
} from "../ledger/workbook.ts";
import type { Platform } from "../platform.ts";
import { localeOf } from "../sheet/settings.ts";
import { prepare } from "../sheet/templates.ts";
import { labelOf } from "../sheet/title.ts";
import { createCells, type Cells } from "./cells.ts";
import * as Memory from "./memory.ts";
import { fieldsOf, rank, type Survivorship } from "./rank.ts";
import { keep, type Kept, type Part } from "./values.ts";

/** What of a merge is chosen by hand. */
export interface MergeChoice {
  /** Record id; by rule when absent. */
  readonly survivor?: string;
  /** "most-complete" when absent. */
  readonly rule?: Survivorship;
  /** Field key -> id of the record whose value is taken. What forbids contact is kept whatever is chosen. */
  readonly values?: { readonly [field: string]: string };
}

/** A field in which the records differ. */
export interface MergedField {
  readonly field: string;
  readonly from: string;
  readonly kept: Cell | null;
  /** What each of the other records holds. */
  readonly others: readonly { readonly id: string; readonly cell: Cell | null }[];
}

export interface MergePlan {
  readonly survivor: string;
  readonly merged: readonly string[];
  /** One changeset. */
  readonly operations: readonly Operation[];
  /** "Merged 3 contacts into Ana Silva" */
  readonly label: string;
  readonly fields: readonly MergedField[];
}

/** Records that one merge may put together. */
export const MOST_RECORDS = 200;

type Ids = Pick<Platform, "clock" | "random">;

/**
 * Merges two records or more into one of them. The others go to the trash as they are; links to them lead to the survivor;
 * `_merges` remembers what an unmerge needs. DomainError "stale" where one of them is not there any more.
 */
export function planMerge(
  workbook: Workbook,
  sheet: string,
  ids: readonly string[],
  choice: MergeChoice,
  platform: Ids,
): MergePlan {
  const { merges, operations } = plan(workbook, sheet, [{ ids, choice }], platform);
  const [{ survivor, merged, kept, parts }] = merges as [Planned];
  const table = tableOf(workbook, sheet);
  const name = labelOf(table, record(table, survivor)?.row ?? -1, localeOf(workbook));
  return {
    survivor,
    merged,
    operations,
    label: `Merged ${counted(merged.length + 1, table)} into ${name}`,
    fields: kept.flatMap(({ field, cell, from }) => {
      const cells = parts.map((part) => ({ id: part.id, cell: part.cell(field.key) }));
      if (cells.every((other) => equals(other.cell, cells[0]?.cell))) return [];
      const others = cells.filter(({ id }) => id !== from);
      return [{ field: field.key, from, kept: cell, others }];
    }),
  };
}

/** Merges many groups as one changeset. */
export function planMerges(
  workbook: Workbook,
  sheet: string,
  groups: readonly (readonly string[])[],
  rule: Survivorship,
  platform: Ids,
): {
  readonly operations: readonly Operation[];
  readonly label: string;
  /** Records that went into others. */
  readonly merged: number;
  /** In the order of the groups. */
  readonly survivors: readonly string[];
} {
  const asked = groups.map((ids) => ({ ids, choice: { rule } }));
  const { merges, operations } = plan(workbook, sheet, asked, platform);
  const merged = merges.reduce((sum, merge) => sum + merge.merged.length, 0);
  const all = counted(merged + merges.length, tableOf(workbook, sheet));
  return {
    operations,
    label: `Merged ${all} into ${merges.length.toLocaleString("en")}`,
    merged,
    survivors: merges.map(({ survivor }) => survivor),
  };
}

interface Planned {
  readonly survivor: string;
  readonly merged: readonly string[];
  readonly kept: readonly Kept[];
  readonly parts: readonly Part[];
}

function plan(
  workbook: Workbook,
  sheet: string,
  groups: readonly { readonly ids: readonly string[]; readonly choice: MergeChoice }[],
  platform: Ids,
): { readonly merges: readonly Planned[]; readonly operations: readonly Operation[] } {
  const table = tableOf(workbook, sheet);
  if (table.sheet.system === true || table.sheet.deleted === true) {
    throw new DomainError("malformed", `Records of ${table.sheet.name} cannot be merged.`);
  }
  expect(
    table,
    groups.flatMap(({ ids }) => ids),
  );
  checkGroups(workbook, table, groups);
  const fields = fieldsOf(table);
  const chosen = groups.map(({ ids, choice }) => ({
    ...survivorOf(table, ids, fields, choice),
    choice,
  }));
  const into = new Map(
    chosen.flatMap(({ survivor, merged }) => merged.map((id) => [id, survivor] as const)),
  );
  const linking = linksTo(workbook, sheet, [...into.keys()]);
  const cells = createCells(workbook);
  const memories: string[] = [];
  // All links before any value: a survivor may link to a record that goes into another one.
  const links = chosen.map(({ survivor, merged }) =>
    merged.flatMap((id) =>
      moveLinks(cells, linking.get(id) ?? [], { gone: id, survivor, sheet, merged }),
    ),
  );
  const merges = chosen.map(({ survivor, merged, ranked, choice }, at): Planned => {
    const parts = ranked.map((id) => partOf(table, id, fields, into, survivor));
    const kept = keep(fields, parts, survivor, choice.rule ?? "most-complete", choice.values ?? {});
    const remembered = kept.flatMap(({ field, cell, from }): Memory.FieldMemory[] => {
      const before = cells.get(sheet, survivor, field.key);
      if (before === null && cell === null) return [];
      cells.set(sheet, survivor, field.key, cell);
      return [from === survivor ? [field.key, before, cell] : [field.key, before, cell, from]];
    });
    memories.push(remember(table, { fields: remembered, links: links[at] ?? [] }));
    return { survivor, merged, kept, parts };
  });
  const gone = [...into.keys()].sort();
  const operations: readonly Operation[] = [
    ...prepare(workbook, Memory.SHEET),
    ...cells.operations(),
    { op: "delete", sheet, ids: gone },
    {
      op: "create",
      sheet: Memory.SHEET,
      ids: recordIds(platform, merges.length),
      fields: {
        sheet: merges.map(() => sheet),
        survivor: merges.map(({ survivor }) => survivor),
        merged: merges.map(({ merged }) => merged.join(" ")),
        memory: memories,
      },
    },
  ];
  return { merges, operations };
}

function checkGroups(
  workbook: Workbook,
  table: Table,
  groups: readonly { readonly ids: readonly string[]; readonly choice: MergeChoice }[],
): void {
  if (groups.length === 0) throw new DomainError("malformed", "There is nothing to merge.");
  const seen = new Set<string>();
  for (const { ids, choice } of groups) {
    if (ids.length < 2) {
      throw new DomainError("malformed", "A merge takes two records or more.");
    }
    if (ids.length > MOST_RECORDS) {
      throw new DomainError(
        "too-large",
        `A merge takes at most ${MOST_RECORDS} records. Merge some of them first.`,
      );
    }
    for (const id of ids) {
      if (seen.has(id)) {
        throw new DomainError("malformed", `Record ${id.slice(0, 40)} is named twice.`);
      }
      seen.add(id);
      checkThere(workbook, table, id);
    }
    const named = [choice.survivor ?? ids[0], ...Object.values(choice.values ?? {})];
    const stranger = named.find((id) => id !== undefined && !ids.includes(id));
    if (stranger !== undefined) {
      throw new DomainError(
        "malformed",
        `Record ${stranger.slice(0, 40)} is not among those to be merged.`,
      );
    }
    for (const key of Object.keys(choice.values ?? {})) {
      if (!table.sheet.fields.some((field) => field.key === key)) {
        throw new DomainError(
          "unknown-field",
          `${table.sheet.name} has no column "${key.slice(0, 60)}".`,
        );
      }
    }
  }
}

function checkThere(workbook: Workbook, table: Table, id: string): void {
  const row = record(table, id)?.row;
  if (row === undefined) {
    throw new DomainError(
      "not-found",
      `There is no record ${id.slice(0, 40)} in ${table.sheet.name}.`,
    );
  }
  if (isLive(table, row)) return;
  const locale = localeOf(workbook);
  const name = labelOf(table, row, locale);
  const now = Memory.resolve(workbook, table.key, id);
  const other = now === undefined ? undefined : record(table, now)?.row;
  throw new DomainError(
    "stale",
    other === undefined
      ? `${name} is in the trash. Restore it before merging it.`
      : `${name} has been merged into ${labelOf(table, other, locale)} meanwhile. Look at that record and decide again.`,
  );
}

function survivorOf(
  table: Table,
  ids: readonly string[],
  fields: readonly Field[],
  { survivor, rule }: MergeChoice,
): {
  readonly survivor: string;
  readonly merged: readonly string[];
  readonly ranked: readonly string[];
} {
  const rows = ids.map((id) => record(table, id)?.row ?? -1);
  const ranked = rank(table, rows, fields, rule ?? "most-complete").map(
    (row) => table.ids[row] ?? "",
  );
  const stays = survivor ?? (ranked[0] as string);
  const merged = ranked.filter((id) => id !== stays);
  // Whoever chooses who stays and no rule wants its values.
  return {
    survivor: stays,
    merged: merged.toSorted(),
    ranked: rule === undefined ? [stays, ...merged] : ranked,
  };
}

/** Its values as the survivor would have them: links to records that go lead to where those go, and never to itself. */
function partOf(
  table: Table,
  id: string,
  fields: readonly Field[],
  into: ReadonlyMap<string, string>,
  survivor: string,
): Part {
  const row = record(table, id)?.row ?? -1;
  const own = new Set(fields.filter(({ link }) => link?.sheet === table.key).map(({ key }) => key));
  return {
    id,
    cell(key) {
      const cell = table.columns.get(key)?.[row] ?? null;
      if (!own.has(key) || !Array.isArray(cell)) return cell;
      const ids = cell as readonly string[];
      if (id === survivor && !ids.some((linked) => into.has(linked))) return ids;
      const led = [...new Set(ids.map((linked) => into.get(linked) ?? linked))];
      const others = led.filter(
        (linked) => linked !== survivor || (id === survivor && ids.includes(survivor)),
      );
      return others.length === 0 ? null : others;
    },
  };
}

interface Linking {
  readonly sheet: string;
  readonly field: string;
  readonly id: string;
}

function linksTo(
  workbook: Workbook,
  sheet: string,
  ids: readonly string[],
): ReadonlyMap<string, readonly Linking[]> {
  const to = backLinksTo(workbook, sheet);
  const links = new Map(ids.map((id) => [id, to(id)]));
  const bySheet = new Map<string, Set<string>>();
  for (const list of links.values()) {
    for (const link of list) {
      const found = bySheet.get(link.sheet);
      if (found === undefined) bySheet.set(link.sheet, new Set([link.id]));
      else found.add(link.id);
    }
  }
  for (const [key, linking] of bySheet) expect(tableOf(workbook, key), linking);
  return links;
}

function moveLinks(
  cells: Cells,
  links: readonly Linking[],
  move: {
    readonly gone: string;
    readonly survivor: string;
    readonly sheet: string;
    readonly merged: readonly string[];
  },
): Memory.LinkMemory[] {
  const { gone, survivor, sheet, merged } = move;
  return links.flatMap((link) => {
    // The survivor's own links are among its values; records that go keep theirs.
    if (link.sheet === sheet && (link.id === survivor || merged.includes(link.id))) return [];
    const before = cells.get(link.sheet, link.id, link.field);
    if (!Array.isArray(before) || !before.includes(gone)) return [];
    const ids = before as readonly string[];
    const after = [...new Set(ids.map((id) => (id === gone ? survivor : id)))];
    cells.set(link.sheet, link.id, link.field, after);
    const memory: Memory.LinkMemory = [link.sheet, link.field, link.id, ids, after];
    return [memory];
  });
}

/** A merge that cannot be remembered could not be taken back. */
function remember(table: Table, memory: Memory.Memory): string {
  const text = Memory.write(memory);
  if (!Weight.exceeds([text], Weight.MOST_RECORD - 20_000)) return text;
  throw new DomainError(
    "too-large",
    `These ${table.sheet.name.toLowerCase()} have too many links and too much text to be merged in one step. Merge fewer at once.`,
  );
}

/** "1 contact", "2 contacts". */
export function counted(count: number, { sheet }: Table): string {
  if (count === 1) return `1 ${sheet.singular ?? "record"}`;
  const many = sheet.singular === undefined ? "records" : sheet.name.toLowerCase();
  return `${count.toLocaleString("en")} ${many}`;
}
