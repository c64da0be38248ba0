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
): Reactor.Reactor & { seen: number[] } {
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
    await Reactor.resume(deps, workspace, reactor.name);
    await commit();
    expect(await Reactor.run(deps, workspace, reactor)).toBe("done");
    expect(reactor.seen).toEqual([3]);
  });
});
