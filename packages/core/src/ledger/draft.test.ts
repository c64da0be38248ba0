import { describe, expect, it } from "vitest";
import type { Cell } from "../field/cell.ts";
import type { Field } from "../field/field.ts";
import { isDomainError, type DomainError, type ErrorCode } from "../error.ts";
import { begin, land, rules } from "../testing/random-changes.ts";
import type { Draft } from "./changeset.ts";
import { check, type Checked } from "./draft.ts";
import type { Operation } from "./operation.ts";
import * as Touches from "./touches.ts";

const A = "1r5c8d0ab0000001";
const B = "1r5c8d0ab0000002";
const C = "1r5c8d0ab0000003";
const D = "1r5c8d0ab0000004";
const ACME = "1r5c8d0ab0000009";

type Row = { readonly [field: string]: Cell | null };

function columns(rows: readonly Row[]): { [field: string]: (Cell | null)[] } {
  const keys = new Set(rows.flatMap((row) => Object.keys(row)));
  return Object.fromEntries([...keys].map((key) => [key, rows.map((row) => row[key] ?? null)]));
}

const create = (ids: string[], rows: Row[], sheet = "people"): Operation => ({
  op: "create",
  sheet,
  ids,
  fields: columns(rows),
});
const set = (ids: string[], rows: Row[], sheet = "people"): Operation => ({
  op: "set",
  sheet,
  ids,
  fields: columns(rows),
});
const remove = (...ids: string[]): Operation => ({ op: "delete", sheet: "people", ids });
const restore = (...ids: string[]): Operation => ({ op: "restore", sheet: "people", ids });
const field = (after: Field, sheet = "people"): Operation => ({ op: "field", sheet, after });

/** People A and B (ann@, bob@), C in the trash (carl@), the firm Acme. */
function world() {
  const { workbook, heads } = begin();
  const write = (...operations: Operation[]): void => {
    land(workbook, heads, check(workbook, { operations }, rules), "ann");
  };
  write(
    create([ACME], [{ name: "Acme" }], "firms"),
    create(
      [A, B, C],
      [
        { name: "Ann", email: "ann@acme.test", stage: "Lead", firm: [ACME] },
        { name: "Bob", email: "bob@acme.test" },
        { name: "Carl", email: "carl@acme.test" },
      ],
    ),
    remove(C),
  );
  const ask = (operations: Operation[], guard?: Draft["guard"]): Checked =>
    check(workbook, { operations, ...(guard === undefined ? {} : { guard }) }, rules, {
      onInvalid: "refuse",
    });
  const demand = (...operations: Operation[]): Checked => check(workbook, { operations }, rules);
  return { workbook, write, ask, demand };
}

const failure = (code: ErrorCode, message?: RegExp): Error =>
  expect.toSatisfy(
    (error: unknown) => isDomainError(error, code) && (message?.test(error.message) ?? true),
  ) as Error;

const reasons = (checked: Checked): string[] =>
  checked.answer.refused.map(({ id, reason }) => `${id.slice(-1)}: ${reason}`);

describe("a draft that may land", () => {
  it("carries what it replaces and the chain of every record", () => {
    const { demand } = world();
    const checked = demand(set([A, B], [{ name: "Anna" }, { name: "Bobby" }]), remove(B));
    expect(checked.operations).toEqual([
      {
        op: "set",
        sheet: "people",
        ids: [A, B],
        fields: { name: ["Anna", "Bobby"] },
        before: { name: ["Ann", "Bob"] },
        prev: [2, 2],
      },
      { op: "delete", sheet: "people", ids: [B], prev: [2] },
    ]);
    expect(checked.answer).toEqual({
      created: 0,
      changed: 2,
      deleted: 1,
      restored: 0,
      refused: [],
    });
    expect(checked.records).toBe(2);
  });

  it("replaces what its own earlier operations wrote", () => {
    const { demand } = world();
    const { operations } = demand(
      create([D], [{ name: "Dora" }]),
      set([D], [{ name: "Doris" }]),
      set([D], [{ name: null }]),
    );
    expect(operations.slice(1)).toMatchObject([
      { before: { name: ["Dora"] }, prev: [0] },
      { before: { name: ["Doris"] }, prev: [0] },
    ]);
  });

  it("ignores what the client thinks it replaces", () => {
    const { demand } = world();
    const operation = {
      ...set([A], [{ name: "Anna" }]),
      before: { name: ["Wrong"] },
      prev: [77],
    } as Operation;
    expect(demand(operation).operations).toMatchObject([{ before: { name: ["Ann"] }, prev: [2] }]);
  });

  it("leaves out rows that change nothing, and counts records once", () => {
    const { demand } = world();
    const checked = demand(
      set([A, B], [{ name: "Ann" }, { name: "Bobby" }]),
      set([A, B], [{ email: "ann@acme.test" }, { email: "b@acme.test" }]),
      remove(C),
      restore(A),
    );
    expect(checked.operations).toHaveLength(2);
    expect(checked.operations).toMatchObject([{ ids: [B] }, { ids: [B] }]);
    expect(checked.sources).toEqual([0, 1]);
    expect(checked.answer).toEqual({
      created: 0,
      changed: 1,
      deleted: 0,
      restored: 0,
      refused: [],
    });
  });

  it("may write values of any order of rows", () => {
    const { demand } = world();
    expect(demand(set([B, A], [{ name: "Bobby" }, { name: "Anna" }])).operations).toMatchObject([
      { ids: [A, B], fields: { name: ["Anna", "Bobby"] } },
    ]);
  });
});

