import { describe, expect, test } from "vitest";
import * as Keys from "./keys.ts";

describe("keys", () => {
  test("sort heads the way they count", () => {
    const texts = [1, 9, 10, 999, 1_000_000].map(Keys.seqToText);
    expect(texts.toSorted()).toEqual(texts);
    expect(Keys.seqOfHead(Keys.head("acme", 1_000_000))).toBe(1_000_000);
  });

  test("put neighbouring parts into different partitions, all of them known to the sweep", () => {
    const parts = Array.from({ length: 16 }, (_, n) => Keys.part("acme", "c", "a", n));
    expect(new Set(parts.map(({ pk }) => pk)).size).toBe(16);
    const known = Keys.attemptParts("acme", "c", "a");
    expect(new Set(known.map(({ pk }) => pk))).toEqual(new Set(parts.map(({ pk }) => pk)));
    for (const { sk } of parts) expect(sk.startsWith(known[0]?.prefix ?? "?")).toBe(true);
  });

  test("never reach into another partition, whatever a workspace or a changeset is called", () => {
    for (const workspace of ["", "a#b", "a/b", "é", "x".repeat(65)]) {
      expect(() => Keys.head(workspace, 1)).toThrow("There is no such workspace.");
    }
    for (const id of ["", "a#b", "x".repeat(200)]) {
      expect(() => Keys.id("acme", id)).toThrow("is not an id");
      expect(() => Keys.part("acme", id, "a", 0)).toThrow("is not an id");
      expect(() => Keys.page("acme", "people", id)).toThrow("is not an id");
    }
  });

  test("keep connections, presence and workspaces apart, whatever API Gateway calls a connection", () => {
    const partitions = [
      Keys.connection("acme", "L0SM9cOFvHcCIhw=").pk,
      Keys.connectionOwner("L0SM9cOFvHcCIhw=").pk,
      Keys.connectionOwner("acme").pk,
      Keys.presence("acme").pk,
    ];
    expect(new Set(partitions).size).toBe(4);
    for (const id of ["", "a#b", "x".repeat(200)]) {
      expect(() => Keys.connectionOwner(id)).toThrow("There is no such connection.");
      expect(() => Keys.connection("acme", id)).toThrow("There is no such connection.");
    }
  });

  test("tell whose log a head belongs to, and nothing of other items", () => {
    expect(Keys.workspaceOfHead(Keys.head("acme", 7))).toBe("acme");
    for (const key of [
      Keys.manifest("acme"),
      Keys.id("acme", "c"),
      Keys.connection("acme", "c"),
      { pk: "LOG#acme", sk: "7" },
      { pk: "LOG#a#b", sk: "000000000007" },
      { pk: "LOG#", sk: "000000000007" },
      { pk: "", sk: "" },
    ]) {
      expect(Keys.workspaceOfHead(key)).toBeUndefined();
    }
  });

  test("read back what they were made of", () => {
    expect(Keys.intentOf(Keys.intent("acme", "c", "a"))).toEqual({ changeset: "c", attempt: "a" });
    expect(Keys.pageOf(Keys.page("acme", "people/email", "abc"))).toEqual({
      sheet: "people/email",
      hash: "abc",
    });
  });
});
