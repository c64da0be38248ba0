import { beforeAll, describe, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let workspace: string;

const ANA = {
  firstName: "Ana",
  lastName: "Silva",
  email: "ana.silva@acme.test",
  phone: "+14155552671",
  city: "Lisbon",
};
const SIMILAR = {
  firstName: "Ana",
  lastName: "Silvva",
  email: "Ana.Silva@Acme.test",
  phone: "(415) 555-2671",
};
const OTHER = {
  firstName: "Bernd",
  lastName: "Quast",
  email: "b.quast@firma.test",
  phone: "+493099887766",
};

const create = (json: object, key?: string) =>
  app.ask("POST", `${workspace}/sheets/contacts/records`, {
    token: ada.token,
    json,
    ...(key === undefined ? {} : { headers: { "Idempotency-Key": key } }),
  });
const total = async () =>
  (await app.ask("GET", `${workspace}/sheets/contacts/records`, { token: ada.token })).json.total;

beforeAll(async () => {
  app = testApp();
  ada = await app.signUp("Ada");
  workspace = await app.workspace(ada);
  const people = Array.from({ length: 40 }, (_, at) => ({
    firstName: ["Carl", "Dora", "Emil", "Frida"][at % 4],
    lastName: `Person${String.fromCharCode(97 + (at % 26))}${at}`,
    email: `someone${at}@place${at}.test`,
    city: ["Porto", "Lisbon", "Faro"][at % 3],
  }));
  await create({ records: [ANA, ...people] });
});

describe("creating what is there already", () => {
  test("is refused when the caller says so, naming the record and why, and nothing is written", async () => {
    const before = await total();
    const { status, json } = await create({ records: [OTHER, SIMILAR], duplicates: "refuse" });
    expect(status).toBe(409);
    expect(json.type).toBe("urn:gridfolk:problem:duplicate");
    expect(json.detail).toContain("One contact seems to be there already, so nothing was created.");
    expect(json.errors).toHaveLength(1);
    expect(json.errors[0].path).toBe("/records/1");
    expect(json.errors[0].message).toMatch(
      /^looks like the contact Ana Silva \(\w+\), \d\d % sure: /,
    );
    expect(await total()).toBe(before);
  });

  test("is reported when the caller says so, and done", async () => {
    const before = await total();
    const { status, json } = await create({ records: [OTHER, SIMILAR], duplicates: "report" });
    expect(status).toBe(201);
    expect(json.ids).toHaveLength(2);
    expect(json.duplicates).toHaveLength(1);
    expect(json.duplicates[0]).toMatchObject({ index: 1, like: null, label: "Ana Silva" });
    expect(json.duplicates[0].probability).toBeGreaterThan(0.9);
    expect(json.duplicates[0].reasons.join()).toContain("Email is the same");
    expect(await total()).toBe(before + 2);
  });

  test("sees what was created since it looked last, and what is sent twice", async () => {
    const again = await create({ records: [OTHER], duplicates: "refuse" });
    expect(again.status).toBe(409);
    const fresh = { firstName: "Zoe", lastName: "Ypsilon", email: "zoe@ypsilon.test" };
    const { json } = await create({ records: [fresh, fresh], duplicates: "refuse" });
    expect(json.errors).toEqual([{ path: "/records/1", message: "the same as records/0" }]);
  });

  test("no longer sees what is in the trash", async () => {
    const gone = {
      firstName: "Ulf",
      lastName: "Tromp",
      email: "ulf@tromp.test",
      phone: "+46855512345",
    };
    const made = await create({ records: [gone], duplicates: "refuse" });
    expect(made.status).toBe(201);
    expect((await create({ records: [gone], duplicates: "refuse" })).status).toBe(409);
    await app.ask("DELETE", `${workspace}/sheets/contacts/records`, {
      token: ada.token,
      json: { ids: made.json.ids },
    });
    expect((await create({ records: [gone], duplicates: "refuse" })).status).toBe(201);
  });

  test("says nothing and looks at nothing unless it is asked", async () => {
    const { status, json } = await create({ records: [SIMILAR] });
    expect(status).toBe(201);
    expect(json).not.toHaveProperty("duplicates");
  });

  test("under one key answers once, and a request that says otherwise is another one", async () => {
    const person = { firstName: "Iris", lastName: "Vogt", email: "iris@vogt.test" };
    const first = await create({ records: [person], duplicates: "refuse" }, "order-4711");
    const second = await create({ records: [person], duplicates: "refuse" }, "order-4711");
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json.ids).toEqual(first.json.ids);
    expect((await create({ records: [person], duplicates: "report" }, "order-4711")).status).toBe(
      409,
    );
  });

  test("takes no other word for it", async () => {
    const { status, json } = await create({ records: [OTHER], duplicates: "maybe" });
    expect(status).toBe(400);
    expect(JSON.stringify(json)).toContain("allow, report or refuse");
  });
});
