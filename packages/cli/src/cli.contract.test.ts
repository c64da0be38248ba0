import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { csvPieces } from "@gridfolk/core/export/csv";
import * as Marker from "@gridfolk/core/export/marker";
import { isDomainError } from "@gridfolk/core/error";
import { registry } from "@gridfolk/core/field/registry";
import type { Draft } from "@gridfolk/core/ledger/changeset";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import { newId } from "@gridfolk/core/ledger/ids";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { namesOf } from "@gridfolk/core/sheet/names";
import { localeOf } from "@gridfolk/core/sheet/settings";
import { firstOperations } from "@gridfolk/core/sheet/templates";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { platform } from "./platform.ts";

const bin = fileURLToPath(new URL("../bin/gridfolk.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "gridfolk-cli-"));
const contactsFile = join(folder, "contacts.csv");
writeFileSync(contactsFile, contactsCsv(300));

let server: Server;
let ledger: Ledger;
/** Requests whose path matches are cut off, so many times. */
let cut: { path: RegExp; times: number } | undefined;

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Bundles the command, which the tests below then find in the cache.
  await gridfolk(["inspect", contactsFile, "--json"]);
}, 60_000);

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  cut = undefined;
  ledger = createLedger({ store: createMemoryStore(), platform, registry });
  await ledger.create("w1", {
    id: newId(platform),
    actor: "anna",
    source: "system",
    label: "New workspace",
    operations: firstOperations(
      platform,
      { name: "Acme", locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" },
      { id: "anna", name: "Anna", email: "anna@acme.test" },
    ),
  });
});

