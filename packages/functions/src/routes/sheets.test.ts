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
  app.ask(method, `${workspace}${path}`, {
    token: ada.token,
    ...(json === undefined ? {} : { json }),
    ...(key === undefined ? {} : { headers: { "Idempotency-Key": key } }),
  });

describe("a sheet", () => {
  test("is added with fields, keys made from names", async () => {
    const made = await ask("POST", "/sheets", {
      name: "Support cases",
      fields: [
        { name: "Case No.", type: "text" },
        {
          name: "Status",
          type: "choice",
          options: [{ name: "Open" }, { name: "Closed", color: "red" }],
        },
        { name: "Contact", type: "link", link: { sheet: "contacts" } },
        { name: "Value", type: "currency" },
      ],
    });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      key: "supportCases",
      title: ["caseNo"],
      fields: [
        { key: "caseNo" },
        { key: "status", options: [{ name: "Open", color: expect.any(String) }, { color: "red" }] },
        { key: "contact", link: { sheet: "contacts", multiple: false } },
        { key: "value", currency: "USD" },
      ],
    });
  });

  test("is added once however often that is sent, and the answer is the same", async () => {
    const first = await ask("POST", "/sheets", { name: "Cases" }, "one-request-of-mine");
    const again = await ask("POST", "/sheets", { name: "Cases" }, "one-request-of-mine");
    expect(again.json).toEqual(first.json);
    const other = await ask("POST", "/sheets", { name: "Other" }, "one-request-of-mine");
    expect(other.status).toBe(409);
  });

  test("is renamed, put into the trash and taken out again; the key stays", async () => {
    await ask("POST", "/sheets", { name: "Cases" });
    expect((await ask("PATCH", "/sheets/cases", { name: "Tickets" })).json).toMatchObject({
      key: "cases",
      name: "Tickets",
    });
    expect((await ask("DELETE", "/sheets/cases")).status).toBe(200);
    expect((await ask("GET", "/sheets/cases/records")).status).toBe(404);
    const { json } = await ask("GET", "/sheets?trash=true");
    expect(json.sheets).toContainEqual(expect.objectContaining({ key: "cases", deleted: true }));
    expect((await ask("PATCH", "/sheets/cases", { deleted: false })).status).toBe(200);
    expect((await ask("GET", "/sheets/cases/records")).status).toBe(200);
  });

  test("has a name of its own, and those that hold settings stay as they are", async () => {
    expect((await ask("POST", "/sheets", { name: "Contacts" })).status).toBe(422);
    expect((await ask("PATCH", "/sheets/deals", { name: "Contacts" })).status).toBe(422);
    expect((await ask("PATCH", "/sheets/_members", { name: "Mine" })).status).toBe(403);
    expect((await ask("DELETE", "/sheets/_members")).status).toBe(403);
    const { json } = await ask("GET", "/sheets");
    expect(json.sheets.some(({ system }: { system?: boolean }) => system)).toBe(false);
  });
});

describe("a field", () => {
  const fields = async () => {
    const { json } = await ask("GET", "/sheets");
    const contacts = json.sheets.find(({ key }: { key: string }) => key === "contacts");
    return contacts.fields as { key: string; name: string; type: string }[];
  };

  test("is added where it is asked for", async () => {
    const made = await ask("POST", "/sheets/contacts/fields", {
      name: "Shoe size",
      type: "number",
      decimals: 1,
      ungrouped: true,
      position: 1,
    });
    expect(made.json).toMatchObject({ key: "shoeSize", decimals: 1, ungrouped: true, seq: 2 });
    expect((await fields())[1]).toMatchObject({ key: "shoeSize" });
    await ask("PATCH", "/sheets/contacts/fields/shoeSize", { ungrouped: false });
    expect((await fields())[1]).not.toHaveProperty("ungrouped");
  });

  test("is renamed and moved; the key stays", async () => {
    await ask("PATCH", "/sheets/contacts/fields/email", { name: "Mail", position: 0 });
    expect((await fields())[0]).toMatchObject({ key: "email", name: "Mail" });
  });

  test("in the trash is gone from lists, and its values come back with it", async () => {
    const { json } = await ask("POST", "/sheets/contacts/records", {
      records: [{ title: "Boss" }],
    });
    await ask("DELETE", "/sheets/contacts/fields/title");
    expect((await fields()).some(({ key }) => key === "title")).toBe(false);
    expect((await ask("GET", "/sheets/contacts/records?fields=title")).status).toBe(400);
    await ask("PATCH", "/sheets/contacts/fields/title", { deleted: false });
    const record = await ask("GET", `/sheets/contacts/records/${json.ids[0]}`);
    expect(record.json.fields.title).toBe("Boss");
  });

  test("of another type reads its values again; what does not fit keeps its text and is marked", async () => {
    await ask("POST", "/sheets/contacts/records", {
      records: [{ title: "12.5" }, { title: "many" }, { title: "7" }],
    });
    const changed = await ask("PATCH", "/sheets/contacts/fields/title", { type: "number" });
    expect(changed.json).toMatchObject({ key: "title", type: "number" });
    const { json } = await ask("GET", "/sheets/contacts/records?fields=title");
    expect(json.records.map(({ fields }: { fields: object }) => fields)).toEqual([
      { title: 12.5 },
      { title: { text: "many", invalid: true } },
      { title: 7 },
    ]);
    await ask("PATCH", "/sheets/contacts/fields/title", { type: "text" });
    const back = await ask("GET", "/sheets/contacts/records?fields=title");
    expect(back.json.records.map(({ fields }: { fields: object }) => fields)).toEqual([
      { title: "12.5" },
      { title: "many" },
      { title: "7" },
    ]);
  });

  test("made a choice takes its options from its values", async () => {
    await ask("POST", "/sheets/contacts/records", {
      records: [{ title: "Boss" }, { title: "Clerk" }, { title: "Boss" }],
    });
    const { json } = await ask("PATCH", "/sheets/contacts/fields/title", { type: "choice" });
    expect(json.options.map(({ name }: { name: string }) => name)).toEqual(["Boss", "Clerk"]);
  });

  test("of choices takes names alone as well as options with a colour", async () => {
    const { status, json } = await ask("POST", "/sheets/contacts/fields", {
      name: "Priority",
      type: "choice",
      options: ["High", { name: "Low", color: "red" }],
    });
    expect(status).toBe(201);
    expect(json.options).toEqual([
      { name: "High", color: expect.any(String) },
      { name: "Low", color: "red" },
    ]);
  });

  test("that cannot be is refused: a taken name, an unknown type, a link to nowhere", async () => {
    const add = (field: object) => ask("POST", "/sheets/contacts/fields", field);
    expect((await add({ name: "Email", type: "text" })).status).toBe(422);
    expect((await add({ name: "X", type: "nonsense" })).status).toBe(400);
    expect((await add({ name: "X", type: "link" })).status).toBe(422);
    expect((await add({ name: "X", type: "link", link: { sheet: "nowhere" } })).status).toBe(422);
    expect((await ask("PATCH", "/sheets/contacts/fields/nope", { name: "X" })).status).toBe(404);
  });

  test("that must be unique refuses a value twice, naming where", async () => {
    await ask("PATCH", "/sheets/contacts/fields/email", { unique: true });
    const create = (email: string) =>
      ask("POST", "/sheets/contacts/records", { records: [{ email }] });
    expect((await create("ada@example.com")).status).toBe(201);
    const second = await create("ADA@example.com");
    expect(second.status).toBe(422);
    expect(second.json.errors).toHaveLength(1);
  });
});
