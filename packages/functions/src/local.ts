import type { IncomingMessage, RequestListener } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import { getRequestListener } from "@hono/node-server";
import { firstAccountToken } from "./account/first-account.ts";
import { createApp } from "./app.ts";
import { createFolderBlobs, type FolderBlobs } from "./blobs/folder.ts";
import { openStore } from "./engine.ts";
import type { Environment } from "./env.ts";
import type { Carrier } from "./live/carrier.ts";
import { createConnections } from "./live/connections.ts";
import { createHub, type Hub } from "./live/hub.ts";
import { startChores } from "./local/chores.ts";
import * as DataDir from "./local/data-dir.ts";
import { close, listen } from "./local/listen.ts";
import { makeSockets } from "./local/live.ts";
import { serveFolder, type StaticFiles } from "./local/static-files.ts";
import type { Log } from "./log/log.ts";
import { nodePlatform } from "./platform.ts";
import { broadcast } from "./reactors/broadcast.ts";
import { createDriver, type Driver } from "./reactors/driver.ts";
import type { Services } from "./services.ts";
import { createServices } from "./wiring.ts";

export interface LocalOptions {
  /** The built pages. */
  readonly webFolder: string;
  /** The built worker that reads files. */
  readonly workerFile: string;
  readonly log: Log;
}

export interface LocalServer {
  readonly url: string;
  /** What the first account brings along, where accounts are by invitation. */
  readonly firstAccountToken: string | undefined;
  /** Finishes what is under way, closes the connections, leaves the data whole. */
  stop(): Promise<void>;
}

/** For browsers to answer that they heard the server is going. */
const GOODBYE_MS = 100;

/** Of the memory that Node takes at most, for workbooks. */
const CACHE_SHARE = 0.5;

/** How long a session may be remembered without asking the table: this process makes all revocations itself. */
const REMEMBER_SESSIONS_MS = 60_000;

/**
 * Gridfolk as one process: the HTTP application, WebSockets, the pages, the chores, and the embedded engine unless
 * another one is named. What it acknowledged is on disk. Throws an Error in plain words when it cannot start.
 */
