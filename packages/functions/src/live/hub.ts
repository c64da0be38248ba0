import type { Log } from "@gridfolk/core/ledger/reactor";
import type { Platform } from "@gridfolk/core/platform";
import { type Carrier, CLOSE, type Close } from "./carrier.ts";
import type { Connected, Connections } from "./connections.ts";
import * as Message from "./message.ts";

export interface HubDeps {
  readonly connections: Connections;
  readonly carrier: Carrier;
  readonly log: Pick<Log, "end">;
  readonly platform: Pick<Platform, "clock">;
  /** At least this long lies between two messages about where people are. */
  readonly presenceMs: number;
  /** Told of what stays without consequence for whoever asked: a message that could not be handed over. */
  readonly fault: (error: unknown) => void;
}

/** Who is connected to a workspace and what they hear, however the sockets are carried. Keeps nothing itself. */
export interface Hub {
  /** A socket of a member opened; the caller has checked that. It cannot be spoken to before this is answered. */
  join(
    workspace: string,
    connection: string,
    who: { readonly user: string; readonly name: string },
  ): Promise<void>;
  /** Resolves when everything that follows from the message is done. */
  receive(connection: string, text: string): Promise<void>;
  leave(connection: string): Promise<void>;
  /** Says where the log is. Everything committed later is broadcast to the connection. */
  greet(connection: string): Promise<void>;
  /** Tells everybody who looks, in order; of `people`, when the caller has just read them. Whoever does not answer is told nothing more. */
  tell(
    workspace: string,
    messages: readonly string[],
    people?: readonly Message.Person[],
  ): Promise<void>;
  /** Tells whoever is no longer a member so, and ends their connections. */
  dismiss(workspace: string, isMember: (user: string) => boolean): Promise<void>;
}

/** Messages under way at once. */
const PARALLEL = 16;
/** So many failures in one round: then it is not the connections. */
const HOPELESS = 8;

export function createHub(deps: HubDeps): Hub {
  const { connections, carrier, platform } = deps;

  /** Hands over a message; what comes of it is learnt, not waited for. */
  async function post(to: Place, text: string): Promise<"sent" | "gone" | "failed"> {
    try {
      return await carrier.post(to.connection, text);
    } catch (error) {
      deps.fault(error);
      return "failed";
    }
  }

  async function answer(to: Connected, message: Message.FromServer): Promise<void> {
    if ((await post(to, JSON.stringify(message))) === "gone") await leave(to);
  }

  async function leave(whose: Place): Promise<void> {
    await connections.remove(whose);
    await sayWhoIsHere(whose.workspace);
  }

  /** To everybody in the workspace. Who turns out to be gone is removed. */
  async function tell(
    workspace: string,
    messages: readonly string[],
    people?: readonly Message.Person[],
  ): Promise<void> {
    const here = people ?? (await connections.in(workspace));
    await tellThese(workspace, here.filter(isLooking), messages);
  }

  async function tellThese(
    workspace: string,
    people: readonly Message.Person[],
    messages: readonly string[],
  ): Promise<void> {
    const waiting = [...people];
    let failures = 0;
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const to = { workspace, connection: next.connection };
        for (const text of messages) {
          if (failures >= HOPELESS) return;
          const came = await post(to, text);
          if (came === "sent") continue;
          if (came === "failed") failures += 1;
          else await connections.remove(to);
          break;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, waiting.length) }, work));
  }

  /**
   * At most once in `presenceMs`; what happens meanwhile is in the next message. Who alone has moved knows that: messages
   * are most of what a live workspace costs.
   */
  async function sayWhoIsHere(workspace: string, mover?: string): Promise<void> {
    const waitMs = await connections.turn(workspace, deps.presenceMs);
    if (waitMs === undefined) return;
    if (waitMs > 0) await platform.clock.sleep(waitMs);
    const people = await connections.in(workspace);
    const others = people.filter(
      (person) => isLooking(person) && (waitMs > 0 || person.connection !== mover),
    );
    if (others.length > 0) await tellThese(workspace, others, [Message.presence(people)]);
  }

  async function end(whose: Place, close: Close): Promise<void> {
    // First: whatever becomes of the socket, it hears nothing more.
    await connections.remove(whose);
    await carrier.disconnect(whose.connection, close).catch(deps.fault);
  }

  async function greet(to: Connected): Promise<void> {
    const { seq, epoch } = await deps.log.end(to.workspace);
    await answer(to, { type: "hello", epoch, seq, connection: to.connection });
  }

  async function pong(to: Connected): Promise<void> {
    const { seq, epoch } = await deps.log.end(to.workspace);
    await answer(to, { type: "pong", epoch, seq });
  }

  return {
    async join(workspace, connection, who) {
      await connections.add(workspace, connection, who);
    },

    async receive(connection, text) {
      const from = await connections.find(connection);
      if (from === undefined) {
        // It ended, or this is another table than the one in which it began.
        await carrier.disconnect(connection, CLOSE.tryAgain);
        return;
      }
      const message = Message.parse(text);
      switch (message?.type) {
        case "hello":
          await greet(from);
          await sayWhoIsHere(from.workspace);
          return;
        case "ping":
          if (message.quiet !== true) await pong(from);
          return;
        case "presence": {
          const { type: _, ask, ...place } = message;
          await connections.move(from, place);
          if (ask === true) await pong(from);
          // Who has turned away is told with the next word about people: nobody has to know at once.
          if (place.away !== true) await sayWhoIsHere(from.workspace, from.connection);
          return;
        }
        case undefined:
          await end(from, CLOSE.notUnderstood);
          await sayWhoIsHere(from.workspace);
      }
    },

    async leave(connection) {
      const whose = await connections.find(connection);
      if (whose !== undefined) await leave(whose);
    },

    async greet(connection) {
      const to = await connections.find(connection);
      if (to === undefined) return;
      await greet(to);
      await sayWhoIsHere(to.workspace);
    },

    tell,

    async dismiss(workspace, isMember) {
      const strangers = (await connections.in(workspace)).filter(({ user }) => !isMember(user));
      const removed = JSON.stringify({ type: "removed" } satisfies Message.FromServer);
      for (const { connection } of strangers) {
        const whose = { workspace, connection };
        await post(whose, removed);
        await end(whose, CLOSE.removed);
      }
      if (strangers.length > 0) await sayWhoIsHere(workspace);
    },
  };
}

/** Whose page nobody looks at needs to hear nothing: it fetches when somebody does. */
export function isLooking({ away }: Pick<Message.Person, "away">): boolean {
  return away !== true;
}

type Place = Pick<Connected, "workspace" | "connection">;
