import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { buildWorker } from "../testing/worker.ts";

const MB = 1024 * 1024;
let filesIn: string;
let worker: Awaited<ReturnType<typeof buildWorker>>;
let app: TestApp;
let ada: Person;
let workspace: string;

beforeAll(async () => {
  filesIn = await mkdtemp(join(tmpdir(), "gridfolk-files-"));
  worker = await buildWorker();
  app = testApp({ filesIn, workerFile: worker.file });
  ada = await app.signUp("Ada");
  workspace = await app.workspace(ada);
});

afterAll(async () => {
  worker.remove();
  await rm(filesIn, { recursive: true });
});

async function send(by: Person, to: string, text: string): Promise<string> {
  const { json, status } = await app.ask("POST", `${to}/files`, {
    token: by.token,
    json: { bytes: Buffer.byteLength(text) },
  });
  expect(status).toBe(201);
  expect((await app.ask("PUT", json.url, { body: text })).status).toBe(200);
  return json.key;
}

const importing = (by: Person, to: string, key: string, json?: unknown) =>
  app.ask("POST", `${to}/import?sheet=contacts&file=${key}`, {
    token: by.token,
    ...(json === undefined ? {} : { json }),
  });

test("a file larger than a request may be is sent beside and imported by its key", async () => {
  const rows = Array.from(
    { length: 30_000 },
    (_, n) => `Person ${n},person${n}@example.com,${"x".repeat(140)}`,
  );
  const text = `First name,Email,Notes\n${rows.join("\n")}\n`;
  expect(text.length).toBeGreaterThan(5 * MB);
  const refused = await app.ask("POST", `${workspace}/import?sheet=contacts`, {
    token: ada.token,
    body: text,
    headers: { "Content-Type": "text/csv", "Content-Length": String(text.length) },
  });
  expect(refused.status).toBe(413);
  expect(refused.json.detail).toContain("/files");

  const key = await send(ada, workspace, text);
  const done = await importing(ada, workspace, key, { name: "people.csv" });
  expect(done.status).toBe(201);
  expect(done.json).toMatchObject({ rows: 30_000, created: 30_000, refused: [] });
  const { json } = await app.ask("GET", `${workspace}/imports`, { token: ada.token });
  expect(json.imports[0]).toMatchObject({ file: "people.csv", created: 30_000 });

  // The answer of the export is as large: it is fetched beside as well.
  const exported = await app.ask("GET", `${workspace}/sheets/contacts/export?format=csv`, {
    token: ada.token,
    headers: { "Accept-Encoding": "identity" },
  });
  expect(exported.status).toBe(303);
  const address = exported.headers.get("Location") ?? "";
  const file = await app.ask("GET", address);
  expect(file.status).toBe(200);
  expect(file.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
  expect(file.headers.get("Content-Disposition")).toMatch(
    /^attachment; filename="Contacts \d{4}-\d\d-\d\d\.csv"/,
  );
  expect(file.text.trim().split("\r\n")).toHaveLength(30_001);
}, 60_000);

test("an uploaded file takes a mapping, a dry run, and the same request twice", async () => {
  const key = await send(ada, workspace, "Vorname,Egal\nZoë,1\n");
  const mapping = { Vorname: "firstName", Egal: null };
  const dry = await app.ask("POST", `${workspace}/import?sheet=contacts&dryRun=true&file=${key}`, {
    token: ada.token,
    json: { mapping },
  });
  expect(dry.json).toMatchObject({ import: null, created: 1 });
  const once = () =>
    app.ask("POST", `${workspace}/import?sheet=contacts&file=${key}`, {
      token: ada.token,
      json: { mapping },
      headers: { "Idempotency-Key": "import-of-zoe" },
    });
  const first = await once();
  expect(first.status).toBe(201);
  expect((await once()).json).toEqual(first.json);
  const wrong = await importing(ada, workspace, key, { mapping: { Nope: null } });
  expect(wrong.status).toBe(400);
  expect((await importing(ada, workspace, key, { mapping: 7 })).status).toBe(400);
  expect((await importing(ada, workspace, key, "text")).status).toBe(400);
});

test("a file belongs to who sent it, in the workspace it was sent for", async () => {
  const bob = await app.signUp("Bob");
  const eve = await app.signUp("Eve");
  const other = await app.workspace(ada, "Other");
  await app.join(ada, workspace, bob, "member");
  const key = await send(ada, workspace, "First name\nAda\n");
  expect((await importing(ada, workspace, key)).status).toBe(201);
  expect((await importing(bob, workspace, key)).status).toBe(404);
  expect((await importing(ada, other, key)).status).toBe(404);
  expect((await importing(eve, workspace, key)).status).toBe(404);
  expect(
    (await app.ask("POST", `${workspace}/files`, { token: eve.token, json: { bytes: 1 } })).status,
  ).toBe(404);
  expect((await app.ask("POST", `${workspace}/files`, { json: { bytes: 1 } })).status).toBe(401);
});

test("who may not write gets no address", async () => {
  const vera = await app.signUp("Vera");
  await app.join(ada, workspace, vera, "viewer");
  const answer = await app.ask("POST", `${workspace}/files`, {
    token: vera.token,
    json: { bytes: 1 },
  });
  expect(answer.status).toBe(403);
});

test("a file that was never sent, or is no table, is refused in words", async () => {
  const { json } = await app.ask("POST", `${workspace}/files`, {
    token: ada.token,
    json: { bytes: 3 },
  });
  const missing = await importing(ada, workspace, json.key);
  expect(missing.status).toBe(404);
  expect(missing.json.detail).toContain("not sent");
  const noise = await send(ada, workspace, "\u0000\u0001\u0002".repeat(100));
  expect((await importing(ada, workspace, noise)).status).toBe(422);
});

test.each([
  [0, 400],
  [-1, 400],
  [1.5, 400],
  ["9", 400],
  [32 * MB + 1, 413],
  [32 * MB, 201],
])("an address for %j bytes is %i", async (bytes, status) => {
  const answer = await app.ask("POST", `${workspace}/files`, { token: ada.token, json: { bytes } });
  expect(answer.status).toBe(status);
  if (status === 413) expect(answer.json.detail).toContain("32 MB");
});

test("the address is for a quarter of an hour, and absolute", async () => {
  const { json } = await app.ask("POST", `${workspace}/files`, {
    token: ada.token,
    json: { bytes: 1 },
  });
  const left = Date.parse(json.expires) - Date.now();
  expect(left).toBeGreaterThan(14.5 * 60_000);
  expect(left).toBeLessThanOrEqual(15 * 60_000);
  expect(json.url).toMatch(/^http:\/\/[^/]+\/[\w-]+\/files\//);
});

test("the address refuses a file of another size, large ones too, and takes the right one after that", async () => {
  const { json } = await app.ask("POST", `${workspace}/files`, {
    token: ada.token,
    json: { bytes: 4 },
  });
  for (const body of ["abc", "a".repeat(6 * MB)]) {
    expect((await app.ask("PUT", json.url, { body })).status).toBe(403);
    expect((await importing(ada, workspace, json.key)).status).toBe(404);
  }
  expect((await app.ask("PUT", json.url, { body: "Name" })).status).toBe(200);
});

test("too many addresses in an hour are refused with the time to wait", async () => {
  const max = await app.signUp("Max");
  const own = await app.workspace(max);
  const ask = () => app.ask("POST", `${own}/files`, { token: max.token, json: { bytes: 1 } });
  for (let count = 0; count < 200; count += 1) expect((await ask()).status).toBe(201);
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(60);
});
