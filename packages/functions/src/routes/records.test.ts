import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let workspace: string;

beforeAll(async () => {
  app = testApp();
  ada = await app.signUp("Ada");
});

beforeEach(async () => {
  workspace = await app.workspace(ada);
});

const ask = (method: string, path: string, json?: object, key?: string) =>
  app.ask(method, `${workspace}/sheets/${path}`, {
    token: ada.token,
    ...(json === undefined ? {} : { json }),
    ...(key === undefined ? {} : { headers: { "Idempotency-Key": key } }),
  });
const create = (sheet: string, ...records: object[]) =>
  ask("POST", `${sheet}/records`, { records });
const list = async (path: string, query: Record<string, string> = {}) =>
  (await ask("GET", `${path}/records?${new URLSearchParams(query).toString()}`)).json;
const firstNames = (json: { records: { fields: { firstName: string } }[] }) =>
  json.records.map(({ fields }) => fields.firstName);

describe("an opt-out", () => {
  const fields = async (id: string) => (await ask("GET", `contacts/records/${id}`)).json.fields;

  test("is taken over by a record of the same person that is created, also after the first one was deleted", async () => {
    const ana = { email: "ana@opted-out.test" };
    const first = await create("contacts", { ...ana, doNotContact: true });
    const second = await create("contacts", { ...ana, doNotContact: false }, { email: "b@c.test" });
    const [twin, other] = second.json.ids;
    expect(await fields(twin)).toMatchObject({ doNotContact: true });
    expect(await fields(other)).toEqual({ email: "b@c.test" });
    const ids = [...first.json.ids, ...second.json.ids];
    expect((await ask("DELETE", "contacts/records", { ids })).status).toBe(200);
    const third = await create("contacts", ana);
    expect(await fields(third.json.ids[0])).toMatchObject({ doNotContact: true });
    const { ids: last } = third.json;
    await ask("PATCH", "contacts/records", { ids: last, set: { doNotContact: false } });
    expect(await fields(last[0])).toMatchObject({ doNotContact: false });
    await ask("DELETE", "contacts/records", { ids: last });
  });

  test("goes to the records of the same person that stay", async () => {
    const { json } = await create("contacts", { email: "kim@opted-out.test" });
    const out = await create("contacts", { email: "kim@opted-out.test", doNotContact: true });
    await ask("DELETE", "contacts/records", { ids: out.json.ids });
    expect(await fields(json.ids[0])).toMatchObject({ doNotContact: true });
    await ask("DELETE", "contacts/records", { ids: json.ids });
  });
});

describe("values", () => {
  test("come back in the forms that are described", async () => {
    const company = await create("companies", { name: "Acme" });
    const made = await create("deals", {
      name: "Big one",
      value: 1234.5,
      closeDate: "2026-11-30",
      stage: "Won",
      company: "acme",
      notes: "Line one\nLine two",
    });
    expect(made.status).toBe(201);
    const { json } = await ask("GET", `deals/records/${made.json.ids[0]}`);
    expect(json.fields).toEqual({
      name: "Big one",
      value: { amount: "1234.50", currency: "USD" },
      closeDate: "2026-11-30",
      stage: "Won",
      company: [{ id: company.json.ids[0], label: "Acme" }],
      notes: "Line one\nLine two",
    });
    const contact = await create("contacts", { phone: "(415) 555-2671", tags: ["VIP"] });
    expect((await ask("GET", `contacts/records/${contact.json.ids[0]}`)).json.fields).toEqual({
      phone: "+14155552671",
      tags: ["VIP"],
    });
    const free = await create("companies", {
      name: "Initech",
      industry: "Space tourism",
      size: "12",
    });
    expect(free.status).toBe(201);
    const unknown = await create("contacts", { tags: ["No such tag"] });
    expect([unknown.status, unknown.json.errors[0].path]).toEqual([422, "/records/0/tags"]);
  });

  test("that do not fit are refused, every one with its path, and nothing is written", async () => {
    const { status, json } = await create(
      "contacts",
      { firstName: "Ada" },
      { firstName: 5, email: "nonsense" },
    );
    expect(status).toBe(422);
    expect(json.errors.map(({ path }: { path: string }) => path).toSorted()).toEqual([
      "/records/1/email",
      "/records/1/firstName",
    ]);
    expect((await list("contacts")).total).toBe(0);
  });

  test("that do not fit can be sent as marked text", async () => {
    const marked = { text: "nonsense", invalid: true };
    const { json } = await create("contacts", { email: marked });
    expect((await ask("GET", `contacts/records/${json.ids[0]}`)).json.fields.email).toEqual(marked);
  });

  test("marked although they fit are what they are", async () => {
    const marked = (text: string) => ({ text, invalid: true });
    const { json } = await create("contacts", {
      firstName: marked("Ada"),
      email: marked("ada@example.com"),
      phone: marked("none"),
    });
    const one = await ask("GET", `contacts/records/${json.ids[0]}`);
    expect(one.json.fields).toEqual({
      firstName: "Ada",
      email: "ada@example.com",
      phone: marked("none"),
    });
  });

  test("of unknown fields are a 400 with the path", async () => {
    const { status, json } = await create("contacts", { nope: 1 });
    expect([status, json.errors[0].path]).toEqual([400, "/records/0/nope"]);
    expect((await ask("POST", "nope/records", { records: [{}] })).status).toBe(404);
    expect((await ask("POST", "contacts/records", { records: [] })).status).toBe(400);
    expect((await ask("POST", "contacts/records", { records: "x" })).status).toBe(400);
  });
});

