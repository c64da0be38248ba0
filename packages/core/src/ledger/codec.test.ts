import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import { isDomainError, type ErrorCode } from "../error.ts";
import { nodePlatform } from "../testing/platform.ts";
import {
  decodePart,
  encodeParts,
  join,
  MAX_PART_BYTES,
  MAX_PART_ROWS,
  MAX_PART_TEXT,
  pack,
  parseOperations,
  parsePart,
  partOf,
  unpack,
} from "./codec.ts";
import { recordIds } from "./ids.ts";
import type { Operation } from "./operation.ts";

const { bytes } = nodePlatform;

function noise(length: number): string {
  let text = "";
  while (text.length < length) text += Math.random().toString(36).slice(2);
  return text.slice(0, length);
}

const failure = (code: ErrorCode): unknown =>
  expect.toSatisfy((error: unknown) => isDomainError(error, code));

async function roundTrip(operations: readonly Operation[]): Promise<Operation[]> {
  const parts = await encodeParts(operations, bytes);
  return join(
    await Promise.all(parts.map((part) => decodePart(part.bytes, bytes, "client"))),
    "client",
  );
}

describe("encodeParts", () => {
  it("cuts at 4,000 records", async () => {
    const ids = recordIds(nodePlatform, 9001);
    const create: Operation = {
      op: "create",
      sheet: "s",
      ids,
      fields: { a: ids.map((_, n) => n) },
    };
    const parts = await encodeParts([create], bytes);
    expect(parts.map((part) => part.rows)).toEqual([MAX_PART_ROWS, MAX_PART_ROWS, 1001]);
    expect(await roundTrip([create])).toEqual([create]);
  });

  it("cuts what does not fit into a part's bytes or text, also in the middle", async () => {
    const ids = recordIds(nodePlatform, 400);
    const texts = ids.map((_, n) => (n % 7 === 0 ? noise(20_000) : "x".repeat(90_000)));
    const create: Operation = { op: "create", sheet: "s", ids, fields: { a: texts } };
    const parts = await encodeParts([create], bytes);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part.bytes.byteLength).toBeLessThanOrEqual(MAX_PART_BYTES);
      await expect(bytes.gunzip(part.bytes, MAX_PART_TEXT)).resolves.toBeDefined();
      expect(part.sha256).toBe(await bytes.sha256(part.bytes));
    }
    expect(await roundTrip([create])).toEqual([create]);
  });

  it("puts a few records of several sheets into one part, with what is changed about the sheets", async () => {
    const ids = recordIds(nodePlatform, 30);
    const operations: Operation[] = [
      { op: "sheet", key: "t", after: { name: "T", title: [], position: 0 } },
      { op: "create", sheet: "t", ids, fields: { a: ids.map((_, n) => n) } },
      { op: "set", sheet: "s", ids: ids.slice(20), fields: { b: ids.slice(20).map(() => "x") } },
    ];
    const [part, ...more] = await encodeParts(operations, bytes);
    expect(more).toEqual([]);
    expect(part).toMatchObject({ rows: 40, first: `s/${ids[20]}` });
    expect(await roundTrip(operations)).toEqual(operations);
    for (const sheet of ["s", "t"])
      expect(partOf([part?.first ?? ""], sheet, ids[25] ?? "")).toBe(0);
  });

  it("cuts a few records of several sheets when they do not fit into one part", async () => {
    const ids = recordIds(nodePlatform, 20);
    const operations = ["s", "t"].map((sheet): Operation => ({
      op: "create",
      sheet,
      ids,
      fields: { a: ids.map(() => noise(20_000)) },
    }));
    const parts = await encodeParts(operations, bytes);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part.bytes.byteLength).toBeLessThanOrEqual(MAX_PART_BYTES);
    expect(await roundTrip(operations)).toEqual(operations);
  });

  it("keeps everything about a record in one part, which partOf finds", async () => {
    const ids = recordIds(nodePlatform, 6000);
    const half = ids.filter((_, n) => n % 2 === 1);
    const operations: Operation[] = [
      { op: "sheet", key: "s", after: { name: "S", title: [], position: 0 } },
      { op: "set", sheet: "t", ids: half, fields: { a: half.map(() => "x") } },
      { op: "create", sheet: "s", ids, fields: { a: ids.map(() => true) } },
      { op: "set", sheet: "s", ids: half, fields: { b: half.map((id) => [id]) } },
      { op: "delete", sheet: "s", ids: half.slice(10, 20) },
    ];
    const parts = await encodeParts(operations, bytes);
    const slices = await Promise.all(parts.map((part) => decodePart(part.bytes, bytes, "log")));
    expect(join(slices, "log")).toEqual(operations);
    const firsts = parts.map((part) => part.first);
    expect(firsts).toEqual([...firsts].sort());
    for (const [sheet, id] of [
      ["s", ids[5000]],
      ["s", ids[0]],
      ["t", half[12]],
      ["s", half[15]],
    ] as const) {
      const found = slices.map(
        (list) =>
          list.filter(
            ({ operation }) =>
              "ids" in operation &&
              operation.sheet === sheet &&
              operation.ids.includes(id as string),
          ).length,
      );
      const holding = found.flatMap((count, n) => (count > 0 ? [n] : []));
      expect(holding).toEqual([partOf(firsts, sheet, id as string)]);
    }
  });

  it("sorts rows by id and leaves out operations without rows", async () => {
    const [a, b] = recordIds(nodePlatform, 2) as [string, string];
    const operations: Operation[] = [
      { op: "delete", sheet: "s", ids: [] },
      { op: "create", sheet: "s", ids: [b, a], fields: { n: [2, 1] } },
    ];
    expect(await roundTrip(operations)).toEqual([
      { op: "create", sheet: "s", ids: [a, b], fields: { n: [1, 2] } },
    ]);
  });

  it("says so when one record alone is too large", async () => {
    const ids = recordIds(nodePlatform, 1);
    const fields = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`f${n}`, [noise(100_000)]]),
    );
    await expect(encodeParts([{ op: "create", sheet: "s", ids, fields }], bytes)).rejects.toEqual(
      failure("too-large"),
    );
  });

  it("keeps cells apart that look alike", async () => {
    const ids = recordIds(nodePlatform, 64);
    const alike = [
      1,
      "1",
      true,
      "true",
      null,
      ["1"],
      { invalid: "1" },
      '["1"]',
      '{"invalid":"1"}',
      "",
    ];
    const column = ids.map((_, n) => alike[n % alike.length] as never);
    const create: Operation = { op: "create", sheet: "s", ids, fields: { a: column } };
    expect(await roundTrip([create])).toEqual([create]);
  });
});

