import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import type { Store } from "@gridfolk/core/ledger/store";
import { beforeEach, describe, expect, test } from "vitest";
import { inside } from "../testing/targets/inside.ts";
import { type Credential, credential } from "./session.ts";

/** Two processes on one table; what the first reads is counted. */
let reads: string[];
let one: ReturnType<typeof services>;
let two: ReturnType<typeof services>;
let ada: { token: string; credential: Credential };

function services(store: Store) {
  const settings = {
    secret: "a secret that only tests know, long enough",
    signUp: "open",
  } as const;
  const options = { settings, looksInside: true, rememberSessionsMs: 60_000 };
  return inside(store, options, false).services;
}

function counted(store: Store): Store {
  return {
    ...store,
    get(key) {
      reads.push(key.pk);
      return store.get(key);
    },
    getMany(keys, options) {
      reads.push(keys.map(({ pk }) => pk).join());
      return store.getMany(keys, options);
    },
  };
}

beforeEach(async () => {
  reads = [];
  const store = createMemoryStore();
  one = services(counted(store));
  two = services(store);
  const auth = await two.auth();
  const { token } = await auth.api.signUpEmail({
    body: { name: "Ada", email: "ada@example.com", password: "correct horse" },
  });
  const request = new Request("http://localhost", {
    headers: { Authorization: `Bearer ${token}` },
  });
  ada = { token: token ?? "", credential: credential(request) as Credential };
});

const find = async () => (await one.sessions.find(ada.credential))?.session.user.name;

describe("a session that other processes may change", () => {
  test("is looked up once and then only compared, in one read", async () => {
    expect(one.sessions.hint(ada.credential)).toBeUndefined();
    expect(await find()).toBe("Ada");
    expect(one.sessions.hint(ada.credential)?.user.name).toBe("Ada");
    reads = [];
    expect([await find(), await find()]).toEqual(["Ada", "Ada"]);
    expect(reads).toEqual(["AUTH#session,AUTH#user", "AUTH#session,AUTH#user"]);
  });

  test("ends here at once when another process ends it", async () => {
    for (let times = 0; times < 3; times += 1) expect(await find()).toBe("Ada");
    const auth = await two.auth();
    await auth.api.signOut({ headers: ada.credential.headers });
    expect(await find()).toBeUndefined();
    expect(one.sessions.hint(ada.credential)).toBeUndefined();
  });

  test("says what another process changed about its user", async () => {
    for (let times = 0; times < 3; times += 1) expect(await find()).toBe("Ada");
    const auth = await two.auth();
    await auth.api.updateUser({ body: { name: "Ada King" }, headers: ada.credential.headers });
    for (let times = 0; times < 3; times += 1) expect(await find()).toBe("Ada King");
  });

  test("that was never there is not remembered", async () => {
    const forged = {
      ...ada.credential,
      token: "x",
      headers: new Headers({ authorization: "Bearer x" }),
    };
    expect(await one.sessions.find(forged)).toBeUndefined();
    expect(one.sessions.hint(forged)).toBeUndefined();
  });
});
