import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isDomainError } from "../error.ts";
import type { Platform } from "../platform.ts";
import { create, draft, firstDraft, ledgerOn, newIds, set } from "../testing/ledgers.ts";
import { nodePlatform } from "../testing/platform.ts";
import type { Answer } from "./changeset.ts";
import type { Ledger } from "./ledger.ts";
import * as Keys from "./keys.ts";
import type { Store } from "./store.ts";
import * as Workbook from "./workbook.ts";

/**
 * What the ledger guarantees when several processes share a table, as tests for any store; one that cannot be had is skipped
 * with the reason in the title. `commits` is how many each of the eight committers makes, on `platform`.
 */
export function ledgerContract(
  name: string,
  makeStore:
    | (() => Promise<{ store: Store; stop?(): Promise<void> }>)
    | { readonly skipped: string },
  { commits, platform = nodePlatform }: { commits: number; platform?: Platform },
): void {
  if ("skipped" in makeStore) {
    describe.skipIf(true)(`ledger contract: ${name} (skipped: ${makeStore.skipped})`, () => {
      test("is kept", () => expect.unreachable());
    });
    return;
  }
  describe(`ledger contract: ${name}`, () => {
    let subject: { store: Store; stop?(): Promise<void> };

    beforeAll(async () => {
      subject = await makeStore();
    }, 60_000);
    afterAll(async () => {
      await subject.stop?.();
    });

    test(
      "eight committers leave a gapless log, one workbook and no unique value twice",
      { timeout: 300_000 },
      async () => {
        const { store } = subject;
        const workspace = "race";
        await ledgerOn(store).create(workspace, firstDraft());
        const ledgers = Array.from({ length: 8 }, () => ledgerOn(store, { platform }));
        const answers = (
          await Promise.all(
            ledgers.map((ledger, committer) => commitMany(ledger, workspace, committer, commits)),
          )
        ).flat();

        const end = 1 + answers.length;
        const seqs: number[] = [];
        for await (const { sk } of store.query({ pk: Keys.log(workspace) })) seqs.push(Number(sk));
        expect(seqs).toEqual(Array.from({ length: end }, (_, index) => index + 1));
        expect(new Set(answers.map((answer) => answer.seq)).size).toBe(answers.length);

        const states = await Promise.all(
          [...ledgers, ledgerOn(store)].map(async (ledger) => ledger.read(workspace)),
        );
        const [first = "", ...others] = states.map((workbook) => Workbook.canonical(workbook));
        for (const other of others) expect(other).toBe(first);
        const workbook = states[0] as Workbook.Workbook;
        const table = Workbook.table(workbook, "people");
        const emails = Workbook.rows(table)
          .map((row) => Workbook.value(table, row, "email"))
          .filter((email) => email !== undefined);
        expect(new Set(emails).size).toBe(emails.length);
      },
    );

    test("a body of many parts is one change, for its writer and for others", async () => {
      const { store } = subject;
      const workspace = "large";
      const ledger = ledgerOn(store);
      await ledger.create(workspace, firstDraft());
      const ids = newIds(9_000);
      const rows = ids.map((id, index) => ({ name: `Person ${index} ${id}`, age: index }));
      const answer = await ledger.commit(workspace, draft(1, [create("people", ids, rows)]));
      expect(answer).toMatchObject({ seq: 2, created: 9_000 });
      await ledger.flush();
      expect(await count(store, Keys.intents(workspace))).toBe(0);
      const there = await ledgerOn(store).read(workspace);
      expect(Workbook.canonical(there)).toBe(Workbook.canonical(await ledger.read(workspace)));
      await ledger.compact(workspace, { force: true });
      const compacted = await ledgerOn(store).read(workspace);
      expect(Workbook.canonical(compacted)).toBe(Workbook.canonical(there));
    });
  });
}

/** Each committer creates people, some under an e-mail others want as well, and edits what it made. */
async function commitMany(
  ledger: Ledger,
  workspace: string,
  committer: number,
  commits: number,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const mine: string[] = [];
  while (answers.length < commits) {
    const base = (await ledger.read(workspace)).seq;
    const turn = answers.length;
    const [id = ""] = newIds(1);
    const email = `person${turn}.${turn % 3 === 0 ? "shared" : committer}@example.com`;
    const edited = mine.at(-1);
    const operation =
      turn % 2 === 0 || edited === undefined
        ? create("people", [id], [{ name: `Committer ${committer}`, email }])
        : set("people", [edited], [{ age: turn }]);
    try {
      answers.push(await ledger.commit(workspace, draft(base, [operation])));
      if (operation.op === "create") mine.push(id);
    } catch (error) {
      if (isDomainError(error, "busy")) continue;
      if (!isDomainError(error, "invalid-values")) throw error;
      // Somebody has this address: without one the record is welcome.
      const named = create("people", [id], [{ name: `Committer ${committer}` }]);
      answers.push(await ledger.commit(workspace, draft(base, [named])));
      mine.push(id);
    }
  }
  return answers;
}

async function count(store: Store, pk: string): Promise<number> {
  let items = 0;
  for await (const _ of store.query({ pk, only: [] })) items += 1;
  return items;
}
