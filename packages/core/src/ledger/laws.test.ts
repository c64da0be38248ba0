import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDomainError } from "../error.ts";
import { nodePlatform } from "../testing/platform.ts";
import {
  begin,
  land,
  operationsOf,
  replay,
  rules,
  step,
  visible,
  type Step,
} from "../testing/random-changes.ts";
import * as Codec from "./codec.ts";
import { check, type Checked } from "./draft.ts";
import * as History from "./history.ts";
import type { Operation } from "./operation.ts";
import * as Page from "./page.ts";
import * as Patch from "./patch.ts";
import * as Touches from "./touches.ts";
import { inverse } from "./undo.ts";
import * as Workbook from "./workbook.ts";

const { bytes } = nodePlatform;
const steps = fc.array(step, { minLength: 1, maxLength: 14 });
const refuse = { onInvalid: "refuse" } as const;

/** What the step becomes on this workbook; undefined when the whole draft fails. */
function tryCheck(
  workbook: Workbook.Workbook,
  operations: readonly Operation[],
): Checked | undefined {
  try {
    return check(workbook, { operations }, rules, refuse);
  } catch (error) {
    if (isDomainError(error)) return undefined;
    throw error;
  }
}

function play(all: readonly Step[]): { workbook: Workbook.Workbook; heads: Workbook.Committed[] } {
  const { workbook, heads } = begin();
  all.forEach((each, salt) => {
    const checked = tryCheck(workbook, operationsOf(workbook, each, salt));
    if (checked !== undefined) land(workbook, heads, checked, each.actor);
  });
  return { workbook, heads };
}

