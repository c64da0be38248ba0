import * as Keys from "@gridfolk/core/ledger/keys";
import { newId, recordIds } from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { type Call, type FaultProxy, startFaultProxy } from "@gridfolk/core/testing/fault-proxy";
import { afterEach, describe, expect, inject, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { deployedApp } from "../testing/app.ts";
import { openLive } from "../testing/aws/browser.ts";
import type { DeploymentOptions } from "../testing/aws/deployment.ts";

/** What goes wrong between AWS's parts, on the built bundles: nothing acknowledged is lost, nothing is written twice. */

const WITHIN = { timeout: 30_000, interval: 50 };
const proxies: FaultProxy[] = [];

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
});

async function trouble(): Promise<FaultProxy> {
  const proxy = await startFaultProxy(inject("machine").engine);
  proxies.push(proxy);
  return proxy;
}

async function begin(deployed: Partial<DeploymentOptions>) {
  const app = deployedApp({}, deployed);
  const ada = await app.signUp("Ada");
  const workspace = await app.workspace(ada);
  const { url } = await app.deployment();
  const id = workspace.split("/").at(-1) ?? "";
  return { app, ada, workspace, url, id, deployment: await app.deployment() };
}

type App = Awaited<ReturnType<typeof begin>>;

function draft(count = 1) {
  const operations: Operation[] = [
    {
      op: "create",
      sheet: "contacts",
      ids: recordIds(nodePlatform, count),
      fields: { firstName: Array.from({ length: count }, (_, n) => `Somebody ${n}`) },
    },
  ];
  return { id: newId(nodePlatform), base: 1, operations };
}

const post = ({ app, ada, workspace }: App, json: object) =>
  app.ask("POST", `${workspace}/changesets`, { token: ada.token, json });

async function listen({ app, ada, workspace, id, url }: App) {
  const { json } = await app.ask("POST", `${workspace}/live-ticket`, { token: ada.token });
  const socket = openLive(url, `workspace=${id}&ticket=${json.ticket}`);
  expect(await socket.opened).toBe(101);
  await expect.poll(() => socket.last("hello")?.type, WITHIN).toBe("hello");
  return socket;
}

/** The log as it is in the table: the seqs of its heads and the changesets in them. */
async function logOf({ app, id }: App) {
  const { heads } = await app.services.ledger.changes(id, 0);
  return {
    seqs: heads.map(({ seq }) => seq),
    changesets: heads.flatMap(({ changesets }) => changesets.map((each) => each.id)),
  };
}

const isHead = ({ operation, body }: Call): boolean =>
  operation === "PutItem" && JSON.stringify(body["Item"]).includes('"LOG#');
const isCursor =
  (reactor: string) =>
  ({ operation, body }: Call): boolean =>
    /^(Put|Update)Item$/.test(operation) && JSON.stringify(body).includes(`CURSOR#${reactor}`);

const throttled = {
  status: 400,
  body: JSON.stringify({
    __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    message: "Rate exceeded",
  }),
};

describe("a commit", () => {
  for (const when of ["before", "after"] as const) {
    test(`whose instance dies ${when} its head is written is answered when it is sent again, and is there once`, async () => {
      const proxy = await trouble();
      const it = await begin({ stream: "none", engineFor: { api: proxy.endpoint } });
      const { api } = it.deployment.functions;
      let killed = 0;
      proxy.decide = async (call) => {
        if (killed > 0 || !isHead(call)) return call.forward();
        killed += 1;
        if (when === "after") await call.forward();
        await api.instances.find(({ state }) => state === "busy")?.kill();
        return "cut";
      };
      const body = draft();
      const first = await post(it, body);
      expect([first.status, killed]).toEqual([500, 1]);
      const second = await post(it, body);
      expect(second.status).toBe(201);
      expect((await post(it, body)).json).toEqual(second.json);
      const { seqs, changesets } = await logOf(it);
      expect(seqs).toEqual([1, 2]);
      expect(changesets.filter((each) => each === body.id)).toHaveLength(1);
    });
  }

  test("whose answer is lost is answered the same when it is sent again", async () => {
    const it = await begin({ stream: "none" });
    const body = draft();
    let lost = 0;
    it.deployment.httpApi.loses = ({ target }) => target.endsWith("/changesets") && lost++ === 0;
    await expect(post(it, body)).rejects.toThrow(/hang up|reset/);
    const again = await post(it, body);
    expect([again.status, again.json.seq]).toEqual([201, 2]);
    expect((await logOf(it)).seqs).toEqual([1, 2]);
  });

  test("lands on a table that refuses every third call, and is busy on one that refuses all", async () => {
    const proxy = await trouble();
    const it = await begin({ stream: "none", engineFor: { api: proxy.endpoint } });
    let calls = 0;
    proxy.decide = async (call) => {
      calls += 1;
      return calls % 3 === 0 ? throttled : call.forward();
    };
    const bodies = Array.from({ length: 10 }, () => draft());
    const answers = await Promise.all(bodies.map((body) => post(it, body)));
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 201));
    proxy.decide = async (call) => (isHead(call) ? throttled : call.forward());
    const body = draft();
    const refused = await post(it, body);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    proxy.decide = undefined;
    expect((await post(it, body)).status).toBe(201);
    const { seqs, changesets } = await logOf(it);
    expect(seqs).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    expect(new Set(changesets).size).toBe(changesets.length);
  }, 120_000);

  test("leaves no call to the table under way when it has been answered", async () => {
    const proxy = await trouble();
    let underWay = 0;
    proxy.decide = async (call) => {
      underWay += 1;
      try {
        return await call.forward();
      } finally {
        underWay -= 1;
      }
    };
    const it = await begin({ stream: "none", engineFor: { api: proxy.endpoint } });
    const { api } = it.deployment.functions;
    for (const count of [1, 1, 5_000, 1]) {
      expect((await post(it, draft(count))).status).toBe(201);
      await expect.poll(() => api.instances.every(({ state }) => state === "frozen")).toBe(true);
      expect(underWay).toBe(0);
    }
  });

  test("sees at once what the function of another deployment wrote, as while one replaces the other", async () => {
    const it = await begin({ stream: "none" });
    const { bundles } = inject("machine");
    const { unpacked } = await import("../testing/aws/bundles.ts");
    const other = it.deployment.besides(unpacked(bundles));
    const bodies = Array.from({ length: 12 }, () => draft());
    const answers = await Promise.all(bodies.map((body) => post(it, body)));
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 201));
    expect(other.invocations).toBeGreaterThan(3);
    for (const body of bodies) expect((await post(it, body)).status).toBe(201);
    expect((await logOf(it)).seqs).toEqual(Array.from({ length: 13 }, (_, n) => n + 1));
  });
});

