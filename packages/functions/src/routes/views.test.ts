import { recordIds } from "@gridfolk/core/ledger/ids";
import { beforeAll, expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let vera: Person;
let workspace: string;

const londoners = { filter: { and: [{ field: "city", op: "is", value: "London" }] } };

beforeAll(async () => {
  app = testApp();
  ada = await app.signUp("Ada");
  vera = await app.signUp("Vera");
  workspace = await app.workspace(ada);
  await app.join(ada, workspace, vera, "viewer");
  const records = [
    { firstName: "Ada", city: "London" },
    { firstName: "Bob", city: "Paris" },
    { firstName: "Cleo", city: "London" },
  ];
  await ask(ada, "POST", "/sheets/contacts/records", { records });
});

const ask = (by: Person, method: string, path: string, json?: unknown) =>
  app.ask(method, `${workspace}${path}`, {
    token: by.token,
    ...(json === undefined ? {} : { json }),
  });

async function add(
  by: Person,
  name: string,
  owner: string | null,
  config: unknown = londoners,
): Promise<{ id: string; status: number }> {
  const [id = ""] = recordIds(nodePlatform, 1);
  const { status } = await app.commit(by, workspace, [
    {
      op: "create",
      sheet: "_views",
      ids: [id],
      fields: {
        sheet: ["contacts"],
        name: [name],
        owner: [owner],
        position: [9],
        config: [JSON.stringify(config)],
      },
    },
  ]);
  return { id, status };
}

const namesFor = async (by: Person) =>
  ((await ask(by, "GET", "/views?sheet=contacts")).json.views as { name: string }[]).map(
    ({ name }) => name,
  );

test("shared views are listed to everybody, private ones to their owner", async () => {
  await add(ada, "Ours", null);
  await add(ada, "Own", ada.id);
  expect(await namesFor(ada)).toEqual(["Prospects", "Customers", "Ours", "Own"]);
  expect(await namesFor(vera)).toEqual(["Prospects", "Customers", "Ours"]);
});

test("a viewer keeps private views and changes nobody else's", async () => {
  const { id, status } = await add(vera, "Vera's", vera.id);
  expect(status).toBe(201);
  expect(await namesFor(vera)).toContain("Vera's");
  expect((await add(vera, "For all", null)).status).toBe(403);
  const rename = (by: Person, name: string) =>
    app.commit(by, workspace, [
      { op: "set", sheet: "_views", ids: [id], fields: { name: [name] } },
    ]);
  expect((await rename(vera, "Again")).status).toBe(201);
  expect((await rename(ada, "Hers")).status).toBe(403);
});

test("a view is a segment of lists, changes and deletions", async () => {
  const { id } = await add(ada, "Segment", null, {
    ...londoners,
    sort: [{ field: "firstName", descending: true }],
  });
  const list = await ask(ada, "GET", `/sheets/contacts/records?view=${id}&fields=firstName`);
  const names = (answer: typeof list) =>
    (answer.json.records as { fields: { firstName: string } }[]).map(
      ({ fields }) => fields.firstName,
    );
  expect(names(list)).toEqual(["Cleo", "Ada"]);
  const filter = encodeURIComponent('{"field":"firstName","op":"is","value":"Ada"}');
  expect(
    names(await ask(ada, "GET", `/sheets/contacts/records?view=${id}&filter=${filter}`)),
  ).toEqual(["Ada"]);
  const changed = await ask(ada, "PATCH", "/sheets/contacts/records", {
    view: id,
    set: { title: "Londoner" },
  });
  expect(changed.json.changed).toBe(2);
  const both = { view: id, ids: [], set: { title: "x" } };
  expect((await ask(ada, "PATCH", "/sheets/contacts/records", both)).status).toBe(400);
});

test("somebody else's private view is not there; nor is a view of another sheet", async () => {
  const { id } = await add(ada, "Secret", ada.id);
  expect((await ask(vera, "GET", `/sheets/contacts/records?view=${id}`)).status).toBe(404);
  expect((await ask(vera, "GET", `/sheets/contacts/export?view=${id}`)).status).toBe(404);
  expect((await ask(ada, "GET", `/sheets/contacts/records?view=${id}`)).status).toBe(200);
  expect((await ask(ada, "GET", `/sheets/deals/records?view=${id}`)).status).toBe(404);
});

test("what a view names that is gone is left out of lists and told, and never widens a change", async () => {
  const gone = { and: [{ field: "nowhere", op: "is", value: 1 }] };
  const { id } = await add(ada, "Broken", null, { filter: gone });
  expect((await ask(ada, "GET", `/sheets/contacts/records?view=${id}`)).json.total).toBe(3);
  const { json } = await ask(ada, "GET", "/views?sheet=contacts");
  const views = json.views as { id: string; lost: string[] }[];
  expect(views.find((view) => view.id === id)?.lost).toEqual(["there is no column nowhere"]);
  const all = await ask(ada, "DELETE", "/sheets/contacts/records", { view: id });
  expect(all.status).toBe(400);
});
