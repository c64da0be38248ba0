import { expect, test } from "vitest";
import { isSameOrigin } from "./origin.ts";

function from(origin: string | undefined, host = "localhost:3000"): Request {
  const headers = new Headers({ host });
  if (origin !== undefined) headers.set("origin", origin);
  return new Request(`http://${host}/api/x`, { method: "POST", headers });
}

test("isSameOrigin knows the request's own host, whatever it is called", () => {
  expect(isSameOrigin(from("http://localhost:3000"), undefined)).toBe(true);
  expect(isSameOrigin(from("http://127.0.0.1:3000", "127.0.0.1:3000"), undefined)).toBe(true);
  expect(isSameOrigin(from("http://[::1]:3000", "[::1]:3000"), undefined)).toBe(true);
});

test("isSameOrigin knows the public address behind a proxy", () => {
  expect(isSameOrigin(from("https://crm.example.com"), "https://crm.example.com")).toBe(true);
});

test("isSameOrigin refuses other hosts, other ports and none", () => {
  for (const origin of [
    "http://localhost:3001",
    "http://localhost",
    "https://evil.example",
    "http://localhost:3000.evil.example",
    "null",
    "",
    undefined,
  ]) {
    expect(isSameOrigin(from(origin), "https://crm.example.com")).toBe(false);
  }
});
