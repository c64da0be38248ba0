import { randomUUID } from "node:crypto";
import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import { inject } from "vitest";
import { nodePlatform } from "../../platform.ts";
import { type RunningServer, start } from "../server.ts";
import { whenDone } from "./ends.ts";
import { inside } from "./inside.ts";
import { sendTo } from "./over-http.ts";
import { logLine, type Target, type TargetOptions } from "./target.ts";

/**
 * The local server, built, in a process and a data folder of its own. Its embedded engine lets nobody else in, so that
 * tests that look inside have the same server on another engine.
 */
export function localTarget(options: TargetOptions): Target {
  const { engine } = inject("machine");
  const tableName = `test-${randomUUID()}`;
  const { looksInside, settings } = options;
  const { publicUrl, signUp, firstAccountToken, secret } = settings;
  let starting: Promise<RunningServer> | undefined;

  function server(): Promise<RunningServer> {
    starting ??= start({
      env: {
        LOG: "requests",
        SIGNUP: signUp,
        AUTH_SECRET: secret,
        ...(firstAccountToken === undefined ? {} : { SIGNUP_TOKEN: firstAccountToken }),
        ...(publicUrl === undefined ? {} : { PUBLIC_URL: publicUrl }),
        ...(looksInside ? { DYNAMODB_ENDPOINT: engine, TABLE_NAME: tableName } : {}),
      },
      onLine(line) {
        const parsed = logLine(line);
        if (parsed !== undefined) own.lines.push(parsed);
      },
    });
    return starting;
  }

  const client = connect({ endpoint: engine });
  whenDone(async () => {
    client.close();
    await (await starting)?.stop();
  });
  const store = looksInside
    ? createDynamoStore({ client, tableName, platform: nodePlatform })
    : createMemoryStore();
  const own = inside(store, options, false);
  return {
    ...own,
    get services() {
      if (!looksInside) throw new Error("Say testApp({ looksInside: true }) to use services.");
      return own.services;
    },
    origin: async () => publicUrl ?? (await server()).url,
    send: async (asked) => sendTo((await server()).url, asked),
  };
}