describe("rows that break a rule", () => {
  it.each<[string, Operation[], string[]]>([
    [
      "a record that exists",
      [create([A], [{ name: "x" }])],
      ["1: A record with this id exists already."],
    ],
    [
      "a record created twice",
      [create([D], [{ name: "x" }]), create([D], [{ name: "y" }])],
      ["4: A record with this id exists already."],
    ],
    [
      "a record that does not exist",
      [set([D], [{ name: "x" }])],
      ["4: The record does not exist."],
    ],
    [
      "a record set before it is created",
      [set([D], [{ name: "x" }]), create([D], [{ name: "y" }])],
      ["4: The record does not exist."],
    ],
    ["a record in the trash", [set([C], [{ name: "x" }])], ["3: The record is in the trash."]],
    [
      "a record that the draft deletes first",
      [remove(A), set([A], [{ name: "x" }])],
      ["1: The record is in the trash."],
    ],
    ["a value of another type", [set([A], [{ age: "many" }])], ["1: “Age” does not take “many”."]],
    [
      "a choice that is none",
      [set([A], [{ stage: "Maybe" }])],
      ["1: “Maybe” is not one of the choices of “Stage”."],
    ],
    [
      "a blank where a value is required",
      [create([D], [{ boss: null }], "firms")],
      ["4: “Name” must not be blank."],
    ],
    [
      "a required value taken away",
      [set([ACME], [{ name: null }], "firms")],
      ["9: “Name” must not be blank."],
    ],
    [
      "a link to nobody",
      [set([A], [{ firm: [D] }])],
      ["1: “Firm” links to a record that does not exist."],
    ],
    [
      "a unique value of another record",
      [set([A], [{ email: "BOB@acme.test" }])],
      ["1: “E-mail” must be unique, and another record holds “BOB@acme.test”."],
    ],
    [
      "a unique value twice in the draft",
      [create([D], [{ email: "d@acme.test" }]), set([A], [{ email: "d@acme.test" }])],
      ["1: “E-mail” must be unique, and another record holds “d@acme.test”."],
    ],
  ])("are refused, or fail the draft: %s", (_, operations, expected) => {
    const { ask, demand } = world();
    expect(reasons(ask(operations))).toEqual(expected);
    expect(() => demand(...operations)).toThrow(failure("invalid-values"));
  });

  it("are named by their place when the draft fails whole", () => {
    const { demand } = world();
    let caught: unknown;
    try {
      demand(remove(B), set([A, B], [{ age: 1 }, { age: "x" }]));
    } catch (error) {
      caught = error;
    }
    expect((caught as DomainError).errors).toEqual([
      { path: "/operations/1/fields/age/1", message: "“Age” does not take “x”." },
    ]);
  });

  it("take along the record's other operations and who links to it, and leave the rest", () => {
    const { ask } = world();
    const checked = ask([
      create([C.replace("3", "5"), D], [{ name: null }, { name: "Fine" }], "firms"),
      create([D], [{ name: "Dora", firm: [C.replace("3", "5")] }]),
      set([A, B], [{ firm: [D] }, { age: "x" }]),
      set([B], [{ name: "Bobby" }]),
    ]);
    expect(reasons(checked)).toEqual([
      "2: “Age” does not take “x”.",
      "5: “Name” must not be blank.",
      "4: “Firm” links to a record that does not exist.",
    ]);
    expect(checked.operations).toMatchObject([
      { op: "create", ids: [D] },
      { op: "set", ids: [A] },
    ]);
    expect(checked.answer).toMatchObject({ created: 1, changed: 1 });
  });
});

