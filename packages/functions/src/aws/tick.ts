import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { registry } from "@gridfolk/core/field/registry";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import { createMemberships } from "../account/membership.ts";
import type { Log } from "../log/log.ts";
import { nodePlatform as platform } from "../platform.ts";
import { compaction } from "../reactors/compaction.ts";
import { createDriver } from "../reactors/driver.ts";
import { memberships } from "../reactors/memberships.ts";
import * as Round from "../reactors/round.ts";
import { cacheBytes, type TickEnvironment } from "./env.ts";
import { createFailureQueue, type FailureQueue } from "./failure-queue.ts";
import type { Invocation } from "./invocation.ts";
import { createSignedFetch } from "./signed-fetch.ts";

export interface TickParts extends Round.RoundDeps {
  readonly queue: FailureQueue;
}

/** Time that is left to the workspace under way when no other is begun, at most half of all there is. */
const MARGIN_MS = 120_000;
/** Where nobody says how much time there is. */
const USUAL_MS = 60_000;

/** What one instance of `tick` stands on: no accounts, no secret. */
export function openTick(environment: TickEnvironment, journal: Log): TickParts {
  const { TABLE_NAME: tableName, DYNAMODB_ENDPOINT: endpoint, AWS_REGION: region } = environment;
  const client = connect({ endpoint });
  const store = createDynamoStore({ client, tableName, platform, onConsumed: journal.consumed });
  const ledger = createLedger({
    store,
    platform,
    registry,
    deferred: "await",
    cacheBytes: cacheBytes(environment),
  });
  const driver = createDriver({
    store,
    platform,
    log: ledger.log,
    journal,
    driven: [memberships(createMemberships({ store, ledger })), compaction(ledger)],
  });
  const queue = createFailureQueue({
    sqs: createSignedFetch({ service: "sqs", region, platform }),
    region,
    endpoint: environment.SQS_ENDPOINT,
    url: environment.FAILURE_QUEUE_URL,
  });
  return { store, platform, ledger, driver, journal, queue };
}

/** What a run did, for whoever invokes the function by hand. */
export interface Ticked {
  readonly outcome: "finished" | "goes on" | "busy";
  readonly workspaces: number;
  /** Batches of the stream that were given up and have been made good. */
  readonly madeGood: number;
}

/**
 * A run of the schedule, within the time of the invocation. After a whole round in which nothing failed, the messages of the
 * failure queue that were there before it began are deleted; else they wait, and their alarm with them.
 */
export function tick(parts: TickParts, invocation: Invocation): Promise<Ticked> {
  const { journal, platform } = parts;
  const facts = { route: "schedule", invocation: invocation.awsRequestId };
  return journal.work("tick", facts, async () => {
    const leftMs = invocation.getRemainingTimeInMillis?.() ?? USUAL_MS;
    const until = platform.clock.now() + leftMs - Math.min(MARGIN_MS, leftMs / 2);
    const ran = await Round.run(parts, until);
    const whole = ran?.finished === true && ran.clean;
    const ticked: Ticked = {
      outcome: ran === undefined ? "busy" : ran.finished ? "finished" : "goes on",
      workspaces: ran?.workspaces ?? 0,
      madeGood: whole ? await parts.queue.drain(ran.began) : 0,
    };
    journal.note({
      outcome: `${ticked.outcome}: ${ticked.workspaces} workspaces, ${ticked.madeGood} batches made good`,
    });
    return ticked;
  });
}
