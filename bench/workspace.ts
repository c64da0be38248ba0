import { registry } from "@gridfolk/core/field/registry";
import { describeColumns } from "@gridfolk/core/import/column";
import { proposeMapping } from "@gridfolk/core/import/mapping";
import { plan, type Plan } from "@gridfolk/core/import/plan";
import { readFile } from "@gridfolk/core/import/read/file";
import { dataRows, findTable } from "@gridfolk/core/import/table";
import type { Draft } from "@gridfolk/core/ledger/changeset";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Ledger } from "@gridfolk/core/ledger/ledger";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { localeOf } from "@gridfolk/core/sheet/settings";
import { firstOperations } from "@gridfolk/core/sheet/templates";
import { nodePlatform } from "@gridfolk/functions/platform";

/** A new workspace with the ready-made sheets; answers its id. */
export async function newWorkspace(ledger: Ledger): Promise<string> {
  const workspace = Ids.newId(nodePlatform);
  await ledger.create(workspace, firstDraft());
  return workspace;
}

export function firstDraft(): Omit<Draft, "base"> {
  const settings = {
    name: "Bench",
    locale: "en-US",
    timeZone: "UTC",
    currency: "USD",
    country: "US",
  };
  const owner = { id: "owner", name: "Olive Owner", email: "olive@acme.test" };
  return {
    id: Ids.newId(nodePlatform),
    actor: owner.id,
    source: "system",
    label: "Made the workspace",
    operations: firstOperations(nodePlatform, settings, owner),
  };
}

/** What `gridfolk import --sheet contacts --yes` decides about a file. */
export function planContacts(workbook: Workbook.Workbook, file: Uint8Array): Plan {
  const locale = localeOf(workbook);
  const [raw] = readFile(file).tables;
  if (raw === undefined) throw new Error("There is no table in the file.");
  const table = findTable(raw);
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const { sheet } = Workbook.table(workbook, "contacts");
  const mapping = proposeMapping(facts, sheet);
  const deps = { workbook, registry, locale, platform: nodePlatform };
  return plan(deps, table, mapping, { mode: "overwrite" });
}
