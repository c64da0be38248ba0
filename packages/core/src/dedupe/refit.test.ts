import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnsOfHandful, HANDFUL } from "../testing/people.ts";
import { find } from "./duplicates.ts";
import { type Decision, refit, refitted } from "./refit.ts";
import { probability } from "./weights.ts";

/** An office in which the phone is everybody's: what it says is worth nothing, and e-mail decides. */
function decisions(count: number): Decision[] {
  return Array.from({ length: count }, (_, at) => {
    const phone = at % 3 === 0 ? -4 : 12;
    const email = at % 2 === 0 ? 9 : -5;
    return {
      same: email > 0,
      probability: probability((phone + email - 6) * Math.LN2),
      reasons: [
        { column: "Phone", weight: phone },
        { column: "Email", weight: email },
      ],
    };
  });
}

describe("decisions", () => {
  test("move the trust in columns, with a gain on decisions that were not seen", () => {
    const { refit: moved, heldOut } = refit(decisions(60));
    expect(heldOut.decisions).toBe(60);
    expect(heldOut.bitsAfter).toBeLessThan(heldOut.bitsBefore - 0.2);
    expect(heldOut.wrongAfter).toBeLessThan(heldOut.wrongBefore);
    expect(moved?.trust["Phone"]).toBeLessThan(0.8);
    expect(moved!.trust["Email"]!).toBeGreaterThan(moved!.trust["Phone"]!);
  });

  test("that say what was said move nothing", () => {
    const right = decisions(60).map((one) => ({
      ...one,
      same: one.probability >= 0.5,
      probability: one.probability >= 0.5 ? 0.999 : 0.001,
    }));
    expect(refit(right).refit).toBeUndefined();
  });

  test("of one kind alone, or too few, move nothing", () => {
    expect(refit(decisions(60).filter(({ same }) => same)).refit).toBeUndefined();
    expect(refit(decisions(12)).refit).toBeUndefined();
    expect(refit([])).toEqual({
      refit: undefined,
      heldOut: { decisions: 0, wrongBefore: 0, wrongAfter: 0, bitsBefore: 0, bitsAfter: 0 },
    });
  });

  test("in another order move the same", () => {
    const all = decisions(40);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(refit(shuffled)).toEqual(refit(all));
      }),
      { numRuns: 8 },
    );
  });

  test("of any kind keep trust and shift within bounds", () => {
    const decision = fc.record({
      same: fc.boolean(),
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
      reasons: fc.array(
        fc.record({
          column: fc.constantFrom("a", "b", "__proto__"),
          weight: fc.double({ min: -20, max: 20, noNaN: true }),
        }),
        { maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(fc.array(decision, { minLength: 20, maxLength: 40 }), (all) => {
        const { refit: moved, heldOut } = refit(all);
        expect(Number.isFinite(heldOut.bitsAfter)).toBe(true);
        if (moved === undefined) return;
        expect(Number.isFinite(moved.shift)).toBe(true);
        for (const one of Object.values(moved.trust)) {
          expect(one).toBeGreaterThanOrEqual(0.1);
          expect(one).toBeLessThanOrEqual(3);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("a workspace's own weights", () => {
  const columns = columnsOfHandful(HANDFUL);

  test("say less where less is trusted, and the same again when they are reset", () => {
    const before = find(columns);
    const moved = find(columns, { shift: -1, trust: { email: 0.3 } });
    const likely = ({ pairs }: typeof before) =>
      pairs.find(({ a, b }) => a === 2 && b === 4)!.probability;
    expect(likely(moved)).toBeLessThan(likely(before));
    const said = (found: typeof before) =>
      found.explain(2, 4).find(({ column }) => column === "email")!.weight;
    expect(said(moved)).toBeCloseTo(said(before) * 0.3, 0);
    expect(find(columns).pairs).toEqual(before.pairs);
  });

  test("follow from decisions alone, judged by what the rows say, and tell how much better they foretell", () => {
    const text = (row: number) => columns.map(({ values }) => values[row] ?? "");
    const email = columns.findIndex(({ name }) => name === "email");
    const without = (row: number) => text(row).map((one, at) => (at === email ? "" : one));
    // Nobody here is one person because of the e-mail address.
    const decided = Array.from({ length: 40 }, (_, n) => {
      const a = text(n % columns[0]!.values.length);
      const b = n % 2 === 0 ? without(n % columns[0]!.values.length) : [...a];
      return { same: n % 2 === 0, a, b };
    });
    const { refitted: told } = find(columns, decided);
    expect(told?.heldOut.decisions).toBe(40);
    expect(told?.heldOut.bitsAfter).toBeLessThan(told!.heldOut.bitsBefore);
    expect(told?.refit?.trust["email"]).toBeLessThan(1);
    expect(find(columns, []).pairs).toEqual(find(columns).pairs);
    expect(find(columns, []).refitted?.heldOut.decisions).toBe(0);
  });

  test("without decisions are those learnt from the rows", () => {
    const { weights } = find(columns);
    expect(refitted(weights, undefined)).toBe(weights);
  });
});
