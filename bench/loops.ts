import { setTimeout as delay } from "node:timers/promises";
import { registry } from "@gridfolk/core/field/registry";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import type { Store } from "@gridfolk/core/ledger/store";
import { nodePlatform } from "@gridfolk/functions/platform";
import { type Bench, percentile } from "./harness.ts";

/** Of those who write into one workspace. */
export const INSTANCES = 50;

/** A changeset that was acknowledged, and what that took. */
export interface Written {
  readonly id: string;
  readonly seq: number;
  readonly ms: number;
  readonly retries: number;
}

export type Commit = (n: number) => Promise<Written>;

/** Fifty who write into one workspace, by the clock and then each as soon as it can. */
export async function loops(run: Bench, commit: Commit, what: string, check: Check): Promise<void> {
  const seconds = run.option("seconds", 60);
  const perSecond = run.option("rate", 50);
  const pending: Promise<Written>[] = [];
  const begun = performance.now();
  for (let n = 0; n < seconds * perSecond; n += 1) {
    const due = begun + (n * 1_000) / perSecond;
    await delay(Math.max(0, due - performance.now()));
    pending.push(commit(n));
  }
  const late = performance.now() - begun - seconds * 1_000;
  const open = await Promise.all(pending);
  await report(run, open, check, {
    work: `${what}, open loop of ${perSecond} commits a second for ${seconds} s`,
    note: `the last was sent ${Math.round(late)} ms late`,
    retries: 1,
  });

  const commits = run.option("commits", 2_000);
  let next = 0;
  const closed: Written[] = [];
  const start = performance.now();
  const writer = async (): Promise<void> => {
    while (next < commits) {
      next += 1;
      closed.push(await commit(next));
    }
  };
  await Promise.all(Array.from({ length: INSTANCES }, writer));
  const rate = commits / ((performance.now() - start) / 1_000);
  await report(run, closed, check, {
    work: `${what}, closed loop of ${INSTANCES} writers, ${commits.toLocaleString("en")} commits`,
    note: `${Math.round(rate)} commits a second`,
    p99: 3_000,
  });
}

/** Where each changeset of the log is. */
type Check = () => Promise<ReadonlyMap<string, readonly number[]>>;

/** Times, lost races, and whether the log holds what was acknowledged, once. */
async function report(
  run: Bench,
  written: readonly Written[],
  check: Check,
  given: { work: string; note: string; retries?: number; p99?: number },
): Promise<void> {
  const found = await check();
  const lost = written.filter(({ id, seq }) => !(found.get(id) ?? []).includes(seq)).length;
  const twice = written.filter(({ id }) => (found.get(id) ?? []).length > 1).length;
  if (lost > 0 || twice > 0)
    throw new Error(`${given.work}: ${lost} of ${written.length} lost, ${twice} there twice.`);
  const times = written.map(({ ms }) => ms);
  run.report({
    work: `${given.work}: retries per commit`,
    unit: "×",
    samples: [written.reduce((sum, { retries }) => sum + retries, 0) / written.length],
    ...(given.retries === undefined ? {} : { target: { most: given.retries } }),
    note: `none of ${written.length} lost, none twice; ${given.note}`,
  });
  run.report({ work: `${given.work}: p50`, unit: "ms", samples: times });
  run.report({
    work: `${given.work}: p99`,
    unit: "ms",
    samples: [percentile(times, 0.99)],
    ...(given.p99 === undefined ? {} : { target: { most: given.p99 } }),
  });
}

export function placesIn(store: Store, workspace: string): Check {
  return async () => {
    const found = new Map<string, number[]>();
    const { log } = createLedger({ store, platform: nodePlatform, registry });
    const { seq: end } = await log.end(workspace);
    for await (const { seq, changesets } of log.heads(workspace, 1, end))
      for (const { id } of changesets) found.set(id, [...(found.get(id) ?? []), seq]);
    return found;
  };
}
