import { createHash, randomUUID } from "node:crypto";
import { DomainError } from "@gridfolk/core/error";
import type { Item, Key, Store } from "@gridfolk/core/ledger/store";
import type { Row, Value } from "./where.ts";

/** One of better-auth's models, by the names its fields have in the table. */
export interface Model {
  readonly name: string;
  /** Field lists of which no two rows have the same values. */
  readonly unique: readonly (readonly string[])[];
  /** Fields that rows are looked up by. */
  readonly indexed: readonly string[];
  /** The field that says when a row may go, as an ISO date-time. */
  readonly expires?: string | undefined;
}

/** A row as read, to be replaced or removed only as long as it is still that. */
export interface Stored {
  readonly row: Row;
  readonly version: string;
}

/**
 * The narrowest way to a set of rows that contains those looked for. It may contain others as well: entries are written
 * before rows and deleted after them, so an entry can be left over, and readers compare the row itself.
 */
export type Access =
  | { readonly by: "id"; readonly ids: readonly string[] }
  | {
      readonly by: "unique";
      readonly fields: readonly string[];
      readonly values: readonly (readonly Value[])[];
    }
  | { readonly by: "index"; readonly field: string; readonly values: readonly Value[] }
  | { readonly by: "all" };

export interface Rows {
  find(model: Model, access: Access): Promise<Stored[]>;
  /** Throws DomainError "invalid-values" when a row with its unique values is there or being made. */
  create(model: Model, row: Row): Promise<void>;
  /** False, and nothing is changed, when the stored row is not `stored` any more. Throws like `create`. */
  replace(model: Model, stored: Stored, row: Row): Promise<boolean>;
  /** False when the stored row is not `stored` any more; exactly one of several callers is told true. */
  remove(model: Model, stored: Stored): Promise<boolean>;
}

/**
 * How long a unique value stays taken by a writer of whom no row was seen; after it a crashed writer's claim may be taken
 * over. Half of it is longer than the store retries one put, and a writer that has used up the other half gives up.
 */
const CLAIM_MS = 5 * 60_000;
/** Expiry is better-auth's business; the table only cleans up, a day later. */
const LINGER_S = 24 * 60 * 60;

/**
 * Rows of better-auth's models as items, without transactions.
 *
 * - `AUTH#<model>`, id: the row, with a version that changes on every write.
 * - `AUTH#<model>#<fields>`, digest of the values: a claim on unique values, put only if absent, before the row.
 * - `AUTH#<model>#<field>`, digest of the value + `#` + id: an entry to find rows by.
 *
 * The row is what counts. Claims and entries come before it and go after it, so a crash leaves at most claims and entries
 * without a row: readers pass over them, and a claim without a row frees its value after five minutes.
 */