test("what would leave everything as it is takes no seq, unless its answer has to be found again", async () => {
  const { json } = await create("contacts", { city: "London", phone: "(415) 555-2671" });
  const { seq, ids } = json;
  const same = { ids, set: { city: "London", phone: "+1 415 555 2671", street: null } };
  const nothing = await ask("PATCH", "contacts/records", same);
  expect(nothing).toMatchObject({ status: 200, json: { seq, changeset: null, changed: 0 } });
  const none = { filter: { and: [{ field: "city", op: "is", value: "Paris" }] } };
  const empty = await ask("DELETE", "contacts/records", none);
  expect(empty).toMatchObject({ status: 200, json: { seq, changeset: null, deleted: 0 } });

  const keyed = await ask("PATCH", "contacts/records", same, "the same again");
  expect(keyed.json).toMatchObject({ seq: seq + 1, changed: 0 });
  const moved = await ask("PATCH", "contacts/records", { ids, set: { city: "Paris" } });
  expect(moved.json).toMatchObject({ seq: seq + 2, changed: 1 });
  expect((await ask("PATCH", "contacts/records", same, "the same again")).json).toEqual(keyed.json);
  expect((await list("contacts")).records[0].fields.city).toBe("Paris");
});

test("values that are no object of values by field are a 400, also under names that objects have", async () => {
  const { json } = await create("contacts", { city: "London" });
  for (const set of [[], null, "x", '{"__proto__": "x"}', '{"constructor": "x"}']) {
    const text = typeof set === "string" && set.startsWith("{") ? set : JSON.stringify(set);
    const body = `{"ids":["${json.ids[0]}"],"set":${text}}`;
    const headers = { "Content-Type": "application/json" };
    const path = `${workspace}/sheets/contacts/records`;
    const changed = await app.ask("PATCH", path, { token: ada.token, body, headers });
    expect([text, changed.status]).toEqual([text, 400]);
    const records = `{"records":[${text}]}`;
    const made = await app.ask("POST", path, { token: ada.token, body: records, headers });
    expect([text, made.status]).toEqual([text, 400]);
  }
});

test("a phone number in another spelling is no change", async () => {
  const { json } = await create("contacts", { phone: "(415) 555-2671" });
  const set = { phone: "+1 415 555 2671" };
  const patched = await ask("PATCH", "contacts/records", { ids: json.ids, set });
  expect(patched.json.changed).toBe(0);
});

