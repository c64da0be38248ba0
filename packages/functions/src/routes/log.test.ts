import { newId, recordIds } from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let bob: Person;
let workspace: string;

beforeAll(async () => {
  app = testApp({ looksInside: true });
  ada = await app.signUp("Ada");
  bob = await app.signUp("Bob");
});

beforeEach(async () => {
  workspace = await app.workspace(ada);
  await app.join(ada, workspace, bob, "member");
});

const get = async (path: string, token = ada.token) =>
  app.ask("GET", `${workspace}${path}`, { token });
const labels = (json: { changesets: { label: string }[] }) =>
  json.changesets.map(({ label }) => label);

async function write(
  operations: Operation[],
  label: string,
  token = ada.token,
  source = "grid",
): Promise<string> {
  const id = newId(nodePlatform);
  const json = { id, base: 1, source, label, operations };
  const { status } = await app.ask("POST", `${workspace}/changesets`, { token, json });
  expect(status).toBe(201);
  return id;
}

const create = (ids: string[], name: string): Operation => ({
  op: "create",
  sheet: "contacts",
  ids,
  fields: { firstName: ids.map(() => name) },
});
const rename = (ids: string[], name: string): Operation => ({
  op: "set",
  sheet: "contacts",
  ids,
  fields: { firstName: ids.map(() => name) },
});
const ids = (count: number) => recordIds(nodePlatform, count);

describe("the list of changesets", () => {
  test("tells who did what, newest first, page by page", async () => {
    const [id = ""] = ids(1);
    await write([create([id], "Ann")], "Added Ann");
    const changed = await write([rename([id], "Bea")], "Renamed Ann", bob.token);
    const first = await get("/changesets?limit=1");
    expect(first.json).toMatchObject({
      changesets: [
        {
          id: changed,
          actor: bob.id,
          source: "grid",
          label: "Renamed Ann",
          changed: 1,
          sheets: ["contacts"],
          undoable: true,
        },
      ],
      cut: false,
    });
    expect(first.json.changesets[0]).not.toHaveProperty("operations");
    const rest = await get(`/changesets?cursor=${first.json.next}`);
    expect(labels(rest.json)[0]).toBe("Added Ann");
    expect(rest.json.changesets.at(-1)).toMatchObject({
      seq: 1,
      undoable: false,
      why: "This is how the workspace began.",
    });
    expect(rest.json.next).toBeNull();
  });

  test("is narrowed to a person, a sheet, a kind and a time", async () => {
    const [id = ""] = ids(1);
    await write([create([id], "Ann")], "Added Ann");
    const company = { op: "create", sheet: "companies", ids: ids(1), fields: {} } as const;
    await write([{ ...company, fields: { name: ["Acme"] } }], "Added Acme", bob.token, "import");
    expect(labels((await get("/changesets?actor=me", bob.token)).json)).toContain("Added Acme");
    expect(labels((await get(`/changesets?actor=${bob.id}&source=grid`)).json)).toEqual([]);
    expect(labels((await get("/changesets?source=import,merge")).json)).toEqual(["Added Acme"]);
    expect(labels((await get("/changesets?sheet=contacts&actor=me")).json)[0]).toBe("Added Ann");
    const { at } = (await get("/changesets?limit=1")).json.changesets[0];
    const later = new Date(Date.parse(at) + 1000).toISOString();
    expect(labels((await get(`/changesets?from=${later}`)).json)).toEqual([]);
    expect(labels((await get(`/changesets?to=${at}&limit=1`)).json)).toEqual(["Added Acme"]);
  });

  test("says what an undo undid, and what a redo did again", async () => {
    const id = await write([create(ids(1), "Ann")], "Added Ann");
    const by = newId(nodePlatform);
    await app.ask("POST", `${workspace}/changesets/${id}/undo`, {
      token: bob.token,
      json: { id: by },
    });
    await app.ask("POST", `${workspace}/changesets/${by}/undo`, { token: ada.token, json: {} });
    const { json } = await get("/changesets?limit=3");
    expect(json.changesets).toMatchObject([
      { source: "undo", undoes: { changeset: by, actor: bob.id, source: "undo" } },
      { id: by, undoes: { changeset: id, actor: ada.id, label: "Added Ann" } },
      { id },
    ]);
    expect(json.undos).toMatchObject([{ changeset: by }, { changeset: id, by, actor: bob.id }]);
  });

  test("hides what is done to private views of somebody else", async () => {
    const config = "{}";
    const [view = "", shared = ""] = ids(2);
    const make = (id: string, owner: string | null): Operation => ({
      op: "create",
      sheet: "_views",
      ids: [id],
      fields: { sheet: ["contacts"], name: ["Mine"], config: [config], owner: [owner] },
    });
    const secret = await write([make(view, bob.id)], "Saved the view Secret", bob.token);
    await write([make(shared, null)], "Saved the view Shared", bob.token);
    expect(labels((await get("/changesets")).json)).not.toContain("Saved the view Secret");
    expect(labels((await get("/changesets")).json)).toContain("Saved the view Shared");
    expect(labels((await get("/changesets", bob.token)).json)).toContain("Saved the view Secret");
    expect((await get(`/changesets/${secret}`)).status).toBe(404);
    expect((await get(`/changesets/${secret}`, bob.token)).status).toBe(200);
  });

  test("lets a viewer look, and says why nothing can be undone", async () => {
    const eve = await app.signUp("Eve");
    await app.join(ada, workspace, eve, "viewer");
    await write([create(ids(1), "Ann")], "Added Ann");
    const { json } = await get("/changesets?limit=1", eve.token);
    expect(json.changesets[0]).toMatchObject({
      undoable: false,
      why: "Your role lets you look, not change.",
    });
  });

  test("refuses what it cannot read, and says what would do", async () => {
    for (const query of [
      "limit=0",
      "limit=201",
      "limit=x",
      "cursor=x",
      "cursor=1",
      "source=grid,telepathy",
      "from=yesterday",
    ]) {
      expect(`${query} ${(await get(`/changesets?${query}`)).status}`).toBe(`${query} 400`);
    }
    const { json } = await get("/changesets?source=telepathy");
    expect(json.detail).toContain("grid, import");
  });
});

describe("a changeset", () => {
  test("shows a sample of what was there before and after", async () => {
    const some = ids(3);
    await write([create(some, "Ann")], "Added three");
    const id = await write([rename(some, "Bea")], "Renamed three");
    const { json } = await get(`/changesets/${id}?limit=2`);
    expect(json).toMatchObject({
      changeset: { id, label: "Renamed three", changed: 3 },
      more: true,
      schema: [],
    });
    expect(json.records).toMatchObject([
      { sheet: "contacts", id: some[0], kind: "changed" },
      { cells: [{ field: "firstName", before: "Ann", after: "Bea" }] },
    ]);
    expect((await get(`/changesets/${id}?limit=101`)).status).toBe(400);
  });

  test("shows sheets and columns that were added", async () => {
    const after = { key: "shoe", name: "Shoe size", type: "number" } as const;
    const id = await write([{ op: "field", sheet: "contacts", after }], "Added Shoe size");
    expect((await get(`/changesets/${id}`)).json.schema).toMatchObject([
      { sheet: "contacts", field: "shoe", before: null, after },
    ]);
  });

  test("that is not there answers 404", async () => {
    expect((await get(`/changesets/${newId(nodePlatform)}`)).status).toBe(404);
    expect((await get("/changesets/x")).status).toBe(404);
  });
});