describe("unique rules", () => {
  it("hold for the state after the whole draft", () => {
    const { demand } = world();
    const swap = set([A, B], [{ email: "bob@acme.test" }, { email: "ann@acme.test" }]);
    expect(demand(swap).answer.changed).toBe(2);
    expect(demand(remove(B), create([D], [{ email: "bob@acme.test" }])).answer.created).toBe(1);
  });

  it("do not count records in the trash, until they come back", () => {
    const { write, ask } = world();
    write(set([A], [{ email: "carl@acme.test" }]));
    expect(reasons(ask([restore(C)]))).toEqual([
      "3: “E-mail” must be unique, and another record holds “carl@acme.test”.",
    ]);
  });

  it("look again when a refused record did not make room after all", () => {
    const { ask } = world();
    const checked = ask([
      set([A], [{ email: "new@acme.test", age: "x" }]),
      create([D], [{ email: "ann@acme.test" }]),
    ]);
    expect(checked.answer.refused.map(({ id }) => id)).toEqual([A, D]);
  });

  it("do not begin where values stand twice", () => {
    const { write, demand } = world();
    write(set([A, B], [{ name: "Same" }, { name: "Same" }]));
    const unique = field({ key: "name", name: "Name", type: "text", unique: true });
    expect(() => demand(unique)).toThrow(
      failure("invalid-values", /cannot be unique: one value stands more than once/),
    );
    expect(demand(unique, set([B], [{ name: "Other" }])).operations).toHaveLength(2);
  });
});

describe("guards", () => {
  it("refuse created records whose value is there by now", () => {
    const { ask } = world();
    const guard = [{ sheet: "people", field: "name" }];
    const checked = ask([create([D], [{ name: "ANN" }]), set([B], [{ name: "Ann" }])], guard);
    expect(reasons(checked)).toEqual([
      "4: A record with the same “Name” (“ANN”) was added meanwhile.",
    ]);
    expect(checked.answer.changed).toBe(1);
  });
});

describe("sheets and columns", () => {
  const stage: Field = {
    key: "stage",
    name: "Stage",
    type: "choice",
    options: [{ name: "Lead" }, { name: "Won" }],
  };

  it.each<[string, Operation[], ErrorCode, RegExp]>([
    ["an unknown sheet", [set([A], [{}], "nowhere")], "not-found", /no sheet "nowhere"/],
    ["an unknown column", [set([A], [{ nothing: 1 }])], "unknown-field", /no column "nothing"/],
    [
      "a column that is filled in",
      [set([ACME], [{ made: "2026-01-01T00:00:00Z" }], "firms")],
      "invalid-values",
      /filled in/,
    ],
    [
      "a name that is taken",
      [field({ key: "age", name: "e-MAIL", type: "number" })],
      "invalid-values",
      /already has/,
    ],
    [
      "a description that no reader would take",
      [field({ key: "age", name: "x".repeat(300), type: "number" })],
      "malformed",
      /at name/,
    ],
    [
      "a key that every object has",
      [field({ key: "valueOf", name: "Value of", type: "text" })],
      "malformed",
      /at key/,
    ],
    [
      "very many choices",
      [field({ ...stage, options: Array.from({ length: 3000 }, (_, n) => ({ name: `c${n}` })) })],
      "invalid-values",
      /more than 2000/,
    ],
    ["ids of another shape", [create(["me"], [{}])], "malformed", /not a record id/],
    [
      "no name",
      [field({ key: "age", name: " ", type: "number" })],
      "invalid-values",
      /needs a name/,
    ],
    [
      "a link to no sheet",
      [field({ key: "x", name: "X", type: "link" })],
      "invalid-values",
      /which sheet/,
    ],
    [
      "a link to an unknown sheet",
      [field({ key: "x", name: "X", type: "link", link: { sheet: "y", multiple: true } })],
      "invalid-values",
      /does not exist/,
    ],
    [
      "a title of unknown columns",
      [{ op: "sheet", key: "people", after: { name: "P", title: ["x"], position: 0 } }],
      "invalid-values",
      /“x”/,
    ],
    [
      "the only column of the title deleted",
      [field({ key: "name", name: "Name", type: "text", deleted: true })],
      "invalid-values",
      /names the records/,
    ],
    [
      "a choice taken away that is held",
      [field({ ...stage, options: [{ name: "Won" }] })],
      "invalid-values",
      /1 value .* “Lead”/,
    ],
    [
      "another type without values for it",
      [field({ key: "name", name: "Name", type: "number" })],
      "stale",
      /3 values/,
    ],
    [
      "a type that is filled in",
      [field({ key: "age", name: "Age", type: "createdAt" })],
      "invalid-values",
      /cannot change/,
    ],
  ])("refuse %s", (_, operations, code, message) => {
    const { demand } = world();
    expect(() => demand(...operations)).toThrow(failure(code, message));
  });

  it("in the trash are not written to", () => {
    const { write, ask } = world();
    write(field({ key: "age", name: "Age", type: "number", deleted: true }));
    expect(() => ask([set([A], [{ age: 1 }])])).toThrow(failure("stale", /in the trash/));
  });

  it("may be made, filled and linked in one draft", () => {
    const { demand } = world();
    const checked = demand(
      { op: "sheet", key: "deals", after: { name: "Deals", title: ["name"], position: 2 } },
      field({ key: "name", name: "Name", type: "text" }, "deals"),
      field(
        { key: "who", name: "Who", type: "link", link: { sheet: "people", multiple: false } },
        "deals",
      ),
      create([A], [{ name: "Deal", who: [D] }], "deals"),
      create([D], [{ name: "Dora" }]),
    );
    expect(checked.answer.created).toBe(2);
    expect(checked.operations.slice(0, 2)).toMatchObject([{ before: null }, { before: null }]);
  });

  it("change type together with every value, those in the trash too", () => {
    const { demand } = world();
    const name = field({ key: "name", name: "Name", type: "number" });
    const values = [{ name: 1 }, { name: { invalid: "Bob" } }, { name: 3 }];
    expect(demand(name, set([A, B, C], values)).operations[1]).toMatchObject({
      ids: [A, B, C],
      before: { name: ["Ann", "Bob", "Carl"] },
    });
  });

  it("leave out what is undefined, as the log does", () => {
    const { demand } = world();
    const after = { key: "x", name: "X", type: "text", required: undefined } as unknown as Field;
    expect(demand(field(after)).operations).toStrictEqual([
      { op: "field", sheet: "people", after: { key: "x", name: "X", type: "text" }, before: null },
    ]);
  });

  it("take two people's changes of one column, when each says what it started from", () => {
    const { write, demand } = world();
    const change = (after: Field): Operation => ({
      op: "field",
      sheet: "people",
      after,
      before: stage,
    });
    const [lead, won] = stage.options as [{ name: string }, { name: string }];
    write(change({ ...stage, name: "Phase", options: [lead, { name: "Talks" }, won] }));
    const { operations } = demand(
      change({ ...stage, required: true, options: [lead, won, { name: "Lost" }] }),
    );
    expect(operations).toMatchObject([
      {
        before: { name: "Phase", options: [lead, { name: "Talks" }, won] },
        after: {
          name: "Phase",
          required: true,
          options: [lead, won, { name: "Lost" }, { name: "Talks" }],
        },
      },
    ]);
  });

  it("go on without a change that is refused, where rows are refused too", () => {
    const { ask } = world();
    const checked = ask([
      field({ key: "age", name: "Name", type: "number" }),
      set([A], [{ age: 5 }]),
    ]);
    expect(checked.answer.refused).toEqual([
      { sheet: "people", id: "", field: "age", reason: "People already has a column “Name”." },
    ]);
    expect(checked.answer.changed).toBe(1);
  });
});

