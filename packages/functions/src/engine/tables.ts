import { Readable } from "node:stream";
import type { ClassicLevel } from "classic-level";
import { createLock } from "./lock.ts";
import type { Row, Writer } from "./writer.ts";

type Callback<T = void> = (error: Error | null, value?: T) => void;
type WireItem = Record<string, Record<string, unknown>>;

export interface TableDescription {
  readonly TableName: string;
  readonly TableStatus: "ACTIVE";
  readonly [name: string]: unknown;
}

interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** What dynalite's actions call their store: tables and items, with callbacks. */
export interface Tables {
  readonly options: { readonly maxItemSize: number };
  getTable(
    name: string,
    checkStatus: boolean | Callback<TableDescription>,
    callback?: Callback<TableDescription>,
  ): void;
  getItemDb(name: string): {
    readonly lock: ReturnType<typeof createLock>;
    get(key: string, callback: Callback<WireItem>): void;
    put(key: string, item: WireItem, callback: Callback): void;
    del(key: string, callback: Callback): void;
    createValueStream(range: Range): Readable;
  };
  describe(name: string): TableDescription | undefined;
  create(description: TableDescription): Promise<void>;
  /** Deletes up to `limit` items whose `ttl` is before `seconds`; answers how many it looked at. */
  expire(seconds: number, limit: number): Promise<number>;
}

const TABLES = "table~";
/** `ttl~` + 12-digit second + `~` + the row's key: rows by expiry. Entries of items that changed since are left over. */
const EXPIRY = "ttl~";

/**
 * Tables in LevelDB, laid out as dynalite lays them out, so that a stopped server's data can be looked at with dynalite's
 * own server. Differs where that one would hurt a server that runs for months: iterators are closed, a table never hangs in
 * CREATING after a crash, descriptions are kept in memory, writes are grouped and durable, expired items go.
 */
export async function openTables(
  db: ClassicLevel<string, unknown>,
  writer: Writer,
  maxItemSize: number,
): Promise<Tables> {
  const descriptions = new Map<string, TableDescription>();
  for await (const [key, value] of db.iterator({ gt: TABLES, lt: `${TABLES}\u{FF}` }))
    descriptions.set(key.slice(TABLES.length), {
      ...(value as TableDescription),
      TableStatus: "ACTIVE",
    });

  const itemTables = new Map<string, ReturnType<Tables["getItemDb"]>>();

  function openItems(name: string): ReturnType<Tables["getItemDb"]> {
    const prefix = `item-${name}~`;
    return {
      lock: createLock(),
      get(key, callback) {
        answer(db.get(prefix + key) as Promise<WireItem>, callback);
      },
      put(key, item, callback) {
        answer(
          writer.write([
            { type: "put", key: prefix + key, value: item },
            ...expiryRows(prefix + key, item),
          ]),
          callback,
        );
      },
      del(key, callback) {
        answer(writer.write([{ type: "del", key: prefix + key }]), callback);
      },
      createValueStream(range) {
        const { gt, gte, lt, lte, ...rest } = range;
        const within = {
          ...rest,
          ...(gt === undefined ? { gte: prefix + (gte ?? "") } : { gt: prefix + gt }),
          ...(lte === undefined
            ? { lt: lt === undefined ? `${prefix}\u{FF}` : prefix + lt }
            : { lte: prefix + lte }),
        };
        return Readable.from(db.values(within));
      },
    };
  }

  return {
    options: { maxItemSize },

    getTable(name, checkStatus, callback) {
      const done = typeof checkStatus === "function" ? checkStatus : callback;
      const description = descriptions.get(name);
      if (description !== undefined) done?.(null, description);
      else done?.(tableNotFound(name));
    },

    getItemDb(name) {
      let items = itemTables.get(name);
      if (items === undefined) itemTables.set(name, (items = openItems(name)));
      return items;
    },

    describe: (name) => descriptions.get(name),

    async create(description) {
      await writer.write([
        { type: "put", key: TABLES + description.TableName, value: description },
      ]);
      descriptions.set(description.TableName, description);
    },

    async expire(seconds, limit) {
      const due = await db.keys({ gt: EXPIRY, lt: EXPIRY + secondText(seconds), limit }).all();
      for (const entry of due) {
        const key = entry.slice(EXPIRY.length + 13);
        const item = (await db.get(key)) as WireItem | undefined;
        const stale = item === undefined || !(expiryOf(item) < seconds);
        await writer.write([
          { type: "del", key: entry },
          ...(stale ? [] : [{ type: "del", key } as const]),
        ]);
      }
      return due.length;
    },
  };
}

function expiryRows(key: string, item: WireItem): Row[] {
  const seconds = expiryOf(item);
  if (!Number.isSafeInteger(seconds) || seconds <= 0) return [];
  return [{ type: "put", key: `${EXPIRY}${secondText(seconds)}~${key}`, value: 0 }];
}

function expiryOf(item: WireItem): number {
  return Number(item["ttl"]?.["N"]);
}

function secondText(seconds: number): string {
  return String(seconds).padStart(12, "0");
}

function answer<T>(work: Promise<T>, tell: Callback<T>): void {
  work.then(
    (value) => tell(null, value),
    (error: unknown) => tell(error instanceof Error ? error : new Error(String(error))),
  );
}

function tableNotFound(name: string): Error {
  return Object.assign(new Error(`Requested resource not found: Table: ${name} not found`), {
    statusCode: 400,
    body: { __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException" },
  });
}
