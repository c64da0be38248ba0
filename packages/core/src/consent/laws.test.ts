import fc from "fast-check";
import { expect, test } from "vitest";
import { registry } from "../field/registry.ts";
import { operations } from "../import/emit.ts";
import { describeColumns } from "../import/column.ts";
import { proposeMapping } from "../import/mapping.ts";
import { plan } from "../import/plan.ts";
import { readCsv } from "../import/read/csv.ts";
import { dataRows, findTable } from "../import/table.ts";
import type { Changeset } from "../ledger/changeset.ts";
import { check } from "../ledger/draft.ts";
import { newId, recordIds } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import { fromRegistry } from "../ledger/rules.ts";
import { inverse } from "../ledger/undo.ts";
import * as Workbook from "../ledger/workbook.ts";
import { mergesInto } from "../merge/memory.ts";
import { planMerge } from "../merge/merge.ts";
import { planUnmerge } from "../merge/unmerge.ts";
import { localeOf } from "../sheet/settings.ts";
import { nodePlatform } from "../testing/platform.ts";
import { newWorkbook } from "../testing/workbooks.ts";
import { carry } from "./carry.ts";

const rules = fromRegistry(registry);
const PEOPLE = ["ana@a.test", "bob@b.test"];

/** Everything that happens to records except somebody's edit of the cell itself; what could opt somebody in comes often. */
const who = fc.constantFrom(0, 0, 0, 1);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("import" as const),
      who,
      out: fc.constantFrom("no", "no", "yes", "", undefined),
      key: fc.constantFrom("email", "email", "none"),
      mode: fc.constantFrom("overwrite" as const, "overwrite" as const, "fill" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("create" as const), who, out: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("delete" as const), at: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restore" as const), at: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("merge" as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("unmerge" as const), at: fc.nat(9) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function land(
  workbook: Workbook.Workbook,
  asked: readonly Operation[],
  source: Changeset["source"],
): Changeset {
  const checked = check(workbook, { operations: asked }, rules, { onInvalid: "refuse" });
  const id = newId(nodePlatform);
  const seq = workbook.seq + 1;
  const changeset: Changeset = {
    id,
    base: workbook.seq,
    actor: "anna",
    source,
    label: "Test",
    operations: checked.operations,
    seq,
    at: seq * 1000,
    answer: { seq, changeset: id, ...checked.answer },
  };
  Workbook.apply(workbook, { seq, at: seq * 1000, hash: "", changesets: [changeset] });
  return changeset;
}

function imported(workbook: Workbook.Workbook, one: Step & { kind: "import" }): Operation[] {
  const csv =
    one.out === undefined
      ? `Email,City\n${PEOPLE[one.who]},Porto\n`
      : `Email,Do not contact,City\n${PEOPLE[one.who]},${one.out},Porto\n`;
  const table = findTable(readCsv(new TextEncoder().encode(csv)), { headerRow: 0 });
  const locale = localeOf(workbook);
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const mapping = proposeMapping(facts, Workbook.table(workbook, "contacts").sheet);
  const deps = { workbook, registry, locale, platform: nodePlatform };
  const planned = plan(deps, table, mapping, { key: one.key, mode: one.mode });
  const { counts, refused } = planned;
  return operations(planned, { import: "i", file: "f.csv", counts, refused }, nodePlatform);
}

function run(workbook: Workbook.Workbook, one: Step): Changeset | undefined {
  const table = Workbook.table(workbook, "contacts");
  const sheet = "contacts";
  const pick = (rows: readonly number[], at: number) =>
    rows.length === 0 ? undefined : (table.ids[rows[at % rows.length] as number] as string);
  const commit = (asked: readonly Operation[], source: Changeset["source"]) =>
    asked.length === 0 ? undefined : land(workbook, asked, source);
  switch (one.kind) {
    case "import":
      return commit(imported(workbook, one), "import");
    case "create": {
      const fields = { email: [PEOPLE[one.who]!], doNotContact: [one.out ? true : null] };
      const ids = recordIds(nodePlatform, 1);
      return commit(carry(workbook, [{ op: "create", sheet, ids, fields }], rules), "api");
    }
    case "delete": {
      const id = pick(Workbook.rows(table), one.at);
      if (id === undefined) return undefined;
      return commit(carry(workbook, [{ op: "delete", sheet, ids: [id] }], rules), "grid");
    }
    case "restore": {
      const gone = Workbook.allRows(table).filter((row) => !Workbook.isLive(table, row));
      const id = pick(gone, one.at);
      if (id === undefined) return undefined;
      return commit(carry(workbook, [{ op: "restore", sheet, ids: [id] }], rules), "grid");
    }
    case "merge": {
      const ids = Workbook.rows(table)
        .filter((row) => Workbook.value(table, row, "email") === PEOPLE[one.who])
        .map((row) => table.ids[row] as string);
      if (ids.length < 2) return undefined;
      return commit(planMerge(workbook, sheet, ids, {}, nodePlatform).operations, "merge");
    }
    case "unmerge": {
      const merges = table.ids.flatMap((id) => mergesInto(workbook, sheet, id));
      const merge = merges[one.at % Math.max(1, merges.length)];
      return merge && commit(planUnmerge(workbook, merge.id).operations, "merge");
    }
  }
}

/** Two records of the first person, of which one is opted out by hand. */
function begun(out: readonly (true | null)[]): Workbook.Workbook {
  const workbook = newWorkbook();
  const fields = { email: out.map(() => PEOPLE[0]!), doNotContact: out };
  const ids = recordIds(nodePlatform, out.length);
  land(workbook, [{ op: "create", sheet: "contacts", ids, fields }], "grid");
  return workbook;
}

/** Who opted out, as far as anything that is there or could come back knows; and who of them would be contacted. */
function state(workbook: Workbook.Workbook) {
  const table = Workbook.table(workbook, "contacts");
  return PEOPLE.map((email) => {
    const rows = Workbook.allRows(table).filter(
      (row) => Workbook.value(table, row, "email") === email,
    );
    const isOut = (row: number) => Workbook.value(table, row, "doNotContact") === true;
    const live = rows.filter((row) => Workbook.isLive(table, row));
    return { out: rows.some(isOut), live: live.length, liveOut: live.filter(isOut).length };
  });
}

test("consent is monotone: who opted out stays so through imports, creates, merges, the trash and back", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), fc.boolean(), (steps, first) => {
      const workbook = begun(first ? [true, null] : [null, true]);
      for (const one of steps) {
        const before = state(workbook);
        run(workbook, one);
        const after = state(workbook);
        PEOPLE.forEach((_, at) => {
          if (before[at]!.out) expect(after[at]!.out).toBe(true);
          // While one of the records that are there says no, one does ever after, as long as any is there.
          if (before[at]!.liveOut > 0 && after[at]!.live > 0) {
            expect(after[at]!.liveOut).toBeGreaterThan(0);
          }
        });
      }
    }),
    { numRuns: 60 },
  );
});

test("an import taken back opts nobody in whose other record is opted out", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      const workbook = newWorkbook();
      run(workbook, { kind: "create", who: 0, out: false });
      const done = run(workbook, {
        kind: "import",
        who: 0,
        out: "yes",
        key: "email",
        mode: "overwrite",
      }) as Changeset;
      for (const one of steps) run(workbook, one);
      run(workbook, { kind: "create", who: 0, out: true });
      land(workbook, inverse(workbook, [done], rules).operations, "undo");
      const [ana] = state(workbook);
      expect(ana!.liveOut).toBe(ana!.live);
    }),
    { numRuns: 25 },
  );
});
