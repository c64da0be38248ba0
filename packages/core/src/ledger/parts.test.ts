import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { isDomainError } from "../error.ts";
import type { Field } from "../field/field.ts";
import { registry } from "../field/registry.ts";
import { formulasOf } from "../formula/formulas.ts";
import { loadParts } from "../formula/library-parts.ts";
import { nodePlatform } from "../testing/platform.ts";
import {
  begin,
  land,
  operationsOf,
  replay,
  rules,
  step,
  type Step,
} from "../testing/random-changes.ts";
import { storeSmallPages } from "../testing/small-pages.ts";
import * as Absent from "./absent.ts";
import type { LedgerContext } from "./context.ts";
import { check } from "./draft.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { Operation } from "./operation.ts";
import * as Parts from "./parts.ts";
import { fromRegistry } from "./rules.ts";
import * as Touches from "./touches.ts";
import { inverse } from "./undo.ts";
import * as Workbook from "./workbook.ts";

beforeAll(loadParts);

const steps = fc.array(step, { minLength: 10, maxLength: 40 });

function contextOn(): LedgerContext {
  return {
    store: createMemoryStore(),
    platform: nodePlatform,
    rules: fromRegistry(registry),
    access: () => {},
    exclusive: false,
    deferred: "await",
    cacheBytes: 1e9,
  };
}

/** Work on a whole workbook, and the same log read by parts from a snapshot somewhere on the way. */
async function both(
  all: readonly Step[],
  cut: number,
  size: number,
  fields: readonly (readonly [string, Field])[] = [],
): Promise<{
  context: LedgerContext;
  whole: Workbook.Workbook;
  parts: Workbook.Workbook;
  heads: Workbook.Committed[];
}> {
  const { workbook: whole, heads } = begin();
  const made = fields.map(([sheet, after]): Operation => ({ op: "field", sheet, after }));
  land(whole, heads, check(whole, { operations: made }, rules), "ann");
  for (const [salt, each] of all.entries()) take(whole, heads, each, salt);
  const context = contextOn();
  const early = replay(heads.slice(0, 1 + (cut % heads.length)));
  const manifest = await storeSmallPages(context.store, early, rules, size);
  const parts = await Parts.open(context, "w", manifest);
  replay(heads.slice(early.seq), parts);
  return { context, whole, parts, heads };
}

/** Lands what the step becomes on the workbook, if it may. */
function take(
  workbook: Workbook.Workbook,
  heads: Workbook.Committed[],
  each: Step,
  salt: number,
): void {
  try {
    const operations = operationsOf(workbook, each, salt);
    const checked = check(workbook, { operations }, rules, { onInvalid: "refuse" });
    land(workbook, heads, checked, each.actor);
  } catch (error) {
    if (!isDomainError(error)) throw error;
  }
}

/** What `look` says, given whatever it misses and nothing more. */
async function given<T>(
  context: LedgerContext,
  workbook: Workbook.Workbook,
  look: () => T,
): Promise<T> {
  for (;;) {
    try {
      return Absent.heard(look);
    } catch (error) {
      if (!(error instanceof Absent.Missing)) throw error;
      await load(context, workbook, error);
    }
  }
}

async function load(
  context: LedgerContext,
  workbook: Workbook.Workbook,
  { pages }: Absent.Missing,
): Promise<void> {
  expect([...pages.values()].flat().length).toBeGreaterThan(0);
  await Parts.bring(context, workbook, [...pages.values()].flat(), () => {});
}

/** An answer or an error, to be compared. */
function outcome<T>(
  work: () => T,
): { answer: T } | { code: string; message: string; errors: unknown } {
  try {
    return { answer: work() };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return { code: error.code, message: error.message, errors: error.errors };
  }
}

/** Keys that somebody held at some time. */
function keysIn(table: Workbook.Table, field: Field): string[] {
  if (Workbook.isStamped(field.type)) return [];
  const cells = table.columns.get(field.key) ?? [];
  const keys = cells.map((cell) => (cell === undefined ? undefined : rules.key(cell, field)));
  return [...new Set([...keys, "p1@acme.test", "p2@acme.test"])].filter((key) => key !== undefined);
}

