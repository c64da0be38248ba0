import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { authFlowTestSuite, normalTestSuite, testAdapter } from "@better-auth/test-utils/adapter";
import { startEngine } from "@gridfolk/core/testing/engines";
import { nodePlatform } from "@gridfolk/core/testing/platform";
import { dynamoStoreOn } from "@gridfolk/core/testing/stores";
import { storeAdapter } from "./auth-adapter.ts";
import { openStore } from "./engine.ts";

/** better-auth's suites where items really go through the DynamoDB API: types, consistency and conditions as engines have them. */
async function suitesOn(name: string, open: () => ReturnType<typeof dynamoStoreOn>): Promise<void> {
  const { store, stop } = await open();
  const { execute } = await testAdapter({
    adapter: () => storeAdapter(store),
    runMigrations: () => {},
    prefixTests: name,
    tests: [normalTestSuite(), authFlowTestSuite()],
    onFinish: stop,
  });
  execute();
}

const dataDir = await mkdtemp(join(tmpdir(), "gridfolk-auth-"));
await suitesOn("embedded", async () => {
  const opened = await openStore({
    dataDir,
    durability: "os",
    tableName: "gridfolk",
    platform: nodePlatform,
  });
  return {
    store: opened.store,
    async stop() {
      await opened.stop();
      await rm(dataDir, { recursive: true });
    },
  };
});

const engine = await startEngine("dynalite");
if ("skipped" in engine) throw new Error(engine.skipped);
await suitesOn("dynalite", () => dynamoStoreOn(engine));
