import { newId, recordIds } from "@gridfolk/core/ledger/ids";
import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import type { Store } from "@gridfolk/core/ledger/store";
import { beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../app.ts";
import { nodePlatform } from "../platform.ts";
import type { Answered } from "../testing/app.ts";
import { inside } from "../testing/targets/inside.ts";

type Ask = (
  method: string,
  path: string,
  token: string,
  json?: object,
) => Promise<Pick<Answered, "status" | "json">>;

/** Two processes on one table; the first one's questions about where the log ends are counted. */
let queries: number;
let one: Ask;
let two: Ask;
let ada: { token: string; id: string };
let bob: { token: string; id: string };
let workspace: string;

function processOn(store: Store): Ask {
  const { services, log } = inside(
    store,
    {
      settings: { secret: "a secret that only tests know, long enough", signUp: "open" },
      looksInside: true,
      rememberSessionsMs: 60_000,
    },
    false,
  );
  const app = createApp({ services: () => Promise.resolve(services), publicUrl: undefined, log });
  return async (method, path, token, json) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
    };
    const body = json === undefined ? null : JSON.stringify(json);
    const request = new Request(`http://localhost${path}`, { method, headers, body });
    const answer = await app.fetch(request, { address: "192.0.2.1" });
    return { status: answer.status, json: await answer.json() };
  };
}

beforeEach(async () => {
  queries = 0;
  const store = createMemoryStore();
  one = processOn({
    ...store,
    query(range) {
      queries += 1;
      return store.query(range);
    },
  });
  two = processOn(store);
  const join = async (name: string) => {
    const { json } = await two("POST", "/api/auth/sign-up/email", "", {
      name,
      email: `${name}@example.com`,
      password: "correct horse",
    });
    return { token: json.token, id: json.user.id };
  };
  ada = await join("Ada");
  bob = await join("Bob");
  const made = await two("POST", "/api/workspaces", ada.token, { name: "Acme" });
  workspace = `/api/workspaces/${made.json.id}`;
});

async function invite(role: string): Promise<void> {
  const { json } = await two("POST", `${workspace}/members`, ada.token, {
    email: "bob@example.com",
    role,
  });
  const invitation = String(json.link).split("/").at(-1);
  await two("POST", `/api/invitations/${invitation}/accept`, bob.token);
}

const write = (by: { token: string }, ask = one) =>
  ask("POST", `${workspace}/changesets`, by.token, {
    id: newId(nodePlatform),
    base: 1,
    operations: [
      { op: "create", sheet: "contacts", ids: recordIds(nodePlatform, 1), fields: { city: ["x"] } },
    ],
  });

/** The process that looks at its own memory: both sessions are remembered, the workbook is read. */
async function warm(): Promise<void> {
  await write(ada);
  await write(ada);
  for (let turn = 0; turn < 2; turn += 1) await write(bob);
}

describe("a changeset of a process that writes alone", () => {
  test("does not ask first where the log ends", async () => {
    await warm();
    queries = 0;
    expect((await write(ada)).status).toBe(201);
    expect(queries).toBe(0);
    await one("GET", `${workspace}/sheets/contacts/records`, ada.token);
    expect(queries).toBe(1);
  });

  test("is written after what others have written meanwhile, and for a while asks again", async () => {
    await warm();
    const { json } = await write(ada, two);
    expect(await write(ada)).toMatchObject({ status: 201, json: { seq: json.seq + 1 } });
    queries = 0;
    await write(ada);
    expect(queries).toBe(1);
  });

  test("is refused when its sender was removed by another process", async () => {
    await invite("member");
    await warm();
    expect((await write(bob)).status).toBe(201);
    expect((await two("DELETE", `${workspace}/members/${bob.id}`, ada.token)).status).toBe(200);
    expect((await write(bob)).status).toBe(404);
  });

  test("is taken from a member that another process has just let in or given more", async () => {
    await warm();
    expect((await write(bob)).status).toBe(404);
    queries = 0;
    expect((await one("GET", `${workspace}/sheets`, bob.token)).status).toBe(404);
    expect(queries).toBe(1);
    await invite("viewer");
    expect((await write(bob)).status).toBe(403);
    const role = { role: "member" };
    expect((await two("PATCH", `${workspace}/members/${bob.id}`, ada.token, role)).status).toBe(
      200,
    );
    expect((await write(bob)).status).toBe(201);
  });
});
