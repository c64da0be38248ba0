import { connect } from "../dynamo/client.ts";
import { createDynamoStore } from "../dynamo/store.ts";
import { ensureTable } from "../dynamo/table.ts";
import type { Store } from "../ledger/store.ts";
import type { Engine } from "./engines.ts";
import { nodePlatform as platform } from "./platform.ts";

/** A store on a table of its own on a running engine. Stopping it stops the engine. */
export async function dynamoStoreOn(
  engine: Engine,
  tableName = "gridfolk",
): Promise<{ store: Store; stop(): Promise<void> }> {
  const client = connect({ endpoint: engine.endpoint });
  await ensureTable({ client, tableName, platform });
  return {
    store: createDynamoStore({ client, tableName, platform }),
    async stop() {
      client.close();
      await engine.stop();
    },
  };
}
