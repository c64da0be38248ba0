import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveFolder, type StaticFiles } from "./static-files.ts";

let folder: string;
let serve: StaticFiles;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridfolk-pages-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<title>Gridfolk</title>");
  await writeFile(join(folder, "assets", "app-1a2b.js"), "plain");
  await writeFile(join(folder, "assets", "app-1a2b.js.br"), "brotli");
  await writeFile(join(folder, "assets", "app-1a2b.js.gz"), "gzip");
  await writeFile(join(folder, ".built"), "secret");
  serve = await serveFolder(folder);
});

afterAll(() => rm(folder, { recursive: true }));

function get(path: string, headers: Record<string, string> = {}, method = "GET"): Response {
  const answer = serve(new Request(`http://localhost${path}`, { method, headers }));
  if (answer === undefined) throw new Error("not answered");
  return answer;
}

test("every address that is no file is the application's", async () => {
  for (const path of ["/", "/contacts", "/invite/abc", "/index.html", "/.built", "/%E0%A4%A"]) {
    const answer = get(path);
    expect(await answer.text()).toContain("Gridfolk");
    expect(answer.headers.get("Cache-Control")).toBe("no-cache");
    expect(answer.headers.get("Content-Security-Policy")).toContain("script-src 'self'");
  }
});

test("hashed assets are kept for good, and a missing one is missing", async () => {
  expect(get("/assets/app-1a2b.js").headers.get("Cache-Control")).toContain("immutable");
  expect(get("/assets/gone.js").status).toBe(404);
});

test("what was compressed beforehand is sent to whoever takes it", async () => {
  const asset = (coding: string) =>
    get("/assets/app-1a2b.js", { "accept-encoding": coding }).text();
  expect(await asset("gzip, deflate, br")).toBe("brotli");
  expect(await asset("gzip")).toBe("gzip");
  expect(await asset("identity")).toBe("plain");
});

test("an unchanged page is not sent again", () => {
  const etag = get("/").headers.get("ETag") ?? "";
  expect(get("/", { "if-none-match": etag }).status).toBe(304);
});

test("nothing outside the folder is served, and nothing but GET and HEAD", async () => {
  for (const path of ["/../package.json", "/..%2fpackage.json", "/assets/..%2f..%2fetc%2fpasswd"]) {
    expect(await get(path).text()).toMatch(/Gridfolk|Not found/);
  }
  expect(await get("/", {}, "HEAD").text()).toBe("");
  expect(serve(new Request("http://localhost/", { method: "POST" }))).toBeUndefined();
});
