import type { Bytes } from "../platform.ts";
import type { PageReference } from "./ledger.ts";
import type { Rules } from "./rules.ts";
import type { Table, Workbook } from "./workbook.ts";

/**
 * A stored piece of a snapshot: `bytes` is one gzip member, `reference.hash` the SHA-256 of the inflated text, so that a
 * browser whose `fetch` inflates can check it too.
 */
export interface Page {
  readonly reference: PageReference;
  readonly bytes: Uint8Array;
}

/** All sheets and fields. `first` and `last` are "". */
export declare function schemaPage(workbook: Workbook, bytes: Bytes): Promise<Page>;
/**
 * Pages for the records of a sheet (in the trash or not) with `from` <= id < `to`, in ascending order, each of at most
 * 4,000 records and 350 kB. Open ends when absent. Same records, same pages, same hashes.
 */
export declare function recordPages(
  workbook: Workbook,
  table: Table,
  bytes: Bytes,
  range?: { from?: string; to?: string },
): Promise<Page[]>;
/** Normalised keys of a unique field's live records, ascending by key. `sheet` of the reference is `<sheet>/<field>`. */
export declare function uniquePages(
  workbook: Workbook,
  sheet: string,
  field: string,
  rules: Rules,
  bytes: Bytes,
): Promise<Page[]>;
/** Who links to the records of a sheet through one field, ascending by target. `sheet` is `<linking sheet>/<field>`. */
export declare function linkPages(
  workbook: Workbook,
  sheet: string,
  field: string,
  bytes: Bytes,
): Promise<Page[]>;

/** Inflates (bounded), checks the hash, answers the text. DomainError "corrupt". */
export declare function openPage(page: Uint8Array, hash: string, bytes: Bytes): Promise<string>;
/** Checks the hash of a text that `fetch` has inflated already. DomainError "corrupt". */
export declare function checkPage(text: string, hash: string, bytes: Bytes): Promise<void>;
/**
 * Loads a schema or records page into a workbook that is being put together: the schema page first, then record pages in
 * any order. DomainError "corrupt". Index pages are ignored.
 */
export declare function load(workbook: Workbook, text: string): void;
/** Entries of a "unique" page: normalised key to record ids. */
export declare function readUnique(text: string): ReadonlyMap<string, readonly string[]>;
/** Entries of a "links" page: linked record to linking records. */
export declare function readLinks(text: string): ReadonlyMap<string, readonly string[]>;
