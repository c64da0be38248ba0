import { beforeAll, expect, test } from "vitest";
import { createLog } from "../log/log.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;

beforeAll(async () => {
  app = testApp();
  ada = await app.signUp("Ada");
});

test("a new workspace has the settings sent, the ready-made sheets and its owner", async () => {
  const settings = {
    name: "Größe",
    locale: "de-DE",
    timeZone: "Europe/Berlin",
    currency: "EUR",
    country: "DE",
  };
  const made = await app.ask("POST", "/api/workspaces", { token: ada.token, json: settings });
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ ...settings, role: "owner", me: { name: "Ada" } });
  const path = `/api/workspaces/${made.json.id}`;
  expect((await app.ask("GET", path, { token: ada.token })).json).toEqual(made.json);
  const { json } = await app.ask("GET", `${path}/sheets`, { token: ada.token });
  expect(json.sheets.map(({ key }: { key: string }) => key).toSorted()).toEqual([
    "companies",
    "contacts",
    "deals",
  ]);
});

test("a workspace needs a name only", async () => {
  const { json } = await app.ask("POST", "/api/workspaces", {
    token: ada.token,
    json: { name: "Plain" },
  });
  expect(json).toMatchObject({ locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" });
});

test("settings that mean nothing are refused by name", async () => {
  for (const wrong of [
    { locale: "not a locale" },
    { timeZone: "Mars/Olympus" },
    { currency: "dollars" },
    { country: "USA" },
    { name: "  " },
  ]) {
    const { status, json } = await app.ask("POST", "/api/workspaces", {
      token: ada.token,
      json: { name: "X", ...wrong },
    });
    expect(status).toBe(400);
    expect(json.errors[0].path).toBe(`/${Object.keys(wrong)[0]}`);
  }
});

test("settings are changed by admins, and every list shows them", async () => {
  const path = await app.workspace(ada, "Before");
  const bob = await app.signUp("Bob");
  await app.join(ada, path, bob, "member");
  const change = (by: Person, json: object) => app.ask("PATCH", path, { token: by.token, json });
  expect((await change(bob, { name: "Mine" })).status).toBe(403);
  const changed = await change(ada, { name: "After", currency: "CHF" });
  expect(changed.json).toMatchObject({ name: "After", currency: "CHF", locale: "en-US" });
  const { json } = await app.ask("GET", "/api/workspaces", { token: bob.token });
  expect(json.workspaces).toEqual([
    expect.objectContaining({ name: "After", currency: "CHF", role: "member" }),
  ]);
});

test("a client of a format that is no longer understood is told to update", async () => {
  const path = await app.workspace(ada);
  const ask = (version: string) =>
    app.ask("GET", path, { token: ada.token, headers: { "Gridfolk-Client": version } });
  expect((await ask("0")).status).toBe(426);
  expect((await ask("1")).status).toBe(200);
});

test("the log has one line a request, with the route instead of the address", async () => {
  const path = await app.workspace(ada);
  app.lines.length = 0;
  await app.ask("GET", `${path}/sheets/contacts/records?q=secret`, { token: ada.token });
  const answered = await app.ask("POST", `${path}/sheets/contacts/records`, {
    token: ada.token,
    json: { records: [{ firstName: "Secret" }] },
  });
  await app.ask("GET", `${path}/sheets/nope/records`, { token: ada.token });
  await expect
    .poll(() => app.lines.filter(({ method }) => method !== undefined))
    .toMatchObject([
      {
        level: "info",
        method: "GET",
        route: "/api/workspaces/:ws/sheets/:sheet/records",
        status: 200,
      },
      { level: "info", method: "POST", status: 201, seq: 2, changeset: answered.json.changeset },
      { level: "warn", route: "/api/workspaces/:ws/sheets/:sheet/records", status: 404 },
    ]);
  // An id may hold any letters: the person is known by name and address.
  expect(JSON.stringify(app.lines)).not.toMatch(/secret|Ada|ada\d*@/);
});

test("a request keeps the id that a browser gave it, and only an id", async () => {
  const ask = async (id: string) => {
    const { headers } = await app.ask("GET", "/api/health", { headers: { "X-Request-Id": id } });
    return headers.get("X-Request-Id");
  };
  const id = crypto.randomUUID();
  expect(await ask(id)).toBe(id);
  await expect.poll(() => app.lines.map(({ requestId }) => requestId)).toContain(id);
  const made = await ask('"}\tada@example.com');
  expect(made).toMatch(/^[0-9a-f-]{36}$/);
  await expect.poll(() => app.lines.map(({ requestId }) => requestId)).toContain(made);
});

test("answers are kept by nobody on the way and carry their id", async () => {
  const { headers, json } = await app.ask("GET", "/api/nothing", { token: ada.token });
  expect(headers.get("Cache-Control")).toMatch(/no-store/);
  expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  expect(headers.get("X-Request-Id")).toBe(json.instance);
});

test("health answers although nothing else can be loaded", async () => {
  const { createApp } = await import("../app.ts");
  const broken = createApp({
    services: () => Promise.reject(new Error("no table")),
    log: createLog({ sink: () => {} }),
  });
  const answer = await broken.request("/api/health");
  expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
  expect((await broken.request("/api/workspaces")).status).toBe(500);
});

test("a body that is no sound JSON is a 400 that says why", async () => {
  const post = (body: string, type = "application/json") =>
    app.ask("POST", "/api/workspaces", {
      token: ada.token,
      body,
      headers: { "Content-Type": type },
    });
  const deep = `{"name":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  for (const [answer, why] of [
    [await post(deep), "nests"],
    [await post('{"name":"Acme"}', "text/plain"), "Content-Type"],
    [await post('{"name":"Ac\\u0000me"}'), "control characters"],
    [await post('{"name":"Ac\\ud800me"}'), "halves"],
    [await post("{"), ""],
    [await post(""), ""],
  ] as const) {
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toContain(why);
  }
  expect((await post('{"name":"[[[{{{\\"[[["}')).status).toBe(201);
});

test("a body that is no UTF-8 is a 400, where nobody mends it before", async () => {
  const body = new TextEncoder()
    .encode('{"name":"Acme"}')
    .map((byte) => (byte === 65 ? 255 : byte));
  const { status, json } = await app.ask("POST", "/api/workspaces", {
    token: ada.token,
    body,
    headers: { "Content-Type": "application/json" },
  });
  // API Gateway hands JSON over as text, with marks in place of what it could not read.
  if (process.env["GRIDFOLK_TARGET"] === "aws") {
    expect([status, json.name]).toEqual([201, "\uFFFDcme"]);
  } else {
    expect(status).toBe(400);
    expect(json.detail).toContain("UTF-8");
  }
});

test("a body over 4 MB is refused before it is read", async () => {
  const body = "x".repeat(4 * 1024 * 1024 + 1);
  const { status, json } = await app.ask("POST", "/api/workspaces", { token: ada.token, body });
  expect(status).toBe(413);
  expect(json.type).toBe("urn:gridfolk:problem:too-large");
});