describe("the stream", () => {
  test("may repeat, reorder and cut its batches: browsers hear of every commit", async () => {
    let turn = 0;
    const it = await begin({
      stream: {
        windowMs: 20,
        disturb(records) {
          turn += 1;
          if (turn % 3 === 0) return [...records, ...records].toReversed();
          return turn % 3 === 1 ? records.slice(0, 1) : [...records, ...records];
        },
      },
    });
    const socket = await listen(it);
    for (let n = 0; n < 15; n += 1) expect((await post(it, draft())).status).toBe(201);
    const wanted = Array.from({ length: 15 }, (_, n) => n + 2);
    await expect
      // The first was there before the socket, and may be told late.
      .poll(
        () => [...new Set(socket.seqs())].filter((seq) => seq > 1).sort((a, b) => a - b),
        WITHIN,
      )
      .toEqual(wanted);
  });

  test("wakes a reactor that died between the broadcast and its cursor once more", async () => {
    const proxy = await trouble();
    const it = await begin({ stream: { windowMs: 20 }, engineFor: { react: proxy.endpoint } });
    const socket = await listen(it);
    const { react } = it.deployment.functions;
    let died = 0;
    proxy.decide = async (call) => {
      const moved = isCursor("broadcast")(call) && JSON.stringify(call.body).includes('"seq"');
      if (died > 0 || !moved || !socket.seqs().includes(2)) return call.forward();
      died += 1;
      await react.instances.find(({ state }) => state === "busy")?.kill();
      return "cut";
    };
    expect((await post(it, draft())).status).toBe(201);
    await expect.poll(() => died, WITHIN).toBe(1);
    expect((await post(it, draft())).status).toBe(201);
    // Of the workspace itself, which was made right before, somebody who is quick may hear as well.
    await expect
      .poll(() => [...new Set(socket.seqs())].filter((seq) => seq > 1), {
        ...WITHIN,
        timeout: 150_000,
      })
      .toEqual([2, 3]);
    expect(it.deployment.queue.messages).toHaveLength(0);
  }, 200_000);

  test("gives up what always fails; it is in the queue until the schedule has made good for it", async () => {
    const proxy = await trouble();
    const it = await begin({
      stream: { windowMs: 20, retries: 1 },
      engineFor: { react: proxy.endpoint },
      functions: { react: { timeoutMs: 2_000 } },
    });
    proxy.decide = async () => "silence";
    expect((await post(it, draft())).status).toBe(201);
    await expect.poll(() => it.deployment.queue.messages.length, WITHIN).toBe(1);
    const { DDBStreamBatchInfo: batch, requestContext } = JSON.parse(
      it.deployment.queue.messages[0]?.body ?? "",
    );
    expect(batch).toMatchObject({ batchSize: 1, shardId: expect.any(String) });
    expect(requestContext.condition).toBe("RetryAttemptsExhausted");

    proxy.decide = undefined;
    const cursor = async () =>
      Number((await it.app.services.store.get(Keys.cursor(it.id, "memberships")))?.["seq"] ?? 0);
    expect(await cursor()).toBeLessThan(2);
    await expect
      .poll(
        async () => {
          expect(await it.deployment.tick()).not.toHaveProperty("failure");
          return it.deployment.queue.messages.length;
        },
        { timeout: 90_000, interval: 1_000 },
      )
      .toBe(0);
    expect(await cursor()).toBe(2);
  }, 120_000);
});
