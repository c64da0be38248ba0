import { recordIds } from "@gridfolk/core/ledger/ids";
import { beforeAll, expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let workspace: string;

beforeAll(async () => {
  app = testApp();
  ada = await app.signUp("Ada");
  workspace = await app.workspace(ada);
  await app.ask("POST", `${workspace}/sheets/contacts/records`, {
    token: ada.token,
    json: {
      records: [
        { firstName: "Ada", lastName: "Lovelace", city: "London" },
        { firstName: "=SUM(A1)", city: "Paris" },
        { firstName: "Bob", city: "London" },
      ],
    },
  });
});

const get = (query: string) =>
  app.ask("GET", `${workspace}/sheets/contacts/export?${query}`, { token: ada.token });

test("CSV has a byte order mark, a header and every row, and runs nothing", async () => {
  const { status, headers, text } = await get("format=csv");
  expect(status).toBe(200);
  expect(headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
  expect(headers.get("Content-Disposition")).toMatch(
    /^attachment; filename="Contacts \d{4}-\d\d-\d\d\.csv"/,
  );
  const lines = text.replace("\ufeff", "").trim().split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^First name,Last name,Email/);
  expect(lines[2]).toMatch(/^'=SUM/);
});

test("XLSX is an archive that a spreadsheet program opens", async () => {
  const answer = await get("format=xlsx");
  expect(answer.headers.get("Content-Type")).toMatch(/spreadsheetml/);
  expect(answer.text.slice(0, 2)).toBe("PK");
});

test("what a page shows is exported as it is shown: filter, order, search, columns", async () => {
  const filter = encodeURIComponent('{"and":[{"field":"city","op":"is","value":"London"}]}');
  const { text } = await get(`format=csv&filter=${filter}&sort=-firstName&fields=city,firstName`);
  expect(text.replace("\ufeff", "").trim().split("\r\n")).toEqual([
    "City,First name",
    "London,Bob",
    "London,Ada",
  ]);
  expect((await get("format=csv&q=lovelace")).text.trim().split("\r\n")).toHaveLength(2);
  expect((await get("format=csv&fields=nope")).status).toBe(400);
  expect((await get("format=csv&sort=nope")).status).toBe(400);
});

test("a view exports its rows and columns in its order", async () => {
  const { json } = await app.ask("GET", `${workspace}/sheets`, { token: ada.token });
  const sheets = json.sheets as { key: string; fields: { key: string }[] }[];
  const everyOther = (sheets.find(({ key }) => key === "contacts")?.fields ?? [])
    .map(({ key }) => key)
    .filter((key) => key !== "city" && key !== "firstName");
  const config = {
    filter: { and: [{ field: "city", op: "is", value: "London" }] },
    sort: [{ field: "firstName", descending: true }],
    order: ["city", "firstName"],
    pinned: [],
    hidden: everyOther,
  };
  const [id = ""] = recordIds(nodePlatform, 1);
  await app.commit(ada, workspace, [
    {
      op: "create",
      sheet: "_views",
      ids: [id],
      fields: { sheet: ["contacts"], name: ["Londoners"], config: [JSON.stringify(config)] },
    },
  ]);
  const { text } = await get(`format=csv&view=${id}`);
  expect(text.replace("\ufeff", "").trim().split("\r\n")).toEqual([
    "City,First name",
    "London,Bob",
    "London,Ada",
  ]);
  expect((await get("view=0000000000000000")).status).toBe(404);
});

test("what is committed while a file is written is not in it", async () => {
  const records = Array.from({ length: 3_000 }, () => ({ title: "before" }));
  await app.ask("POST", `${workspace}/sheets/contacts/records`, {
    token: ada.token,
    json: { records },
  });
  const exported = get("format=csv");
  await app.ask("PATCH", `${workspace}/sheets/contacts/records`, {
    token: ada.token,
    json: { filter: { and: [] }, set: { title: "after" } },
  });
  const { text } = await exported;
  expect([/before/.test(text), /after/.test(text)].filter(Boolean)).toHaveLength(1);
});

test("other requests are answered while a large sheet is written", async () => {
  const exported = get("format=csv");
  const health = await app.ask("GET", "/api/health");
  expect(health.status).toBe(200);
  expect((await exported).status).toBe(200);
});
