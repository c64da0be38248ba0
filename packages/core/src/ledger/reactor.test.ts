import { beforeEach, describe, expect, test } from "vitest";
import { create, draft, firstDraft, ledgerOn, newIds, platformAt } from "../testing/ledgers.ts";
import type { Draft } from "./changeset.ts";
import * as Keys from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import * as Reactor from "./reactor.ts";
import type { Store } from "./store.ts";

const workspace = "acme";

let store: Store;
let ledger: Ledger;
let platform: ReturnType<typeof platformAt>;
let deps: Reactor.ReactorDeps;
let failures: Reactor.Failure[];

beforeEach(async () => {
  store = createMemoryStore();
  platform = platformAt(Date.now());
  ledger = ledgerOn(store, { platform });
  failures = [];
  deps = { store, platform, log: ledger.log, onFailure: (failure) => failures.push(failure) };
  await ledger.create(workspace, firstDraft());
});

function commit(more: Partial<Draft> = {}) {
  return ledger.commit(workspace, draft(1, [create("people", newIds(1), [{ name: "Ann" }])], more));
}

/** Remembers what it saw; `act` may fail. */
function recorder(
  act: (seq: number, context: Reactor.Context) => Promise<void> = async () => {},
): Reactor.ChangesetReactor & { seen: number[] } {
  const seen: number[] = [];
  return {
    name: "recorder",
    seen,
    async react(changeset, context) {
      seen.push(changeset.seq);
      await act(changeset.seq, context);
    },
  };
}

