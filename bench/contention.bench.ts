// Fifty instances that write into one workspace, as far as the protocol is concerned: ledgers with store clients and memories of
// their own that share nothing but the table, in one process, so that fifty of them do not want fifty processors. The same with a
// process for each is in `aws`.
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { ensureTable } from "@gridfolk/core/dynamo/table";
import { isDomainError } from "@gridfolk/core/error";
import { registry } from "@gridfolk/core/field/registry";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { startEngine, type EngineKind } from "@gridfolk/core/testing/engines";
import { nodePlatform } from "@gridfolk/functions/platform";
import { bench, type Bench } from "./harness.ts";
import { newWorkspace } from "./workspace.ts";

const INSTANCES = 50;
const ROWS = 10_000;

await bench("contention", async (run) => {
  for (const kind of ["dynamodb-local", "dynoxide"] satisfies EngineKind[]) {
    const engine = await startEngine(kind);
    if ("skipped" in engine) {
      run.say(`${kind}: ${engine.skipped}`);
      continue;
    }
    run.later(() => engine.stop());
    const tableName = "contention";
    const client = () => connect({ endpoint: engine.endpoint });
    await ensureTable({ client: client(), tableName, platform: nodePlatform });
    let retries = 0;
    const instance = (): Ledger =>
      createLedger({
        store: createDynamoStore({ client: client(), tableName, platform: nodePlatform }),
        platform: nodePlatform,
        registry,
        deferred: "await",
        cacheBytes: 64 * 1024 * 1024,
        onRetry: () => (retries += 1),
      });
    const first = instance();
    const workspace = await newWorkspace(first);
    const ids = Ids.recordIds(nodePlatform, ROWS);
    await first.commitWith(workspace, Ids.newId(nodePlatform), () => ({
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
    await first.compact(workspace, { force: true });
    const ledgers = Array.from({ length: INSTANCES }, instance);
    for (const ledger of ledgers) await ledger.ask(workspace, (workbook) => workbook.seq);

    const seen = new Map<string, number>();
    const took: number[] = [];
    /** As a request does it: who is this, then the commit. Answers when it is durable. */
    async function commit(n: number): Promise<void> {
      const ledger = ledgers[n % INSTANCES] as Ledger;
      const id = Ids.newId(nodePlatform);
      const start = performance.now();
      const base = await ledger.ask(workspace, (workbook) => workbook.seq);
      const { seq } = await patiently(() =>
        ledger.commit(workspace, {
          id,
          base,
          actor: "owner",
          source: "grid",
          label: "Changed a name",
          operations: [
            {
              op: "set",
              sheet: "contacts",
              ids: [ids[(n * 7_919) % ROWS] as string],
              fields: { lastName: [`Edit ${n} ${id}`] },
            },
          ],
        }),
      );
      took.push(performance.now() - start);
      seen.set(id, seq);
    }
    const about = { run, kind, instance, workspace, seen, took, retries: () => retries };

    const seconds = run.option("seconds", 60);
    const rate = run.option("rate", 50);
    const pending: Promise<void>[] = [];
    const begun = performance.now();
    for (let n = 0; n < seconds * rate; n += 1) {
      await delay(Math.max(0, begun + (n * 1_000) / rate - performance.now()));
      pending.push(commit(n));
    }
    await Promise.all(pending);
    await report(about, `open loop of ${rate} commits a second for ${seconds} s`, 1);

    retries = 0;
    took.length = 0;
    seen.clear();
    const commits = run.option("commits", 2_000);
    let next = seconds * rate;
    const end = next + commits;
    await Promise.all(
      ledgers.map(async (_, index) => {
        for (let n = index; next < end; n += INSTANCES) {
          next += 1;
          await commit(n);
        }
      }),
    );
    await report(about, `closed loop of ${INSTANCES} writers, ${commits} commits`);
  }
});

/** Sends the same change again when told to, as clients do on 503. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDomainError(error, "busy")) throw error;
      await delay(error.retryAfterMs ?? 1_000);
    }
  }
}

interface About {
  readonly run: Bench;
  readonly kind: EngineKind;
  readonly instance: () => Ledger;
  readonly workspace: string;
  /** Seq by changeset id, as answered. */
  readonly seen: ReadonlyMap<string, number>;
  readonly took: readonly number[];
  readonly retries: () => number;
}

/** Every answered changeset is in the log, once, where its answer said. */
async function report(about: About, work: string, most?: number): Promise<void> {
  const { run, seen } = about;
  const ledger = about.instance();
  const places = new Map<string, number[]>();
  let after = Math.min(...seen.values()) - 1;
  for (;;) {
    const { heads, more, to } = await ledger.changes(about.workspace, after);
    for (const { seq, changesets } of heads) {
      for (const { id } of changesets) places.set(id, [...(places.get(id) ?? []), seq]);
    }
    if (!more) break;
    after = to;
  }
  const lost = [...seen].filter(([id, seq]) => !places.get(id)?.includes(seq)).length;
  const twice = [...seen.keys()].filter((id) => (places.get(id)?.length ?? 0) > 1).length;
  const live = await ledger.ask(
    about.workspace,
    (workbook) => Workbook.rows(Workbook.table(workbook, "contacts")).length,
  );
  run.report({
    work: `${about.kind}: ${INSTANCES} ledgers, ${work}: retries per commit`,
    unit: "×",
    samples: [about.retries() / seen.size],
    ...(most === undefined ? {} : { target: { most } }),
    note: `${seen.size} commits, ${lost} lost, ${twice} twice, ${live} records`,
  });
  run.report({
    work: `${about.kind}: ${INSTANCES} ledgers, ${work}: one commit`,
    unit: "ms",
    samples: about.took,
  });
  const p99 = [...about.took].sort((a, b) => a - b)[Math.floor(about.took.length * 0.99)] ?? 0;
  run.report({
    work: `${about.kind}: ${INSTANCES} ledgers, ${work}: p99 of one commit`,
    unit: "ms",
    samples: [p99],
    ...(most === undefined ? { target: { most: 3_000 } } : {}),
  });
}