export function createRows(store: Store, now: () => number = Date.now): Rows {
  async function byIds(model: Model, ids: readonly string[]): Promise<Stored[]> {
    const distinct = [...new Set(ids)].filter((id) => id !== "");
    const keys = distinct.map((id) => rowKey(model, id));
    const items = keys.length === 1 ? [await store.get(keys[0] as Key)] : await store.getMany(keys);
    return items.filter((item) => item !== undefined).map(itemToStored);
  }

  async function find(model: Model, access: Access): Promise<Stored[]> {
    switch (access.by) {
      case "id":
        return byIds(model, access.ids);
      case "unique": {
        const keys = access.values.map((values) => claimKey(model, access.fields, values));
        const claims = await store.getMany(distinctKeys(keys));
        return byIds(
          model,
          claims.map((claim) => String(claim?.["id"] ?? "")),
        );
      }
      case "index": {
        const ids: string[] = [];
        for (const value of new Set(access.values)) {
          const { pk, sk } = entryKey(model, access.field, value, "");
          for await (const entry of store.query({ pk, prefix: sk }))
            ids.push(entry.sk.slice(sk.length));
        }
        return byIds(model, ids);
      }
      case "all": {
        const rows: Stored[] = [];
        for await (const item of store.query({ pk: `AUTH#${model.name}` }))
          rows.push(itemToStored(item));
        return rows;
      }
    }
  }

  /** Takes the values for the row, or throws. Answers whether this call is what took them. */
  async function claim(model: Model, fields: readonly string[], row: Row): Promise<Item> {
    const values = valuesOf(row, fields);
    const key = claimKey(model, fields, values);
    const mine: Item = {
      ...key,
      id: idOf(row),
      claim: randomUUID(),
      claimed: now(),
      ...expiry(model, row),
    };
    for (;;) {
      if (await store.put(mine, { absent: true })) return mine;
      const other = await store.get(key);
      if (other === undefined) continue;
      if (other["claim"] === mine["claim"]) return mine;
      const [holder] = await byIds(model, [String(other["id"])]);
      const held = holder !== undefined && sameValues(valuesOf(holder.row, fields), values);
      const ours = other["id"] === mine["id"];
      if (!ours && (held || now() - Number(other["claimed"]) < CLAIM_MS))
        throw taken(model, fields);
      if (await store.put(mine, { equals: { claim: String(other["claim"]) } })) return mine;
    }
  }

  async function release(claims: readonly Item[]): Promise<void> {
    for (const held of claims)
      await store.delete(held, { equals: { claim: String(held["claim"]) } });
  }

  /** Claims and entries of what the row has and `before` had not, then `write`; on failure nothing is left behind. */
  async function withClaims(
    model: Model,
    row: Row,
    before: Row | undefined,
    write: () => Promise<boolean>,
  ): Promise<boolean> {
    const claims: Item[] = [];
    const started = now();
    try {
      for (const fields of model.unique) {
        if (!isComplete(row, fields)) continue;
        if (before !== undefined && sameValues(valuesOf(row, fields), valuesOf(before, fields)))
          continue;
        claims.push(await claim(model, fields, row));
      }
      const entries = entriesOf(model, row);
      const known = new Set(
        before === undefined ? [] : entriesOf(model, before).map(({ pk, sk }) => `${pk} ${sk}`),
      );
      await store.putMany(entries.filter(({ pk, sk }) => !known.has(`${pk} ${sk}`)));
      if (now() - started > CLAIM_MS / 2)
        throw new DomainError("busy", "The account could not be saved in time. Try again.");
    } catch (error) {
      await release(claims);
      throw error;
    }
    // From here on the row may be written, whatever we are told: claims stay unless we know it is not.
    const written = await write();
    if (!written) await release(claims);
    return written;
  }

  return {
    find,

    async create(model, row) {
      const item = rowToItem(model, row);
      const written = await withClaims(model, row, undefined, () => putRow(item, { absent: true }));
      if (!written) throw taken(model, ["id"]);
    },

    async replace(model, stored, row) {
      const item = rowToItem(model, row);
      const later = expiry(model, row).ttl !== expiry(model, stored.row).ttl;
      if (later) await prolong(model, stored.row, expiry(model, row));
      const written = await withClaims(model, row, stored.row, () =>
        putRow(item, { equals: { version: stored.version } }),
      );
      if (written) await forget(model, stored.row, row);
      return written;
    },

    async remove(model, { row, version }) {
      const removed = await store.delete(rowKey(model, idOf(row)), { equals: { version } });
      if (removed) await forget(model, row, undefined);
      return removed;
    },
  };

  async function putRow(
    item: Item,
    condition: { absent: true } | { equals: { version: string } },
  ): Promise<boolean> {
    if (await store.put(item, condition)) return true;
    // A put repeated after a time-out may have met its own first try.
    return (await store.get(item))?.["version"] === item["version"];
  }

  /** Deletes claims and entries of what `before` had and `after` has not. */
  async function forget(model: Model, before: Row, after: Row | undefined): Promise<void> {
    for (const fields of model.unique) {
      if (!isComplete(before, fields)) continue;
      const values = valuesOf(before, fields);
      if (after !== undefined && sameValues(values, valuesOf(after, fields))) continue;
      await store.delete(claimKey(model, fields, values), { equals: { id: idOf(before) } });
    }
    const kept = new Set(
      after === undefined ? [] : entriesOf(model, after).map(({ pk, sk }) => `${pk} ${sk}`),
    );
    await store.deleteMany(
      entriesOf(model, before).filter(({ pk, sk }) => !kept.has(`${pk} ${sk}`)),
    );
  }

  /** Before a row lives longer, what it is found by does. */
  async function prolong(model: Model, row: Row, ttl: { ttl?: number }): Promise<void> {
    for (const fields of model.unique) {
      if (!isComplete(row, fields)) continue;
      const held = await store.get(claimKey(model, fields, valuesOf(row, fields)));
      if (held?.["id"] !== idOf(row)) continue;
      const { ttl: _, ...rest } = held;
      await store.put({ ...(rest as Item), ...ttl }, { equals: { claim: String(held["claim"]) } });
    }
    await store.putMany(entriesOf(model, row).map(({ pk, sk }) => ({ pk, sk, ...ttl })));
  }
}

