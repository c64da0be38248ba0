import { isDomainError } from "@gridfolk/core/error";
import * as v from "valibot";
import { admit, type AdmitDeps } from "../live/admit.ts";
import { type Carrier, CLOSE } from "../live/carrier.ts";
import type { Hub } from "../live/hub.ts";
import { MAX_MESSAGE_BYTES } from "../live/message.ts";
import type { Log } from "../log/log.ts";
import type { Invocation } from "./invocation.ts";

/** What API Gateway says of a WebSocket. */
const SocketEvent = v.object({
  requestContext: v.object({
    connectionId: v.string(),
    eventType: v.picklist(["CONNECT", "MESSAGE", "DISCONNECT"]),
    routeKey: v.string(),
  }),
  headers: v.nullish(v.record(v.string(), v.string())),
  queryStringParameters: v.nullish(v.record(v.string(), v.string())),
  body: v.nullish(v.string()),
  isBase64Encoded: v.optional(v.boolean(), false),
});

type SocketEvent = v.InferOutput<typeof SocketEvent>;

export interface SocketParts extends Pick<AdmitDeps, "services"> {
  readonly hub: Hub;
  readonly carrier: Carrier;
}

export interface SocketDeps {
  /** Called by the first event that can be read. */
  readonly open: () => SocketParts;
  readonly publicUrl: string;
  readonly log: Log;
}

/** To API Gateway: of $connect it decides whether the socket opens, else nobody looks at it. */
export interface SocketResult {
  readonly statusCode: number;
}

/**
 * WebSockets behind API Gateway: routes $connect, $default, $disconnect. Never rejects. $connect answers 200 or why not; what
 * was said before an instance died is lost, and the browser fetches.
 */
export function createSocketHandler(
  deps: SocketDeps,
): (raw: unknown, context?: Invocation) => Promise<SocketResult> {
  return async (raw, context) => {
    const invocation = context?.awsRequestId;
    const parsed = v.safeParse(SocketEvent, raw);
    if (!parsed.success) {
      const places = parsed.issues.slice(0, 5).map((issue) => v.getDotPath(issue) ?? "it");
      deps.log.fault(new Error(`This is no event of a WebSocket: look at ${places.join(", ")}.`), {
        invocation,
      });
      return { statusCode: 400 };
    }
    const event = parsed.output;
    const { routeKey: route } = event.requestContext;
    try {
      return await deps.log.work("live", { route, invocation }, async () => {
        const status = await handle(deps, event);
        deps.log.note({ status });
        return { statusCode: status };
      });
    } catch (error) {
      return { statusCode: isDomainError(error, "busy") ? 503 : 500 };
    }
  };
}

async function handle(deps: SocketDeps, event: SocketEvent): Promise<number> {
  const { connectionId: connection, eventType } = event.requestContext;
  const { hub, carrier, services } = deps.open();
  switch (eventType) {
    case "CONNECT": {
      const guest = await admit({ services, publicUrl: deps.publicUrl }, toRequest(deps, event));
      if (typeof guest === "number") return guest;
      deps.log.note({ workspace: guest.workspace });
      await hub.join(guest.workspace, connection, guest);
      return 200;
    }
    case "DISCONNECT":
      await hub.leave(connection);
      return 200;
    case "MESSAGE": {
      const { body, isBase64Encoded } = event;
      if (isBase64Encoded) await carrier.disconnect(connection, CLOSE.textOnly);
      else if (Buffer.byteLength(body ?? "") > MAX_MESSAGE_BYTES) {
        await carrier.disconnect(connection, CLOSE.tooLarge);
      } else await hub.receive(connection, body ?? "");
      return 200;
    }
  }
}

const HEADERS = new Set(["origin", "cookie", "authorization"]);

/** As the browser sent it: to the public address, not to API Gateway's. */
function toRequest({ publicUrl }: SocketDeps, event: SocketEvent): Request {
  const url = new URL("/live", publicUrl);
  for (const [name, value] of Object.entries(event.queryStringParameters ?? {})) {
    url.searchParams.set(name, value);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (HEADERS.has(name.toLowerCase())) headers.set(name, value);
  }
  return new Request(url, { headers });
}
