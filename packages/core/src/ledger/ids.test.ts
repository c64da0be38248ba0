import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDomainError } from "../error.ts";
import { nodePlatform } from "../testing/platform.ts";
import { fromRuns, isChangesetId, isRecordId, newId, recordIds, toRuns } from "./ids.ts";

const at = (now: number, random: number) => ({
  clock: { ...nodePlatform.clock, now: () => now },
  random: { next: () => random },
});

describe("record ids", () => {
  it("are valid, distinct and ascend by one", () => {
    const ids = recordIds(nodePlatform, 5000);
    expect(ids.every(isRecordId)).toBe(true);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(toRuns(ids)).toEqual([ids[0], 5000]);
  });

  it("ascend with time", () => {
    const early = recordIds(at(Date.UTC(2026, 0, 1), 0.999_999), 1);
    const late = recordIds(at(Date.UTC(2026, 0, 1) + 1, 0), 1);
    expect([...early, ...late]).toEqual([...early, ...late].sort());
  });

  it("have room to count from wherever they start", () => {
    const ids = recordIds(at(Date.UTC(2026, 0, 1), 0.999_999_999_99), 100_000);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(new Set(ids.map((id) => id.slice(0, 9))).size).toBe(1);
  });

  it("are told from other text", () => {
    for (const text of ["", "1r5c8d0ab00000l0", "1r5c8d0ab000000", "1R5C8D0AB0000000", 16, null]) {
      expect(isRecordId(text)).toBe(false);
    }
  });
});

describe("changeset ids", () => {
  it("are ULIDs in lower case that ascend with time", () => {
    const early = newId(at(1_000_000, 0.9));
    const late = newId(at(1_000_001, 0.1));
    expect([early, late].every(isChangesetId)).toBe(true);
    expect(early < late).toBe(true);
    expect(newId(nodePlatform)).not.toBe(newId(nodePlatform));
  });
});

describe("runs", () => {
  const digit = fc.constantFrom(..."0123456789abcdefghjkmnpqrstvwxyz");
  const id = fc.array(digit, { minLength: 16, maxLength: 16 }).map((digits) => digits.join(""));

  it("read back to the ids they were made from", () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), fc.nat(40), (scattered, count) => {
        const ids = [...new Set([...scattered, ...recordIds(nodePlatform, count)])].sort();
        expect(fromRuns(toRuns(ids), 1000, "corrupt")).toEqual(ids);
      }),
    );
  });

  it("are refused when they are not ids, not ascending, too many or run over", () => {
    const first = "1r5c8d0ab0000000";
    for (const runs of [
      null,
      [first],
      [first, 0],
      [first, -1],
      [first, 1.5],
      [first, 1e9],
      [first, "2"],
      ["no id", 1],
      [first, 2, first, 1],
      [first, 1, "1r5c8d0aa0000000", 1],
      ["1r5c8d0abzzzzzzz", 2],
    ]) {
      expect(() => fromRuns(runs, 100, "malformed")).toThrow(
        expect.toSatisfy((error: unknown) => isDomainError(error, "malformed")),
      );
    }
  });
});
