import type { PageReference } from "../ledger/ledger.ts";
import * as Keys from "../ledger/keys.ts";
import * as Page from "../ledger/page.ts";
import { KEYS, type Rules } from "../ledger/rules.ts";
import type { StoredManifest } from "../ledger/snapshot.ts";
import type { Store } from "../ledger/store.ts";
import type * as Workbook from "../ledger/workbook.ts";
import { nodePlatform } from "./platform.ts";

const { bytes } = nodePlatform;

/**
 * A snapshot of the workbook in pages of a few records and keys, written to the store: what a large workspace's would be
 * like. The pages say that they are large, so that nobody reads them just in case.
 */
export async function storeSmallPages(
  store: Store,
  workbook: Workbook.Workbook,
  rules: Rules,
  size: number,
): Promise<StoredManifest> {
  const made: Page.Page[] = [];
  const schema = await Page.schemaPages(workbook, bytes);
  for (const [key, table] of workbook.sheets) {
    const ids = table.ids.toSorted();
    for (let at = 0; at < ids.length; at += size) {
      const range = { from: ids[at] as string, to: `${ids[Math.min(at + size, ids.length) - 1]}~` };
      made.push(...(await Page.recordPages(table, bytes, range)));
    }
    for (const field of table.sheet.fields) {
      if (field.unique === true) {
        for (const page of await Page.uniquePages(workbook, key, field.key, rules, bytes))
          made.push(...(await cut(page, size)));
      }
      if (field.type === "link") {
        for (const page of await Page.linkPages(workbook, key, field.key, bytes))
          made.push(...(await cut(page, size)));
      }
    }
  }
  const pages = [...schema, ...made];
  await store.putMany(
    pages.map((page) => ({
      ...Keys.page(workbook.workspace, page.reference.sheet, page.reference.hash),
      at: 0,
      bytes: page.bytes,
    })),
  );
  return {
    format: 1,
    epoch: workbook.epoch,
    seq: workbook.seq,
    hash: workbook.hash,
    at: 0,
    keys: KEYS,
    version: 2,
    pages: pages.map(({ reference }) =>
      reference.kind === "schema" ? reference : { ...reference, bytes: 300_000 },
    ),
    retired: [],
  };
}

/** An index page as several of `size` entries. */
async function cut({ bytes: member, reference }: Page.Page, size: number): Promise<Page.Page[]> {
  const json = JSON.parse(bytes.decode(await bytes.gunzip(member))) as {
    keys: string[];
    ids: string[];
  };
  const pieces: Page.Page[] = [];
  for (let at = 0; at < json.keys.length; at += size) {
    const keys = json.keys.slice(at, at + size);
    const text = JSON.stringify({ ...json, keys, ids: json.ids.slice(at, at + size) });
    const data = bytes.encode(text);
    const piece: PageReference = {
      ...reference,
      hash: await bytes.sha256(data),
      first: keys[0] ?? "",
      last: keys.at(-1) ?? "",
      count: keys.length,
    };
    pieces.push({ reference: piece, bytes: await bytes.gzip(data) });
  }
  return pieces;
}
