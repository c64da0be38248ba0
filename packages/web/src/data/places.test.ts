import { expect, test } from "vitest";
import { createPlaces } from "./places.ts";
import type { Person } from "./workspace.ts";

const ada: Person = {
  connection: "a",
  user: "ada",
  name: "Ada",
  color: "red",
  sheet: "contacts",
  record: "r1",
};
const bob: Person = { connection: "b", user: "bob", name: "Bob", color: "blue", sheet: "deals" };

const wrote = (actor: string, record: string, source = "grid" as const) => ({
  actor,
  source,
  operations: [
    { op: "set" as const, sheet: "contacts", ids: [record], fields: { email: ["x@example.com"] } },
  ],
});

test("who writes a cell is at it, until their page says otherwise", () => {
  const places = createPlaces();
  places.told([ada, bob]);
  expect(places.written([wrote("ada", "r7")])).toEqual([
    { ...ada, record: "r7", field: "email" },
    bob,
  ]);
  // Somebody else has moved: what is said of Ada again is older than what she wrote.
  const moved = { ...bob, sheet: "contacts" };
  expect(places.told([ada, moved])).toEqual([{ ...ada, record: "r7", field: "email" }, moved]);
  expect(places.told([{ ...ada, record: "r9" }, moved])).toEqual([{ ...ada, record: "r9" }, moved]);
});

test("who is not here stays away, and who left is gone", () => {
  const places = createPlaces();
  places.told([ada, bob]);
  expect(places.written([wrote("carl", "r2")])).toEqual([ada, bob]);
  expect(places.told([bob])).toEqual([bob]);
  // Back in another page of theirs.
  expect(places.told([{ ...ada, connection: "c" }, bob])).toHaveLength(2);
});

test("what was not typed into one cell says nothing of where somebody is", () => {
  const places = createPlaces();
  places.told([ada]);
  const many = wrote("ada", "r2");
  many.operations[0]?.ids.push("r3");
  expect(places.written([many, { ...wrote("ada", "r4"), source: "import" }])).toEqual([ada]);
});