/** The routes that the command uses, over a real ledger. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://x");
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const body = Buffer.concat(chunks);
  if (cut !== undefined && cut.times > 0 && cut.path.test(url.pathname)) {
    cut.times -= 1;
    response.destroy();
    return;
  }
  const path = url.pathname.split("/").slice(4);
  const json = (): never => JSON.parse(body.toString()) as never;
  try {
    const result = await route(`${request.method} ${path[0]}`, path, url, body, json);
    response.writeHead(result === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(
      typeof result === "string" ? result : JSON.stringify(result ?? { title: "Not found" }),
    );
  } catch (error) {
    const code = isDomainError(error) ? error.code : "busy";
    response.writeHead(code === "not-found" ? 404 : 400, {
      "Content-Type": "application/problem+json",
    });
    response.end(JSON.stringify({ type: `urn:gridfolk:problem:${code}`, detail: String(error) }));
  }
}

async function route(
  name: string,
  path: string[],
  url: URL,
  body: Uint8Array,
  json: () => never,
): Promise<unknown> {
  const inflate = (bytes: Uint8Array) => gunzipSync(bytes).toString();
  const [, id = "", attempt = "", n = ""] = path;
  switch (name) {
    case "GET snapshot":
      return ledger.manifest("w1");
    case "GET pages":
      return inflate(await ledger.page("w1", id));
    case "GET parts":
      return inflate(await ledger.part("w1", id, attempt, Number(n)));
    case "GET changes":
      return ledger.changes("w1", Number(url.searchParams.get("after")), {
        epoch: url.searchParams.get("epoch") ?? "",
        ...(url.searchParams.has("hash") ? { hash: url.searchParams.get("hash") ?? "" } : {}),
      });
    case "POST uploads": {
      if (path[3] !== "commit") return ledger.upload.open("w1", json());
      const end: { parts: number; draft: Omit<Draft, "id" | "actor" | "operations"> } = json();
      const draft = { ...end.draft, id, actor: "anna" };
      return ledger.upload.commit("w1", id, attempt, { parts: end.parts, draft });
    }
    case "PUT uploads":
      await ledger.upload.part("w1", id, attempt, Number(path[4]), body);
      return {};
    case "DELETE uploads":
      await ledger.upload.abandon("w1", id, attempt);
      return {};
    case "POST imports":
      return ledger.undoImport("w1", id, { ...(json() as { id: string }), actor: "anna" });
    default:
      return undefined;
  }
}

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function gridfolk(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      env: {
        ...process.env,
        XDG_CONFIG_HOME: folder,
        GRIDFOLK_URL: `http://127.0.0.1:${port}`,
        GRIDFOLK_TOKEN: "t",
        GRIDFOLK_WORKSPACE: "w1",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (err += data.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
}

async function contacts(): Promise<number> {
  return (await ledger.read("w1")).sheets.get("contacts")?.live ?? 0;
}

describe("usage", () => {
  test("help goes to standard output and needs nothing built", async () => {
    const start = performance.now();
    const { code, out } = await gridfolk(["--help"]);
    expect(code).toBe(0);
    for (const command of [
      "login",
      "import",
      "export",
      "undo",
      "inspect",
      "duplicates",
      "reset-password",
    ])
      expect(out).toContain(command);
    expect(performance.now() - start).toBeLessThan(5000);
    expect((await gridfolk(["import", "--help"])).out).toContain("--dry-run");
  });

  test.each([
    [[], /COMMAND/],
    [["fly"], /no command/],
    [["import"], /Which file/],
    [["import", "/nowhere/x.csv"], /no file/],
    [["import", contactsFile, "--wings"], /wings/],
    [["import", contactsFile, "--mode", "guess"], /overwrite or fill/],
    [["import", contactsFile, "--key", "wings"], /no field “wings”/],
    [["undo"], /gridfolk undo ID/],
  ])("%j ends with 2 and says why", async (args, message) => {
    const { code, out, err } = await gridfolk(args);
    expect(code).toBe(2);
    expect(out + err).toMatch(message);
  });

  test("without a login it says what to do", async () => {
    const { code, err } = await gridfolk(["undo", "x"], { GRIDFOLK_TOKEN: "" });
    expect(code).toBe(2);
    expect(err).toContain("gridfolk login");
  });
});

describe("inspect", () => {
  test("answers JSON and nothing else, offline", async () => {
    const { code, out } = await gridfolk(["inspect", contactsFile, "--json"], {
      GRIDFOLK_URL: "http://127.0.0.1:9",
    });
    expect(code).toBe(0);
    const { tables } = JSON.parse(out) as {
      tables: { columns: { name: string; mapsTo: string | null }[] }[];
    };
    expect(tables).toMatchObject([
      {
        sheet: null,
        headerRow: 0,
        firstDataRow: 1,
        lastDataRow: 300,
        encoding: "utf-8",
        delimiter: ",",
      },
    ]);
    expect(tables[0]?.columns[2]).toEqual({
      name: "Email",
      type: "email",
      dateOrder: null,
      mapsTo: "contacts.email",
    });
  });

  test("explains a file that it cannot read, and still ends with 0", async () => {
    const file = join(folder, "old.xls");
    writeFileSync(file, Buffer.from("d0cf11e0a1b11ae1", "hex"));
    const { code, out } = await gridfolk(["inspect", file, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      tables: [],
      refusedBecause: expect.stringContaining("XLS") as string,
    });
  });
});

describe("duplicates", () => {
  const file = join(folder, "people.csv");
  const rows = [
    "Vorname;Nachname;E-Mail;Telefon",
    "Anna;Müller;anna.mueller@web.de;0171 2345678",
    "",
    "Anna;Mueller;Anna.Mueller@web.de;+49 171 2345678",
    "Clara;Weber;clara@weber.de;040 112233",
    "Dora;Klein;dora@klein.de;089 556677",
  ];

  test("answers JSON and nothing else, offline, and counts blank rows", async () => {
    writeFileSync(file, `${rows.join("\n")}\n`);
    const { code, out } = await gridfolk(["duplicates", file, "--json"], {
      GRIDFOLK_URL: "http://127.0.0.1:9",
    });
    expect(code).toBe(0);
    const { pairs, clusters } = JSON.parse(out) as {
      pairs: { a: number; b: number; probability: number; reasons: { words: string }[] }[];
      clusters: unknown;
    };
    expect(clusters).toEqual([{ rows: [0, 2] }]);
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ a: 0, b: 2 });
    expect(pairs[0]?.probability).toBeGreaterThan(0.9);
    expect(pairs[0]?.reasons.map(({ words }) => words).join()).toContain("E-Mail is the same");
  });

  test("says it to people with its reasons", async () => {
    writeFileSync(file, `${rows.join("\n")}\n`);
    const { code, out, err } = await gridfolk(["duplicates", file, "--columns", "Vorname,E-Mail"]);
    expect([code, err]).toEqual([0, "Compared as contact: Vorname, E-Mail.\n"]);
    expect(out).toContain("1 group of duplicates with 2 rows");
    expect(out).toContain("+ E-Mail is the same");
  });

  test.each([
    [["--columns", "wings"], /no column “wings”.*“Vorname”/],
    [["--profile", "bird"], /contact, company, deal, generic/],
  ])("%j ends with 2 and says why", async (args, message) => {
    writeFileSync(file, `${rows.join("\n")}\n`);
    const { code, err } = await gridfolk(["duplicates", file, ...args]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe("import", () => {
  const counts = { rows: 300, created: 276, updated: 0, unchanged: 0, refused: [] };

  test("a dry run writes nothing", async () => {
    const { code, out } = await gridfolk([
      "import",
      contactsFile,
      "--sheet",
      "contacts",
      "--dry-run",
      "--json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      import: null,
      changesets: [],
      ...counts,
      warnings: [expect.stringMatching(/^Owner: nobody in this workspace is “dev@acme.test”/)],
    });
    expect(await contacts()).toBe(0);
  });

  test("writes, answers the counts, and is undone by its id", async () => {
    const { code, out } = await gridfolk([
      "import",
      contactsFile,
      "--sheet",
      "contacts",
      "--yes",
      "--json",
    ]);
    expect(code).toBe(0);
    const result = JSON.parse(out) as { import: string };
    expect(result).toMatchObject(counts);
    expect(await contacts()).toBe(276);
    const again = await gridfolk(["import", contactsFile, "--json"]);
    expect(JSON.parse(again.out)).toMatchObject({ created: 0, updated: 0, unchanged: 276 });
    const undone = await gridfolk(["undo", result.import]);
    expect(undone).toMatchObject({ code: 0, err: expect.stringMatching(/^Undone/) as string });
    expect(await contacts()).toBe(0);
  });

  test("an edited export is merged with what others changed since", async () => {
    await gridfolk(["import", contactsFile, "--sheet", "contacts", "--json"]);
    const now = await ledger.read("w1");
    const table = Workbook.table(now, "contacts");
    const locale = localeOf(now);
    const source = {
      table,
      sheet: table.sheet,
      fields: table.sheet.fields.filter((field) => field.deleted !== true),
      rows: Workbook.rows(table),
      names: namesOf(now, locale),
      locale,
      ids: Marker.toName({ sheet: "contacts", seq: now.seq, hash: now.hash, whole: true }),
    };
    const [header, first = "", ...rest] = [...csvPieces(source)].join("").split("\r\n");
    const name = String(Workbook.value(table, source.rows[0]!, "firstName"));
    const file = join(folder, "edited.csv");
    writeFileSync(file, [header, first.replace(name, "Augusta"), ...rest].join("\r\n"));
    const id = table.ids[source.rows[0]!]!;
    await ledger.commit("w1", {
      id: newId(platform),
      base: now.seq,
      actor: "bob",
      source: "grid",
      label: "Changed a name",
      operations: [{ op: "set", sheet: "contacts", ids: [id], fields: { lastName: ["King"] } }],
    });
    const { code, out } = await gridfolk(["import", file, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      created: 0,
      updated: 1,
      unchanged: 275,
      conflicts: [],
      missing: 0,
    });
    const after = Workbook.table(await ledger.read("w1"), "contacts");
    const row = after.rowById.get(id)!;
    expect(Workbook.value(after, row, "firstName")).toBe("Augusta");
    expect(Workbook.value(after, row, "lastName")).toBe("King");
  });

  test("a connection that breaks is tried again, with one effect", async () => {
    cut = { path: /parts|commit/, times: 3 };
    const { code, out } = await gridfolk(["import", contactsFile, "--yes", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject(counts);
    expect(await contacts()).toBe(276);
  });

  test("a server that is away is told and nothing is written", async () => {
    cut = { path: /uploads$/, times: Infinity };
    const { code, out, err } = await gridfolk(["import", contactsFile, "--yes", "--json"]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("cannot be reached");
    expect(await contacts()).toBe(0);
  });

  test("a commit without an answer ends with 3 and names what to undo", async () => {
    cut = { path: /commit$/, times: Infinity };
    const { code, err } = await gridfolk(["import", contactsFile, "--yes"]);
    expect(code).toBe(3);
    expect(err).toMatch(/gridfolk undo [0-9a-z]{26}/);
  });
});
