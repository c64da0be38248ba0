import { colorAt, PALETTE } from "@gridfolk/core/field/palette";
import * as Keys from "@gridfolk/core/ledger/keys";
import type { Item, Store } from "@gridfolk/core/ledger/store";
import type { Platform } from "@gridfolk/core/platform";
import * as v from "valibot";
import type { Person } from "./message.ts";

const Stored = v.object({
  user: v.string(),
  name: v.string(),
  color: v.string(),
  sheet: v.optional(v.string()),
  record: v.optional(v.string()),
  field: v.optional(v.string()),
  away: v.optional(v.boolean()),
  ttl: v.optional(v.number()),
});
const Owner = v.object({
  workspace: v.string(),
  user: v.string(),
  name: v.string(),
  color: v.string(),
  ttl: v.optional(v.number()),
});

/** Where somebody is. */
export type Place = Pick<Person, "sheet" | "record" | "field" | "away">;

/** What does not change about a connection. */
export interface Connected extends Pick<Person, "connection" | "user" | "name" | "color"> {
  readonly workspace: string;
}

/** Who is connected. On AWS in the table, where every instance sees it; locally in the memory of the one process. */
export interface Connections {
  /** Gives everybody a colour that nobody else in the workspace has, as far as there are enough. */
  add(
    workspace: string,
    connection: string,
    who: { readonly user: string; readonly name: string },
  ): Promise<Connected>;
  find(connection: string): Promise<Connected | undefined>;
  /** Nothing happens when the connection is gone. */
  move(connected: Connected, place: Place): Promise<void>;
  /** Nothing happens when it is gone. */
  remove(connected: Pick<Connected, "workspace" | "connection">): Promise<void>;
  in(workspace: string): Promise<Person[]>;
  /**
   * Of all who ask within `everyMs` one is told how long to wait before telling everybody where the others are. The others
   * need not: what they stored before they asked is seen by then.
   */
  turn(workspace: string, everyMs: number): Promise<number | undefined>;
}

export interface ConnectionsDeps {
  readonly store: Store;
  readonly platform: Pick<Platform, "clock">;
  /** After this long a connection has ended, whether that was noticed or not. Absent: its end is always noticed. */
  readonly lifetimeMs?: number;
}

export function createConnections({ store, platform, lifetimeMs }: ConnectionsDeps): Connections {
  const { clock } = platform;
  const seconds = (): number => Math.floor(clock.now() / 1_000);
  const expiry = (): { ttl?: number } =>
    lifetimeMs === undefined ? {} : { ttl: seconds() + Math.ceil(lifetimeMs / 1_000) };
  /** The table deletes what has expired some time later. */
  const isOver = ({ ttl = Infinity }: { readonly ttl?: number | undefined }): boolean =>
    ttl <= seconds();

  async function everybody(workspace: string): Promise<Person[]> {
    const people: Person[] = [];
    for await (const { sk: connection, ...item } of store.query({
      pk: Keys.connections(workspace),
    })) {
      const stored = v.parse(Stored, item);
      const { ttl: _, ...person } = stored;
      if (!isOver(stored)) people.push({ connection, ...person });
    }
    return people;
  }

  return {
    in: everybody,

    async add(workspace, connection, { user, name }) {
      const color = colorFor(await everybody(workspace), user);
      const facts = { user, name, color, ...expiry() };
      // The owner first: what is found in the workspace can then always be removed.
      await store.put({ ...Keys.connectionOwner(connection), workspace, ...facts });
      await store.put({ ...Keys.connection(workspace, connection), ...facts });
      return { workspace, connection, user, name, color };
    },

    async find(connection) {
      const item = await store.get(Keys.connectionOwner(connection));
      if (item === undefined) return undefined;
      const owner = v.parse(Owner, item);
      const { ttl: _, ...facts } = owner;
      return isOver(owner) ? undefined : { connection, ...facts };
    },

    async move({ workspace, connection, user, name, color }, place) {
      const key = Keys.connection(workspace, connection);
      const item: Item = { ...key, user, name, color, ...defined(place), ...expiry() };
      await store.put(item, { exists: true });
    },

    async remove({ workspace, connection }) {
      await store.delete(Keys.connection(workspace, connection));
      await store.delete(Keys.connectionOwner(connection));
    },

    async turn(workspace, everyMs) {
      const now = clock.now();
      const key = Keys.presence(workspace);
      const due = (await store.get(key))?.["due"] as number | undefined;
      if (due !== undefined && due > now && due <= now + everyMs) return undefined;
      const wait = Math.max(0, (due ?? 0) + everyMs - now);
      const next = { ...key, due: now + wait, ...expiry() };
      const won = await store.put(next, due === undefined ? { absent: true } : { equals: { due } });
      return won ? wait : undefined;
    },
  };
}

function colorFor(people: readonly Person[], user: string): string {
  const own = people.find((person) => person.user === user)?.color;
  if (own !== undefined) return own;
  const taken = new Set(people.map(({ color }) => color));
  const start = Array.from(user).reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const order = PALETTE.map((_, index) => colorAt(start + index));
  return order.find((color) => !taken.has(color)) ?? colorAt(start);
}

function defined(place: Place): Record<string, string | boolean> {
  return Object.fromEntries(
    Object.entries(place).filter(
      (entry): entry is [string, string | boolean] => entry[1] !== undefined,
    ),
  );
}
