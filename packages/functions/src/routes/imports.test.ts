import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { plainXlsx } from "@gridfolk/core/export/plain-xlsx";
import { recordIds } from "@gridfolk/core/ledger/ids";
import { nodePlatform } from "../platform.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { buildWorker } from "../testing/worker.ts";

let worker: Awaited<ReturnType<typeof buildWorker>>;
let app: TestApp;
let ada: Person;
let workspace: string;

beforeAll(async () => {
  worker = await buildWorker();
  app = testApp({ workerFile: worker.file });
  ada = await app.signUp("Ada");
});

afterAll(() => worker.remove());

beforeEach(async () => {
  workspace = await app.workspace(ada);
});

const CSV =
  "First name,Last name,Email,Company,Shoe size\nAda,Lovelace,ada@example.com,Acme,38\nBob,Byte,bob@example.com,Acme,44\n";

const send = (query: string, body: string | Uint8Array<ArrayBuffer> | FormData, key?: string) =>
  app.ask("POST", `${workspace}/import?${query}`, {
    token: ada.token,
    body,
    ...(key === undefined ? {} : { headers: { "Idempotency-Key": key } }),
  });
const get = (path: string) => app.ask("GET", `${workspace}${path}`, { token: ada.token });
const total = async (sheet: string) => (await get(`/sheets/${sheet}/records`)).json.total;