describe("a reactor", () => {
  test("starts at the end of the log and sees every later changeset once, in order", async () => {
    const reactor = recorder();
    await commit();
    expect(await Reactor.run(deps, workspace, reactor)).toBe("done");
    expect(reactor.seen).toEqual([]);
    await commit();
    await commit();
    expect(await Reactor.run(deps, workspace, reactor)).toBe("done");
    expect(await Reactor.run(deps, workspace, reactor)).toBe("done");
    expect(reactor.seen).toEqual([3, 4]);
  });

  test("runs in one process at a time, and is taken over when its lease has expired", async () => {
    let takeOver: Promise<unknown> = Promise.resolve();
    const second = recorder();
    const first = recorder(async (seq) => {
      if (seq !== 2) return;
      expect(await Reactor.run(deps, workspace, second)).toBe("busy");
      platform.clock.set(platform.clock.now() + 31_000);
      takeOver = Reactor.run(deps, workspace, second);
      await takeOver;
    });
    await Reactor.run(deps, workspace, first);
    await commit();
    await commit();
    // The first one notices that it lost the lease and leaves the rest alone.
    expect(await Reactor.run(deps, workspace, first)).toBe("busy");
    expect(await takeOver).toBe("done");
    expect(second.seen).toEqual([2, 3]);
    expect(first.seen).toEqual([2]);
  });

  test("an effect runs once, whoever claims it", async () => {
    let done = 0;
    const reactor = recorder(async (_, context) => {
      const name = { rule: "welcome", record: "r1", idempotent: false };
      const act = async (): Promise<void> => {
        done += 1;
      };
      expect(await context.effect(name, act)).toBe("done");
      expect(await context.effect(name, act)).toBe("before");
    });
    await Reactor.run(deps, workspace, reactor);
    await commit();
    await Reactor.run(deps, workspace, reactor);
    expect(done).toBe(1);
  });

  test("an effect that was cut short is done again only if that is harmless", async () => {
    const outcomes: string[] = [];
    let acts = 0;
    let cut = true;
    const reactor = recorder(async (_, context) => {
      for (const idempotent of [true, false]) {
        const name = { rule: idempotent ? "webhook" : "mail", record: "r1", idempotent };
        const outcome = await context
          .effect(name, async () => {
            acts += 1;
            if (cut) throw new Error("the process died");
          })
          .catch(() => "cut");
        outcomes.push(outcome);
      }
      if (cut) throw new Error("the process died");
    });
    await Reactor.run(deps, workspace, reactor);
    await commit();
    expect(await Reactor.run(deps, workspace, reactor)).toBe("failed");
    cut = false;
    expect(await Reactor.run(deps, workspace, reactor)).toBe("done");
    expect(outcomes).toEqual(["cut", "cut", "done", "unclear"]);
    expect(acts).toBe(3);
  });

  test("is parked after five failures, and the cursor moves on", async () => {
    const reactor = recorder(async (seq) => {
      if (seq === 2) throw new Error("cannot be");
    });
    await Reactor.run(deps, workspace, reactor);
    await commit();
    await commit();
    const outcomes: string[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      outcomes.push(await Reactor.run(deps, workspace, reactor));
    }
    expect(outcomes).toEqual(["failed", "failed", "failed", "failed", "done"]);
    expect(reactor.seen).toEqual([2, 2, 2, 2, 2, 3]);
    expect(failures.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    const parked: unknown[] = [];
    for await (const item of store.query({ pk: `EFFECT#${workspace}` }))
      parked.push(item["reason"]);
    expect(parked).toEqual(["cannot be"]);
  });

  test("leaves imports, undos and deep chains alone unless it asks for them", async () => {
    const quiet = recorder();
    const eager = { ...recorder(), name: "eager", sources: { import: true, undo: true } };
    const seen: string[] = [];
    eager.react = async (changeset, { cause }) => {
      seen.push(`${changeset.source} ${cause.depth}`);
    };
    await Reactor.run(deps, workspace, quiet);
    await Reactor.run(deps, workspace, eager);
    await commit({ source: "import" });
    await commit({ source: "undo" });
    await commit({ source: "automation", cause: { changeset: draft(1, []).id, depth: 4 } });
    await commit({ source: "automation", cause: { changeset: draft(1, []).id, depth: 5 } });
    await Reactor.run(deps, workspace, quiet);
    await Reactor.run(deps, workspace, eager);
    expect(quiet.seen).toEqual([4]);
    expect(seen).toEqual(["import 1", "undo 1", "automation 5"]);
  });

  test("waits for an operator after the epoch changed", async () => {
    const reactor = recorder();
    await Reactor.run(deps, workspace, reactor);
    await commit();
    const { pk, sk } = Keys.cursor(workspace, reactor.name);
    const cursor = await store.get({ pk, sk });
    await store.put({ ...cursor, pk, sk, epoch: "another" });
    expect(await Reactor.run(deps, workspace, reactor)).toBe("waiting");
    const other = { ...recorder(), name: "other" };
    await Reactor.run(deps, workspace, other);
    expect(await Reactor.resume(deps, workspace)).toEqual({ reactors: [reactor.name], seq: 2 });
    expect(await Reactor.resume(deps, workspace)).toEqual({ reactors: [], seq: 2 });
    await commit();
    expect(await Reactor.run(deps, workspace, reactor)).toBe("done");
    expect(reactor.seen).toEqual([3]);
  });
});

/** Remembers the ranges it was given as "from-to"; `act` may fail. */
function follower(
  act: (range: Reactor.Range) => Promise<void> = async () => {},
  more: Partial<Reactor.RangeReactor> = {},
): Reactor.RangeReactor & { ranges: string[] } {
  const ranges: string[] = [];
  return {
    name: "follower",
    ...more,
    ranges,
    async follow(range) {
      ranges.push(`${range.from}-${range.to}`);
      await act(range);
    },
  };
}

const cursor = () => store.get(Keys.cursor(workspace, "follower"));

describe("a range reactor", () => {
  test("begins with the head that woke it, and is given every later one once", async () => {
    const reactor = follower();
    await commit();
    await commit();
    await Reactor.run(deps, workspace, reactor, { from: 3 });
    await commit();
    await commit();
    await Reactor.run(deps, workspace, reactor, { from: 5 });
    // Duplicates and wake-ups that come late.
    await Reactor.run(deps, workspace, reactor, { from: 4 });
    await Reactor.run(deps, workspace, reactor, { from: 2 });
    expect(reactor.ranges).toEqual(["3-3", "4-5"]);
  });

  test("costs two writes a run, and none when there is nothing new", async () => {
    const reactor = follower();
    await Reactor.run(deps, workspace, reactor, { from: 1 });
    await commit();
    const before = store.consumed.write;
    await Reactor.run(deps, workspace, reactor);
    expect(store.consumed.write - before).toBe(2);
    await Reactor.run(deps, workspace, reactor);
    expect(store.consumed.write - before).toBe(2);
  });

  test("is given the last range again after a crash between its effect and its cursor", async () => {
    await Reactor.run(deps, workspace, follower(), { from: 1 });
    await commit();
    const dying: Store = {
      ...store,
      async put(item, condition) {
        if (item["until"] === 0) throw new Error("the process died");
        return store.put(item, condition);
      },
    };
    const first = follower();
    await expect(Reactor.run({ ...deps, store: dying }, workspace, first)).rejects.toThrow("died");
    const second = follower();
    expect(await Reactor.run(deps, workspace, second)).toBe("busy");
    await commit();
    platform.clock.set(platform.clock.now() + 31_000);
    expect(await Reactor.run(deps, workspace, second)).toBe("done");
    expect([first.ranges, second.ranges]).toEqual([["2-2"], ["2-3"]]);
  });

  test("sees what was committed while it held the lease, whose wake-up found it busy", async () => {
    const other = follower();
    const results: string[] = [];
    const wake = async (): Promise<void> => {
      await commit();
      results.push(await Reactor.run(deps, workspace, other));
    };
    const reactor = follower(async ({ to }) => {
      if (to === 1) await wake();
    });
    // And in the last moment: after it has looked, before the lease is given back.
    let late = 2;
    const slow: Store = {
      ...store,
      async put(item, condition) {
        if (item["until"] === 0 && late-- > 0) await wake();
        return store.put(item, condition);
      },
    };
    expect(await Reactor.run({ ...deps, store: slow }, workspace, reactor, { from: 1 })).toBe(
      "done",
    );
    expect(results).toEqual(["busy", "busy", "busy"]);
    expect(reactor.ranges).toEqual(["1-1", "2-3", "4-4"]);
    expect(other.ranges).toEqual([]);
    expect(await cursor()).toMatchObject({ seq: 4, until: 0 });
  });

  test("of many processes woken at once, none is given a head twice and no head is left", async () => {
    const reactor = follower();
    await Reactor.run(deps, workspace, reactor, { from: 1 });
    const wakes: Promise<unknown>[] = [];
    for (let n = 0; n < 20; n += 1) {
      wakes.push(commit().then(() => Reactor.run(deps, workspace, reactor)));
    }
    await Promise.all(wakes);
    const seqs = reactor.ranges.flatMap((range) => {
      const [from = 0, to = 0] = range.split("-").map(Number);
      return Array.from({ length: to - from + 1 }, (_, n) => from + n);
    });
    const { seq } = await ledger.log.end(workspace);
    expect(seqs).toEqual(Array.from({ length: seq }, (_, n) => n + 1));
  });

  test("leaves time between ranges, across processes, and takes along what came meanwhile", async () => {
    const times: number[] = [];
    const at = async (): Promise<void> => void times.push(platform.clock.now());
    const reactor = follower(at, { everyMs: 250 });
    await Reactor.run(deps, workspace, reactor, { from: 1 });
    await commit();
    const sleep = platform.clock.sleep;
    platform.clock.sleep = async (ms) => {
      await commit();
      await sleep(ms);
    };
    await Reactor.run(deps, workspace, follower(at, { everyMs: 250 }));
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(250);
    expect(await cursor()).toMatchObject({ seq: 3 });
    // A clock that was set back does not stop it.
    platform.clock.set(platform.clock.now() - 3_600_000);
    await commit();
    await Reactor.run(deps, workspace, reactor);
    expect(reactor.ranges).toEqual(["1-1", "4-5"]);
  });

  test("in the only process, takes over from a dead one at once and needs one write", async () => {
    await Reactor.run(deps, workspace, follower(), { from: 1 });
    await store.put({
      ...Keys.cursor(workspace, "follower"),
      ...(await cursor()),
      owner: "dead",
      until: platform.clock.now() + 30_000,
    });
    await commit();
    const reactor = follower();
    expect(await Reactor.run(deps, workspace, reactor)).toBe("busy");
    const before = store.consumed.write;
    expect(await Reactor.run({ ...deps, exclusive: true }, workspace, reactor)).toBe("done");
    expect(store.consumed.write - before).toBe(1);
    expect(reactor.ranges).toEqual(["2-2"]);
  });

  test("leaves a range alone after five failures, and says so", async () => {
    const reactor = follower(async ({ from }) => {
      if (from === 1) throw new Error("cannot be");
    });
    const results: string[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      results.push(await Reactor.run(deps, workspace, reactor, { from: 1 }));
    }
    await commit();
    await Reactor.run(deps, workspace, reactor);
    expect(results).toEqual(["failed", "failed", "failed", "failed", "done"]);
    expect(reactor.ranges.at(-1)).toBe("2-2");
    expect(failures.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
  });

  test("learns the end of a shared log and its heads without loading the workbook", async () => {
    await commit();
    const cold = ledgerOn(store);
    const before = store.consumed.read;
    expect(await cold.log.end(workspace)).toMatchObject({ seq: 2 });
    const seqs: number[] = [];
    for await (const head of cold.log.heads(workspace, 1, 2)) seqs.push(head.seq);
    expect(seqs).toEqual([1, 2]);
    expect(store.consumed.read - before).toBeLessThanOrEqual(2);
    await expect(cold.log.end("nowhere")).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("a reactor without a lease", () => {
  function follower(act: (range: Reactor.Range) => Promise<void> = async () => {}) {
    const ranges: [number, number][] = [];
    const reactor: Reactor.RangeReactor = {
      name: "follower",
      leased: false,
      async follow(range) {
        await act(range);
        ranges.push([range.from, range.to]);
      },
    };
    return { reactor, ranges };
  }

  test("writes once for a range, and reads nothing that its caller has read", async () => {
    const { reactor, ranges } = follower();
    await commit();
    const counted = { read: 0, write: 0 };
    const counting: Store = {
      ...store,
      get: (key) => ((counted.read += 1), store.get(key)),
      put: (item, condition) => ((counted.write += 1), store.put(item, condition)),
    };
    const { heads, end } = await ledger.log.since(workspace, 2, 10);
    const asked: string[] = [];
    const log: Reactor.Log = {
      ...ledger.log,
      end: (of) => (asked.push(of), ledger.log.end(of)),
    };
    expect(end?.seq).toBe(2);
    const woken = { from: 2, heads, end: end! };
    expect(await Reactor.run({ ...deps, store: counting, log }, workspace, reactor, woken)).toBe(
      "done",
    );
    expect({ ranges, counted, asked }).toEqual({
      ranges: [[2, 2]],
      counted: { read: 1, write: 1 },
      asked: [],
    });
  });

  test("is run by two at once, and neither turns the other away nor loses what came meanwhile", async () => {
    const second = follower();
    const first = follower(async ({ to }) => {
      if (to > 1) return;
      await commit();
      expect(await Reactor.run(deps, workspace, second.reactor, { from: 1 })).toBe("done");
      await commit();
    });
    expect(await Reactor.run(deps, workspace, first.reactor, { from: 1 })).toBe("done");
    expect(second.ranges).toEqual([[1, 2]]);
    // The other one has moved the cursor: it looks again, from there.
    expect(first.ranges).toEqual([
      [1, 1],
      [3, 3],
    ]);
  });

  test("does not read again where it was, unless another process has moved on or the log is another one", async () => {
    const remembered = new Map();
    const own = follower();
    const other = follower();
    let reads = 0;
    const counting: Store = { ...store, get: (key) => ((reads += 1), store.get(key)) };
    const mine = { ...deps, store: counting, remembered };
    await Reactor.run(mine, workspace, own.reactor, { from: 1 });
    await commit();
    reads = 0;
    expect(await Reactor.run(mine, workspace, own.reactor)).toBe("done");
    expect(reads).toBe(0);
    await commit();
    expect(await Reactor.run(deps, workspace, other.reactor)).toBe("done");
    await commit();
    expect(await Reactor.run(mine, workspace, own.reactor)).toBe("done");
    // It told what the other had told, once, and went on from there.
    expect(own.ranges).toEqual([
      [1, 1],
      [2, 2],
      [3, 4],
      [4, 4],
    ]);
    const at = await store.get(Keys.cursor(workspace, "follower"));
    expect(at?.["seq"]).toBe(4);
    const elsewhere = { seq: 9, epoch: "another" };
    expect(await Reactor.run(mine, workspace, own.reactor, { end: elsewhere })).toBe("waiting");
  });

  test("goes by the end of the log as it is when it was not told", async () => {
    const { reactor, ranges } = follower();
    await Reactor.run(deps, workspace, reactor, { from: 1 });
    const { end } = await ledger.log.since(workspace, 1, 10);
    await commit();
    // What was read before says that there is nothing to do, for whose wake-up that is right.
    expect(await Reactor.run(deps, workspace, reactor, { end: end! })).toBe("done");
    expect(await Reactor.run(deps, workspace, reactor)).toBe("done");
    expect(ranges).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });
});
