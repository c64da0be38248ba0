/**
 * The one table, as the ledger and the accounts see it. Implementations: `dynamo/store.ts` over any DynamoDB API, and
 * `ledger/memory-store.ts`. Every implementation passes `store-contract.ts`.
 *
 * Guarantees: reads are consistent unless said otherwise. A write that resolves is durable as the engine promises it.
 * Throttling, time-outs, 5xx, unprocessed keys and items are retried inside with full jitter and a bound; what outlasts
 * it throws DomainError "busy". `put` with `ifAbsent` and every conditional write that is retried after a time-out may
 * find its own earlier success: callers tell by content, the store does not guess.
 */
export interface Store {
  get(key: Key): Promise<Item | undefined>;
  /**
   * Any number of distinct keys; the answer is in the order asked, `undefined` where there is no item. `unchanging`: items that
   * are never written again with anything else, so that a copy that may be old is as good, at half the units. What it does not have
   * yet is read consistently all the same.
   */
  getMany(
    keys: readonly Key[],
    options?: { readonly unchanging?: boolean },
  ): Promise<(Item | undefined)[]>;
  /** False when the condition failed, and nothing was written. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** Any number of items, unconditional, in no order; all are written when it resolves. */
  putMany(items: readonly Item[]): Promise<void>;
  delete(key: Key, condition?: Condition): Promise<boolean>;
  deleteMany(keys: readonly Key[]): Promise<void>;
  /** Items of one partition in sort-key order, however many pages that takes. */
  query(query: Query): AsyncIterable<Item>;
  /** Units consumed since creation, as the engine reports them. */
  readonly consumed: { read: number; write: number };
}

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Attribute values are strings, finite numbers, booleans, bytes, or lists and maps of these. At most 400 kB in all. */
export type Attribute =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly Attribute[]
  | { readonly [name: string]: Attribute };

export type Item = Key & { readonly [name: string]: Attribute };

export type Condition =
  /** No item has this key. */
  | { readonly absent: true }
  /** The item exists. */
  | { readonly exists: true }
  /** The item exists and every named attribute equals. */
  | { readonly equals: { readonly [name: string]: string | number | boolean } }
  /** Absent, or the attribute is less than the value (leases). */
  | { readonly absentOrLess: { readonly [name: string]: number } };

export interface Query {
  readonly pk: string;
  /** Inclusive. */
  readonly from?: string;
  /** Inclusive. */
  readonly to?: string;
  readonly prefix?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
  /** Only these attributes besides the key. */
  readonly only?: readonly string[];
}