describe("reading", () => {
  const ids = recordIds(nodePlatform, 3);
  const good = JSON.parse(
    pack([
      {
        op: "set",
        sheet: "s",
        ids,
        fields: { a: ["x", "y", "z"], b: [1, 1, 1] },
        before: { a: [null, null, "q"], b: [2, 2, 2] },
        prev: [1, 2, 3],
      },
      {
        op: "field",
        sheet: "s",
        after: { key: "a", name: "A", type: "choice", options: [{ name: "x" }] },
        position: 0,
        before: null,
      },
      { op: "sheet", key: "s", after: { name: "S", title: ["a"], position: 0 }, before: null },
    ]),
  ) as { operations: { [name: string]: unknown }[] };

  it.each([
    ["not JSON", "{"],
    ["not an object", "[]"],
    ["no format", "{}"],
    ["a newer format", JSON.stringify({ ...good, format: 2 })],
    ["no operations", JSON.stringify({ format: 1 })],
    [
      "an unknown operation",
      JSON.stringify({ format: 1, operations: [{ n: 0, op: "drop", sheet: "s" }] }),
    ],
    [
      "a missing operation",
      JSON.stringify({
        format: 1,
        operations: [{ n: 3, op: "delete", sheet: "s", ids: [ids[0], 1] }],
      }),
    ],
    [
      "a key that every object has",
      pack([{ op: "delete", sheet: "s", ids }]).replace('"s"', '"constructor"'),
    ],
    [
      "a column of another length",
      pack([{ op: "create", sheet: "s", ids, fields: { a: [1, 2, 3] } }]).replace(
        "[1,2,3]",
        "[1,2]",
      ),
    ],
    [
      "a cell that is an object",
      pack([{ op: "create", sheet: "s", ids, fields: { a: [1, 2, 3] } }]).replace(
        "[1,2,3]",
        '[1,2,{"x":1}]',
      ),
    ],
    [
      "an endless number of rows",
      JSON.stringify({
        format: 1,
        operations: [{ n: 0, op: "delete", sheet: "s", ids: [ids[0], 1e9] }],
      }),
    ],
  ])("refuses %s", (_, text) => {
    expect(() => join([parsePart(text, "client")], "client")).toThrow(
      failure("malformed") as Error,
    );
    expect(() => unpack(text, "log")).toThrow(failure("corrupt") as Error);
  });

  it("names an operation and a format of any form", () => {
    const odd = { toString: 1, valueOf: 1 };
    const bent = { ...good, operations: [{ ...good.operations[0], op: odd }] };
    expect(() => unpack(JSON.stringify(bent), "client")).toThrow(failure("malformed") as Error);
    const other = JSON.stringify({ ...good, format: odd });
    expect(() => unpack(other, "client")).toThrow(failure("malformed") as Error);
  });

  it("never fails in another way, however the bytes are bent", () => {
    const values = fc.jsonValue();
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.constantFrom(
          "n",
          "op",
          "sheet",
          "key",
          "ids",
          "fields",
          "before",
          "prev",
          "after",
          "position",
        ),
        values,
        fc.boolean(),
        (n, name, value, inside) => {
          const bent = structuredClone(good);
          const operation = bent.operations[n] as { [name: string]: unknown };
          const target = operation[name];
          if (inside && typeof target === "object" && target !== null)
            (target as { [name: string]: unknown })["a"] = value;
          else operation[name] = value;
          try {
            unpack(JSON.stringify(bent), "client");
          } catch (error) {
            expect(error).toEqual(failure("malformed"));
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("refuses bytes that are no gzip, damaged, or unfold to too much", async () => {
    const [part] = await encodeParts([{ op: "delete", sheet: "s", ids }], bytes);
    const damaged = must(part).bytes.slice();
    damaged[12] = (damaged[12] as number) ^ 255;
    const bomb = await bytes.gzip(new Uint8Array(MAX_PART_TEXT + 1).fill(32));
    for (const data of [new Uint8Array(), bytes.encode("hello"), damaged, bomb]) {
      await expect(decodePart(data, bytes, "client")).rejects.toEqual(failure("malformed"));
      await expect(decodePart(data, bytes, "log")).rejects.toEqual(failure("corrupt"));
    }
  });

  it("refuses few bytes that stand for very many cells", () => {
    const wide = Array.from({ length: 600 }, (_, n) => [`f${n}`, { c: "x" }]);
    const operation = {
      n: 0,
      op: "create",
      sheet: "s",
      ids: [ids[0], 4000],
      fields: Object.fromEntries(wide),
    };
    expect(() =>
      parsePart(JSON.stringify({ format: 1, operations: [operation] }), "client"),
    ).toThrow(failure("malformed") as Error);
  });

  it("refuses parts that overlap or tell of different operations", () => {
    const slice = (from: number, to: number): Operation => ({
      op: "delete",
      sheet: "s",
      ids: ids.slice(from, to),
    });
    const at = (operation: Operation) => [{ index: 0, operation }];
    expect(() => join([at(slice(0, 2)), at(slice(1, 3))], "client")).toThrow(
      failure("malformed") as Error,
    );
    expect(() =>
      join([at(slice(0, 2)), at({ ...slice(2, 3), op: "restore" } as Operation)], "client"),
    ).toThrow(failure("malformed") as Error);
    expect(join([at(slice(0, 2)), at(slice(2, 3))], "client")).toEqual([slice(0, 3)]);
  });
});

describe("parseOperations", () => {
  it("takes operations as clients send them, in any order of rows", () => {
    const [a, b] = recordIds(nodePlatform, 2) as [string, string];
    expect(
      parseOperations([{ op: "set", sheet: "s", ids: [b, a], fields: { x: [2, 1] } }]),
    ).toEqual([{ op: "set", sheet: "s", ids: [a, b], fields: { x: [1, 2] } }]);
  });

  it.each([
    ["no list", {}],
    [
      "a record twice",
      [{ op: "delete", sheet: "s", ids: ["1r5c8d0ab0000000", "1r5c8d0ab0000000"] }],
    ],
    ["ids of another shape", [{ op: "delete", sheet: "s", ids: ["1"] }]],
    [
      "an infinite number",
      [{ op: "create", sheet: "s", ids: ["1r5c8d0ab0000000"], fields: { a: [Infinity] } }],
    ],
    [
      "a prototype as a column",
      JSON.parse(
        '[{"op":"create","sheet":"s","ids":["1r5c8d0ab0000000"],"fields":{"__proto__":[1]}}]',
      ),
    ],
    [
      "a field that says more than a field can",
      [{ op: "field", sheet: "s", after: { key: "a", name: "A", type: "text", color: "red" } }],
    ],
  ])("refuses %s", (_, json) => {
    expect(() => parseOperations(json)).toThrow(failure("malformed") as Error);
  });
});
