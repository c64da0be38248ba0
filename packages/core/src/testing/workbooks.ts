import { registry } from "../field/registry.ts";
import { check } from "../ledger/draft.ts";
import { newId } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import { fromRegistry } from "../ledger/rules.ts";
import { apply, empty, type Workbook } from "../ledger/workbook.ts";
import { firstOperations, type Settings } from "../sheet/templates.ts";
import { nodePlatform } from "./platform.ts";

const rules = fromRegistry(registry);

/** Checks operations like a commit and folds them into the workbook. */
export function commit(workbook: Workbook, operations: readonly Operation[], actor = "anna"): void {
  const checked = check(workbook, { operations }, rules);
  const id = newId(nodePlatform);
  apply(workbook, {
    seq: workbook.seq + 1,
    at: Date.UTC(2026, 10, 22) + workbook.seq * 60_000,
    hash: "",
    changesets: [
      {
        id,
        base: workbook.seq,
        actor,
        source: "grid",
        label: "Test",
        operations: checked.operations,
        seq: workbook.seq + 1,
        at: 0,
        answer: { seq: workbook.seq + 1, changeset: id, ...checked.answer },
      },
    ],
  });
}

/** A new workspace with the ready-made sheets, owned by "anna". */
export function newWorkbook(settings: Partial<Settings> = {}): Workbook {
  const workbook = empty("w1", "e1");
  commit(
    workbook,
    firstOperations(
      nodePlatform,
      {
        name: "Acme",
        locale: "en-US",
        timeZone: "America/New_York",
        currency: "USD",
        country: "US",
        ...settings,
      },
      { id: "anna", name: "Anna Arendt", email: "anna@acme.test" },
    ),
  );
  return workbook;
}
