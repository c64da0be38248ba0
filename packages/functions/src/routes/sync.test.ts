import { beforeAll, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";

let app: TestApp;
let ada: Person;
let workspace: string;

beforeAll(async () => {
  app = testApp({ looksInside: true });
  ada = await app.signUp("Ada");
  workspace = await app.workspace(ada);
  await app.ask("POST", `${workspace}/sheets/contacts/records`, {
    token: ada.token,
    json: { records: [{ firstName: "Ada" }] },
  });
});

const get = (path: string) => app.ask("GET", `${workspace}${path}`, { token: ada.token });

test("snapshot, pages and changes are one workbook together", async () => {
  await app.services.ledger.compact(workspace.split("/").at(-1) ?? "", { force: true });
  const { json: manifest } = await get("/snapshot");
  expect(manifest.seq).toBe(2);
  const page = await get(`/pages/${manifest.pages[0].hash}`);
  expect(page.headers.get("Content-Encoding")).toBe("gzip");
  expect(page.headers.get("Cache-Control")).toBe("private, no-store");
  const rest = await get(`/changes?after=${manifest.seq}&epoch=${manifest.epoch}`);
  expect(rest.json).toMatchObject({ from: 3, to: 2, heads: [], more: false });
  const all = await get("/changes?after=0");
  expect(all.json.heads).toHaveLength(2);
});

test("changes of another epoch, or of what is not there yet, ask to load again", async () => {
  for (const query of ["after=2&epoch=another", "after=99"]) {
    const { status, json } = await get(`/changes?${query}`);
    expect([status, json.type]).toEqual([409, "urn:gridfolk:problem:reload"]);
  }
  expect((await get("/changes?after=x")).status).toBe(400);
});

test("pages and parts that are not there are a 404", async () => {
  expect((await get("/pages/00000000")).status).toBe(404);
  expect((await get("/parts/01aaaaaaaaaaaaaaaaaaaaaaaa/01aaaaaaaaaaaaaaaaaaaaaaaa/0")).status).toBe(
    404,
  );
  expect((await get("/parts/a/b/c")).status).toBe(400);
});
