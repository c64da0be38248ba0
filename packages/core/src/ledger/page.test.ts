import { describe, expect, it } from "vitest";
import { isDomainError } from "../error.ts";
import { nodePlatform } from "../testing/platform.ts";
import { begin, land, replay, rules } from "../testing/random-changes.ts";
import { MAX_PART_BYTES, MAX_PART_ROWS } from "./codec.ts";
import { check } from "./draft.ts";
import { recordIds } from "./ids.ts";
import type { Operation } from "./operation.ts";
import * as Page from "./page.ts";
import * as Workbook from "./workbook.ts";

const { bytes } = nodePlatform;

function world(count: number) {
  const { workbook, heads } = begin();
  const write = (...operations: Operation[]): void => {
    land(workbook, heads, check(workbook, { operations }, rules), "ann");
  };
  const firm = recordIds(nodePlatform, 1);
  const ids = recordIds(nodePlatform, count);
  write(
    { op: "create", sheet: "firms", ids: firm, fields: { name: ["Acme"] } },
    {
      op: "create",
      sheet: "people",
      ids,
      fields: {
        name: ids.map((_, n) => (n % 3 === 0 ? null : `Person ${n}`)),
        email: ids.map((_, n) => `p${n}@acme.test`),
        firm: ids.map((_, n) => (n % 2 === 0 ? firm : null)),
      },
    },
  );
  return { workbook, heads, write, ids, firm, people: Workbook.table(workbook, "people") };
}

const failure = expect.toSatisfy((error: unknown) => isDomainError(error, "corrupt")) as Error;

describe("record pages", () => {
  it("hold at most 4,000 records and 350 kB each, and say what they hold", async () => {
    const { people, ids } = world(9000);
    const pages = await Page.recordPages(people, bytes);
    expect(pages.map(({ reference }) => reference.count)).toEqual([
      MAX_PART_ROWS,
      MAX_PART_ROWS,
      1000,
    ]);
    expect(pages[1]?.reference).toMatchObject({
      sheet: "people",
      kind: "records",
      first: ids[4000],
      last: ids[7999],
    });
    for (const page of pages) {
      expect(page.bytes.byteLength).toBeLessThanOrEqual(MAX_PART_BYTES);
      expect(page.reference.bytes).toBe(page.bytes.byteLength);
    }
  });

  it("are the same for the same records, whatever happened to others", async () => {
    const { people, ids, write } = world(5000);
    const before = await Page.recordPages(people, bytes);
    write({
      op: "set",
      sheet: "people",
      ids: [ids[4500] as string],
      fields: { name: ["Changed"] },
    });
    const after = await Page.recordPages(people, bytes);
    expect(after[0]?.reference.hash).toBe(before[0]?.reference.hash);
    expect(after[1]?.reference.hash).not.toBe(before[1]?.reference.hash);
    const range = await Page.recordPages(people, bytes, {
      from: ids[4000] as string,
      to: ids[4100] as string,
    });
    expect(range.map(({ reference }) => [reference.first, reference.last])).toEqual([
      [ids[4000], ids[4099]],
    ]);
  });

  it("bring back trash, stamps and values", async () => {
    const { workbook, write, ids, people } = world(10);
    write({ op: "delete", sheet: "people", ids: ids.slice(2, 4) });
    write({ op: "set", sheet: "people", ids: [ids[0] as string], fields: { age: [3] } });
    const loaded = Workbook.empty("w", "e");
    loaded.seq = workbook.seq;
    loaded.hash = workbook.hash;
    const pages = [
      ...(await Page.schemaPages(workbook, bytes)),
      ...(await Page.recordPages(people, bytes)),
      ...(await Page.recordPages(Workbook.table(workbook, "firms"), bytes)),
    ];
    for (const { reference, bytes: page } of pages) {
      Page.load(loaded, await Page.openPage(page, reference.hash, bytes));
    }
    expect(Workbook.canonical(loaded)).toBe(Workbook.canonical(workbook));
    expect(Workbook.table(loaded, "people").live).toBe(8);
  });

  it("are never read when they are not what their name says, or stand twice", async () => {
    const { workbook, heads, people } = world(10);
    const [page] = (await Page.recordPages(people, bytes)) as [Page.Page];
    const text = await Page.openPage(page.bytes, page.reference.hash, bytes);
    const inflated = (of: string) => Page.pageText(bytes.encode(of), page.reference.hash, bytes);
    expect(await inflated(text)).toBe(text);
    await expect(inflated(`${text} `)).rejects.toEqual(failure);
    await expect(
      Page.openPage(await bytes.gzip(bytes.encode("{}")), page.reference.hash, bytes),
    ).rejects.toEqual(failure);
    await expect(Page.openPage(new Uint8Array(3), page.reference.hash, bytes)).rejects.toEqual(
      failure,
    );
    expect(() => Page.load(workbook, text)).toThrow(failure);
    const early = replay(heads.slice(0, 1));
    for (const bent of [
      "{",
      "[]",
      text.replace('"format":1', '"format":2'),
      text.replace('"people"', '"nobody"'),
      text.replace('"created":{"c":0}', '"created":{"c":7}'),
    ]) {
      expect(bent).not.toBe(text);
      expect(() => Page.load(early, bent)).toThrow(failure);
    }
  });
});

describe("index pages", () => {
  it("tell who holds a key and who links to whom", async () => {
    const { workbook, ids, firm, write } = world(4500);
    write({ op: "delete", sheet: "people", ids: [ids[0] as string] });
    const unique = await Page.uniquePages(workbook, "people", "email", rules, bytes);
    expect(
      unique.map(({ reference }) => [reference.sheet, reference.kind, reference.count]),
    ).toEqual([
      ["people/email", "unique", 4000],
      ["people/email", "unique", 499],
    ]);
    const entries = new Map<string, readonly string[]>();
    for (const { reference, bytes: page } of unique) {
      for (const [key, holders] of Page.readUnique(
        await Page.openPage(page, reference.hash, bytes),
      ))
        entries.set(key, holders);
    }
    expect(entries.get("p7@acme.test")).toEqual([ids[7]]);
    expect(entries.has("p0@acme.test")).toBe(false);

    const [links] = (await Page.linkPages(workbook, "people", "firm", bytes)) as [Page.Page];
    const text = await Page.openPage(links.bytes, links.reference.hash, bytes);
    expect(Page.readLinks(text).get(firm[0] as string)).toHaveLength(2249);
    expect(() => Page.readUnique(text)).toThrow(failure);
  });
});
