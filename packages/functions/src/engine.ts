import { mkdir, open } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { DynamoClient } from "@gridfolk/core/dynamo/client";
import { createDynamoStore, type DynamoStoreOptions } from "@gridfolk/core/dynamo/store";
import { ensureTable } from "@gridfolk/core/dynamo/table";
import { DomainError } from "@gridfolk/core/error";
import type { Store } from "@gridfolk/core/ledger/store";
import type { Platform } from "@gridfolk/core/platform";
import { ClassicLevel } from "classic-level";
import * as dynalite from "dynalite/db/index.js";
import { createEmbeddedClient } from "./engine/client.ts";
import { openTables } from "./engine/tables.ts";
import { createWriter } from "./engine/writer.ts";

export interface EngineOptions {
  readonly dataDir: string;
  /** fsync: a write that resolved survives a power cut. os: it survives the end of this process, also by kill -9. */
  readonly durability: "fsync" | "os";
}

export interface Engine {
  readonly client: DynamoClient;
  /** Resolves once everything under way is written and the directory is free for another process. */
  stop(): Promise<void>;
}

const EXPIRE_EVERY_MS = 60 * 60 * 1000;
const EXPIRE_AT_ONCE = 500;
/** Four times LevelDB's own: an import fits in two logs, and a start after a crash replays at most this much. */
const WRITE_BUFFER_BYTES = 16 * 1024 * 1024;

/**
 * The embedded engine: DynamoDB's calls on a LevelDB in `dataDir`, within this process. Throws DomainError "busy" when
 * another process holds the directory. A lock left behind by a killed process does not count: the system drops it.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const directory = join(resolve(options.dataDir), "dynamo");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const db = new ClassicLevel<string, unknown>(directory, {
    valueEncoding: "json",
    writeBufferSize: WRITE_BUFFER_BYTES,
  });
  try {
    await db.open();
  } catch (error) {
    throw explained(error, directory);
  }
  if (options.durability === "fsync") await syncNames(resolve(options.dataDir), directory);
  const writer = createWriter(db, options.durability === "fsync");
  const tables = await openTables(db, writer, dynalite.MAX_SIZE);

  async function expire(): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    while ((await tables.expire(now, EXPIRE_AT_ONCE)) === EXPIRE_AT_ONCE);
  }
  let expiring = expire();
  const timer = setInterval(() => {
    expiring = expiring.then(expire).catch(() => {});
  }, EXPIRE_EVERY_MS);
  timer.unref();

  return {
    client: createEmbeddedClient(tables),
    async stop() {
      clearInterval(timer);
      await expiring;
      await writer.idle();
      await db.close();
    },
  };
}

export interface StoreOptions extends EngineOptions {
  /** Another engine than the embedded one. */
  readonly endpoint?: string | undefined;
  readonly tableName: string;
  readonly platform: Pick<Platform, "clock" | "random">;
  readonly onConsumed?: DynamoStoreOptions["onConsumed"];
}

/** The store of a server that runs on one machine, with its table made: embedded, or on the engine at `endpoint`. */
export async function openStore(
  options: StoreOptions,
): Promise<{ store: Store; stop(): Promise<void> }> {
  const { tableName, platform, endpoint, onConsumed } = options;
  const common = { tableName, platform, ...(onConsumed && { onConsumed }) };
  if (endpoint !== undefined) {
    // The SDK takes a while to load, and the embedded engine does without it.
    const { connect } = await import("@gridfolk/core/dynamo/client");
    const client = connect({ endpoint });
    await ensureTable({ client, tableName, platform });
    const store = createDynamoStore({ client, ...common });
    return { store, stop: async () => client.close() };
  }
  const engine = await startEngine(options);
  await ensureTable({ client: engine.client, tableName, platform });
  return {
    store: createDynamoStore({ client: engine.client, ...common }),
    stop: engine.stop,
  };
}

function explained(error: unknown, directory: string): Error {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "LEVEL_LOCKED")
    return new DomainError(
      "busy",
      `The data directory ${directory} is in use by another process. Stop that one, or set DATA_DIR to another directory.`,
      { cause: error },
    );
  const reason = cause instanceof Error ? cause.message : String(error);
  return new DomainError("corrupt", `The data directory ${directory} cannot be opened: ${reason}`, {
    cause: error,
  });
}

/** Makes the names in the directories durable: LevelDB syncs the files of a new database, not that they are there. */
async function syncNames(...directories: string[]): Promise<void> {
  // Windows has no such thing to sync.
  if (process.platform === "win32") return;
  for (const directory of directories) {
    const handle = await open(directory, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