describe("an import", () => {
  test("creates records, links companies, adds new fields, and says what it did", async () => {
    const { status, json } = await send("sheet=contacts", CSV);
    expect(status).toBe(201);
    expect(json).toEqual({
      import: expect.any(String),
      changesets: [expect.any(String)],
      rows: 2,
      created: 2,
      updated: 0,
      unchanged: 0,
      refused: [],
    });
    const { records } = (await get("/sheets/contacts/records")).json;
    expect(records[0].fields).toMatchObject({
      firstName: "Ada",
      email: "ada@example.com",
      company: [{ label: "Acme" }],
      shoeSize: 38,
    });
    expect(await total("companies")).toBe(1);
  });

  test("matches by e-mail, and fills or overwrites as asked", async () => {
    await send("sheet=contacts", CSV);
    const changed = CSV.replace("Lovelace", "King").replace(",44", ",");
    const filled = await send("sheet=contacts&mode=fill", changed);
    expect(filled.json).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    const written = await send("sheet=contacts", changed);
    expect(written.json).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
    const added = await send("sheet=contacts&key=none", CSV);
    expect(added.json).toMatchObject({ created: 2 });
  });

  test("on a dry run says the same and writes nothing", async () => {
    const dry = await send("sheet=contacts&dryRun=true", CSV);
    expect(dry.status).toBe(200);
    expect(dry.json).toMatchObject({ import: null, changesets: [], rows: 2, created: 2 });
    expect(await total("contacts")).toBe(0);
    expect((await get("/imports")).json.imports).toEqual([]);
  });

  test("sent again under the same key answers the same and writes once", async () => {
    const first = await send("sheet=contacts&key=none", CSV, "import-of-mine");
    const again = await send("sheet=contacts&key=none", CSV, "import-of-mine");
    expect(again.json).toEqual(first.json);
    expect(await total("contacts")).toBe(2);
    expect((await send("sheet=contacts&key=none", `${CSV}\n`, "import-of-mine")).status).toBe(409);
  });

  test("as a form follows the mapping sent with it", async () => {
    const form = new FormData();
    form.set("file", new Blob([CSV]), "people.csv");
    form.set(
      "mapping",
      JSON.stringify({
        Company: "street",
        "Shoe size": null,
        "Last name": { name: "Family", type: "text" },
      }),
    );
    expect((await send("sheet=contacts", form)).json.created).toBe(2);
    const { records } = (await get("/sheets/contacts/records")).json;
    expect(records[0].fields).toEqual({
      firstName: "Ada",
      email: "ada@example.com",
      street: "Acme",
      family: "Lovelace",
    });
    expect((await get("/imports")).json.imports[0].file).toBe("people.csv");
  });

  test("as a form says of columns how they are written and what becomes of what is there", async () => {
    const send2 = (csv: string, mapping: object) => {
      const form = new FormData();
      form.set("file", new Blob([csv]), "people.csv");
      form.set("mapping", JSON.stringify(mapping));
      return send("sheet=contacts", form);
    };
    const csv = "Email,City,Born,Notes\nada@example.com,Bonn,03/04/2021,n/a\n";
    const born = { name: "Born", type: "date" };
    const guessed = await send2(csv, {});
    expect(guessed.json.guesses).toEqual([
      {
        column: "Born",
        message: expect.stringMatching(/1 date fits both ways.*Read month first\./),
      },
    ]);
    const said = await send2(csv.replace("Bonn", ""), {
      Born: { field: "born", dateOrder: "dmy" },
      City: { field: "city", update: "erase" },
      Notes: { field: "notes", keeps: ["n/a"] },
    });
    expect(said.json).not.toHaveProperty("guesses");
    const { records } = (await get("/sheets/contacts/records")).json;
    expect(records[0].fields).toEqual({
      email: "ada@example.com",
      born: "2021-04-03",
      notes: "n/a",
    });
    const wrong = await send2(csv, { Born: { ...born, dateOrder: "ddmm" } });
    expect(wrong.status).toBe(400);
  });

  test("says what texts mean that are none of the choices, and adds choices that no row has", async () => {
    const form = new FormData();
    form.set("file", new Blob(["Deal,Stage\nA,Closed won\nB,Parked\nC,New stage\n"]), "deals.csv");
    form.set(
      "mapping",
      JSON.stringify({
        Stage: { field: "stage", meant: { "Closed won": "Won", Parked: null }, adds: ["Signed"] },
      }),
    );
    const { json } = await send("sheet=deals", form);
    expect(json.warnings).toEqual(["Stage gets 2 new choices: “Signed”, “New stage”."]);
    const { records } = (await get("/sheets/deals/records")).json;
    const stages = records.map((one: { fields: { stage?: string } }) => one.fields.stage);
    expect(stages).toEqual(["Won", undefined, "New stage"]);
    const isCalled = (key: string) => (one: { key: string }) => one.key === key;
    const { sheets } = (await get("/sheets")).json;
    const stage = sheets.find(isCalled("deals")).fields.find(isCalled("stage"));
    expect(stage.options.slice(6).map((one: { name: string }) => one.name)).toEqual([
      "Signed",
      "New stage",
    ]);
  });

  test("with a mapping that cannot be is refused", async () => {
    const form = (mapping: string) => {
      const made = new FormData();
      made.set("file", new Blob([CSV]), "people.csv");
      made.set("mapping", mapping);
      return made;
    };
    expect((await send("sheet=contacts", form("{"))).status).toBe(400);
    expect((await send("sheet=contacts", form('{"Nope":"email"}'))).status).toBe(400);
    expect((await send("sheet=contacts", form('{"Email":"nope"}'))).json.type).toMatch(
      /unknown-field/,
    );
    expect((await send("sheet=contacts", new FormData())).status).toBe(400);
  });

  test("keeps what does not fit as marked text", async () => {
    await send(
      "sheet=contacts&key=none",
      "First name,Email\nAda,not an address\nBob,b@example.com\n",
    );
    const { records } = (await get("/sheets/contacts/records")).json;
    expect(records[0].fields.email).toEqual({ text: "not an address", invalid: true });
  });

  test("tells what it did to other sheets, also after one that did was undone", async () => {
    const along = [{ sheet: "companies", created: 1, updated: 0, unchanged: 0 }];
    const first = await send("sheet=contacts", CSV);
    expect((await get(`/imports/${first.json.import}`)).json).toMatchObject({ created: 2, along });
    const undone = await app.ask("POST", `${workspace}/imports/${first.json.import}/undo`, {
      token: ada.token,
      json: {},
    });
    expect(undone.json).toMatchObject({ reverted: 3, skipped: [] });
    const second = await send("sheet=contacts", CSV);
    expect(second.status).toBe(201);
    expect((await get(`/imports/${second.json.import}`)).json).toMatchObject({ along });
    await send("sheet=contacts", "Email\nada@example.com\n");
    expect((await get("/imports")).json.imports[0]).not.toHaveProperty("along");
  });

  test("is looked up and undone as one", async () => {
    const { json } = await send("sheet=contacts", CSV);
    const found = await get(`/imports/${json.import}`);
    expect(found.json).toMatchObject({ ...json, sheet: "contacts", actor: ada.id, undone: false });
    const undo = await app.ask("POST", `${workspace}/imports/${json.import}/undo`, {
      token: ada.token,
      json: {},
    });
    expect(undo.json).toMatchObject({ reverted: 3, skipped: [] });
    expect([await total("contacts"), await total("companies")]).toEqual([0, 0]);
    expect((await get(`/imports/${json.import}`)).json.undone).toBe(true);
    expect((await get("/imports/01aaaaaaaaaaaaaaaaaaaaaaaa")).status).toBe(404);
  });
});

