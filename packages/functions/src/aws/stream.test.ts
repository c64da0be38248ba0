import * as Keys from "@gridfolk/core/ledger/keys";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import type { Range, RangeReactor } from "@gridfolk/core/ledger/reactor";
import type { Store } from "@gridfolk/core/ledger/store";
import {
  create,
  draft,
  firstDraft,
  ledgerOn,
  newIds,
  platformAt,
} from "@gridfolk/core/testing/ledgers";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { Line } from "../log/line.ts";
import { createLog } from "../log/log.ts";
import { createDriver, type Driven } from "../reactors/driver.ts";
import { streamEvent } from "../testing/stream-event.ts";
import { createStreamHandler } from "./stream.ts";

let store: Store;
let writer: Ledger;
let platform: ReturnType<typeof platformAt>;
let lines: Line[];

beforeEach(() => {
  store = createMemoryStore();
  platform = platformAt(1_790_000_000_000);
  writer = ledgerOn(store, { platform });
  lines = [];
});

async function begin(...workspaces: string[]): Promise<void> {
  for (const workspace of workspaces) await writer.create(workspace, firstDraft());
}

/** Commits and says of which head the stream will tell. */
async function commit(workspace: string): Promise<{ workspace: string; seq: number }> {
  const operations = [create("people", newIds(1), [{ name: "Ann" }])];
  const { seq } = await writer.commit(workspace, draft(1, operations));
  return { workspace, seq };
}

/** A reactor that remembers what it was given, by workspace. */
function recorder(
  act: (range: Range) => Promise<void> = async () => {},
  more: Partial<RangeReactor> = {},
) {
  const seqs: Record<string, number[]> = {};
  const driven: Driven = {
    reactor: {
      name: "recorder",
      ...more,
      async follow(range) {
        await act(range);
        for (let seq = range.from; seq <= range.to; seq += 1)
          (seqs[range.workspace] ??= []).push(seq);
      },
    },
  };
  return { ...driven, seqs };
}

/** One instance of `react` with a ledger of its own. */
function instance(driven: readonly Driven[], options: { store?: Store; patienceMs?: number } = {}) {
  const log = createLog({ sink: (line) => lines.push(line) });
  const { log: heads } = ledgerOn(store, { platform });
  const driver = createDriver({
    store: options.store ?? store,
    platform,
    log: heads,
    journal: log,
    driven,
    ...(options.patienceMs !== undefined && { patienceMs: options.patienceMs }),
  });
  return createStreamHandler({ open: () => ({ log: heads, driver }), log });
}

const upTo = (seq: number, from = 1) => Array.from({ length: seq - from + 1 }, (_, n) => from + n);
const nothingFailed = { batchItemFailures: [] };

test("every workspace of a batch is brought to the end of its log, once", async () => {
  await begin("acme", "beta");
  const batch = [
    { workspace: "acme", seq: 1 },
    { workspace: "beta", seq: 1 },
    await commit("acme"),
    await commit("acme"),
    await commit("beta"),
  ];
  const seen = recorder();
  expect(await instance([seen])(streamEvent(batch))).toEqual(nothingFailed);
  expect(seen.seqs).toEqual({ acme: upTo(3), beta: upTo(2) });
});

test("however the batches come, twice, late, in another order or not at all, nothing is seen twice and nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat({ max: 11 }), { maxLength: 6 }), { maxLength: 8 }),
      fc.boolean(),
      async (batches, atOnce) => {
        store = createMemoryStore();
        writer = ledgerOn(store, { platform });
        await begin("acme");
        const heads = [{ workspace: "acme", seq: 1 }];
        for (let n = 0; n < 11; n += 1) heads.push(await commit("acme"));
        const seen = recorder();
        const instances = [instance([seen]), instance([seen])];
        // The first wake-up names the first head; from there on any may be missing.
        await instances[0]?.(streamEvent(heads.slice(0, 1)));
        const calls = batches.map((batch, index) => async () => {
          const event = streamEvent(batch.flatMap((at) => heads[at] ?? []));
          return instances[index % 2]?.(event);
        });
        if (atOnce) await Promise.all(calls.map((call) => call()));
        else for (const call of calls) await call();
        await instances[1]?.(streamEvent([await commit("acme")]));
        expect(seen.seqs["acme"]).toEqual(upTo(13));
      },
    ),
    { numRuns: 60 },
  );
});

test("what could not be done is named by its first record, and done when that comes again", async () => {
  await begin("acme", "beta", "corp");
  let broken = true;
  const seen = recorder(async ({ workspace }) => {
    if (broken && workspace === "beta") throw new Error("no");
  });
  const handler = instance([seen]);
  const batch = [
    { workspace: "acme", seq: 1 },
    { workspace: "beta", seq: 1 },
    { workspace: "corp", seq: 1 },
    await commit("beta"),
  ];
  const first = await handler(streamEvent(batch, 7_000));
  expect(first).toEqual({ batchItemFailures: [{ itemIdentifier: "000000000000000007001" }] });
  broken = false;
  // Lambda sends everything from there on again.
  expect(await handler(streamEvent(batch.slice(1), 7_001))).toEqual(nothingFailed);
  expect(seen.seqs).toEqual({ acme: [1], beta: [1, 2], corp: [1] });
});

