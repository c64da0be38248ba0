import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let workspace: string;
let ids: string[];

beforeAll(async () => {
  app = testApp();
  ada = await app.signUp("Ada");
});

beforeEach(async () => {
  workspace = await app.workspace(ada);
  const records = [
    { firstName: "Ann", city: "BONN", title: "sales manager" },
    { firstName: "Ben", city: "Rome", title: "Sales" },
    { firstName: "Cem", city: "Bonn" },
  ];
  ids = (await ask("records", { records })).json.ids;
});

const ask = (path: string, json: object, options: { key?: string; token?: string } = {}) =>
  app.ask("POST", `${workspace}/sheets/contacts/${path}`, {
    token: options.token ?? ada.token,
    json,
    ...(options.key === undefined ? {} : { headers: { "Idempotency-Key": options.key } }),
  });
const all = { filter: { and: [] } };
const column = async (key: string) => {
  const path = `${workspace}/sheets/contacts/records`;
  const { json } = await app.ask("GET", path, { token: ada.token });
  return json.records.map(({ fields }: { fields: Record<string, unknown> }) => fields[key]);
};
const replace = (find: string, by: string, more: object = {}) => ({
  kind: "replace",
  fields: ["title"],
  search: { find, replace: by, ...more },
});

describe("a bulk edit", () => {
  test("says first what it would do, and writes nothing", async () => {
    const { status, json } = await ask("bulk", {
      ...all,
      dryRun: true,
      action: replace("sales", "Marketing"),
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ dryRun: true, records: 3, changed: 2, cells: 2, misfits: 0 });
    expect(json.samples).toEqual([
      { id: ids[0], field: "title", before: "sales manager", after: "Marketing manager" },
      { id: ids[1], field: "title", before: "Sales", after: "Marketing" },
    ]);
    expect(await column("title")).toEqual(["sales manager", "Sales", undefined]);
  });

  test("lands as one change, which one undo takes back", async () => {
    const { json } = await ask("bulk", {
      ids: [ids[0], ids[2]],
      action: { kind: "letters", fields: ["city"], letters: "title" },
    });
    expect(json).toMatchObject({ changed: 1, misfits: 0 });
    expect(await column("city")).toEqual(["Bonn", "Rome", "Bonn"]);
    const undone = await app.ask("POST", `${workspace}/changesets/${json.changeset}/undo`, {
      token: ada.token,
    });
    expect(undone.json).toMatchObject({ reverted: 1, skipped: [] });
    expect(await column("city")).toEqual(["BONN", "Rome", "Bonn"]);
  });

  test("takes patterns and formulas, also over links to other sheets", async () => {
    await ask("bulk", {
      ...all,
      action: replace("^(\\w+) manager$", "Head of $1", { regex: true }),
    });
    expect((await column("title"))[0]).toBe("Head of sales");
    await app.ask("POST", `${workspace}/sheets/companies/records`, {
      token: ada.token,
      json: { records: [{ name: "Acme", city: "Oslo" }] },
    });
    await ask("bulk", { ids: [ids[1]], action: { kind: "set", field: "company", text: "acme" } });
    const { json } = await ask("bulk", {
      ...all,
      action: { kind: "formula", field: "notes", formula: '[City] & "/" & [Company].[City]' },
    });
    expect(json.changed).toBe(3);
    expect((await column("notes"))[1]).toBe("Rome/Oslo");
  });

  test("counts and marks what does not fit, adds tags that are new, deletes", async () => {
    const misfit = await ask("bulk", {
      ...all,
      action: { kind: "copy", field: "email", from: "city" },
    });
    expect(misfit.json).toMatchObject({ changed: 3, misfits: 3 });
    const tagged = await ask("bulk", {
      ids: [ids[0]],
      action: { kind: "addTags", field: "tags", names: ["Fair"] },
    });
    expect(tagged.json.changed).toBe(1);
    expect((await column("tags"))[0]).toEqual(["Fair"]);
    const filter = { field: "city", op: "is", value: "Rome" };
    const deleted = await ask("bulk", { filter, action: { kind: "delete" } });
    expect(deleted.json.changed).toBe(1);
    expect(await column("firstName")).toEqual(["Ann", "Cem"]);
  });

  test("answers a repetition under its key as it answered first, and writes nothing where nothing is to be done", async () => {
    const request = { ...all, action: { kind: "copy", field: "email", from: "city" } };
    const first = await ask("bulk", request, { key: "bulk-0001" });
    expect((await ask("bulk", request, { key: "bulk-0001" })).json).toEqual(first.json);
    expect(first.json.misfits).toBe(3);
    expect((await ask("bulk", request)).json).toMatchObject({
      changeset: null,
      changed: 0,
      misfits: 0,
    });
    expect(
      (await ask("bulk", { ...request, action: { kind: "delete" } }, { key: "bulk-0001" })).status,
    ).toBe(409);
  });

  test("says in words what it cannot do", async () => {
    const fail = async (action: object, which: object = all) => {
      const { status, json } = await ask("bulk", { ...which, action });
      return [status, json.detail];
    };
    expect(await fail({ kind: "explode" })).toMatchObject([
      400,
      expect.stringContaining("/action/kind"),
    ]);
    expect(await fail({ kind: "clear", fields: [] })).toMatchObject([
      400,
      expect.stringContaining("at least one"),
    ]);
    expect(await fail({ kind: "clear", fields: ["nothing"] })).toMatchObject([
      400,
      expect.stringContaining("nothing"),
    ]);
    expect(await fail(replace("(", "", { regex: true }))).toMatchObject([
      400,
      expect.stringContaining("pattern cannot be used"),
    ]);
    expect(await fail({ kind: "formula", field: "city", formula: "[Ctiy]" })).toMatchObject([
      422,
      expect.stringContaining("no column “Ctiy”"),
    ]);
    expect(await fail({ kind: "set", field: "createdAt", text: "x" })).toMatchObject([
      400,
      expect.any(String),
    ]);
    expect(await fail({ kind: "assign", field: "owner", users: ["Nobody"] })).toMatchObject([
      422,
      expect.stringContaining("no member"),
    ]);
    expect(await fail({ kind: "delete" }, {})).toMatchObject([
      400,
      expect.stringContaining("by one of them only"),
    ]);
    expect(await fail({ kind: "delete" }, { ids: ["0000000000000000"] })).toMatchObject([
      404,
      expect.any(String),
    ]);
    expect(await column("firstName")).toEqual(["Ann", "Ben", "Cem"]);
  });

  test("is not for viewers, dry or not", async () => {
    const viewer = await app.signUp("Vera");
    await app.join(ada, workspace, viewer, "viewer");
    for (const dryRun of [true, false]) {
      const request = { ...all, dryRun, action: { kind: "delete" } };
      expect((await ask("bulk", request, { token: viewer.token })).status).toBe(403);
    }
  });
});
