import { beforeEach, describe, expect, test } from "vitest";
import { loadPhones } from "../field/phone.ts";
import { registry } from "../field/registry.ts";
import { newId } from "../ledger/ids.ts";
import * as Keys from "../ledger/keys.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { createMemoryStore } from "../ledger/memory-store.ts";
import type { Store } from "../ledger/store.ts";
import * as Workbook from "../ledger/workbook.ts";
import { localeOf } from "../sheet/settings.ts";
import { firstOperations } from "../sheet/templates.ts";
import { ledgerOn } from "../testing/ledgers.ts";
import { nodePlatform } from "../testing/platform.ts";
import { describeColumns } from "./column.ts";
import { MAX_RECORDS } from "./emit.ts";
import { proposeMapping } from "./mapping.ts";
import { plan, type Plan } from "./plan.ts";
import { readCsv } from "./read/csv.ts";
import { PartlySent, send, type Transport } from "./send.ts";
import { dataRows, findTable } from "./table.ts";

const workspace = "w1";

let store: Store;
let ledger: Ledger;

beforeEach(async () => {
  await loadPhones();
  store = createMemoryStore();
  ledger = ledgerOn(store);
  await ledger.create(workspace, {
    id: newId(nodePlatform),
    actor: "ann",
    source: "system",
    label: "New workspace",
    operations: firstOperations(
      nodePlatform,
      { name: "Acme", locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" },
      { id: "ann", name: "Ann", email: "ann@acme.test" },
    ),
  });
});

/** Rows with nothing but a name. */
async function planned(rows: number): Promise<{ plan: Plan; base: Workbook.Workbook }> {
  const base = await ledger.read(workspace);
  const lines = Array.from({ length: rows }, (_, row) => `Ann ${row}`);
  const table = findTable(readCsv(new TextEncoder().encode(`First name\n${lines.join("\n")}\n`)), {
    headerRow: 0,
  });
  const locale = localeOf(base);
  const facts = describeColumns(table, dataRows(table), locale, registry);
  const mapping = proposeMapping(facts, Workbook.table(base, "contacts").sheet);
  const options = { mode: "overwrite", key: "none" } as const;
  return {
    plan: plan(
      { workbook: base, registry, locale, platform: nodePlatform },
      table,
      mapping,
      options,
    ),
    base,
  };
}

/** As the routes do it. `beforeCommit` is called with the number of changesets sent before. */
function transport(beforeCommit: (sent: number) => Promise<void> = async () => {}): Transport {
  let sent = 0;
  return {
    open: (id, parts) => ledger.upload.open(workspace, { id, parts }),
    part: (id, attempt, n, bytes) => ledger.upload.part(workspace, id, attempt, n, bytes),
    async commit(id, attempt, { parts, draft }) {
      await beforeCommit(sent);
      sent += 1;
      return ledger.upload.commit(workspace, id, attempt, {
        parts,
        draft: { ...draft, id, actor: "ann" },
      });
    },
    abandon: (id, attempt) => ledger.upload.abandon(workspace, id, attempt),
  };
}

const contacts = async () => Workbook.table(await ledger.read(workspace), "contacts").live;

async function sending() {
  const { seq, epoch, hash } = await ledger.read(workspace);
  return { import: newId(nodePlatform), file: "people.csv", base: { seq, epoch, hash } };
}

/** The table as it was right after `seq`, then somebody writes. The epoch stays. */
async function replaceAfter(seq: number): Promise<void> {
  const { seq: end } = await ledger.read(workspace);
  for (let gone = seq + 1; gone <= end; gone += 1) await store.delete(Keys.head(workspace, gone));
  ledger = ledgerOn(store);
  await ledger.commitWith(workspace, newId(nodePlatform), () => ({
    actor: "bob",
    source: "grid",
    label: "Nothing",
    operations: [],
  }));
}

describe("send", () => {
  test("of a plan for a log that was replaced meanwhile writes nothing", async () => {
    await replaceAfter(1);
    const { plan: made } = await planned(10);
    const about = await sending();
    const sent = send(
      made,
      about,
      transport(() => replaceAfter(1)),
      nodePlatform,
    );
    await expect(sent).rejects.toMatchObject({ code: "reload" });
    expect(await contacts()).toBe(0);
  });

  test("each changeset stands on the one before it: without that one it is not written", async () => {
    const { plan: made } = await planned(MAX_RECORDS + 1);
    const about = await sending();
    const lost = async (sent: number) => {
      if (sent === 1) await replaceAfter(1);
    };
    const failed = await send(made, about, transport(lost), nodePlatform).catch(
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(PartlySent);
    expect(failed).toMatchObject({ cause: { code: "reload" } });
    expect(await contacts()).toBe(0);

    const { changesets } = await send(made, await sending(), transport(), nodePlatform);
    expect(changesets).toHaveLength(2);
    expect(await contacts()).toBe(MAX_RECORDS + 1);
  });
});
