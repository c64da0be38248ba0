import type { Log as LedgerLog } from "@gridfolk/core/ledger/reactor";
import type { Store } from "@gridfolk/core/ledger/store";
import { type Connections, createConnections } from "../live/connections.ts";
import type { Carrier } from "../live/carrier.ts";
import { createHub, type Hub } from "../live/hub.ts";
import { createManagementCarrier } from "../live/management-api.ts";
import type { Log } from "../log/log.ts";
import { nodePlatform as platform } from "../platform.ts";
import type { LiveEnvironment } from "./env.ts";
import { createSignedFetch } from "./signed-fetch.ts";

/** API Gateway ends a connection after two hours. */
const CONNECTION_MS = 130 * 60_000;
/** At least this long lies between two messages about where people are. */
const PRESENCE_MS = 1_000;
/** Whoever cannot be reached in this time fetches what it missed. */
const POST_MS = 2_000;
const POST_TRIES = 3;

export interface Carried {
  readonly connections: Connections;
  readonly carrier: Carrier;
  readonly hub: Hub;
}

/** WebSockets of API Gateway, with the connections in the table: what `live` and `react` share. */
export function openCarried(
  environment: Pick<LiveEnvironment, "AWS_REGION" | "LIVE_ENDPOINT">,
  deps: { readonly store: Store; readonly ledgerLog: Pick<LedgerLog, "end">; readonly log: Log },
): Carried {
  const { AWS_REGION: region, LIVE_ENDPOINT: endpoint } = environment;
  const signed = createSignedFetch({
    service: "execute-api",
    region,
    platform,
    timeoutMs: POST_MS,
    tries: POST_TRIES,
  });
  const carrier = createManagementCarrier({ signed, endpoint });
  const { store, ledgerLog, log } = deps;
  const connections = createConnections({ store, platform, lifetimeMs: CONNECTION_MS });
  const hub = createHub({
    connections,
    carrier,
    log: ledgerLog,
    platform,
    presenceMs: PRESENCE_MS,
    fault: log.fault,
  });
  return { connections, carrier, hub };
}
