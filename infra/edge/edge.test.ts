import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";

interface Request {
  uri: string;
  headers: Record<string, { value: string }>;
}

/** Runs a CloudFront function as CloudFront does: in a context that has nothing but the language. */
function run(file: string, request: Partial<Request>, files: readonly string[] = []): Request {
  const code = readFileSync(join(import.meta.dirname, file), "utf8").replace(
    "__FILES__",
    JSON.stringify(files),
  );
  const event = { viewer: { ip: "203.0.113.7" }, request: { headers: {}, ...request } };
  return runInNewContext(`${code}\nhandler(event)`, { event }) as Request;
}

describe("page address", () => {
  const files = ["/index.html", "/theme.js"];
  const addressOf = (uri: string) => run("page-address.js", { uri }, files).uri;

  it.each(["/", "/sign-in", "/w/abc/contacts", "/w/abc/a.b.c", "/invite/x.y", "/theme.css"])(
    "%s is the application's",
    (uri) => expect(addressOf(uri)).toBe("/index.html"),
  );

  it.each(["/index.html", "/theme.js", "/assets/index-D3s.js", "/assets/missing.js", "/assets/"])(
    "%s is a file, there or not",
    (uri) => expect(addressOf(uri)).toBe(uri),
  );
});

describe("viewer address", () => {
  it("is the viewer's, whatever the request says of itself", () => {
    const headers = { "x-viewer-address": { value: "127.0.0.1" }, accept: { value: "*/*" } };
    const request = run("viewer-address.js", { uri: "/api/health", headers });
    expect(request.headers).toEqual({
      "x-viewer-address": { value: "203.0.113.7" },
      accept: { value: "*/*" },
    });
    expect(request.uri).toBe("/api/health");
  });
});