export async function startLocal(
  environment: Environment,
  options: LocalOptions,
): Promise<LocalServer> {
  const { PUBLIC_URL: publicUrl } = environment;
  const { log } = options;
  const folder = await DataDir.openDataDir(environment.DATA_DIR);
  const secret = environment.AUTH_SECRET ?? (await DataDir.authSecret(folder));
  const firstToken =
    environment.SIGNUP === "invite"
      ? (environment.SIGNUP_TOKEN ?? firstAccountToken(secret))
      : undefined;

  const exclusive = environment.DYNAMODB_ENDPOINT === undefined;
  const engine = await openStore({
    dataDir: folder,
    durability: environment.DURABILITY,
    endpoint: environment.DYNAMODB_ENDPOINT,
    tableName: environment.TABLE_NAME,
    platform: nodePlatform,
    onConsumed: log.consumed,
  });
  const blobs = createFolderBlobs({
    folder: join(folder, "blobs"),
    secret,
    platform: nodePlatform,
  });
  const services = createServices({
    store: engine.store,
    platform: nodePlatform,
    settings: { secret, publicUrl, signUp: environment.SIGNUP, firstAccountToken: firstToken },
    blobs,
    workerFile: options.workerFile,
    rememberSessionsMs: REMEMBER_SESSIONS_MS,
    ledger: {
      exclusive,
      cacheBytes: getHeapStatistics().heap_size_limit * CACHE_SHARE,
      onCommit(workspace, _from, _to, heads) {
        chores.committed(workspace, heads);
      },
      onRetry: log.retried,
    },
  });
  const sockets = makeSockets();
  const { hub, driver: live } = openLive(services, sockets.carrier, log);
  const chores = startChores({ services, blobs, exclusive, live, log });
  const app = createApp({ services: () => Promise.resolve(services), publicUrl, log });
  const handle = await requestListener(app, blobs, {
    webFolder: options.webFolder,
    trustProxy: environment.TRUST_PROXY === "true",
  });

  const { url, servers } = await listen(environment.HOST, environment.PORT, handle).catch(
    async (error: unknown) => {
      sockets.stop();
      await chores.stop();
      await engine.stop();
      throw error;
    },
  );
  sockets.serve(servers, { services, hub, publicUrl, log });
  const withdraw = await DataDir.announce(folder, publicUrl ?? url);

  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    sockets.close();
    const closed = close(servers);
    await nodePlatform.clock.sleep(GOODBYE_MS);
    sockets.stop();
    await closed;
    await chores.stop();
    await withdraw();
    await engine.stop();
  }
  return {
    url,
    firstAccountToken: firstToken,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** At least this long lies between two messages about where people are. */
const PRESENCE_MS = 250;

/**
 * Who is connected to this process and how far they have been told is known in its memory: where several processes share a
 * table, each tells its own.
 */
function openLive(
  { ledger }: Pick<Services, "ledger">,
  carrier: Carrier,
  journal: Log,
): { hub: Hub; driver: Driver } {
  const store = createMemoryStore();
  const platform = nodePlatform;
  const connections = createConnections({ store, platform });
  const { log } = ledger;
  const hub = createHub({
    connections,
    carrier,
    log,
    platform,
    presenceMs: PRESENCE_MS,
    fault: journal.fault,
  });
  const driver = createDriver({
    store,
    platform,
    log,
    exclusive: true,
    driven: [broadcast({ ledger, connections, hub, everyMs: 0, note: journal.note })],
    journal,
  });
  return { hub, driver };
}

/** /api is the application's, /blobs the files', everything else the pages'. */
async function requestListener(
  app: ReturnType<typeof createApp>,
  blobs: FolderBlobs,
  { webFolder, trustProxy }: { readonly webFolder: string; readonly trustProxy: boolean },
): Promise<RequestListener> {
  const pages = await pagesOf(webFolder);
  const answer = getRequestListener((request, env) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/api" || pathname.startsWith("/api/")) {
      // A proxy adds the client it sees at the end; what stands before that, the client may have made up.
      const forwarded = trustProxy ? request.headers.get("x-forwarded-for") : null;
      const address = forwarded?.split(",").at(-1)?.trim() ?? env.incoming.socket.remoteAddress;
      return heardOut(
        env.incoming,
        app.fetch(request, address === undefined ? {} : { address }),
        [413],
      );
    }
    const file = blobs.serve(request);
    if (file !== undefined) return heardOut(env.incoming, file, [403]);
    if (pathname === "/live") return new Response("WebSocket only", { status: 426 });
    return pages(request) ?? new Response("Method not allowed", { status: 405 });
  });
  return (request, response) => void answer(request, response);
}

/** What a client may go on sending after it was refused, and for how long. */
const DRAIN_BYTES = 64 * 1024 * 1024;
const DRAIN_MS = 10_000;

/**
 * Lets a client whose body is refused send it to its end before it is told: programs that are answered while they send
 * see a broken connection instead of the answer. A body without end is cut off.
 */
async function heardOut(
  incoming: IncomingMessage | Http2ServerRequest,
  answering: Response | Promise<Response>,
  refusals: readonly number[],
): Promise<Response> {
  const answer = await answering;
  if (!refusals.includes(answer.status) || incoming.readableEnded || incoming.destroyed)
    return answer;
  const whole = await new Promise<boolean>((resolve) => {
    let bytes = 0;
    const late = setTimeout(() => resolve(false), DRAIN_MS);
    const end = (whole: boolean) => () => {
      clearTimeout(late);
      resolve(whole);
    };
    // Whoever read until it was too much would stop it again at every chunk.
    incoming.removeAllListeners("data");
    incoming.on("data", (chunk: Uint8Array) => {
      bytes += chunk.byteLength;
      if (bytes > DRAIN_BYTES) end(false)();
    });
    incoming.once("end", end(true));
    incoming.once("close", end(false));
    incoming.resume();
  });
  if (!whole) answer.headers.set("Connection", "close");
  return answer;
}

async function pagesOf(folder: string): Promise<StaticFiles> {
  try {
    return await serveFolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return () =>
      new Response("The pages are not built. Run npm run build.", {
        status: 503,
        headers: { "Content-Type": "text/plain" },
      });
  }
}
