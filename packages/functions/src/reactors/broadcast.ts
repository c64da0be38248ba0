import * as Role from "@gridfolk/core/access/role";
import type { Ledger, WireHead } from "@gridfolk/core/ledger/ledger";
import type { Connections } from "../live/connections.ts";
import { type Hub, isLooking } from "../live/hub.ts";
import * as Message from "../live/message.ts";
import type { Log } from "../log/log.ts";
import type { Driven } from "./driver.ts";

export interface BroadcastDeps {
  readonly ledger: Pick<Ledger, "log" | "ask">;
  readonly connections: Pick<Connections, "in">;
  readonly hub: Pick<Hub, "tell" | "dismiss">;
  /** At least this long lies between two broadcasts to a workspace. */
  readonly everyMs: number;
  /** More of the log's line of this run. */
  readonly note: Log["note"];
}

/**
 * Tells connected browsers what was committed. It promises nothing: whoever misses a message sees the gap and fetches, and
 * what comes twice is ignored. Those who are no longer members are told so first, and hear nothing more.
 */
export function broadcast({ ledger, connections, hub, everyMs, note }: BroadcastDeps): Driven {
  return {
    reactor: {
      name: "broadcast",
      everyMs,
      // Whoever hears something twice ignores it.
      leased: false,
      async follow({ workspace, epoch, from, to, heads: known }) {
        let people = (await connections.in(workspace)).filter(isLooking);
        note({ told: people.length });
        if (people.length === 0) return;
        let membersMayHaveLeft = false;
        async function* heads(): AsyncGenerator<WireHead> {
          for await (const head of known ?? ledger.log.heads(workspace, from, to)) {
            membersMayHaveLeft ||= touchesMembers(head);
            yield head;
          }
        }
        const messages = await Message.changes({ epoch, from, to }, heads());
        if (membersMayHaveLeft) {
          const members = await ledger.ask(workspace, Role.membersOf);
          const active = new Set(members.flatMap(({ user, active }) => (active ? [user] : [])));
          await hub.dismiss(workspace, (user) => active.has(user));
          people = people.filter(({ user }) => active.has(user));
        }
        await hub.tell(workspace, messages, people);
      },
    },
  };
}

/** Only the system changes members: an invitation accepted, a role changed, somebody removed (account/access.ts). */
function touchesMembers({ changesets }: WireHead): boolean {
  return changesets.some(
    ({ source, operations }) =>
      source === "system" &&
      (operations === undefined ||
        operations.some((operation) => "sheet" in operation && operation.sheet === "_members")),
  );
}
