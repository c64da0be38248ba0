import { DomainError } from "../error.ts";
import * as ItemSize from "./item.ts";
import type { Attribute, Condition, Item, Key, Query, Store } from "./store.ts";

/**
 * A `Store` in the memory of this process, for what ends with it, for tests and for measuring what the code above it costs.
 * Items are copied in and out, sizes are checked and units counted as DynamoDB does, and every call yields first, so that callers race as they
 * do over a network.
 */
export function createMemoryStore(): Store {
  const partitions = new Map<string, Map<string, Item>>();
  const consumed = { read: 0, write: 0 };

  function find(key: Key): Item | undefined {
    return partitions.get(key.pk)?.get(key.sk);
  }

  function countRead(item: Item | undefined): void {
    consumed.read += item === undefined ? 1 : Math.ceil(ItemSize.bytes(item) / 4096);
  }

  function countWrite(before: Item | undefined, after: Item | undefined): void {
    const size = Math.max(
      before === undefined ? 0 : ItemSize.bytes(before),
      after === undefined ? 0 : ItemSize.bytes(after),
    );
    consumed.write += Math.max(1, Math.ceil(size / 1024));
  }

  function write(item: Item): void {
    if (ItemSize.bytes(item) > ItemSize.MAX_ITEM_BYTES) {
      throw new DomainError("too-large", `The item ${item.pk} ${item.sk} is over 400 kB.`);
    }
    countWrite(find(item), item);
    let partition = partitions.get(item.pk);
    if (partition === undefined) partitions.set(item.pk, (partition = new Map()));
    partition.set(item.sk, structuredCopy(item));
  }

  function remove(key: Key): void {
    countWrite(find(key), undefined);
    const partition = partitions.get(key.pk);
    partition?.delete(key.sk);
    if (partition?.size === 0) partitions.delete(key.pk);
  }

  async function get(key: Key): Promise<Item | undefined> {
    await turn();
    const item = find(key);
    countRead(item);
    return item === undefined ? undefined : structuredCopy(item);
  }

  return {
    consumed,
    get,
    async getMany(keys) {
      return Promise.all(keys.map(get));
    },
    async put(item, condition) {
      await turn();
      if (condition !== undefined && !holds(find(item), condition)) {
        countWrite(find(item), item);
        return false;
      }
      write(item);
      return true;
    },
    async putMany(items) {
      await turn();
      for (const item of items) write(item);
    },
    async delete(key, condition) {
      await turn();
      if (condition !== undefined && !holds(find(key), condition)) {
        countWrite(find(key), undefined);
        return false;
      }
      remove(key);
      return true;
    },
    async deleteMany(keys) {
      await turn();
      for (const key of keys) remove(key);
    },
    async *query(query) {
      await turn();
      const names = [...(partitions.get(query.pk)?.keys() ?? [])].filter((sk) =>
        inRange(sk, query),
      );
      names.sort();
      if (query.reverse === true) names.reverse();
      let size = 0;
      for (const sk of names.slice(0, query.limit)) {
        const item = find({ pk: query.pk, sk });
        if (item === undefined) continue; // deleted while the caller was reading
        size += ItemSize.bytes(item);
        if (size > 1024 * 1024) {
          consumed.read += Math.ceil(size / 4096);
          size = 0;
          await turn();
        }
        yield structuredCopy(pick(item, query.only));
      }
      consumed.read += Math.max(1, Math.ceil(size / 4096));
    },
  };
}

/** Whether `condition` is true of the stored item. */
function holds(item: Item | undefined, condition: Condition): boolean {
  if ("absent" in condition) return item === undefined;
  if ("exists" in condition) return item !== undefined;
  if ("equals" in condition) {
    return (
      item !== undefined &&
      Object.entries(condition.equals).every(([name, value]) => item[name] === value)
    );
  }
  return (
    item === undefined ||
    Object.entries(condition.absentOrLess).every(([name, value]) => {
      const stored = item[name];
      return stored === undefined || (typeof stored === "number" && stored < value);
    })
  );
}

function inRange(sk: string, query: Query): boolean {
  return (
    (query.from === undefined || sk >= query.from) &&
    (query.to === undefined || sk <= query.to) &&
    (query.prefix === undefined || sk.startsWith(query.prefix))
  );
}

function pick(item: Item, only: readonly string[] | undefined): Item {
  if (only === undefined) return item;
  const picked: Record<string, Attribute> = {};
  for (const name of only) {
    const value = item[name];
    if (value !== undefined) picked[name] = value;
  }
  return { ...picked, pk: item.pk, sk: item.sk };
}

function structuredCopy(item: Item): Item {
  return copy(item) as Item;
}

function copy(value: Attribute): Attribute {
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map((element: Attribute) => copy(element));
  const copied: Record<string, Attribute> = {};
  for (const [name, element] of Object.entries(value)) copied[name] = copy(element);
  return copied;
}

function turn(): Promise<void> {
  return Promise.resolve();
}
