// Merging: 5,000 groups of two contacts with a deal each as one changeset, planned, checked and on disk, and one of them taken back.
import * as Ids from "@gridfolk/core/ledger/ids";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { mergesInto } from "@gridfolk/core/merge/memory";
import { planMerges } from "@gridfolk/core/merge/merge";
import { planUnmerge } from "@gridfolk/core/merge/unmerge";
import { nodePlatform } from "@gridfolk/functions/platform";
import { contacts } from "@gridfolk/core/testing/contacts";
import { bench, timed } from "./harness.ts";
import { openLedger } from "./on-disk.ts";
import { newWorkspace } from "./workspace.ts";

await bench("merge", async (run) => {
  const groups = run.option("groups", 5000);
  const turns = run.option("turns", 5);
  const { ledger, stop } = await openLedger(run.directory());
  run.later(stop);
  const merges: number[] = [];
  const unmerges: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const workspace = await newWorkspace(ledger);
    const rows = contacts(groups * 2);
    const ids = Ids.recordIds(nodePlatform, rows.length);
    const deals = Ids.recordIds(nodePlatform, groups);
    const actor = "owner";
    await ledger.commitWith(workspace, Ids.newId(nodePlatform), () => ({
      actor,
      source: "api",
      label: "Contacts and deals",
      operations: [
        {
          op: "create",
          sheet: "contacts",
          ids,
          fields: {
            firstName: rows.map((row) => row[0] ?? null),
            lastName: rows.map((row) => row[1] ?? null),
            email: ids.map((_, at) => `someone${at}@example.com`),
            city: ids.map((_, at) => (at % 2 === 0 ? null : "Porto")),
          },
        },
        {
          op: "create",
          sheet: "deals",
          ids: deals,
          fields: {
            name: deals.map((_, at) => `Deal ${at}`),
            contacts: deals.map((_, at) => [ids[2 * at] as string]),
          },
        },
      ],
    }));
    const pairs = deals.map((_, at) => [ids[2 * at] as string, ids[2 * at + 1] as string]);
    const merged = await timed(() =>
      ledger.commitWith(workspace, Ids.newId(nodePlatform), (workbook) => {
        const { label, operations } = planMerges(
          workbook,
          "contacts",
          pairs,
          "most-complete",
          nodePlatform,
        );
        return { actor, source: "merge", label, operations };
      }),
    );
    merges.push(merged.ms / 1000);
    if (merged.answer.deleted !== groups) throw new Error(`Merged ${merged.answer.deleted}.`);
    const taken = await timed(() =>
      ledger.commitWith(workspace, Ids.newId(nodePlatform), (workbook) => {
        const table = Workbook.table(workbook, "contacts");
        const survivor = table.ids[Workbook.rows(table)[7] ?? 0] ?? "";
        const [made] = mergesInto(workbook, "contacts", survivor);
        const { label, operations } = planUnmerge(workbook, made?.id ?? "");
        return { actor, source: "merge", label, operations };
      }),
    );
    unmerges.push(taken.ms);
  }
  const many = groups.toLocaleString("en");
  run.report({
    work: `merge of ${many} pairs as one changeset, durable`,
    unit: "s",
    samples: merges,
    target: { most: 2 },
  });
  run.report({ work: `one of ${many} merges taken back`, unit: "ms", samples: unmerges });
});
