import fc from "fast-check";
import { expect, test } from "vitest";
import { isDomainError } from "../error.ts";
import { begin, land, operationsOf, rules, step } from "../testing/random-changes.ts";
import { check, type Checked } from "./draft.ts";
import { lay, lift, type Provisional } from "./provisional.ts";
import * as Workbook from "./workbook.ts";

/** The step's operations, checked; undefined where the workbook refuses them. */
function ready(workbook: Workbook.Workbook, now: Parameters<typeof operationsOf>[1], salt: number) {
  const operations = operationsOf(workbook, now, salt);
  if (operations.length === 0) return undefined;
  try {
    return check(workbook, { operations }, rules);
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return undefined;
  }
}

function snapshot(workbook: Workbook.Workbook): unknown {
  return [
    Workbook.canonical(workbook),
    [...workbook.recent.keys()],
    [...workbook.sheets.values()].map((table) => [
      Workbook.rows(table),
      table.live,
      table.ids.map((id) => Workbook.backLinks(workbook, table.key, id)),
    ]),
  ];
}

test("what was laid and lifted again leaves no trace", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 12 }),
      fc.array(step, { minLength: 1, maxLength: 8 }),
      (before, after) => {
        const { workbook, heads } = begin();
        let salt = 0;
        for (const now of before) {
          const checked: Checked | undefined = ready(workbook, now, (salt += 1));
          if (checked) land(workbook, heads, checked, now.actor);
        }
        const states = [snapshot(workbook)];
        const laid: Provisional[] = [];
        for (const now of after) {
          const checked = ready(workbook, now, (salt += 1));
          if (!checked) continue;
          const { operations } = checked;
          laid.push(lay(workbook, { id: `own${salt}`, actor: now.actor, at: salt, operations }));
          states.push(snapshot(workbook));
        }
        for (const provisional of laid.toReversed()) {
          expect(snapshot(workbook)).toEqual(states.pop());
          lift(provisional);
        }
        expect(snapshot(workbook)).toEqual(states[0]);
      },
    ),
    { numRuns: 150 },
  );
});

test("the seq stays the log's, and the log's next head folds as if nothing had been there", () => {
  const { workbook, heads } = begin();
  const { seq } = workbook;
  const operations = [
    { op: "create", sheet: "people", ids: ["1r5c8d0ab0000001"], fields: { name: ["Ada"] } },
  ] as const;
  const own = check(workbook, { operations }, rules);
  const provisional = lay(workbook, { id: "own", actor: "ann", at: 1, operations: own.operations });
  expect(workbook.seq).toBe(seq);
  expect(provisional.touched.get("people")?.created).toEqual([0]);
  lift(provisional);
  land(workbook, heads, own, "bob");
  const table = Workbook.table(workbook, "people");
  expect(table.ids).toEqual(["1r5c8d0ab0000001"]);
  expect(workbook.stamps.get(table.created[0]!)?.actor).toBe("bob");
});
