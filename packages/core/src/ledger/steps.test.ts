import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { isDomainError } from "../error.ts";
import {
  begin,
  land,
  operationsOf,
  rules,
  step,
  visible,
  type Step,
} from "../testing/random-changes.ts";
import { check } from "./draft.ts";
import { stacks, type Act } from "./steps.ts";
import { inverse } from "./undo.ts";
import * as Workbook from "./workbook.ts";

const ids = (acts: readonly Act[]) => acts.map(({ id }) => id).join(" ");
const what = (acts: readonly Act[]) => {
  const { done, undone } = stacks(acts);
  return { done: ids(done), undone: ids(undone) };
};

describe("the steps of a person", () => {
  test("are taken back from the newest on, and redone in the other order", () => {
    const acts: Act[] = [{ id: "a" }, { id: "b" }, { id: "u1", undoes: "b" }];
    expect(what(acts)).toEqual({ done: "a", undone: "u1" });
    acts.push({ id: "u2", undoes: "a" });
    expect(what(acts)).toEqual({ done: "", undone: "u1 u2" });
    acts.push({ id: "r2", undoes: "u2" });
    expect(what(acts)).toEqual({ done: "r2", undone: "u1" });
    acts.push({ id: "u3", undoes: "r2" });
    expect(what(acts)).toEqual({ done: "", undone: "u1 u3" });
  });

  test("something new forgets what could be redone", () => {
    const acts: Act[] = [{ id: "a" }, { id: "u", undoes: "a" }, { id: "b" }];
    expect(what(acts)).toEqual({ done: "b", undone: "" });
  });

  test("undoing somebody else's change is a step itself", () => {
    const acts: Act[] = [{ id: "a" }, { id: "u", undoes: "theirs", foreign: true }];
    expect(what(acts)).toEqual({ done: "a u", undone: "" });
  });

  test("what was undone before this stretch of the log begins is told by the undo", () => {
    expect(what([{ id: "u", undoes: "older" }, { id: "a" }])).toEqual({ done: "a", undone: "" });
    expect(what([{ id: "u", undoes: "older" }])).toEqual({ done: "", undone: "u" });
  });

  test("a part that was taken back leaves the rest to be taken back", () => {
    const acts: Act[] = [{ id: "many" }, { id: "u", undoes: "many", partial: true }];
    expect(what(acts)).toEqual({ done: "many", undone: "u" });
  });

  test("the changesets of an import are one, under the name of the newest", () => {
    const acts: Act[] = [{ id: "a" }, { id: "i1", import: "i" }, { id: "i2", import: "i" }];
    expect(what(acts)).toEqual({ done: "a i2", undone: "" });
    expect(what([...acts, { id: "u", undoes: "i2" }])).toEqual({ done: "a", undone: "u" });
  });
});

describe("undoing all steps of one person", () => {
  const own = fc.array(
    step.filter(({ kind }) => kind === "create" || kind === "set" || kind === "delete"),
    { minLength: 1, maxLength: 12 },
  );

  function tryLand(
    workbook: Workbook.Workbook,
    heads: Workbook.Committed[],
    operations: Parameters<typeof check>[1]["operations"],
    actor: string,
  ) {
    try {
      const checked = check(workbook, { operations }, rules, { onInvalid: "refuse" });
      if (checked.operations.length === 0) return undefined;
      return land(workbook, heads, checked, actor);
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return undefined;
    }
  }

  it("leaves every cell that another person wrote last as they wrote it", () => {
    fc.assert(
      fc.property(own, (all) => {
        const { workbook, heads } = begin();
        const acts: (Act & { changeset: NonNullable<ReturnType<typeof tryLand>> })[] = [];
        all.forEach((each: Step, salt) => {
          const changeset = tryLand(
            workbook,
            heads,
            operationsOf(workbook, each, salt),
            each.actor,
          );
          if (changeset && each.actor === "ann") acts.push({ id: changeset.id, changeset });
        });
        // Cells that bob wrote last, and what. A value that ann had written there before looks like hers.
        const hers = new Set<string>();
        const theirs = new Map<string, { sheet: string; id: string; key: string; cell: unknown }>();
        for (const { changesets } of heads) {
          for (const { actor, operations } of changesets) {
            for (const operation of operations) {
              if (operation.op !== "set" && operation.op !== "create") continue;
              for (const [key, column] of Object.entries(operation.fields)) {
                operation.ids.forEach((id, at) => {
                  const cell = column[at] ?? null;
                  const before =
                    operation.op === "set" ? (operation.before?.[key]?.[at] ?? null) : null;
                  if (JSON.stringify(before) === JSON.stringify(cell)) return;
                  const value = `${operation.sheet}/${id}/${key}=${JSON.stringify(cell)}`;
                  if (actor === "ann") hers.add(value);
                  const name = `${operation.sheet}/${id}/${key}`;
                  if (actor === "bob" && !hers.has(value))
                    theirs.set(name, { sheet: operation.sheet, id, key, cell });
                  else theirs.delete(name);
                });
              }
            }
          }
        }
        for (let left = acts.length; left > 0; left -= 1) {
          const last = stacks(acts).done.at(-1);
          if (last === undefined) break;
          const { operations } = inverse(workbook, [last.changeset], rules);
          const undoing = tryLand(workbook, heads, operations, "ann");
          // Nothing was left to take back: that is a step taken all the same.
          acts.push({
            id: undoing?.id ?? `nothing${left}`,
            undoes: last.id,
            changeset: undoing ?? last.changeset,
          });
        }
        expect(stacks(acts).done).toEqual([]);
        for (const { sheet, id, key, cell } of theirs.values()) {
          const table = Workbook.table(workbook, sheet);
          const row = table.rowById.get(id) as number;
          expect(Workbook.value(table, row, key) ?? null).toEqual(cell);
        }
      }),
    );
  });

  it("and redoing them all leads back, where nobody else wrote", () => {
    fc.assert(
      fc.property(own, (all) => {
        const { workbook, heads } = begin();
        const start = visible(workbook, "idle choices");
        const acts: (Act & { changeset: NonNullable<ReturnType<typeof tryLand>> })[] = [];
        all.forEach((each, salt) => {
          const changeset = tryLand(workbook, heads, operationsOf(workbook, each, salt), "ann");
          if (changeset) acts.push({ id: changeset.id, changeset });
        });
        const end = visible(workbook);
        const walk = (which: "done" | "undone") => {
          for (let last = stacks(acts)[which].at(-1); last; last = stacks(acts)[which].at(-1)) {
            const { operations } = inverse(workbook, [last.changeset], rules);
            const changeset = tryLand(workbook, heads, operations, "ann");
            acts.push({
              id: changeset?.id ?? `nothing${acts.length}`,
              undoes: last.id,
              changeset: changeset ?? { ...last.changeset, operations: [] },
            });
          }
        };
        walk("done");
        expect(visible(workbook, "idle choices")).toEqual(start);
        walk("undone");
        expect(visible(workbook)).toEqual(end);
      }),
    );
  });
});
