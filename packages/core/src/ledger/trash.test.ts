import fc from "fast-check";
import { beforeEach, describe, expect, it, test } from "vitest";
import { isDomainError } from "../error.ts";
import {
  create,
  draft,
  firstDraft,
  ledgerOn,
  newIds,
  platformAt,
  set,
} from "../testing/ledgers.ts";
import { nodePlatform } from "../testing/platform.ts";
import {
  begin,
  land,
  operationsOf,
  replay,
  rules,
  step,
  visible,
} from "../testing/random-changes.ts";
import { check, type Checked } from "./draft.ts";
import { createMemoryStore } from "./memory-store.ts";
import type { Operation } from "./operation.ts";
import * as Page from "./page.ts";
import type { Store } from "./store.ts";
import * as Trash from "./trash.ts";
import * as Workbook from "./workbook.ts";

const { bytes } = nodePlatform;
const DAY_MS = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 0, 5);

function tryCheck(
  workbook: Workbook.Workbook,
  operations: readonly Operation[],
): Checked | undefined {
  try {
    return check(workbook, { operations }, rules, { onInvalid: "refuse" });
  } catch (error) {
    if (isDomainError(error)) return undefined;
    throw error;
  }
}

/** The workbook as somebody reads it from a snapshot. */
async function compacted(from: Workbook.Workbook): Promise<Workbook.Workbook> {
  const to = Workbook.empty(from.workspace, from.epoch);
  const pages = await Page.schemaPages(from, bytes);
  for (const table of from.sheets.values()) {
    pages.push(...(await Page.recordPages(table, bytes, {})));
  }
  for (const page of pages) {
    Page.load(to, await Page.openPage(page.bytes, page.reference.hash, bytes));
  }
  to.seq = from.seq;
  to.hash = from.hash;
  return to;
}

/** What people see, and what links to what. */
function seen(workbook: Workbook.Workbook): unknown {
  // A snapshot gives the sheets in another order.
  const keys = [...workbook.sheets.keys()].toSorted();
  const sheets = visible(workbook) as { properties: { key: string } }[];
  const links = keys.flatMap((key) =>
    Workbook.table(workbook, key)
      .ids.toSorted()
      .map((id) => [key, id, new Set(Workbook.backLinks(workbook, key, id))]),
  );
  return [sheets.toSorted((a, b) => (a.properties.key < b.properties.key ? -1 : 1)), links];
}

describe("what is deleted and restored", () => {
  it("is as if it had never been gone, links both ways, whatever others did and after compaction", async () => {
    const work = fc.array(step, { minLength: 4, maxLength: 14 });
    const edits = fc.array(
      step.filter(({ kind }) => kind === "create" || kind === "set"),
      { maxLength: 4 },
    );
    const picks = fc.array(fc.nat(9999), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(work, picks, edits, fc.boolean(), async (all, chosen, others, compact) => {
        let { workbook, heads } = begin();
        all.forEach((each, salt) => {
          const checked = tryCheck(workbook, operationsOf(workbook, each, salt));
          if (checked !== undefined) land(workbook, heads, checked, each.actor);
        });
        const gone = ["people", "firms"].flatMap((sheet) => {
          const table = Workbook.table(workbook, sheet);
          const live = Workbook.rows(table).map((row) => table.ids[row] as string);
          const ids = new Set(chosen.flatMap((n) => live[n % live.length] ?? []));
          return ids.size === 0 ? [] : [{ sheet, ids: [...ids].toSorted() }];
        });
        fc.pre(gone.length > 0);
        const never = replay(heads);
        const put = (op: "delete" | "restore"): Operation[] =>
          gone.map((each) => ({ op, ...each }));
        land(workbook, heads, tryCheck(workbook, put("delete")) as Checked, "ann");
        never.seq += 1;
        others.forEach((each, salt) => {
          const checked = tryCheck(workbook, operationsOf(workbook, each, 50 + salt));
          if (checked === undefined) return;
          land(workbook, heads, checked, "bob");
          Workbook.apply(never, heads.at(-1) as Workbook.Committed);
        });
        if (compact) workbook = await compacted(workbook);
        const restored = tryCheck(workbook, put("restore"));
        // Somebody took a unique value meanwhile.
        fc.pre(restored !== undefined && restored.answer.refused.length === 0);
        land(workbook, heads, restored as Checked, "cy");
        expect(seen(workbook)).toEqual(seen(never));
      }),
      { numRuns: 150 },
    );
  });
});

