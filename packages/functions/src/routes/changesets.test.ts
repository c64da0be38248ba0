import { encodeParts } from "@gridfolk/core/ledger/codec";
import { newId, recordIds } from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let workspace: string;

beforeAll(async () => {
  app = testApp({ looksInside: true });
  ada = await app.signUp("Ada");
});

beforeEach(async () => {
  workspace = await app.workspace(ada);
});

const post = (path: string, json: object, token = ada.token) =>
  app.ask("POST", `${workspace}${path}`, { token, json });
const create = (count: number, name = "Ada"): Operation => ({
  op: "create",
  sheet: "contacts",
  ids: recordIds(nodePlatform, count),
  fields: { firstName: Array.from({ length: count }, () => name) },
});
const total = async () =>
  (await app.ask("GET", `${workspace}/sheets/contacts/records`, { token: ada.token })).json.total;

describe("a changeset", () => {
  test("is written once however often it is sent, and another body under its id is refused", async () => {
    const id = newId(nodePlatform);
    const operations = [create(1)];
    const first = await post("/changesets", { id, base: 1, operations });
    expect(first).toMatchObject({ status: 201, json: { seq: 2, changeset: id, created: 1 } });
    expect((await post("/changesets", { id, base: 1, operations })).json).toEqual(first.json);
    const other = await post("/changesets", { id, base: 1, operations: [create(1)] });
    expect(other.json.type).toBe("urn:gridfolk:problem:changeset-reused");
    expect(await total()).toBe(1);
  });

  test("of a history that a restore has replaced is refused, so that its client loads again", async () => {
    const changes = await app.ask("GET", `${workspace}/changes?after=0`, { token: ada.token });
    const { epoch, heads } = changes.json;
    const { hash } = heads.at(-1);
    const draft = { id: newId(nodePlatform), base: 1, operations: [create(1)] };
    for (const other of [{ epoch: "another" }, { hash: "another" }, { base: 9, hash }]) {
      const refused = await post("/changesets", { ...draft, ...other });
      expect(refused).toMatchObject({ status: 409, json: { type: "urn:gridfolk:problem:reload" } });
    }
    const first = await post("/changesets", { ...draft, epoch, hash });
    expect(first.status).toBe(201);
    const { seq: base, hash: next } = first.json;
    const second = { id: newId(nodePlatform), base, hash: next, operations: [create(1)] };
    expect((await post("/changesets", second)).status).toBe(201);
  });

  test("of a shape that is none is a 400", async () => {
    const id = newId(nodePlatform);
    for (const body of [
      {},
      { id: "x", base: 1, operations: [] },
      { id, base: -1, operations: [] },
      { id, base: 1, operations: [{ op: "drop", sheet: "contacts" }] },
      { id, base: 1, operations: [{ op: "create", sheet: "contacts", ids: "x", fields: {} }] },
      { id, base: 1, source: "system", operations: [create(1)] },
    ]) {
      expect((await post("/changesets", body)).status).toBe(400);
    }
    const { status } = await app.ask("POST", `${workspace}/changesets`, {
      token: ada.token,
      body: "{",
      headers: { "Content-Type": "application/json" },
    });
    expect(status).toBe(400);
  });

  test("is refused to a viewer, whatever is in it", async () => {
    const bob = await app.signUp("Bob");
    await app.join(ada, workspace, bob, "viewer");
    const write = (operations: Operation[]) =>
      post("/changesets", { id: newId(nodePlatform), base: 2, operations }, bob.token);
    expect((await write([create(1)])).status).toBe(403);
    const field = { key: "x", name: "X", type: "text" } as const;
    expect((await write([{ op: "field", sheet: "contacts", after: field }])).status).toBe(403);
  });

  test("renames the workspace in every list when it changes the settings", async () => {
    const { ledger } = app.services;
    const workbook = await ledger.read(workspace.split("/").at(-1) ?? "");
    const [record = ""] = workbook.sheets.get("_workspace")?.ids ?? [];
    await post("/changesets", {
      id: newId(nodePlatform),
      base: 1,
      operations: [
        { op: "set", sheet: "_workspace", ids: [record], fields: { name: ["Renamed"] } },
      ],
    });
    const { json } = await app.ask("GET", "/api/workspaces", { token: ada.token });
    expect(json.workspaces.map(({ name }: { name: string }) => name)).toContain("Renamed");
  });
});