describe("creating", () => {
  test("answers ids in the order sent, and the same ids when sent again", async () => {
    const records = [{ firstName: "A" }, { firstName: "B" }, { firstName: "C" }];
    const first = await ask("POST", "contacts/records", { records }, "create-three");
    const again = await ask("POST", "contacts/records", { records }, "create-three");
    expect(again.json).toEqual(first.json);
    expect(first.json.ids).toHaveLength(3);
    expect(firstNames(await list("contacts"))).toEqual(["A", "B", "C"]);
    const other = await ask("POST", "contacts/records", { records: [{}] }, "create-three");
    expect(other.status).toBe(409);
  });

  test("at the same time under one key writes once", async () => {
    const records = [{ firstName: "A" }];
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => ask("POST", "contacts/records", { records }, "all-at-once")),
    );
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    expect((await list("contacts")).total).toBe(1);
  });
});

describe("a list", () => {
  beforeEach(async () => {
    await create(
      "contacts",
      { firstName: "Ada", city: "London", email: "ada@example.com" },
      { firstName: "Bob", city: "Paris" },
      { firstName: "Cleo", city: "London" },
    );
  });

  test("is in the order of creation, unchanged by edits", async () => {
    const { records } = await list("contacts");
    await ask("PATCH", "contacts/records", { ids: [records[0].id], set: { city: "Rome" } });
    expect(firstNames(await list("contacts"))).toEqual(["Ada", "Bob", "Cleo"]);
  });

  test("is filtered, searched, sorted and cut to fields; total counts what is left", async () => {
    const filter = JSON.stringify({ and: [{ field: "city", op: "is", value: "London" }] });
    const json = await list("contacts", {
      filter,
      sort: "-firstName",
      fields: "firstName",
      limit: "1",
    });
    expect(json.records).toEqual([{ id: expect.any(String), fields: { firstName: "Cleo" } }]);
    expect(json.total).toBe(2);
    expect((await list("contacts", { q: "EXAMPLE.com" })).total).toBe(1);
  });

  test("goes on at its cursor until the end", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await list("contacts", { limit: "1", sort: "city", ...(cursor && { cursor }) });
      seen.push(...firstNames(page));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(["Ada", "Cleo", "Bob"]);
  });

  test("refuses what it cannot read, naming it", async () => {
    const status = async (query: Record<string, string>) =>
      (await ask("GET", `contacts/records?${new URLSearchParams(query).toString()}`)).json.type
        .split(":")
        .at(-1);
    expect(await status({ filter: "{" })).toBe("malformed");
    expect(await status({ filter: '{"and":[{"field":"nope","op":"is","value":1}]}' })).toBe(
      "unknown-field",
    );
    expect(await status({ filter: '{"and":[{"field":"city","op":"like","value":1}]}' })).toBe(
      "unknown-operator",
    );
    expect(await status({ sort: "nope" })).toBe("unknown-field");
    expect(await status({ fields: "nope" })).toBe("unknown-field");
    expect(await status({ limit: "1001" })).toBe("malformed");
    expect(await status({ limit: "0" })).toBe("malformed");
    expect(await status({ cursor: "stale" })).toBe("malformed");
    const { next } = await list("contacts", { limit: "1" });
    expect(await status({ cursor: next, sort: "city" })).toBe("malformed");
  });
});

