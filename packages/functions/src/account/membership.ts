import * as Role from "@gridfolk/core/access/role";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Store } from "@gridfolk/core/ledger/store";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import { settingsOf } from "@gridfolk/core/sheet/settings";
import * as v from "valibot";
import * as Keys from "./keys.ts";

const Stored = v.object({
  id: v.string(),
  name: v.string(),
  locale: v.string(),
  timeZone: v.string(),
  currency: v.string(),
  country: v.string(),
  role: v.picklist(Role.ROLES),
});

/** A workspace as its members see it in a list. */
export type Membership = Readonly<v.InferOutput<typeof Stored>>;

export interface Memberships {
  /** Brings the lists up to what the log says. Cheap when nothing about members or settings changed. */
  sync(workspace: string): Promise<void>;
  /** The workspaces of an account, by name. */
  of(user: string): Promise<Membership[]>;
}

/**
 * Which workspaces an account is in, kept beside the logs so that nobody has to read them all. Made from the log after every
 * change of members or settings; who may see a workspace is asked of its log alone.
 */
export function createMemberships(deps: { store: Store; ledger: Ledger }): Memberships {
  const { store, ledger } = deps;
  const synced = new Map<string, string>();

  return {
    async sync(workspace) {
      const [members, facts] = await ledger.ask(workspace, (workbook) => [
        Role.membersOf(workbook),
        describe(workspace, workbook),
      ]);
      const state = JSON.stringify([
        facts,
        members.map(({ user, role, active }) => [user, role, active]),
      ]);
      if (synced.get(workspace) === state) return;
      // Somebody may have left and joined again: then there is more than one record for them.
      const active = members.filter((member) => member.active);
      const here = new Set(active.map(({ user }) => user));
      await store.putMany([
        { pk: Keys.workspaces, sk: workspace },
        ...active.map(({ user, role }) =>
          Object.assign({ pk: Keys.memberships(user), sk: workspace, role }, facts),
        ),
      ]);
      const gone = new Set(members.map(({ user }) => user).filter((user) => !here.has(user)));
      await store.deleteMany(
        [...gone].map((user) => ({ pk: Keys.memberships(user), sk: workspace })),
      );
      if (synced.size > 10_000) synced.clear();
      synced.set(workspace, state);
    },
    async of(user) {
      const found: Membership[] = [];
      for await (const item of store.query({ pk: Keys.memberships(user) })) {
        found.push(v.parse(Stored, item));
      }
      return found.toSorted((a, b) => a.name.localeCompare(b.name));
    },
  };
}

/** Whether these operations may change who is in a workspace or what lists say about it. */
export function concerns(operations: readonly Operation[]): boolean {
  return operations.some(
    (operation) =>
      operation.op !== "sheet" &&
      (operation.sheet === "_members" || operation.sheet === "_workspace"),
  );
}

/** What everybody in a workspace sees of it. */
export function describe(workspace: string, workbook: Workbook): Omit<Membership, "role"> {
  const { name, locale, timeZone, currency, country } = settingsOf(workbook);
  return { id: workspace, name, locale, timeZone, currency, country };
}
