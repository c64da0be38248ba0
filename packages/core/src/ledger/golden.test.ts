import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
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
import { dump, type Dump, restore } from "../testing/store-dump.ts";
import * as Keys from "./keys.ts";
import { createMemoryStore } from "./memory-store.ts";
import * as Workbook from "./workbook.ts";

/**
 * Logs as released versions of every format wrote them. They are read for ever: a file is added with each format and none is
 * ever made anew. Before the first release of a format `MAKE_GOLDEN=1` writes its file.
 */
const formats = [1];
const workspace = "golden";

interface Golden {
  /** SHA-256 of the canonical workbook. */
  readonly state: string;
  readonly seq: number;
  readonly hash: string;
  readonly items: Dump;
}

function fileOf(format: number): URL {
  return new URL(`testdata/format-${format}.json`, import.meta.url);
}

if (process.env["MAKE_GOLDEN"] !== undefined) {
  await writeFile(fileOf(formats.at(-1) ?? 1), `${JSON.stringify(await make(), null, 1)}\n`);
}

describe("a log of a released format", () => {
  test.each(formats)("%i folds to the state it always had", async (format) => {
    const golden = JSON.parse(await readFile(fileOf(format), "utf8")) as Golden;
    const whole = createMemoryStore();
    await restore(whole, golden.items);
    expect(await stateOf(whole)).toEqual({
      state: golden.state,
      seq: golden.seq,
      hash: golden.hash,
    });

    // The same without its snapshot: from the first head on.
    const logOnly = createMemoryStore();
    await restore(logOnly, golden.items);
    const manifest = await logOnly.get(Keys.manifest(workspace));
    const lists = await nodePlatform.bytes.gzip(
      nodePlatform.bytes.encode(JSON.stringify({ pages: [], retired: [] })),
    );
    await logOnly.put({
      ...manifest,
      ...Keys.manifest(workspace),
      seq: 0,
      hash: "",
      at: 0,
      lists,
    });
    expect((await stateOf(logOnly)).state).toBe(golden.state);
  });
});

async function stateOf(store: ReturnType<typeof createMemoryStore>) {
  const { bytes } = nodePlatform;
  const workbook = await ledgerOn(store).read(workspace);
  const state = await bytes.sha256(bytes.encode(Workbook.canonical(workbook)));
  return { state, seq: workbook.seq, hash: workbook.hash };
}

/** A little of everything: every operation, inline and in parts, patched, refused, grouped, undone, with a snapshot. */
async function make(): Promise<Golden> {
  const store = createMemoryStore();
  const platform = platformAt(Date.UTC(2026, 10, 22));
  const ledger = ledgerOn(store, { platform });
  await ledger.create(workspace, firstDraft());
  const [firm = ""] = newIds(1);
  await ledger.commit(workspace, draft(1, [create("firms", [firm], [{ name: "Acme & Søns" }])]));
  const ids = newIds(4_200);
  const rows = ids.map((id, index) => ({
    name: `Person ${id}`,
    age: index % 7 === 0 ? null : index / 4,
    firm: index % 5 === 0 ? [firm] : null,
    email: index % 3 === 0 ? `person${index}@example.com` : null,
  }));
  const imported = draft(2, [create("people", ids, rows)], { source: "import" });
  await ledger.commit(workspace, imported);
  await ledger.compact(workspace, { force: true });
  const [ann = "", bob = "", cem = ""] = ids;
  await Promise.all([
    ledger.commit(workspace, draft(3, [set("people", [ann], [{ name: "Ann 名前 🙂" }])])),
    ledger.commit(workspace, draft(3, [set("people", [bob], [{ email: { invalid: "n/a" } }])])),
    ledger.commit(workspace, draft(3, [{ op: "delete", sheet: "people", ids: [cem] }])),
  ]);
  const kept = ids.filter((id) => id !== cem);
  const names = kept.map((id) => ({ name: `New ${id}` }));
  const renamed = draft(4, [set("people", kept, names)]);
  await ledger.commit(workspace, renamed);
  await ledger.commit(workspace, draft(5, [{ op: "restore", sheet: "people", ids: [cem] }]));
  await ledger.undo(workspace, renamed.id, { id: draft(0, []).id, actor: "bob" });
  const tags = {
    key: "tags",
    name: "Tags",
    type: "multiChoice",
    options: [{ name: "vip" }],
  } as const;
  await ledger.commit(
    workspace,
    draft(7, [{ op: "field", sheet: "people", after: tags, position: 1 }]),
  );
  await ledger.commit(workspace, draft(8, [set("people", [ann], [{ tags: ["vip"] }])]));
  const partitions = [
    Keys.log(workspace),
    ...Keys.attemptParts(workspace, "c", "a").map(({ pk }) => pk),
    Keys.id(workspace, "c").pk,
    Keys.manifest(workspace).pk,
    ...Keys.pagePartitions(workspace),
  ];
  return { ...(await stateOf(store)), items: await dump(store, partitions) };
}