describe("changing and deleting", () => {
  test("by ids or by filter count the records whose values differ", async () => {
    const { json } = await create(
      "contacts",
      { city: "London" },
      { city: "Paris" },
      { city: "Paris" },
    );
    const patch = (body: object) => ask("PATCH", "contacts/records", body);
    const everything = { and: [] };
    expect((await patch({ filter: everything, set: { city: "Paris" } })).json.changed).toBe(1);
    expect((await patch({ filter: everything, set: { city: "Paris" } })).json.changed).toBe(0);
    const nobody = { and: [{ field: "city", op: "is", value: "Oslo" }] };
    expect((await patch({ filter: nobody, set: { city: "Rome" } })).json.changed).toBe(0);
    expect(
      (await patch({ ids: [json.ids[0], json.ids[0]], set: { city: null } })).json.changed,
    ).toBe(1);
    expect((await ask("DELETE", "contacts/records", { ids: [json.ids[0]] })).json.deleted).toBe(1);
    expect((await ask("DELETE", "contacts/records", { filter: everything })).json.deleted).toBe(2);
    expect((await list("contacts")).total).toBe(0);
  });

  test("name the records one way, and records that are there", async () => {
    const patch = async (body: object) => (await ask("PATCH", "contacts/records", body)).status;
    const set = { city: "Rome" };
    expect(await patch({ set })).toBe(400);
    expect(await patch({ ids: [], filter: { and: [] }, set })).toBe(400);
    expect(await patch({ ids: ["0000000000000000"], set })).toBe(404);
    expect(await patch({ filter: { nonsense: [] }, set })).toBe(400);
    expect(await patch({ ids: [], set: { nope: 1 } })).toBe(400);
    expect(await patch({ ids: [], set: { email: "nonsense" } })).toBe(422);
    expect(await patch({ ids: [], set })).toBe(200);
  });

  test("can be undone, and undone again", async () => {
    const { json } = await create("contacts", { firstName: "Ada" });
    const deleted = await ask("DELETE", "contacts/records", { ids: json.ids });
    const undo = (id: string) =>
      app.ask("POST", `${workspace}/changesets/${id}/undo`, { token: ada.token, json: {} });
    const undone = await undo(deleted.json.changeset);
    expect(undone.json).toMatchObject({ reverted: 1, skipped: [] });
    expect((await list("contacts")).total).toBe(1);
    await undo(undone.json.changeset);
    expect((await list("contacts")).total).toBe(0);
    expect((await undo("01aaaaaaaaaaaaaaaaaaaaaaaa")).status).toBe(404);
    expect((await undo("nonsense")).status).toBe(404);
  });
});

test("the history of a record tells who changed what, newest first, page by page", async () => {
  const { json } = await create("contacts", { firstName: "Ada", city: "London" });
  const [id] = json.ids;
  await ask("PATCH", "contacts/records", { ids: [id], set: { city: "Paris" } });
  const first = await ask("GET", `contacts/records/${id}/history?limit=1`);
  expect(first.json.entries).toEqual([
    expect.objectContaining({
      seq: 3,
      actor: ada.id,
      source: "api",
      label: "Changed 1 contact",
      cells: [{ field: "city", before: "London", after: "Paris" }],
    }),
  ]);
  const older = await ask("GET", `contacts/records/${id}/history?cursor=${first.json.next}`);
  expect(older.json.entries).toMatchObject([{ kind: "created" }]);
  expect(older.json.next).toBeNull();
  expect((await ask("GET", "contacts/records/0000000000000000/history")).status).toBe(404);
});

test("the history of a cell is what was done to it, and to nobody who may not see the row", async () => {
  const { json } = await create("contacts", { firstName: "Ada", city: "London" });
  const at = `contacts/records/${json.ids[0]}/history`;
  await ask("PATCH", "contacts/records", { ids: json.ids, set: { city: "Paris" } });
  await ask("PATCH", "contacts/records", { ids: json.ids, set: { firstName: "Ada L." } });
  const { entries, next, cut } = (await ask("GET", `${at}?field=city`)).json;
  expect(entries).toMatchObject([
    { kind: "changed", cells: [{ field: "city", before: "London", after: "Paris" }] },
    { kind: "created", cells: [{ field: "city", before: null, after: "London" }] },
  ]);
  expect([next, cut]).toEqual([null, false]);
  const unknown = await ask("GET", `${at}?field=nope`);
  expect([unknown.status, unknown.json.type.split(":").at(-1)]).toEqual([400, "unknown-field"]);
  const { token } = await app.signUp("Stranger");
  expect((await app.ask("GET", `${workspace}/sheets/${at}?field=city`, { token })).status).toBe(
    404,
  );
});

test("a bulk edit of 10,000 records is one changeset", async () => {
  const records = Array.from({ length: 10_000 }, (_, n) => ({ firstName: `N${n}` }));
  expect((await create("contacts", ...records)).json.ids).toHaveLength(10_000);
  const { json } = await ask("PATCH", "contacts/records", {
    filter: { and: [] },
    set: { city: "Rome" },
  });
  expect(json).toMatchObject({ seq: 3, changed: 10_000 });
});