describe("a saved import", () => {
  const rules = {
    columns: [
      { name: "First name", target: { kind: "field", field: "lastName" } },
      { name: "Last name", target: { kind: "skip" } },
      { name: "Email", target: { kind: "field", field: "email" } },
      { name: "Company", target: { kind: "field", field: "city" } },
      { name: "Shoe size", target: { kind: "skip" } },
    ],
    key: "none",
    mode: "fill",
  };

  beforeEach(async () => {
    const text = (key: string) =>
      ({ op: "field", sheet: "_savedImports", after: { key, name: key, type: "text" } }) as const;
    const after = { name: "Saved imports", title: ["name"], system: true, position: 105 };
    await app.commit(ada, workspace, [
      { op: "sheet", key: "_savedImports", after },
      text("sheet"),
      text("name"),
      { op: "field", sheet: "_savedImports", after: { ...text("rules").after, type: "longText" } },
      {
        op: "create",
        sheet: "_savedImports",
        ids: [recordIds(nodePlatform, 1)[0]!],
        fields: { sheet: ["contacts"], name: ["Monthly"], rules: [JSON.stringify(rules)] },
      },
    ]);
  });

  test("is listed, and followed by its name or id", async () => {
    const { savedImports } = (await get("/saved-imports")).json;
    expect(savedImports).toEqual([
      { id: expect.any(String), name: "Monthly", sheet: "contacts", rules },
    ]);
    expect((await send("saved=monthly", CSV)).json).toMatchObject({ created: 2 });
    const { records } = (await get("/sheets/contacts/records")).json;
    expect(records[0].fields).toEqual({ lastName: "Ada", email: "ada@example.com", city: "Acme" });
    const again = await send(`saved=${savedImports[0].id}`, CSV);
    // It says that every row is new.
    expect(again.json).toMatchObject({ created: 2, updated: 0 });
  });

  test("gives way to what the request says itself", async () => {
    await send("saved=Monthly", CSV);
    const { json } = await send("saved=Monthly&key=email&mode=overwrite", CSV.replace("Ada", "A."));
    expect(json).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
  });

  test("takes the other worksheets that it names, and tells refused rows with theirs", async () => {
    const field = (name: string, key: string) => ({ name, target: { kind: "field", field: key } });
    const skip = (name: string) => ({ name, target: { kind: "skip" } });
    const saved = {
      columns: [field("First name", "firstName"), field("Email", "email"), skip("Firm ID")],
      worksheet: "Contacts",
      worksheets: [
        {
          name: "Companies",
          sheet: "companies",
          columns: [skip("ID"), field("Company name", "name"), field("Industry", "industry")],
        },
      ],
      key: "email",
      mode: "overwrite",
    };
    await app.commit(ada, workspace, [
      {
        op: "create",
        sheet: "_savedImports",
        ids: [recordIds(nodePlatform, 1)[0]!],
        fields: { sheet: ["contacts"], name: ["Both"], rules: [JSON.stringify(saved)] },
      },
    ]);
    const people = {
      name: "Contacts",
      header: ["First name", "Email", "Firm ID"],
      rows: [
        ["Ann", "ann@x.test", 1],
        ["Bob", "bob@x.test", 2],
      ],
    };
    const companies = {
      name: "Companies",
      header: ["ID", "Company name", "Industry"],
      rows: [
        [1, "Acme", "Steel"],
        [2, "Beta", "Wood"],
        [3, null, "-"],
      ],
    };
    const { status, json } = await send("saved=both", new Uint8Array(plainXlsx(people, companies)));
    expect([status, json.created, json.warnings]).toEqual([201, 2, undefined]);
    expect(json.refused).toMatchObject([{ row: 3, worksheet: "Companies" }]);
    expect((await get(`/imports/${json.import}`)).json).toMatchObject({
      along: [{ sheet: "companies", created: 2 }],
      refused: [{ row: 3, worksheet: "Companies" }],
    });
    const { records } = (await get("/sheets/contacts/records")).json;
    expect(
      records.map(
        (one: { fields: { company: { label: string }[] } }) => one.fields.company[0]?.label,
      ),
    ).toEqual(["Acme", "Beta"]);

    const alone = await send("saved=both&dryRun=true", new Uint8Array(plainXlsx(people)));
    expect(alone.json.warnings).toEqual([
      "The worksheet “Companies” is not imported: the file has none of that name that belongs to the chosen one.",
    ]);
  });

  test("that is not there, or goes elsewhere, is told", async () => {
    const none = await send("saved=Weekly", CSV);
    expect([none.status, none.json.detail]).toEqual([
      404,
      "There is no saved import “Weekly”. There is “Monthly”.",
    ]);
    expect((await send("saved=Monthly&sheet=companies", CSV)).status).toBe(400);
  });
});

