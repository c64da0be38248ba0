import type { Store } from "@gridfolk/core/ledger/store";
import {
  type CleanedWhere,
  createAdapterFactory,
  type CustomAdapter,
  type JoinConfig,
} from "better-auth/adapters";
import { type Access, createRows, type Model, type Stored } from "./auth-adapter/rows.ts";
import { compare, matches, type Row, type Value } from "./auth-adapter/where.ts";

export interface StoreAdapterOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Unique by meaning, which better-auth's own schema does not say. */
const UNIQUE_TOGETHER: Readonly<Record<string, readonly string[]>> = {
  account: ["providerId", "accountId"],
};
/** Rows that may go once their `expiresAt` has passed. */
const EXPIRING = new Set(["session", "verification"]);
/** Of one row, changed by somebody else each time. Nobody has that much bad luck. */
const CHANGE_TRIES = 50;

/**
 * better-auth's database on the store. Guarantees, without transactions: unique fields are exact under concurrency; an
 * update, increment or consumption of a row is atomic and its condition holds at that moment; a crash between two writes
 * leaves nothing that is seen. Rows are found by id, unique fields, indexed fields and references; any other condition
 * reads all rows of the model.
 */
export function storeAdapter(store: Store, options: StoreAdapterOptions = {}) {
  const rows = createRows(store, options.now);
  return createAdapterFactory({
    config: {
      adapterId: "gridfolk-store",
      adapterName: "Gridfolk store",
      supportsNumericIds: false,
      supportsJSON: false,
      supportsArrays: false,
      supportsDates: false,
      supportsBooleans: true,
      transaction: false,
    },
    adapter: ({ schema, getDefaultModelName, getFieldName }) => {
      const models = new Map<string, Model>();

      function modelOf(name: string): Model {
        const known = models.get(name);
        if (known !== undefined) return known;
        const key = getDefaultModelName(name);
        const table = schema[key];
        if (table === undefined)
          throw new Error(`better-auth asked for the model ${name}, which it does not have`);
        const column = (field: string) => getFieldName({ model: key, field });
        const fields = Object.entries(table.fields);
        const unique = fields.filter(([, field]) => field.unique).map(([field]) => [column(field)]);
        const together = UNIQUE_TOGETHER[key]?.map(column);
        const model: Model = {
          name,
          unique: together === undefined ? unique : [...unique, together],
          indexed: fields
            .filter(([, field]) => !field.unique && (field.index || field.references !== undefined))
            .map(([field]) => column(field)),
          expires: EXPIRING.has(key) ? column("expiresAt") : undefined,
        };
        models.set(name, model);
        return model;
      }

      async function find(name: string, where: readonly CleanedWhere[]): Promise<Stored[]> {
        const model = modelOf(name);
        const found = await rows.find(model, narrowest(model, where));
        return found.filter(({ row }) => matches(row, where));
      }

      function pick(model: string, row: Row, select: readonly string[] | undefined): Row {
        if (select === undefined || select.length === 0) return row;
        const names = new Set(select.map((field) => getFieldName({ model, field })));
        return Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name)));
      }

      async function join(
        row: Row,
        config: JoinConfig | undefined,
      ): Promise<Record<string, unknown>> {
        const joined: Record<string, unknown> = { ...row };
        for (const [name, { on, relation, limit = 100 }] of Object.entries(config ?? {})) {
          const value = row[on.from] ?? null;
          const others = value === null ? [] : await find(name, [equal(on.to, value)]);
          const list = others
            .slice(0, relation === "one-to-one" ? 1 : limit)
            .map((other) => other.row);
          joined[name] = relation === "one-to-one" ? (list[0] ?? null) : list;
        }
        return joined;
      }

      /** Applies `change` to the row as long as it matches; answers the row as written, or undefined when it does not. */
      async function alter(
        name: string,
        stored: Stored,
        where: readonly CleanedWhere[],
        change: (row: Row) => Row,
      ): Promise<Row | undefined> {
        const model = modelOf(name);
        let current: Stored | undefined = stored;
        for (let attempt = 0; attempt < CHANGE_TRIES; attempt += 1) {
          const next = change(current.row);
          if (await rows.replace(model, current, next)) return next;
          [current] = await rows.find(model, { by: "id", ids: [String(stored.row["id"])] });
          if (current === undefined || !matches(current.row, where)) return undefined;
        }
        throw new Error(`Cannot change a ${name}: it was changed ${CHANGE_TRIES} times meanwhile`);
      }

      async function alterAll(
        name: string,
        where: readonly CleanedWhere[],
        update: object,
      ): Promise<Row[]> {
        const changed: Row[] = [];
        for (const stored of await find(name, where)) {
          const row = await alter(name, stored, where, (before) => ({
            ...before,
            ...plain(update),
          }));
          if (row !== undefined) changed.push(row);
        }
        return changed;
      }

      async function removeAll(name: string, where: readonly CleanedWhere[]): Promise<number> {
        let removed = 0;
        for (const stored of await find(name, where)) {
          const one = await removeOne(name, stored, where);
          if (one !== undefined) removed += 1;
        }
        return removed;
      }

      /** Removes the row as long as it matches; undefined when it was gone or changed so that it does not. */
      async function removeOne(
        name: string,
        stored: Stored,
        where: readonly CleanedWhere[],
      ): Promise<Row | undefined> {
        const model = modelOf(name);
        let current: Stored | undefined = stored;
        while (current !== undefined && matches(current.row, where)) {
          if (await rows.remove(model, current)) return current.row;
          [current] = await rows.find(model, { by: "id", ids: [String(stored.row["id"])] });
        }
        return undefined;
      }

      const adapter: CustomAdapter = {
        async create({ model, data }) {
          await rows.create(modelOf(model), plain(data));
          return data;
        },

        async findOne({ model, where, select, join: joins }) {
          const [first] = await find(model, where);
          if (first === undefined) return null;
          return (await join(pick(model, first.row, select), joins)) as never;
        },

        async findMany({ model, where = [], limit, select, sortBy, offset = 0, join: joins }) {
          const found = (await find(model, where)).map(({ row }) => row);
          if (sortBy !== undefined) {
            const field = getFieldName({ model, field: sortBy.field });
            const sign = sortBy.direction === "desc" ? -1 : 1;
            found.sort((a, b) => sign * compare(a[field] ?? null, b[field] ?? null));
          }
          const page = found.slice(offset, offset + (limit ?? found.length));
          return (await Promise.all(
            page.map((row) => join(pick(model, row, select), joins)),
          )) as never;
        },

        async count({ model, where = [] }) {
          return (await find(model, where)).length;
        },

        async update({ model, where, update }) {
          if (where.length === 0) return null;
          const [first] = await alterAll(model, where, update as object);
          return (first ?? null) as never;
        },

        async updateMany({ model, where, update }) {
          return (await alterAll(model, where, update)).length;
        },

        async delete({ model, where }) {
          if (where.length > 0) await removeAll(model, where);
        },

        deleteMany: ({ model, where }) => removeAll(model, where),

        async consumeOne({ model, where }) {
          for (const stored of await find(model, where)) {
            const row = await removeOne(model, stored, where);
            if (row !== undefined) return row as never;
          }
          return null;
        },

        async incrementOne({ model, where, increment, set }) {
          const counted = (row: Row): Row => {
            const sums = Object.entries(increment).map(([field, delta]) => [
              field,
              Number(row[field] ?? 0) + delta,
            ]);
            return { ...row, ...Object.fromEntries(sums), ...plain(set ?? {}) };
          };
          for (const stored of await find(model, where)) {
            const row = await alter(model, stored, where, counted);
            if (row !== undefined) return row as never;
          }
          return null;
        },
      };
      return adapter;
    },
  });
}

