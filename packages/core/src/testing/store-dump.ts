import type { Attribute, Item, Store } from "../ledger/store.ts";

/** A table as JSON: items with bytes in base 64. */
export type Dump = readonly { readonly [name: string]: unknown }[];

/** Every item of the named partitions, in order. */
export async function dump(store: Store, partitions: readonly string[]): Promise<Dump> {
  const items: { [name: string]: unknown }[] = [];
  for (const pk of partitions) {
    for await (const item of store.query({ pk })) {
      items.push(
        Object.fromEntries(
          Object.entries(item).map(([name, value]) => [
            name,
            value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value,
          ]),
        ),
      );
    }
  }
  return items;
}

export async function restore(store: Store, items: Dump): Promise<void> {
  for (const item of items) {
    const entries = Object.entries(item).map(([name, value]): [string, Attribute] => [
      name,
      isBytes(value) ? new Uint8Array(Buffer.from(value.base64, "base64")) : (value as Attribute),
    ]);
    await store.put(Object.fromEntries(entries) as Item);
  }
}

function isBytes(value: unknown): value is { readonly base64: string } {
  return typeof value === "object" && value !== null && "base64" in value;
}