describe("the fold", () => {
  it("leads to one state however often the log is replayed", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { workbook, heads } = play(all);
        expect(Workbook.canonical(replay(heads))).toBe(Workbook.canonical(workbook));
      }),
    );
  });

  it("leads from a snapshot and the tail to the state of the whole log", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(20), async (all, cut) => {
        const { workbook, heads } = play(all);
        const early = replay(heads.slice(0, cut));
        const loaded = Workbook.empty("w", "e");
        const pages = await Page.schemaPages(early, bytes);
        for (const table of early.sheets.values()) {
          const middle = table.ids.toSorted()[table.ids.length >> 1];
          if (middle === undefined) continue;
          pages.push(...(await Page.recordPages(table, bytes, { from: middle })));
          pages.push(...(await Page.recordPages(table, bytes, { to: middle })));
        }
        for (const page of pages) {
          Page.load(loaded, await Page.openPage(page.bytes, page.reference.hash, bytes));
        }
        loaded.seq = early.seq;
        loaded.hash = early.hash;
        expect(Workbook.canonical(loaded)).toBe(Workbook.canonical(early));
        replay(heads.slice(cut), loaded);
        expect(Workbook.canonical(loaded)).toBe(Workbook.canonical(workbook));
      }),
      { numRuns: 60 },
    );
  });

  it("never shows two live records with one unique value, nor a value its field does not take", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { workbook } = play(all);
        for (const table of workbook.sheets.values()) {
          for (const field of table.sheet.fields) {
            if (Workbook.isStamped(field.type) || field.deleted === true) continue;
            const taken = new Set<string>();
            for (const row of Workbook.rows(table)) {
              const cell = Workbook.value(table, row, field.key);
              if (cell === undefined) continue;
              expect(rules.check(cell, field)).toBe(true);
              const key = field.unique === true ? rules.key(cell, field) : undefined;
              if (key === undefined) continue;
              expect(taken.has(key)).toBe(false);
              taken.add(key);
            }
          }
        }
      }),
    );
  });

  it("keeps its indexes current", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { workbook, heads } = begin();
        all.forEach((each, salt) => {
          const checked = tryCheck(workbook, operationsOf(workbook, each, salt));
          if (checked !== undefined) land(workbook, heads, checked, each.actor);
          const fresh = replay(heads);
          for (const n of Array.from({ length: 12 }, (_, index) => index)) {
            const key = `p${n}@acme.test`;
            expect(Workbook.keyIndex(workbook, "people", "email", rules).get(key)).toEqual(
              Workbook.keyIndex(fresh, "people", "email", rules).get(key),
            );
          }
          for (const sheet of ["people", "firms"]) {
            for (const id of Workbook.table(workbook, sheet).ids) {
              expect(Workbook.backLinks(workbook, sheet, id)).toEqual(
                Workbook.backLinks(fresh, sheet, id),
              );
            }
            expect(
              Workbook.rows(Workbook.table(workbook, sheet)).map(
                (row) => Workbook.table(workbook, sheet).ids[row],
              ),
            ).toEqual(
              Workbook.rows(Workbook.table(fresh, sheet)).map(
                (row) => Workbook.table(fresh, sheet).ids[row],
              ),
            );
          }
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe("undo", () => {
  it("of the latest change shows what was there before, and its undo what was there after", () => {
    fc.assert(
      fc.property(steps, step, (all, last) => {
        const { workbook, heads } = play(all);
        const checked = tryCheck(workbook, operationsOf(workbook, last, 99));
        fc.pre(checked !== undefined && checked.operations.length > 0);
        const before = visible(workbook);
        const changeset = land(workbook, heads, checked as Checked, last.actor);
        const after = visible(workbook);

        const undo = inverse(workbook, [changeset], rules);
        expect(undo.skipped).toEqual([]);
        const undone = check(workbook, { operations: undo.operations }, rules, refuse);
        // A record may have been restored with a blank that is not allowed any more.
        fc.pre(!undone.answer.refused.some(({ reason }) => reason.endsWith("must not be blank.")));
        expect(undone.answer.refused).toEqual([]);
        const undoing = land(workbook, heads, undone, "ann");
        expect(visible(workbook)).toEqual(before);

        const redo = inverse(workbook, [undoing], rules);
        expect(redo.skipped).toEqual([]);
        land(
          workbook,
          heads,
          check(workbook, { operations: redo.operations }, rules, refuse),
          "ann",
        );
        expect(visible(workbook)).toEqual(after);
      }),
      { numRuns: 300 },
    );
  });

  it("of several changes at once is the undo of each, newest first", () => {
    fc.assert(
      fc.property(steps, fc.array(step, { minLength: 2, maxLength: 4 }), (all, group) => {
        const one = play(all);
        const before = visible(one.workbook, "idle choices");
        const changesets = group.flatMap((each, index) => {
          const checked = tryCheck(one.workbook, operationsOf(one.workbook, each, 90 + index));
          return checked === undefined ? [] : [land(one.workbook, one.heads, checked, "ann")];
        });
        const undo = inverse(one.workbook, changesets.toReversed(), rules);
        const undone = check(one.workbook, { operations: undo.operations }, rules, refuse);
        land(one.workbook, one.heads, undone, "ann");
        fc.pre(!undone.answer.refused.some(({ reason }) => reason.endsWith("must not be blank.")));
        expect([...undo.skipped, ...undone.answer.refused]).toEqual([]);
        expect(visible(one.workbook, "idle choices")).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it("leaves alone what others changed since, whatever they did", () => {
    fc.assert(
      fc.property(steps, step, steps, (all, mine, later) => {
        const { workbook, heads } = play(all);
        const checked = tryCheck(workbook, operationsOf(workbook, mine, 99));
        fc.pre(checked !== undefined);
        const changeset = land(workbook, heads, checked as Checked, "ann");
        later.forEach((each, salt) => {
          const next = tryCheck(workbook, operationsOf(workbook, each, 100 + salt));
          if (next !== undefined) land(workbook, heads, next, "bob");
        });
        const undo = inverse(workbook, [changeset], rules);
        const undone = check(workbook, { operations: undo.operations }, rules, refuse);
        for (const operation of undone.operations) {
          if (operation.op !== "set") continue;
          const asked = changeset.operations.flatMap((each) =>
            each.op === "set" && each.sheet === operation.sheet ? [each] : [],
          );
          const retyped = changeset.operations.some((each) => each.op === "field");
          if (retyped) continue;
          for (const [key, column] of Object.entries(operation.fields)) {
            operation.ids.forEach((id, at) => {
              // Every cell that goes back held, until now, what the change wrote, and gets what the change replaced.
              const written = asked.filter((each) => key in each.fields && each.ids.includes(id));
              expect(
                written.map((each) => each.before?.[key]?.[each.ids.indexOf(id)]),
              ).toContainEqual(column[at]);
            });
          }
        }
        land(workbook, heads, undone, "ann");
      }),
      { numRuns: 100 },
    );
  });
});

describe("the codec", () => {
  it("reads back what it wrote, in one piece and in parts", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        for (const { changesets } of play(all).heads) {
          const { operations } = changesets[0] as (typeof changesets)[0];
          expect(Codec.unpack(Codec.pack(operations), "log")).toEqual(operations);
          const parts = await Codec.encodeParts(operations, bytes);
          const slices = await Promise.all(
            parts.map((part) => Codec.decodePart(part.bytes, bytes, "log")),
          );
          expect(Codec.join(slices, "log")).toEqual(operations);
          expect(Codec.parseOperations(JSON.parse(JSON.stringify(operations)))).toEqual(operations);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("a draft that lost the race", () => {
  it("lands by a patch as if it had been checked on the newer workbook from the start", () => {
    fc.assert(
      fc.property(steps, step, steps, (all, mine, theirs) => {
        const { workbook, heads } = play(all);
        const asked = operationsOf(workbook, mine, 99);
        const first = tryCheck(workbook, asked);
        fc.pre(first !== undefined);
        theirs.forEach((each, salt) => {
          const next = tryCheck(workbook, operationsOf(workbook, each, 100 + salt));
          if (next !== undefined) land(workbook, heads, next, each.actor);
        });
        const fresh = tryCheck(workbook, asked);
        fc.pre(fresh !== undefined);
        const stored = Codec.unpack(Codec.pack(asked), "client");
        const patch = Patch.make(stored, fresh as Checked);
        const landed = Patch.apply(stored, patch && Patch.decode(Patch.encode(patch), "log"));
        expect(landed).toEqual(fresh?.operations);
        // The same from a body that carries what it replaced on the older workbook.
        const older = (first as Checked).operations;
        const again = tryCheck(workbook, older);
        fc.pre(again !== undefined);
        const small = Patch.make(older, again as Checked);
        expect(Patch.apply(older, small && Patch.decode(Patch.encode(small), "log"))).toEqual(
          again?.operations,
        );
      }),
      { numRuns: 200 },
    );
  });

  it("lands as it is when what came between does not overlap", () => {
    fc.assert(
      fc.property(
        steps,
        step,
        fc.array(step, { minLength: 1, maxLength: 3 }),
        (all, mine, theirs) => {
          const { workbook, heads } = play(all);
          const asked = operationsOf(workbook, mine, 99);
          const first = tryCheck(workbook, asked);
          fc.pre(first !== undefined);
          let overlaps = false;
          theirs.forEach((each, salt) => {
            const next = tryCheck(workbook, operationsOf(workbook, each, 100 + salt));
            if (next === undefined) return;
            const { operations } = land(workbook, heads, next, each.actor);
            overlaps ||= Touches.overlaps(
              (first as Checked).touches,
              Touches.of(workbook, operations, rules),
            );
          });
          fc.pre(!overlaps);
          const again = check(workbook, { operations: asked }, rules, refuse);
          expect(again.operations).toEqual(first?.operations);
          expect(again.answer).toEqual(first?.answer);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("shares a head with another one checked on the same workbook when they do not overlap", () => {
    fc.assert(
      fc.property(steps, step, step, (all, mine, yours) => {
        const { workbook, heads } = play(all);
        const one = tryCheck(workbook, operationsOf(workbook, mine, 98));
        const other = tryCheck(workbook, operationsOf(workbook, yours, 99));
        fc.pre(one !== undefined && other !== undefined);
        fc.pre(!Touches.overlaps((one as Checked).touches, (other as Checked).touches));
        const [a, b] = [replay(heads), replay(heads)];
        land(a, [], one as Checked, "ann");
        land(a, [], other as Checked, "ann");
        land(b, [], other as Checked, "ann");
        land(b, [], one as Checked, "ann");
        expect(visible(a)).toEqual(visible(b));
        const late = check(a, { operations: [] }, rules);
        expect(late.operations).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("history", () => {
  it("leads from a record's last change back to its creation, without leaving one out", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { workbook, heads } = play(all);
        for (const table of workbook.sheets.values()) {
          table.ids.forEach((id, row) => {
            const touching = heads.flatMap(({ seq, changesets }) =>
              changesets.some(({ operations }) =>
                operations.some(
                  (operation) =>
                    "ids" in operation &&
                    operation.sheet === table.key &&
                    operation.ids.includes(id),
                ),
              )
                ? [seq]
                : [],
            );
            const chain: number[] = [];
            const cells = new Map<string, unknown>();
            for (let seq = Workbook.lastSeq(table, row); seq > 0;) {
              chain.unshift(seq);
              const changeset = (heads[seq - 1] as Workbook.Committed)
                .changesets[0] as Workbook.Committed["changesets"][0];
              const found = History.extract(changeset, changeset.operations, table.key, id);
              for (const { field, after } of found?.entry.cells ?? [])
                if (!cells.has(field)) cells.set(field, after);
              seq = found?.prev ?? 0;
            }
            expect(chain).toEqual(touching);
            for (const [field, after] of cells)
              expect(Workbook.value(table, row, field) ?? null).toEqual(after);
          });
        }
      }),
      { numRuns: 60 },
    );
  });
});