/** Something that is another text after every write to one of these rows; `undefined` when one of them is not there. */
export async function versionOf(
  store: Pick<Store, "getMany">,
  rows: readonly { readonly model: string; readonly id: string }[],
): Promise<string | undefined> {
  const items = await store.getMany(rows.map(({ model, id }) => rowKey({ name: model }, id)));
  const versions = items.map((item) => item?.["version"]);
  return versions.every((version) => typeof version === "string") ? versions.join() : undefined;
}

function rowKey(model: Pick<Model, "name">, id: string): Key {
  return { pk: `AUTH#${model.name}`, sk: id };
}

function claimKey(model: Model, fields: readonly string[], values: readonly Value[]): Key {
  return { pk: `AUTH#${model.name}#${fields.join("+")}`, sk: digest(values) };
}

function entryKey(model: Model, field: string, value: Value, id: string): Key {
  return { pk: `AUTH#${model.name}#${field}`, sk: `${digest([value])}#${id}` };
}

function entriesOf(model: Model, row: Row): Item[] {
  return model.indexed
    .filter((field) => isComplete(row, [field]))
    .map((field) => ({
      ...entryKey(model, field, row[field] ?? null, idOf(row)),
      ...expiry(model, row),
    }));
}

function rowToItem(model: Model, row: Row): Item {
  return { ...rowKey(model, idOf(row)), version: randomUUID(), row, ...expiry(model, row) };
}

function itemToStored(item: Item): Stored {
  return { row: item["row"] as Row, version: String(item["version"]) };
}

/** Seconds since the epoch, for the table's expiry. */
function expiry(model: Model, row: Row): { ttl?: number } {
  const at = model.expires === undefined ? Number.NaN : Date.parse(String(row[model.expires]));
  return Number.isNaN(at) ? {} : { ttl: Math.ceil(at / 1000) + LINGER_S };
}

function idOf(row: Row): string {
  return String(row["id"]);
}

function valuesOf(row: Row, fields: readonly string[]): Value[] {
  return fields.map((field) => row[field] ?? null);
}

/** Rows without a value do not collide in it. */
function isComplete(row: Row, fields: readonly string[]): boolean {
  return fields.every((field) => row[field] !== undefined && row[field] !== null);
}

function sameValues(a: readonly Value[], b: readonly Value[]): boolean {
  return a.every((value, at) => value === b[at]);
}

function distinctKeys(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((key) => [key.sk, key])).values()];
}

/** Sort keys hold 1,024 bytes and are seen in logs; an e-mail address or a token may be longer, and is nobody's business. */
function digest(values: readonly Value[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
}

function taken(model: Model, fields: readonly string[]): DomainError {
  return new DomainError(
    "invalid-values",
    `Another ${model.name} has this ${fields.join(" and ")}.`,
  );
}