describe("an edited export", () => {
  const exported = async (query = "format=csv&ids=true") =>
    (await get(`/sheets/contacts/export?${query}`)).text;
  const city = async () => {
    const { records } = (await get("/sheets/contacts/records?sort=firstName")).json;
    return records.map((one: { fields: { city?: string } }) => one.fields.city);
  };
  const patch = (id: string, set: { [field: string]: string }) =>
    app.ask("PATCH", `${workspace}/sheets/contacts/records`, {
      token: ada.token,
      json: { ids: [id], set },
    });
  let ids: string[];

  beforeEach(async () => {
    const { json } = await app.ask("POST", `${workspace}/sheets/contacts/records`, {
      token: ada.token,
      json: {
        records: [
          { firstName: "Ada", city: "London" },
          { firstName: "Bob", city: "Paris" },
          { firstName: "Carl", city: "Rome" },
        ],
      },
    });
    ids = json.ids;
  });

  test("is merged with what others changed since, and says where both did", async () => {
    const file = (await exported()).replace("London", "Leeds").replace("Paris", "");
    await patch(ids[0]!, { city: "York" });
    await patch(ids[2]!, { city: "Milan" });
    expect((await send("dryRun=true", file)).json).toMatchObject({ updated: 1, unchanged: 2 });
    const { json } = await send("", file);
    expect(json).toMatchObject({ rows: 3, created: 0, updated: 1, unchanged: 2, refused: [] });
    expect(await city()).toEqual(["York", undefined, "Milan"]);
    expect((await send("conflicts=file", file)).json).toMatchObject({ updated: 1 });
    expect(await city()).toEqual(["Leeds", undefined, "Milan"]);
  });

  test("adds rows, deletes taken out ones when told to, and is undone as one", async () => {
    const lines = (await exported()).trimEnd().split("\r\n");
    const file = [lines[0], lines[1], (lines[2] ?? "").replace(/[^,]*$/, "")].join("\r\n");
    const { json } = await send("deleteMissing=true", file);
    expect(json).toMatchObject({ created: 1, updated: 0 });
    expect(await total("contacts")).toBe(2);
    await app.ask("POST", `${workspace}/imports/${json.import}/undo`, {
      token: ada.token,
      json: {},
    });
    expect(await city()).toEqual(["London", "Paris", "Rome"]);
  });

  test("says its ids only when asked to as CSV, and hidden as a workbook", async () => {
    expect(await exported("format=csv")).not.toContain("Gridfolk id");
    expect(await exported()).toMatch(/,Gridfolk id \(contacts \d+ [0-9a-f]{16} whole\)\r\n/);
    const filter = encodeURIComponent('{"and":[{"field":"city","op":"is","value":"Rome"}]}');
    expect(await exported(`format=csv&ids=true&filter=${filter}`)).toMatch(/[0-9a-f]{16}\)\r\n/);
  });
});