test("what fails again and again is parked, and stops nobody else", async () => {
  await begin("acme");
  const handler = instance([
    recorder(async () => {
      throw new Error("cannot be");
    }),
  ]);
  const event = streamEvent([{ workspace: "acme", seq: 1 }]);
  let retries = 0;
  while ((await handler(event)).batchItemFailures.length > 0) retries += 1;
  expect(retries).toBe(4);
  expect(lines.filter(({ level }) => level === "error")).toHaveLength(5);
});

test("a crash between an effect and its cursor gives the effect again, and loses none", async () => {
  await begin("acme");
  const seen = recorder();
  await instance([seen])(streamEvent([{ workspace: "acme", seq: 1 }]));
  const dying: Store = {
    ...store,
    put: async (item, condition) => {
      if (item["until"] === 0) throw new Error("the instance was frozen for good");
      return store.put(item, condition);
    },
  };
  const event = streamEvent([await commit("acme")]);
  const failed = await instance([seen], { store: dying })(event);
  expect(failed.batchItemFailures).toHaveLength(1);
  // The lease of the dead one keeps the next from the work at first: the record has to come again.
  expect((await instance([seen])(event)).batchItemFailures).toHaveLength(1);
  // With patience the lease ends while it waits.
  expect(await instance([seen], { patienceMs: 40_000 })(event)).toEqual(nothingFailed);
  expect(seen.seqs["acme"]).toEqual([1, 2, 2]);
});

test("a record that comes while another instance is at work is seen by that one", async () => {
  await begin("acme");
  let other: ReturnType<typeof instance>;
  const left: unknown[] = [];
  const seen = recorder(async ({ to }) => {
    if (to === 1) left.push(await other(streamEvent([await commit("acme")])));
  });
  const idle = recorder();
  other = instance([idle]);
  expect(await instance([seen])(streamEvent([{ workspace: "acme", seq: 1 }]))).toEqual(
    nothingFailed,
  );
  expect(left).toMatchObject([{ batchItemFailures: [{}] }]);
  expect([seen.seqs["acme"], idle.seqs["acme"]]).toEqual([[1, 2], undefined]);
});

test("what can wait is not asked for again, and runs only where there may be something to do", async () => {
  await begin("acme");
  let looks = 0;
  const lazy: Driven = {
    ...recorder(
      async () => {
        looks += 1;
        throw new Error("not now");
      },
      { name: "lazy" },
    ),
    canWait: true,
    concerns: (heads) => heads.some(({ seq }) => seq === 3),
  };
  const handler = instance([lazy]);
  const second = await commit("acme");
  await handler(streamEvent([second]));
  expect(looks).toBe(0);
  expect(await handler(streamEvent([second, await commit("acme")]))).toEqual(nothingFailed);
  expect(looks).toBe(1);
});

test("after a restore nothing reacts and nothing is asked for again until an operator says so", async () => {
  await begin("acme");
  const seen = recorder();
  const handler = instance([seen]);
  await handler(streamEvent([{ workspace: "acme", seq: 1 }]));
  const key = Keys.cursor("acme", "recorder");
  await store.put({ ...(await store.get(key)), ...key, epoch: "before" });
  expect(await handler(streamEvent([await commit("acme")]))).toEqual(nothingFailed);
  expect(seen.seqs["acme"]).toEqual([1]);
  expect(lines.at(-1)).toMatchObject({ reactor: "recorder", outcome: "waiting" });
});

test("what is no record of a log is passed over, and told", async () => {
  await begin("acme");
  const seen = recorder();
  const handler = instance([seen]);
  const { Records: good } = streamEvent([{ workspace: "acme", seq: 1 }]);
  const wrong = [null, {}, { dynamodb: { Keys: { pk: { S: "LOG#acme" } } } }, "x"];
  const other = streamEvent([{ workspace: "acme", seq: 1 }]).Records.map((record) => ({
    ...record,
    dynamodb: { ...record.dynamodb, Keys: { pk: { S: "AUTH#acme" }, sk: { S: "x" } } },
  }));
  expect(await handler({ Records: [...wrong, ...other, ...good] })).toEqual(nothingFailed);
  expect(seen.seqs).toEqual({ acme: [1] });
  expect(lines.filter(({ level }) => level === "error")).toHaveLength(5);
  for (const event of [null, {}, { Records: "x" }, []]) {
    expect(await handler(event)).toEqual(nothingFailed);
  }
});

test("a workspace that is not there any more is not asked for again; a table that fails is", async () => {
  await begin("acme");
  const seen = recorder();
  expect(await instance([seen])(streamEvent([{ workspace: "gone", seq: 3 }]))).toEqual(
    nothingFailed,
  );
  const failing: Store = { ...store, get: () => Promise.reject(new Error("AccessDenied")) };
  const event = streamEvent([{ workspace: "acme", seq: 1 }]);
  expect((await instance([seen], { store: failing })(event)).batchItemFailures).toHaveLength(1);
  expect(lines.at(-1)).toMatchObject({ level: "error", workspace: "acme" });
});

test("with little time left nothing more is begun", async () => {
  await begin("acme");
  const seen = recorder();
  const event = streamEvent([{ workspace: "acme", seq: 1 }]);
  const late = await instance([seen])(event, { getRemainingTimeInMillis: () => 5_000 });
  expect(late.batchItemFailures).toHaveLength(1);
  expect(seen.seqs).toEqual({});
});
