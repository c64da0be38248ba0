import { registry } from "../field/registry.ts";
import type { Changeset } from "../ledger/changeset.ts";
import { check } from "../ledger/draft.ts";
import { newId } from "../ledger/ids.ts";
import type { Operation } from "../ledger/operation.ts";
import { fromRegistry } from "../ledger/rules.ts";
import { apply, empty, type Workbook } from "../ledger/workbook.ts";
import { firstOperations, type Settings } from "../sheet/templates.ts";
import { nodePlatform } from "./platform.ts";

const rules = fromRegistry(registry);

/** Checks operations like a commit and folds them into the workbook; answers what was committed. */
export function commit(
  workbook: Workbook,
  operations: readonly Operation[],
  actor = "anna",
): Changeset {
  const checked = check(workbook, { operations }, rules);
  const id = newId(nodePlatform);
  const seq = workbook.seq + 1;
  const changeset: Changeset = {
    id,
    base: workbook.seq,
    actor,
    source: "grid",
    label: "Test",
    operations: checked.operations,
    seq,
    at: 0,
    answer: { seq, changeset: id, ...checked.answer },
  };
  const at = Date.UTC(2026, 10, 22) + workbook.seq * 60_000;
  apply(workbook, { seq, at, hash: "", changesets: [changeset] });
  return changeset;
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
