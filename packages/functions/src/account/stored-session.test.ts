import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import type { Store } from "@gridfolk/core/ledger/store";
import { beforeAll, describe, expect, test } from "vitest";
import { storeAdapter } from "../auth-adapter.ts";
import { type Auth, createAuth } from "../auth.ts";
import { nodePlatform } from "../platform.ts";
import { type Credential, credential } from "./session.ts";
import { createStoredSessions, SESSION_LIFE } from "./stored-session.ts";

const settings = { secret: "a secret that only tests know, long enough" };

let store: Store;
let auth: Auth;
let token: string;
let cookie: string;

beforeAll(async () => {
  store = createMemoryStore();
  auth = createAuth({ database: storeAdapter(store), ...settings });
  ({ token, cookie } = await signUp("ada@example.com"));
});

async function signUp(email: string) {
  const { headers, response } = await auth.api.signUpEmail({
    body: { name: "Ada", email, password: "correct horse" },
    returnHeaders: true,
  });
  return {
    token: response.token ?? "",
    cookie: headers.getSetCookie()[0]?.split(";")[0] ?? "",
  };
}

const withHeaders = (headers: Record<string, string>) =>
  credential(new Request("http://localhost", { headers })) as Credential;
const bearer = (secret: string) => withHeaders({ authorization: `Bearer ${secret}` });

function stored(proof: Credential, options: { now?: number; publicUrl?: string } = {}) {
  const { now, publicUrl } = options;
  const clock = { ...nodePlatform.clock, ...(now === undefined ? {} : { now: () => now }) };
  const platform = { ...nodePlatform, clock };
  const look = createStoredSessions({
    store,
    platform,
    settings: async () => ({ ...settings, publicUrl }),
  });
  return look(proof);
}

/** What better-auth says of it. */
async function judged(proof: Credential) {
  const found = await auth.api.getSession({ headers: proof.headers });
  return found === null ? undefined : { id: found.session.id, user: found.user.name };
}

/** `text` with another letter at this place. */
const changed = (text: string, at: number) =>
  text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);

test("a session is told from its rows as better-auth tells it, by cookie and by token", async () => {
  const signed = decodeURIComponent(cookie.split("=")[1] ?? "");
  const proofs = [withHeaders({ cookie }), bearer(token), bearer(signed)];
  for (const proof of proofs) {
    const found = await stored(proof);
    expect({ id: found?.session.id, user: found?.session.user.name }).toEqual(await judged(proof));
    expect(found?.session).toMatchObject({ via: proof.via, user: { email: "ada@example.com" } });
  }
});

describe("is left to better-auth, which refuses it", () => {
  const at = (name: string) => cookie.indexOf(name) + name.length;
  const cases: [string, () => Credential][] = [
    ["a token that nobody was given", () => bearer(changed(token, 3))],
    ["no token", () => bearer(".")],
    ["a changed signature", () => withHeaders({ cookie: changed(cookie, cookie.length - 9) })],
    ["another token with that signature", () => withHeaders({ cookie: changed(cookie, at("=")) })],
    [
      "a cookie without a signature",
      () => withHeaders({ cookie: `${cookie.split(".")[0]}.session_token=${token}` }),
    ],
    ["a signature that is cut short", () => withHeaders({ cookie: cookie.slice(0, -6) })],
    ["broken escapes", () => withHeaders({ cookie: `${cookie}%E0%A4%A` })],
    ["a signed text that names no session", () => bearer(`nobody.${"A".repeat(43)}=`)],
  ];
  test.each(cases)("%s", async (_, proof) => {
    expect(await stored(proof())).toBeUndefined();
    expect(await judged(proof())).toBeUndefined();
  });

  test("a session that was ended", async () => {
    const { token } = await signUp("ended@example.com");
    expect(await stored(bearer(token))).toBeDefined();
    await auth.api.signOut({ headers: bearer(token).headers });
    expect(await stored(bearer(token))).toBeUndefined();
    expect(await judged(bearer(token))).toBeUndefined();
  });

  test("a cookie that was set over http, where people come over https", async () => {
    const publicUrl = "https://crm.example.com";
    expect(await stored(withHeaders({ cookie }), { publicUrl })).toBeUndefined();
    const secure = `__Secure-${cookie}`;
    expect(await stored(withHeaders({ cookie: secure }), { publicUrl })).toBeDefined();
    expect(await stored(withHeaders({ cookie: secure }))).toBeUndefined();
  });
});

test("a session that is due to be prolonged, or has run out, is left to better-auth", async () => {
  const now = Date.now();
  const dueInMs = SESSION_LIFE.updateAge * 1000;
  expect(await stored(bearer(token), { now: now + dueInMs - 60_000 })).toBeDefined();
  expect(await stored(bearer(token), { now: now + dueInMs + 60_000 })).toBeUndefined();
  const after = now + SESSION_LIFE.expiresIn * 1000 + 60_000;
  expect(await stored(bearer(token), { now: after })).toBeUndefined();
});

test("a session whose user is gone is left to better-auth", async () => {
  const { token } = await signUp("gone@example.com");
  const found = await stored(bearer(token));
  await store.delete({ pk: "AUTH#user", sk: found?.session.user.id ?? "" });
  expect(await stored(bearer(token))).toBeUndefined();
});
