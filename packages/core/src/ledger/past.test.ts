import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDomainError } from "../error.ts";
import { begin, land, operationsOf, replay, rules, step } from "../testing/random-changes.ts";
import { check } from "./draft.ts";
import { create, draft, firstDraft, ledgerOn, newIds, set } from "../testing/ledgers.ts";
import { nodePlatform } from "../testing/platform.ts";
import { createMemoryStore } from "./memory-store.ts";
import * as Past from "./past.ts";
import { lay } from "./provisional.ts";
import { rewind, stampAll } from "./rewind.ts";
import * as Workbook from "./workbook.ts";

const steps = fc.array(step, { minLength: 1, maxLength: 14 });

function play(all: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) {
  const { workbook, heads } = begin();
  all.forEach((each, salt) => {
    try {
      const operations = operationsOf(workbook, each, salt);
      const checked = check(workbook, { operations }, rules, { onInvalid: "refuse" });
      land(workbook, heads, checked, each.actor);
    } catch (error) {
      if (!isDomainError(error)) throw error;
    }
  });
  return { workbook, heads };
}

/** As Workbook.canonical, without what `before` cannot tell: whether others had written to a record. */
function stateOf(workbook: Workbook.Workbook): string {
  for (const table of workbook.sheets.values()) table.shared.fill(0);
  return Workbook.canonical({ ...workbook, hash: "" });
}

describe("the past of a workbook", () => {
  it("is what a replay of the log up to there leads to, and leaves the workbook alone", () => {
    fc.assert(
      fc.property(steps, fc.nat(15), (all, back) => {
        const { workbook, heads } = play(all);
        const before = Workbook.canonical(workbook);
        const seq = Math.max(1, workbook.seq - back);
        const past = Past.begin(workbook);
        for (const head of heads.slice(seq).toReversed()) Past.takeOff(past, head);
        for (const missing of Past.unknown(past)) {
          Past.tell(past, missing, { at: missing * 1000, actor: actorOf(missing) });
        }
        const then = Past.finish(past);
        expect(stateOf(then)).toBe(stateOf(replay(heads.slice(0, seq))));
        expect(Workbook.canonical(workbook)).toBe(before);
        for (const table of then.sheets.values()) {
          expect(table.live).toBe(Workbook.rows(table).length);
        }

        function actorOf(at: number): string {
          return heads[at - 1]?.changesets[0]?.actor ?? "";
        }
      }),
    );
  });

  it("leaves out what is not in the log yet", () => {
    const { workbook, heads } = play([
      { kind: "create", sheet: "people", picks: [3, 1, 2, 3, 4, 5, 6, 8], actor: "ann" },
    ]);
    const truth = stateOf(replay(heads));
    const [id = ""] = Workbook.table(workbook, "people").ids;
    const set = { op: "set", sheet: "people", ids: [id], fields: { name: ["Another"] } } as const;
    const { operations } = check(workbook, { operations: [set] }, rules);
    lay(workbook, { id: "own", actor: "bob", at: 1, operations });
    const past = Past.begin(workbook);
    Past.takeOperations(past, operations);
    expect(stateOf(Past.finish(past))).toBe(truth);
  });

  it("looks up in the log who had changed a record last before it was changed again", async () => {
    const store = createMemoryStore();
    const ledger = ledgerOn(store);
    await ledger.create("acme", firstDraft());
    const ids = newIds(300);
    const rows = ids.map((_, at) => ({ name: `Name ${at}` }));
    await ledger.commit("acme", draft(1, [create("people", ids, rows)], { actor: "ann" }));
    const rename = async (id: string, name: string, actor: string) =>
      ledger.commit("acme", draft(2, [set("people", [id], [{ name }])], { actor }));
    // Changes further apart than one look reaches.
    for (const id of ids) await rename(id, "First", "bob");
    const then = 302;
    for (const id of ids) await rename(id, "Second", "cat");
    await ledger.compact("acme", { force: true });
    // What is read from the pages knows the last change of a record and none before.
    const now = await ledgerOn(store).read("acme");
    const log = {
      changes: ({ seq }: { seq: number }) => ledger.changes("acme", seq),
      changesFrom: (after: number, epoch: string) => ledger.changes("acme", after, { epoch }),
      part: () => Promise.reject(new Error("there are no parts")),
    };
    const past = Past.begin(now);
    await rewind(past, then, log, nodePlatform.bytes);
    expect(Past.unknown(past)).toHaveLength(300);
    await stampAll(past, log);
    const { people } = Object.fromEntries(Past.finish(past).sheets);
    const by = ids.map((_, row) => past.workbook.stamps.get(people?.updated[row] ?? 0)?.actor);
    expect(new Set(by)).toEqual(new Set(["bob"]));
  });
});
