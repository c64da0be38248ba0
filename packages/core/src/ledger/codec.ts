import type { Bytes } from "../platform.ts";
import type { Operation } from "./operation.ts";

/** Written into everything stored; readers know every number ever released. */
export const FORMAT = 1;
/** A part holds at most this many records, */
export const MAX_PART_ROWS = 4000;
/** this many bytes stored, */
export const MAX_PART_BYTES = 350 * 1024;
/** and this many inflated. */
export const MAX_PART_TEXT = 16 * 1024 * 1024;

/** Whose bytes are read: the log's own ("corrupt" when they are wrong) or a client's ("malformed"). */
export type Origin = "log" | "client";

/** A piece of a changeset's body: a gzip member of its own. Parts stand in ascending order of `first`. */
export interface Part {
  /** `<sheet>/<record id>` of the first record in it; "" for a part of sheet and field operations only. */
  readonly first: string;
  /** Distinct records. */
  readonly rows: number;
  readonly bytes: Uint8Array;
  /** Of `bytes`. */
  readonly sha256: string;
}

/** The rows of one operation that stand in one part. */
export interface Slice {
  /** Index of the operation in the changeset. */
  readonly index: number;
  readonly operation: Operation;
}

/**
 * Splits a body by records: all rows of a record, of whatever operation, are in one part. `join` of the decoded parts is
 * the same list of operations. DomainError "too-large" when one record alone does not fit.
 */
export declare function encodeParts(
  operations: readonly Operation[],
  bytes: Bytes,
): Promise<Part[]>;
/** Inflates (bounded) and reads a part. DomainError "corrupt" or "malformed" by origin. */
export declare function decodePart(
  part: Uint8Array,
  bytes: Bytes,
  origin: Origin,
): Promise<Slice[]>;
/** The same for a part that `fetch` has inflated already. */
export declare function parsePart(text: string, origin: Origin): Slice[];
/** Puts a changeset's operations together again from its parts, in their order. */
export declare function join(parts: readonly (readonly Slice[])[], origin: Origin): Operation[];
/** Index of the one part that may hold a record, given every part's `first`; -1 when none does. */
export declare function partOf(firsts: readonly string[], sheet: string, id: string): number;

/** A small body as one JSON text in the form of a part, for the head. `unpack(pack(x))` is x. */
export declare function pack(operations: readonly Operation[]): string;
export declare function unpack(text: string, origin: Origin): Operation[];

/** Operations as JSON from a client (`POST changesets`), checked for shape. DomainError "malformed". */
export declare function parseOperations(json: unknown): Operation[];
