// Fifty instances that write into one workspace, as far as the protocol is concerned: ledgers with a store client and a memory of
// their own that share nothing but the table, in one thread (`--threads=2`: in two), since two processors have no time for fifty
// processes. On DynamoDB Local and on dynoxide.
import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { ensureTable } from "@gridfolk/core/dynamo/table";
import { registry } from "@gridfolk/core/field/registry";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import * as Ids from "@gridfolk/core/ledger/ids";
import { startEngine, type EngineKind } from "@gridfolk/core/testing/engines";
import { nodePlatform } from "@gridfolk/functions/platform";
import { S3_CREDENTIALS as credentials } from "@gridfolk/functions/testing/credentials";
import { bench, type Bench } from "./harness.ts";
import { servesLedgers, startLedgers } from "./ledgers.ts";
import { type Commit, INSTANCES, loops, placesIn } from "./loops.ts";
import { newWorkspace } from "./workspace.ts";

const ROWS = 10_000;
const TABLE = "contention";

// The same file is what the threads of ledgers.ts run.
if (!servesLedgers())
  await bench("contention", async (run) => {
    for (const kind of ["dynamodb-local", "dynoxide"] satisfies EngineKind[]) {
      const engine = await startEngine(kind);
      if ("skipped" in engine) {
        run.say(`${kind}: ${engine.skipped}`);
        continue;
      }
      run.later(() => engine.stop());
      await contend(run, kind, engine.endpoint);
    }
  });

async function contend(run: Bench, kind: EngineKind, engine: string): Promise<void> {
  const client = connect({ endpoint: engine, credentials });
  await ensureTable({ client, tableName: TABLE, platform: nodePlatform });
  const store = createDynamoStore({ client, tableName: TABLE, platform: nodePlatform });
  const ledger = createLedger({ store, platform: nodePlatform, registry });
  const workspace = await newWorkspace(ledger);
  const ids = Ids.recordIds(nodePlatform, ROWS);
  await ledger.commitWith(workspace, Ids.newId(nodePlatform), () => ({
    actor: "owner",
    source: "api",
    label: "Contacts",
    operations: [
      {
        op: "create",
        sheet: "contacts",
        ids,
        fields: { lastName: ids.map((_, row) => `Name ${row}`) },
      },
    ],
  }));
  await ledger.compact(workspace, { force: true });

  const ledgers = await startLedgers(
    { engine, tableName: TABLE, workspace, actor: "owner", instances: INSTANCES },
    run.option("threads", 1),
  );
  run.later(() => ledgers.stop());
  const commit: Commit = (n) =>
    ledgers.commit(n % INSTANCES, ids[(n * 7_919) % ROWS] ?? "", `Commit ${n}`);
  // Every instance has the workbook and has run its code a few times, as a warm one has.
  for (let n = 0; n < 4 * INSTANCES; n += 1) await commit(n);
  await loops(run, commit, `${kind}: ${INSTANCES} ledgers`, placesIn(store, workspace));
  await ledgers.stop();
  client.close();
}