async function loadAll(context: LedgerContext, workbook: Workbook.Workbook): Promise<void> {
  const rest = Parts.rest(workbook);
  if (rest !== undefined) await load(context, workbook, rest);
  expect(Parts.rest(workbook)).toBeUndefined();
}

/** Steps of the kinds that look at records which the draft does not name, more often than `step` has them. */
const probing: fc.Arbitrary<Step> = fc
  .tuple(step, fc.constantFrom("options", "unique", "restore", "set", "create", "several"))
  .map(([each, kind]) => {
    if (kind !== "options" && kind !== "unique") return { ...each, kind };
    // The choice and the e-mail of people.
    const picks = each.picks.with(5, kind === "options" ? 3 : 1);
    return { ...each, kind, sheet: "people", picks };
  });

const sizes = fc.integer({ min: 1, max: 4 });

describe("a workbook read by parts", () => {
  it("is the whole workbook once all its pages have come, in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(40), sizes, fc.nat(40), async (all, cut, size, half) => {
        const { context, whole, parts } = await both(all, cut, size);
        const pages = [...(Parts.rest(parts)?.pages.values() ?? [])].flat().reverse();
        await Parts.bring(context, parts, pages.slice(0, half % (pages.length + 1)), () => {});
        await loadAll(context, parts);
        expect(Workbook.canonical(parts)).toBe(Workbook.canonical(whole));
      }),
      { numRuns: 150 },
    );
  });

  it("lets the same drafts land, in the same form, and refuses the same ones in the same words", async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.nat(40),
        sizes,
        fc.array(fc.oneof(step, probing), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (all, cut, size, more, refuses) => {
          const { context, whole, parts, heads } = await both(all, cut, size);
          const options = { onInvalid: refuses ? "refuse" : "throw" } as const;
          for (const [at, each] of more.entries()) {
            const operations = operationsOf(whole, each, 1_000 + at);
            const guard = at % 2 === 0 ? [] : [{ sheet: each.sheet, field: "name" }];
            const draft = { operations, guard };
            const asked = outcome(() => {
              const { touches: _, ...checked } = check(whole, draft, rules, options);
              return checked;
            });
            const answered = await given(context, parts, () =>
              outcome(() => {
                const { touches: _, ...checked } = check(parts, draft, rules, options);
                return checked;
              }),
            );
            expect(answered).toEqual(asked);
            if (!("answer" in asked)) continue;
            land(whole, heads, asked.answer, each.actor);
            Workbook.apply(parts, heads.at(-1) as Workbook.Committed);
          }
          await loadAll(context, parts);
          expect(Workbook.canonical(parts)).toBe(Workbook.canonical(whole));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("answers the same to who holds a value and who links to a record", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(40), sizes, fc.nat(999), async (all, cut, size, n) => {
        const { context, whole, parts } = await both(all, cut, size);
        const questions = [...whole.sheets.values()].flatMap((table) => [
          ...table.ids.map(
            (id) => (workbook: Workbook.Workbook) => Workbook.backLinks(workbook, table.key, id),
          ),
          ...table.sheet.fields.flatMap((field) =>
            keysIn(table, field).map(
              (key) => (workbook: Workbook.Workbook) =>
                Workbook.keyIndex(workbook, table.key, field.key, rules).get(key),
            ),
          ),
        ]);
        const question = questions[n % questions.length];
        if (question === undefined) return;
        expect(await given(context, parts, () => question(parts))).toEqual(question(whole));
      }),
      { numRuns: 600 },
    );
  });

  it("is undone and told apart like the whole", async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.nat(40),
        sizes,
        fc.array(fc.nat(40), { minLength: 2, maxLength: 4 }),
        async (all, cut, size, picks) => {
          const { context, whole, parts, heads } = await both(all, cut, size);
          const chosen = [...new Set(picks.map((n) => n % heads.length))]
            .sort((a, b) => b - a)
            .map((n) => (heads[n] as Workbook.Committed).changesets[0]!);
          const undone = await given(context, parts, () => inverse(parts, chosen, rules));
          expect(undone).toEqual(inverse(whole, chosen, rules));
          const [a, b] = [chosen[0]!.operations, chosen.at(-1)!.operations] as [
            readonly Operation[],
            readonly Operation[],
          ];
          const apart = (workbook: Workbook.Workbook): boolean =>
            Touches.overlaps(Touches.of(workbook, a, rules), Touches.of(workbook, b, rules));
          expect(await given(context, parts, () => apart(parts))).toBe(apart(whole));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("computes its formulas like the whole, also while the log goes on", async () => {
    const fields: readonly [string, Field][] = [
      ["people", { key: "fa", name: "Fa", type: "number", formula: "[age] * 2 + LEN([name])" }],
      ["people", { key: "fb", name: "Fb", type: "text", formula: "JOIN([firm].[name])" }],
      ["firms", { key: "fc", name: "Fc", type: "number", formula: "SUM([@people/firm].[fa])" }],
      ["firms", { key: "fd", name: "Fd", type: "text", formula: "[boss] & COUNT([people!age])" }],
      ["people", { key: "fe", name: "Fe", type: "number", formula: "SUM([firm].[fc])" }],
    ];
    const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
    const more = fc.array(step, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.nat(40),
        sizes,
        more,
        fc.nat(999),
        async (all, cut, size, next, n) => {
          const { context, whole, parts, heads } = await both(all, cut, size, fields);
          for (const [salt, each] of [undefined, ...next].entries()) {
            if (each !== undefined) take(whole, heads, each, 1_000 + salt);
            replay(heads.slice(parts.seq), parts);
            const [sheet, { key }] = fields[(n + salt) % fields.length] as [string, Field];
            const id = Workbook.table(whole, sheet).ids[n % 7];
            if (id === undefined) continue;
            const value = (workbook: Workbook.Workbook): unknown => {
              formulasOf(workbook, locale, 0);
              const table = Workbook.table(workbook, sheet);
              return Workbook.value(table, table.rowById.get(id) as number, key);
            };
            expect(await given(context, parts, () => value(parts))).toEqual(value(whole));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  const [ann, bob] = ["1r5c8d0ab0000001", "1r5c8d0ab0000002"];
  const people = (op: "delete" | "restore"): Operation => ({ op, sheet: "people", ids: [ann] });
  const named = (type: "text" | "url"): Operation => ({
    op: "field",
    sheet: "people",
    after: { key: "name", name: "Name", type, unique: true },
  });

  it.each([
    ["a record that came out of the trash since", [people("delete")], [people("restore")], "email"],
    ["a column that became another type since", [named("text")], [named("url")], "name"],
  ])("knows the key of %s", async (_, before, after, field) => {
    const { workbook: whole, heads } = begin();
    const made: Operation = {
      op: "create",
      sheet: "people",
      ids: [ann, bob],
      fields: { email: ["p1@acme.test", null], name: ["https://www.acme.test/", null] },
    };
    for (const operations of [[made], before]) {
      land(whole, heads, check(whole, { operations }, rules), "ann");
    }
    const context = contextOn();
    const manifest = await storeSmallPages(context.store, whole, rules, 1);
    const parts = await Parts.open(context, "w", manifest);
    land(whole, heads, check(whole, { operations: after }, rules), "ann");
    Workbook.apply(parts, heads.at(-1) as Workbook.Committed);
    const key = field === "email" ? "p1@acme.test" : "acme.test";
    const ids = await given(context, parts, () =>
      Workbook.keyIndex(parts, "people", field, rules).get(key),
    );
    expect(ids).toEqual([ann]);
    expect(ids).toEqual(Workbook.keyIndex(whole, "people", field, rules).get(key));
  });
});
