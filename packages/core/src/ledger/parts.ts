import { DomainError } from "../error.ts";
import { isSystemKey } from "../field/field.ts";
import * as Absent from "./absent.ts";
import type { LedgerContext } from "./context.ts";
import type { PageReference } from "./ledger.ts";
import * as Page from "./page.ts";
import { KEYS } from "./rules.ts";
import * as Snapshot from "./snapshot.ts";
import * as Workbook from "./workbook.ts";

/** Pages fetched at a time; the next ones travel while these are decoded. */
const BATCH = 8;
/** A snapshot up to this stored size is read whole at once: that takes no longer than finding out what is needed. */
const SMALL_BYTES = 256 * 1024;
/** Sheets of the system up to this stored size always come along: whoever asks for anything asks who is a member. */
const SYSTEM_BYTES = 64 * 1024;

/**
 * The workbook at a snapshot, with its schema. Of the records only what is small is in memory; the others are absent until
 * `bring` gets their pages. DomainError "corrupt" when a page is missing or wrong.
 */
export async function open(
  context: LedgerContext,
  workspace: string,
  manifest: Snapshot.StoredManifest,
): Promise<Workbook.Workbook> {
  const { pages } = manifest;
  const workbook = Workbook.empty(workspace, manifest.epoch);
  const schema = pages.filter(({ kind }) => kind === "schema");
  const records = bySheet(pages.filter(({ kind }) => kind === "records"));
  const along = [...records].flatMap(([sheet, list]) => {
    const most = isSystemKey(sheet) ? SYSTEM_BYTES : 0;
    return sizeOf(list) <= most || sizeOf(pages) <= SMALL_BYTES ? list : [];
  });
  const fetched = await Snapshot.fetch(context, workspace, [...schema, ...along]);
  const texts = unpacked(context, fetched);
  for (const { text } of texts.slice(0, schema.length)) Page.load(workbook, await text);
  const usable = manifest.keys === KEYS;
  for (const [sheet, list] of records) {
    const table = workbook.sheets.get(sheet);
    if (table === undefined) {
      throw new DomainError(
        "corrupt",
        `The snapshot has records of a sheet "${sheet}" that is not there.`,
      );
    }
    Absent.begin(table, list, indexesOf(table, pages, usable));
  }
  for (const { reference, text } of texts.slice(schema.length)) {
    arrive(workbook, reference, await text);
  }
  workbook.seq = manifest.seq;
  workbook.hash = manifest.hash;
  return workbook;
}

/** The indexes a compaction has made: of every unique and every link field, at hand or in the trash. */
function indexesOf(
  { key, sheet }: Workbook.Table,
  pages: readonly PageReference[],
  usable: boolean,
): Map<string, Absent.StoredIndex> {
  const indexes = new Map<string, Absent.StoredIndex>();
  const make = (kind: Absent.IndexKind, field: (typeof sheet.fields)[number]): void => {
    const name = `${key}/${field.key}`;
    const list = pages.filter((page) => page.kind === kind && page.sheet === name);
    indexes.set(`${kind} ${field.key}`, { type: field.type, pages: list, entries: new Map() });
  };
  for (const field of sheet.fields) {
    if (field.unique === true && usable) make("unique", field);
    if (field.type === "link") make("links", field);
  }
  return indexes;
}

/**
 * Reads pages that are absent into the workbook, in whatever order; those that have come in meanwhile are passed over. Tells
 * what came of it for each. DomainError "corrupt" when a page is missing or wrong, and when the log contradicts it: the
 * workbook is then to be thrown away.
 */
export async function bring(
  context: LedgerContext,
  workbook: Workbook.Workbook,
  pages: readonly PageReference[],
  onPage: (touched: Workbook.Touched) => void,
): Promise<void> {
  const fetch = (from: number) =>
    Snapshot.fetch(context, workbook.workspace, pages.slice(from, from + BATCH));
  let next = fetch(0);
  for (let start = 0; start < pages.length; start += BATCH) {
    const fetched = await next;
    next = fetch(start + BATCH);
    next.catch(() => undefined);
    for (const { reference, text } of unpacked(context, fetched)) {
      onPage(arrive(workbook, reference, await text));
    }
  }
  await next;
}

/** Unpacking runs beside this thread: the next pages are, while one is being read. */
function unpacked(
  { platform }: LedgerContext,
  pages: readonly { readonly reference: PageReference; readonly bytes: Uint8Array }[],
): { reference: PageReference; text: Promise<string> }[] {
  return pages.map(({ reference, bytes }) => {
    const text = Page.openPage(bytes, reference.hash, platform.bytes);
    text.catch(() => undefined);
    return { reference, text };
  });
}

const NOTHING: Workbook.Touched = new Map();

function arrive(workbook: Workbook.Workbook, page: PageReference, text: string): Workbook.Touched {
  const table = workbook.sheets.get(page.sheet.split("/")[0] ?? "");
  if (table === undefined || !Absent.lacks(table, page)) return NOTHING;
  if (page.kind === "records") {
    Page.load(workbook, text);
    return Workbook.arrive(table, page);
  }
  const entries = page.kind === "unique" ? Page.readUnique(text) : Page.readLinks(text);
  Absent.index(table, page, entries);
  return NOTHING;
}

/** Everything that is not in memory; `undefined` when the workbook is whole. */
export function rest(workbook: Workbook.Workbook): Absent.Missing | undefined {
  const pages = new Map<string, readonly PageReference[]>();
  for (const [sheet, { absent }] of workbook.sheets) {
    if (absent !== undefined) pages.set(sheet, absent.pages);
  }
  return pages.size === 0 ? undefined : Absent.missing(pages);
}

function bySheet(pages: readonly PageReference[]): Map<string, PageReference[]> {
  const lists = new Map<string, PageReference[]>();
  for (const page of pages) {
    const list = lists.get(page.sheet);
    if (list === undefined) lists.set(page.sheet, [page]);
    else list.push(page);
  }
  return lists;
}

function sizeOf(pages: readonly PageReference[]): number {
  return pages.reduce((sum, { bytes }) => sum + bytes, 0);
}