/** Only a condition that every match must meet narrows the search: one joined by AND, or the only one. */
function narrowest(model: Model, where: readonly CleanedWhere[]): Access {
  const wanted = new Map<string, Value[]>();
  for (const { field, operator, value, connector, mode } of where) {
    if ((connector === "OR" && where.length > 1) || (mode === "insensitive" && field !== "id"))
      continue;
    if (operator === "eq") wanted.set(field, [value as Value]);
    else if (operator === "in" && Array.isArray(value) && !wanted.has(field))
      wanted.set(field, value);
  }
  const ids = wanted.get("id");
  if (ids !== undefined) return { by: "id", ids: ids.map(String) };
  for (const fields of model.unique) {
    const [first = [], ...others] = fields
      .map((field) => wanted.get(field))
      .filter((values) => values !== undefined);
    if (
      others.length === fields.length - 1 &&
      others.every((values) => values.length === 1) &&
      hasValues(first)
    ) {
      const rest = others.map(([value = null]) => value);
      return { by: "unique", fields, values: first.map((value) => [value, ...rest]) };
    }
  }
  for (const field of model.indexed) {
    const values = wanted.get(field);
    if (values !== undefined && hasValues(values)) return { by: "index", field, values };
  }
  return { by: "all" };
}

/** Rows without a value have no entry to find them by. */
function hasValues(values: readonly Value[]): boolean {
  return values.length > 0 && values.every((value) => value !== null);
}

function equal(field: string, value: Value): CleanedWhere {
  return { field, value, operator: "eq", connector: "AND", mode: "sensitive" };
}

/** Without what is undefined: that means "not given". */
function plain(data: object): Row {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}
