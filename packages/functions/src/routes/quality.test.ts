import { beforeAll, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let stranger: Person;
let workspace: string;

beforeAll(async () => {
  app = testApp();
  ada = await app.signUp("Ada");
  stranger = await app.signUp("Sly");
  workspace = await app.workspace(ada);
});

const ask = (by: Person, method = "GET", path = "/quality", json?: unknown) =>
  app.ask(method, `${workspace}${path}`, {
    token: by.token,
    ...(json === undefined ? {} : { json }),
  });

test("a workspace without records has no letter, and a stranger no workspace", async () => {
  const { status, json } = await ask(ada);
  expect(status).toBe(200);
  expect(json.digest).toBeNull();
  expect(json.sheets[0]).toMatchObject({ sheet: "contacts", score: null, before: null });
  expect((await ask(stranger)).status).toBe(404);
});

test("what there is to mend is told by sheet, and as a letter", async () => {
  const records = [{ firstName: "Ana", email: "ana@gmial.com" }, { firstName: "Bob" }];
  await ask(ada, "POST", "/sheets/contacts/records", { records });
  const { json } = await ask(ada);
  expect(json.sheets[0]).toMatchObject({ records: 2, whole: 0, score: 0 });
  expect(json.sheets[0].findings).toContainEqual(
    expect.objectContaining({ aspect: "malformed", field: "email", records: 1 }),
  );
  expect(json.digest.subject).toMatch(/data quality 0 of 100$/);
  expect(json.digest.lines.join("\n")).toContain("Contacts: 0 of 100");
});
