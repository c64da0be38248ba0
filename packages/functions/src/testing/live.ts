import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import type { Store } from "@gridfolk/core/ledger/store";
import type { Carrier } from "../live/carrier.ts";
import { type Connections, createConnections } from "../live/connections.ts";
import { createHub, type Hub } from "../live/hub.ts";
import type { FromServer } from "../live/message.ts";
import type { Log } from "../log/log.ts";
import { nodePlatform } from "../platform.ts";
import { broadcast } from "../reactors/broadcast.ts";
import { createDriver } from "../reactors/driver.ts";

/** What one browser hears. */
export interface Heard {
  readonly messages: FromServer[];
  /** Codes with which its connection was ended. */
  readonly closed: number[];
  last<Type extends FromServer["type"]>(type: Type): Extract<FromServer, { type: Type }>;
  /** Seqs of the changes it was told, in the order in which it was told. */
  seqs(): number[];
}

export function heard(): Heard & { hear(text: string): void } {
  const messages: FromServer[] = [];
  return {
    messages,
    closed: [],
    hear: (text) => void messages.push(JSON.parse(text) as FromServer),
    last: <Type extends FromServer["type"]>(type: Type) =>
      messages.findLast((message) => message.type === type) as Extract<FromServer, { type: Type }>,
    seqs: () =>
      messages.flatMap((message) =>
        message.type === "changes"
          ? Array.from({ length: message.to - message.from + 1 }, (_, n) => message.from + n)
          : [],
      ),
  };
}

/** A hub and its broadcasts in one process, with sockets that only remember. */
export interface TestHub {
  readonly hub: Hub;
  readonly connections: Connections;
  /** A browser that was let in and greeted. */
  join(workspace: string, who: { id: string; name: string }): Promise<Heard & { id: string }>;
  /** Something was committed. */
  wake(workspace: string): Promise<void>;
  /** The socket is no longer there, and nobody noticed. */
  lose(connection: string): void;
}

export function testHub(deps: {
  readonly ledger: Ledger;
  readonly log: Log;
  /** Default: one of its own. */
  readonly store?: Store;
  readonly carrier?: (sockets: Carrier) => Carrier;
  readonly presenceMs?: number;
}): TestHub {
  const { ledger, log, store = createMemoryStore() } = deps;
  const platform = nodePlatform;
  const sockets = new Map<string, ReturnType<typeof heard>>();
  const remembering: Carrier = {
    async post(connection, text) {
      const socket = sockets.get(connection);
      socket?.hear(text);
      return socket === undefined ? "gone" : "sent";
    },
    async disconnect(connection, { code }) {
      sockets.get(connection)?.closed.push(code);
    },
  };
  const connections = createConnections({ store, platform });
  const hub = createHub({
    connections,
    carrier: deps.carrier?.(remembering) ?? remembering,
    log: ledger.log,
    platform,
    presenceMs: deps.presenceMs ?? 20,
    fault: log.fault,
  });
  const driver = createDriver({
    store,
    platform,
    log: ledger.log,
    journal: log,
    exclusive: true,
    driven: [broadcast({ ledger, connections, hub, everyMs: 0, note: log.note })],
  });
  let joined = 0;
  return {
    hub,
    connections,
    async join(workspace, { id: user, name }) {
      joined += 1;
      const id = `connection-${joined}`;
      const socket = heard();
      sockets.set(id, socket);
      await hub.join(workspace, id, { user, name });
      await hub.greet(id);
      return { ...socket, id };
    },
    async wake(workspace) {
      const { seq } = await ledger.log.end(workspace);
      const heads = [];
      for await (const head of ledger.log.heads(workspace, seq, seq)) heads.push(head);
      await driver.drive(workspace, heads);
    },
    lose: (connection) => void sockets.delete(connection),
  };
}