describe("an undo", () => {
  test("of some of the records leaves the others, under the label it is given", async () => {
    const [a = "", b = ""] = recordIds(nodePlatform, 2);
    const fields = { firstName: ["Ada", "Bo"] };
    await post("/changesets", {
      id: newId(nodePlatform),
      base: 1,
      operations: [{ op: "create", sheet: "contacts", ids: [a, b], fields }],
    });
    const id = newId(nodePlatform);
    await post("/changesets", {
      id,
      base: 2,
      operations: [
        { op: "set", sheet: "contacts", ids: [a, b], fields: { firstName: ["X", "Y"] } },
      ],
    });
    const undo = { id: newId(nodePlatform), label: "Undo: X", records: { contacts: [b] } };
    const undone = await post(`/changesets/${id}/undo`, undo);
    expect(undone).toMatchObject({ status: 200, json: { reverted: 1, skipped: [] } });
    expect((await post(`/changesets/${id}/undo`, undo)).json).toEqual(undone.json);
    const other = await post(`/changesets/${id}/undo`, { ...undo, records: { contacts: [a] } });
    expect(other.json.type).toBe("urn:gridfolk:problem:changeset-reused");
    const get = async (path: string) =>
      (await app.ask("GET", `${workspace}/sheets/contacts/records${path}`, { token: ada.token }))
        .json;
    const { records } = await get("?sort=firstName");
    expect(records.map((record: { fields: object }) => record.fields)).toEqual([
      { firstName: "Bo" },
      { firstName: "X" },
    ]);
    expect((await get(`/${b}/history`)).entries[0]).toMatchObject({
      label: "Undo: X",
      source: "undo",
    });
  });
});

describe("an upload", () => {
  async function upload(operations: Operation[], id = newId(nodePlatform)) {
    const parts = await encodeParts(operations, nodePlatform.bytes);
    const { json } = await post("/uploads", { id, parts: parts.length });
    const path = `${workspace}/uploads/${id}/${json.attempt}`;
    for (const [n, part] of parts.entries()) {
      const body = new Uint8Array(part.bytes);
      const put = await app.ask("PUT", `${path}/parts/${n}`, { token: ada.token, body });
      expect(put.status).toBe(200);
    }
    return {
      id,
      path,
      parts: parts.length,
      draft: { base: 1, source: "import", label: "Imported" },
    };
  }

  test("is invisible until it is committed, then whole, and once", async () => {
    const { path, parts, draft, id } = await upload([create(9_000)]);
    expect(parts).toBeGreaterThan(1);
    expect(await total()).toBe(0);
    const commit = () =>
      app.ask("POST", `${path}/commit`, { token: ada.token, json: { parts, draft } });
    const first = await commit();
    expect(first).toMatchObject({ status: 201, json: { changeset: id, created: 9_000 } });
    expect((await commit()).json).toEqual(first.json);
    expect(await total()).toBe(9_000);
  });

  test("based on what a restore has replaced is refused, and can still be given up", async () => {
    const { path, parts, draft } = await upload([create(10)]);
    const json = { parts, draft: { ...draft, hash: "another" } };
    const refused = await app.ask("POST", `${path}/commit`, { token: ada.token, json });
    expect(refused).toMatchObject({ status: 409, json: { type: "urn:gridfolk:problem:reload" } });
    expect((await app.ask("DELETE", path, { token: ada.token })).status).toBe(200);
    expect(await total()).toBe(0);
  });

  test("can be given up", async () => {
    const { path, parts, draft } = await upload([create(10)]);
    expect((await app.ask("DELETE", path, { token: ada.token })).status).toBe(200);
    const late = await app.ask("POST", `${path}/commit`, {
      token: ada.token,
      json: { parts, draft },
    });
    expect(late.status).toBeGreaterThanOrEqual(400);
    expect(await total()).toBe(0);
  });

  test("of something else than parts is refused", async () => {
    const { path } = await upload([create(10)]);
    const put = (n: string, body: string) =>
      app.ask("PUT", `${path}/parts/${n}`, { token: ada.token, body });
    expect((await put("0", "not gzip")).status).toBe(400);
    expect((await put("x", "not gzip")).status).toBe(400);
    expect((await put("9", "not gzip")).status).toBe(400);
    expect((await put("0", "x".repeat(400_000))).status).toBe(413);
  });

  test("cannot make members", async () => {
    const admin = await app.signUp("Admin");
    const operation: Operation = {
      op: "create",
      sheet: "_members",
      ids: recordIds(nodePlatform, 1),
      fields: { user: [admin.id], name: ["X"], role: ["owner"], active: [true] },
    };
    const { path, parts, draft } = await upload([operation]);
    const { status } = await app.ask("POST", `${path}/commit`, {
      token: ada.token,
      json: { parts, draft },
    });
    expect(status).toBe(403);
  });
});