describe("the trash of a workspace", () => {
  const workspace = "acme";
  let store: Store;
  let platform: ReturnType<typeof platformAt>;

  beforeEach(() => {
    store = createMemoryStore();
    platform = platformAt(START);
  });
  const ledger = () => ledgerOn(store, { platform });

  test("gives back both ends of a link after compaction, to a reader that knows only the snapshot", async () => {
    const [firm = ""] = newIds(1);
    const ids = newIds(3);
    const first = ledger();
    await first.create(workspace, firstDraft());
    await first.commit(workspace, draft(1, [create("firms", [firm], [{ name: "Acme" }])]));
    const rows = ids.map((id) => ({ name: id, firm: [firm] }));
    await first.commit(workspace, draft(2, [create("people", ids, rows)]));
    const [ann = "", bea = ""] = ids;
    await first.commit(
      workspace,
      draft(3, [
        { op: "delete", sheet: "firms", ids: [firm] },
        { op: "delete", sheet: "people", ids: [ann] },
      ]),
    );
    await first.commit(workspace, draft(4, [set("people", [bea], [{ firm: null }])]));
    await first.compact(workspace, { force: true });
    const other = ledger();
    const answer = await other.commit(
      workspace,
      draft(5, [
        { op: "restore", sheet: "firms", ids: [firm] },
        { op: "restore", sheet: "people", ids: [ann] },
      ]),
    );
    expect(answer).toMatchObject({ restored: 2, refused: [] });
    const workbook = await ledger().read(workspace);
    const links = Workbook.backLinks(workbook, "firms", firm).map(({ id }) => id);
    expect(links).toEqual([ann, ids[2]].toSorted());
  });

  test("keeps records for 90 days, then neither restore nor undo brings them back", async () => {
    const ids = newIds(2);
    const acme = ledger();
    await acme.create(workspace, firstDraft());
    await acme.commit(
      workspace,
      draft(1, [create("people", ids, [{ name: "Ann" }, { name: "Bea" }])]),
    );
    const gone = draft(2, [{ op: "delete", sheet: "people", ids }]);
    await acme.commit(workspace, gone);
    const deleted = platform.clock.now();
    const table = Workbook.table(await acme.read(workspace), "people");

    platform.clock.set(deleted + 90 * DAY_MS - 1000);
    expect(Trash.rows(table, platform.clock.now())).toHaveLength(2);
    expect(Trash.daysLeft(deleted, platform.clock.now())).toBe(1);
    const restore = (id: string): Operation => ({ op: "restore", sheet: "people", ids: [id] });
    await acme.commit(workspace, draft(3, [restore(ids[0] as string)]));
    expect(table.live).toBe(1);

    platform.clock.set(deleted + 90 * DAY_MS + 1000);
    expect(Trash.rows(table, platform.clock.now())).toEqual([]);
    expect(Trash.daysLeft(deleted, platform.clock.now())).toBe(0);
    const reason = "It was deleted more than 90 days ago and cannot be restored any more.";
    await expect(
      acme.commit(workspace, draft(4, [restore(ids[1] as string)])),
    ).rejects.toMatchObject({ code: "invalid-values", message: reason });
    const undone = await acme.undo(workspace, gone.id, { id: draft(0, []).id, actor: "ann" });
    expect(undone.skipped).toMatchObject([{ id: ids[1], reason }]);
    expect(table.live).toBe(1);
  });
});