describe("overlaps", () => {
  const meet = (first: Operation[], second: Operation[], guard?: Draft["guard"]): boolean => {
    const { ask } = world();
    return Touches.overlaps(ask(first, guard).touches, ask(second).touches);
  };

  it.each<[string, boolean, Operation[], Operation[]]>([
    ["different cells of one record", true, [set([A], [{ age: 1 }])], [set([A], [{ name: "x" }])]],
    ["different records", false, [set([A], [{ age: 1 }])], [set([B], [{ age: 1 }])]],
    [
      "one unique value",
      true,
      [create([D], [{ email: "x@acme.test" }])],
      [set([A], [{ email: "X@acme.test" }])],
    ],
    [
      "a unique value that is given up",
      true,
      [create([D], [{ email: "bob@acme.test" }])],
      [set([B], [{ email: "x@acme.test" }])],
    ],
    [
      "a unique value that comes back",
      true,
      [create([D], [{ email: "carl@acme.test" }])],
      [restore(C)],
    ],
    [
      "different unique values",
      false,
      [create([D], [{ email: "d@acme.test" }])],
      [set([A], [{ email: "x@acme.test" }])],
    ],
    [
      "a column of the sheet",
      true,
      [set([A], [{ age: 1 }])],
      [field({ key: "x", name: "X", type: "text" })],
    ],
    [
      "a column of another sheet",
      false,
      [set([A], [{ age: 1 }])],
      [field({ key: "x", name: "X", type: "text" }, "firms")],
    ],
    [
      "a link to a record that comes to be",
      true,
      [set([A], [{ firm: [D] }])],
      [create([D], [{ name: "D" }], "firms")],
    ],
  ])("%s: %s", (_, expected, first, second) => {
    expect(meet(first, second)).toBe(expected);
    expect(meet(second, first)).toBe(expected);
  });

  it("counts guarded fields for both", () => {
    const first = [create([D], [{ name: "Dora" }])];
    expect(meet(first, [set([A], [{ name: "dora" }])], [{ sheet: "people", field: "name" }])).toBe(
      true,
    );
    expect(meet(first, [set([A], [{ name: "other" }])], [{ sheet: "people", field: "name" }])).toBe(
      false,
    );
  });
});
