import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import type { Store } from "@gridfolk/core/ledger/store";
import type { Log } from "../log/log.ts";
import { nodePlatform as platform } from "../platform.ts";
import type { ReactEnvironment } from "./env.ts";

/** The table of this installation, its units on the account of the work that consumed them. */
export function openTable(
  environment: Pick<ReactEnvironment, "TABLE_NAME" | "DYNAMODB_ENDPOINT">,
  log: Pick<Log, "consumed">,
): Store {
  const { TABLE_NAME: tableName, DYNAMODB_ENDPOINT: endpoint } = environment;
  return createDynamoStore({
    client: connect({ endpoint }),
    tableName,
    platform,
    onConsumed: log.consumed,
  });
}
