import { DomainError } from "../error.ts";
import type { Item, Key, Store } from "../ledger/store.ts";

export interface Faults {
  /** Asked before each write of an item: what goes wrong with it. */
  onPut?: (item: Item) => Fault | undefined;
  /** Called before each read or write, to let something else happen first. */
  before?: (
    call: "get" | "getMany" | "put" | "putMany" | "delete" | "query",
    key: Key,
  ) => Promise<void>;
}

/** "lost": it is written, but the answer never comes. "refused": it is not written. "late": it is written by `release`. */
export type Fault = "lost" | "refused" | "late";

export interface FaultyStore extends Store {
  faults: Faults;
  /** Lets late writes arrive, under the conditions they were sent with. */
  release(): Promise<void>;
}

/** A store whose network fails as told. */
export function createFaultyStore(store: Store): FaultyStore {
  let late: (() => Promise<unknown>)[] = [];
  const timedOut = (): DomainError =>
    new DomainError("busy", "The table did not answer in time.", { retryAfterMs: 1 });
  const faulty: FaultyStore = {
    faults: {},
    consumed: store.consumed,
    async release() {
      const waiting = late;
      late = [];
      for (const write of waiting) await write();
    },
    async get(key) {
      await faulty.faults.before?.("get", key);
      return store.get(key);
    },
    async getMany(keys, options) {
      const [first] = keys;
      if (first !== undefined) await faulty.faults.before?.("getMany", first);
      return store.getMany(keys, options);
    },
    async put(item, condition) {
      await faulty.faults.before?.("put", item);
      const fault = faulty.faults.onPut?.(item);
      if (fault === "refused") throw timedOut();
      if (fault === "late") {
        late.push(() => store.put(item, condition));
        throw timedOut();
      }
      const written = await store.put(item, condition);
      if (fault === "lost") throw timedOut();
      return written;
    },
    async putMany(items) {
      const [first] = items;
      if (first !== undefined) await faulty.faults.before?.("putMany", first);
      const fault = items.map((item) => faulty.faults.onPut?.(item)).find((each) => each);
      if (fault === "refused") throw timedOut();
      if (fault === "late") {
        late.push(() => store.putMany(items));
        throw timedOut();
      }
      await store.putMany(items);
      if (fault === "lost") throw timedOut();
    },
    async delete(key, condition) {
      await faulty.faults.before?.("delete", key);
      return store.delete(key, condition);
    },
    deleteMany: (keys) => store.deleteMany(keys),
    async *query(query) {
      await faulty.faults.before?.("query", { pk: query.pk, sk: query.from ?? "" });
      yield* store.query(query);
    },
  };
  return faulty;
}
