import { beforeAll, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let vera: Person;
let workspace: string;

beforeAll(async () => {
  app = testApp();
  ada = await app.signUp("Ada");
  vera = await app.signUp("Vera");
  workspace = await app.workspace(ada);
  await app.join(ada, workspace, vera, "viewer");
});

const ask = (method: string, path: string, json?: unknown, by: Person = ada) =>
  app.ask(method, `${workspace}/sheets/contacts${path}`, {
    token: by.token,
    ...(json === undefined ? {} : { json }),
  });

async function add(...records: readonly object[]): Promise<string[]> {
  return (await ask("POST", "/records", { records })).json.ids;
}

const ana = { firstName: "Ana", lastName: "Silva", email: "ana@example.com" };

test("a merge is looked at, done, found under both ids, and taken back", async () => {
  const [a = "", b = ""] = await add(ana, { firstName: "Anna", city: "Porto" });
  const look = await ask("POST", "/merge", { ids: [a, b], dryRun: true });
  expect(look.json).toMatchObject({
    dryRun: true,
    label: "Merged 2 contacts into Ana Silva",
    survivors: [a],
    merged: 1,
  });
  expect(look.json.fields).toContainEqual({
    field: "firstName",
    from: a,
    kept: "Ana",
    others: [{ id: b, value: "Anna" }],
  });
  expect((await ask("GET", `/records/${b}`)).json.id).toBe(b);

  const done = await ask("POST", "/merge", { ids: [a, b] });
  expect(done.status).toBe(200);
  expect(done.json.merges).toMatchObject([{ survivor: a, merged: [b] }]);
  const { id } = done.json.merges[0];
  expect((await ask("GET", `/records/${b}`)).json).toEqual({
    id: a,
    fields: { ...ana, city: "Porto" },
  });
  const listed = await ask("GET", `/records/${b}/merges`);
  expect(listed.json.merges).toMatchObject([
    { id, by: ada.id, merged: [{ id: b, label: "Anna" }] },
  ]);
  const history = await ask("GET", `/records/${a}/history`);
  expect(history.json.entries[0]).toMatchObject({
    label: "Merged 2 contacts into Ana Silva",
    source: "merge",
  });

  await ask("PATCH", "/records", { ids: [a], set: { city: "Lisboa" } });
  const back = await ask("POST", "/unmerge", { merge: id });
  expect(back.json).toMatchObject({
    survivor: a,
    returned: [b],
    edits: [{ field: "city", id: a, value: "Lisboa" }],
    links: 0,
  });
  expect((await ask("GET", `/records/${b}`)).json.fields).toEqual({
    firstName: "Anna",
    city: "Porto",
  });
  expect((await ask("POST", "/unmerge", { merge: id })).status).toBe(404);
});

test("a merge is undone like any change", async () => {
  const [a = "", b = ""] = await add(ana, { firstName: "Anna" });
  const { changeset } = (await ask("POST", "/merge", { ids: [a, b] })).json;
  const undone = await app.ask("POST", `${workspace}/changesets/${changeset}/undo`, {
    token: ada.token,
  });
  expect(undone.json.skipped).toEqual([]);
  expect((await ask("GET", `/records/${b}`)).json.id).toBe(b);
  expect((await ask("GET", `/records/${a}/merges`)).json.merges).toEqual([]);
});

test("who merges what somebody else has merged meanwhile is told what it went into", async () => {
  const [a = "", b = "", c = ""] = await add(ana, { firstName: "Anna" }, { firstName: "Anne" });
  await ask("POST", "/merge", { ids: [a, b] });
  const late = await ask("POST", "/merge", { ids: [b, c] });
  expect(late.status).toBe(409);
  expect(late.json.detail).toContain("Anna has been merged into Ana Silva meanwhile.");
});

test("groups are one changeset", async () => {
  const [a = "", b = "", c = "", d = ""] = await add(ana, { firstName: "A" }, ana, {});
  const done = await ask("POST", "/merge", {
    groups: [
      [a, b],
      [c, d],
    ],
  });
  expect(done.json).toMatchObject({
    label: "Merged 4 contacts into 2",
    merges: [
      { survivor: a, merged: [b] },
      { survivor: c, merged: [d] },
    ],
  });
});

test("a repetition under the same key answers the same", async () => {
  const [a = "", b = ""] = await add(ana, { firstName: "Anna" });
  const merge = () =>
    app.ask("POST", `${workspace}/sheets/contacts/merge`, {
      token: ada.token,
      headers: { "idempotency-key": "merge-once-1" },
      json: { ids: [a, b] },
    });
  const first = await merge();
  expect((await merge()).json).toEqual(first.json);
});

test("refuses what cannot be merged, in words", async () => {
  const [a = "", b = ""] = await add(ana, { firstName: "Anna" });
  expect((await ask("POST", "/merge", { ids: [a] })).status).toBe(400);
  expect((await ask("POST", "/merge", {})).json.detail).toContain("by `ids` or by `groups`");
  expect((await ask("POST", "/merge", { groups: [[a, b]], survivor: a })).status).toBe(400);
  expect((await ask("POST", "/merge", { ids: [a, "nobody"] })).status).toBe(404);
  expect((await ask("POST", "/merge", { ids: [a, b] }, vera)).status).toBe(403);
  expect((await ask("POST", "/separate", { ids: [a, b] }, vera)).status).toBe(403);
});

test("two records are kept separate", async () => {
  const [a = "", b = ""] = await add(ana, { firstName: "Anna" });
  const done = await ask("POST", "/separate", { ids: [a, b] });
  expect(done.json.label).toMatch(/^Kept .* separate$/);
  expect((await ask("POST", "/separate", { ids: [a, a] })).status).toBe(400);
});
