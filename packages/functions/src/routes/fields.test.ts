import { expect, test } from "vitest";
import { testApp } from "../testing/app.ts";

async function setUp() {
  const app = testApp();
  const anna = await app.signUp("Anna");
  const workspace = await app.workspace(anna);
  const ask = (method: string, path: string, json?: unknown) =>
    app.ask(method, `${workspace}${path}`, {
      token: anna.token,
      ...(json === undefined ? {} : { json }),
    });
  const { json: company } = await ask("POST", "/sheets/companies/records", {
    records: [{ name: "Acme", industry: "Tools" }],
  });
  await ask("POST", "/sheets/deals/records", {
    records: [
      { name: "One", value: 1000, closeDate: "2026-12-01", company: company.ids },
      { name: "Two", value: 50.5 },
    ],
  });
  return { ask };
}

test("a formula makes a field of what it answers, and records have its values", async () => {
  const { ask } = await setUp();
  const added = await ask("POST", "/sheets/deals/fields", {
    name: "Commission",
    formula: "=[value] * 10%",
  });
  expect(added.status).toBe(201);
  expect(added.json).toMatchObject({
    key: "commission",
    type: "currency",
    currency: "USD",
    formula: "[Value] * 10%",
  });
  const industry = await ask("POST", "/sheets/deals/fields", {
    name: "Line",
    formula: "[Company].[Industry]",
  });
  expect(industry.json).toMatchObject({ type: "text" });
  const total = await ask("POST", "/sheets/companies/fields", {
    name: "Total",
    formula: "SUM([Deals].[Commission])",
  });
  expect(total.json).toMatchObject({ type: "currency" });

  const sorted = await ask("GET", "/sheets/deals/records?sort=commission");
  expect(sorted.json.records.map(({ fields }: { fields: object }) => fields)).toMatchObject([
    { name: "Two", commission: { amount: "5.05", currency: "USD" } },
    { name: "One", commission: { amount: "100.00", currency: "USD" }, line: "Tools" },
  ]);
  const filter = encodeURIComponent(JSON.stringify({ field: "commission", op: "gt", value: 50 }));
  expect((await ask("GET", `/sheets/deals/records?filter=${filter}`)).json.total).toBe(1);
  expect((await ask("GET", "/sheets/companies/records")).json.records[0].fields.total).toEqual({
    amount: "100.00",
    currency: "USD",
  });
  const { text } = await ask("GET", "/sheets/deals/export?format=csv");
  expect(text).toContain("Commission");
  expect(text).toContain("100.00");
});

test("a formula follows the names of its columns and can be changed", async () => {
  const { ask } = await setUp();
  await ask("POST", "/sheets/deals/fields", { name: "Double", formula: "[Value] * 2" });
  await ask("PATCH", "/sheets/deals/fields/value", { name: "Worth" });
  const { json } = await ask("GET", "/sheets");
  const deals = json.sheets.find(({ key }: { key: string }) => key === "deals");
  expect(deals.fields.find(({ key }: { key: string }) => key === "double").formula).toBe(
    "[Worth] * 2",
  );
  const changed = await ask("PATCH", "/sheets/deals/fields/double", {
    formula: "[Expected close] + 7",
  });
  expect(changed.json).toMatchObject({ type: "date", formula: "[Expected close] + 7" });
  const renamed = await ask("PATCH", "/sheets/deals/fields/double", { name: "Due" });
  expect(renamed.json).toMatchObject({
    name: "Due",
    type: "date",
    formula: "[Expected close] + 7",
  });
});

test("a formula that cannot be understood says where and why, and nothing is written", async () => {
  const { ask } = await setUp();
  const wrong = await ask("POST", "/sheets/deals/fields", { name: "X", formula: "[Valu] * 2" });
  expect(wrong.status).toBe(422);
  expect(wrong.json.detail).toContain("Deals has no column “Valu”");
  expect(wrong.json.errors[0]).toMatchObject({ path: "/formula" });
  for (const formula of ["SUM(", "(".repeat(9_000), "NOPE(1)"]) {
    const { status } = await ask("POST", "/sheets/deals/fields", { name: "X", formula });
    expect([400, 422]).toContain(status);
  }
  expect((await ask("POST", "/sheets/deals/fields", { name: "X" })).status).toBe(400);
  const plain = await ask("PATCH", "/sheets/deals/fields/name", { formula: "1" });
  expect(plain.status).toBe(422);
  const { json } = await ask("GET", "/sheets/deals/records");
  const [record] = json.records;
  await ask("POST", "/sheets/deals/fields", { name: "Double", formula: "[Value] * 2" });
  const write = await ask("PATCH", "/sheets/deals/records", {
    ids: [record.id],
    set: { double: 1 },
  });
  expect(write.status).toBe(422);
});
