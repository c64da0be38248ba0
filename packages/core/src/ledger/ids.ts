import type { Platform } from "../platform.ts";

/** A changeset or attempt id: a ULID in lower case, 26 characters, ascending with time. */
export declare function newId(platform: Pick<Platform, "clock" | "random">): string;
export declare function isChangesetId(text: unknown): text is string;
/**
 * Ids for records created together: 16 characters of lower-case Crockford base 32 (9 of milliseconds since 2025, 7 that
 * start at random and count up), ascending by one from each to the next.
 */
export declare function recordIds(
  platform: Pick<Platform, "clock" | "random">,
  count: number,
): string[];
export declare function isRecordId(text: unknown): text is string;
/** Ids that count up, as the codec stores them: first id and how many, alternating. */
export type Runs = readonly (string | number)[];
export declare function toRuns(ids: readonly string[]): Runs;
/** DomainError `code` for anything but runs of at most `limit` valid, strictly ascending ids in all. */
export declare function fromRuns(
  runs: unknown,
  limit: number,
  code: "malformed" | "corrupt",
): string[];