describe("the file of an import", () => {
  const fileOf = (id: string) => `${workspace}/imports/${id}/file`;
  const put = (id: string, body: Uint8Array) =>
    app.ask("PUT", fileOf(id), { token: ada.token, body: new Uint8Array(body) });
  const keepFiles = () =>
    app.commit(ada, workspace, [
      {
        op: "field",
        sheet: "_workspace",
        after: { key: "keepFiles", name: "Keep imported files", type: "checkbox" },
      },
      ...setting(),
    ]);
  let settings: string;
  const setting = () =>
    [{ op: "set", sheet: "_workspace", ids: [settings], fields: { keepFiles: [true] } }] as const;

  beforeEach(async () => {
    const { json } = await get("/sheets/_workspace/records");
    settings = json.records[0].id;
  });

  test("is not kept unless the workspace wants it", async () => {
    const { json } = await send("sheet=contacts", CSV);
    const asked = await put(json.import, gzipSync(CSV));
    expect([asked.status, asked.json.detail]).toEqual([
      403,
      "This workspace does not keep imported files.",
    ]);
    expect((await get(`/imports/${json.import}/file`)).status).toBe(404);
  });

  test("is kept by who imported it, and had by who may export", async () => {
    await keepFiles();
    const { json } = await send("sheet=contacts&file=people.csv", CSV);
    expect((await put(json.import, gzipSync(CSV))).json).toEqual({ kept: true });
    const had = await get(`/imports/${json.import}/file`);
    expect([had.status, had.text]).toEqual([200, CSV]);
    expect(had.headers.get("Content-Disposition")).toContain('filename="people.csv"');
    const bob = await app.signUp("Bob");
    expect((await app.ask("GET", fileOf(json.import), { token: bob.token })).status).toBe(404);
    expect((await put(json.import, new TextEncoder().encode(CSV))).status).toBe(400);
    expect((await put(json.import, new Uint8Array(5_000_000))).status).toBe(413);
    // Forty megabytes of nothing, packed.
    await put(json.import, gzipSync(new Uint8Array(40 * 1024 * 1024)));
    expect((await get(`/imports/${json.import}/file`)).status).toBe(413);
    const none = fileOf("01aaaaaaaaaaaaaaaaaaaaaaaa");
    expect((await app.ask("GET", none, { token: ada.token })).status).toBe(404);
  });
});

describe("a file that cannot be read", () => {
  test("is a clear problem, and nothing is written", async () => {
    const noise = new Uint8Array(5_000).map((_, n) => (n * 7919) % 256);
    const bad = [
      "",
      noise,
      new TextEncoder().encode("PK\u0003\u0004 not really an archive"),
      new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...noise]),
    ];
    for (const body of bad) {
      const { status, json } = await send("sheet=contacts", body);
      expect([status, json.type]).toEqual([422, "urn:gridfolk:problem:unsupported-file"]);
      expect(json.detail.length).toBeGreaterThan(20);
    }
    expect(await total("contacts")).toBe(0);
  });

  test("because it or its table is too large is a 413", async () => {
    expect((await send("sheet=contacts", ",".repeat(1_000_000))).status).toBe(413);
    expect((await send("sheet=contacts", "x".repeat(4 * 1024 * 1024 + 1))).status).toBe(413);
  });

  test("for a sheet that is not there is a 404", async () => {
    expect((await send("sheet=nope", CSV)).status).toBe(404);
    expect((await send("sheet=_members", CSV)).status).toBe(403);
    expect((await send("sheet=contacts&mode=nope", CSV)).status).toBe(400);
    expect((await send("sheet=contacts&key=nope", CSV)).status).toBe(400);
  });
});
