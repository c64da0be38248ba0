import { describe, expect, test } from "vitest";
import { isDomainError } from "../error.ts";
import { createFaultyStore, type Fault } from "../testing/faulty-store.ts";
import { create, draft, firstDraft, ledgerOn, newIds, platformAt } from "../testing/ledgers.ts";
import type { Answer, Draft } from "./changeset.ts";
import * as Keys from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { createMemoryStore } from "./memory-store.ts";
import * as Workbook from "./workbook.ts";

const workspace = "acme";
const faults: readonly Fault[] = ["lost", "refused", "late"];

describe("over a network that loses requests and answers", () => {
  test(
    "every change that clients repeat until it is answered has one effect",
    { timeout: 60_000 },
    async () => {
      const store = createFaultyStore(createMemoryStore());
      await ledgerOn(store).create(workspace, firstDraft());
      store.faults.onPut = (item) =>
        item.pk.startsWith("LOG#") && Math.random() < 0.4
          ? faults[Math.floor(Math.random() * faults.length)]
          : undefined;
      store.faults.before = async () => {
        if (Math.random() < 0.02) await store.release();
      };
      const ledgers = Array.from({ length: 4 }, () =>
        ledgerOn(store, { platform: platformAt(Date.now()) }),
      );
      const answers = (
        await Promise.all(
          Array.from({ length: 8 }, async (_, client) => {
            const own: Answer[] = [];
            for (let turn = 0; turn < 30; turn += 1) {
              const [id = ""] = newIds(1);
              const change = draft(1, [create("people", [id], [{ name: `${client}/${turn}` }])]);
              own.push(await persist(ledgers, change));
              if (turn % 10 === 9) await ledgers[client % 4]?.compact(workspace, { force: true });
            }
            return own;
          }),
        )
      ).flat();
      store.faults = {};
      await store.release();

      const fresh = ledgerOn(store);
      const workbook = await fresh.read(workspace);
      expect(Workbook.table(workbook, "people").live).toBe(answers.length);
      const seqs: number[] = [];
      for await (const { sk } of store.query({ pk: Keys.log(workspace) })) seqs.push(Number(sk));
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      for (const answer of answers) {
        const stored = (await fresh.changeset(workspace, answer.changeset))?.answer;
        expect(answer).toEqual({ ...stored, hash: expect.any(String) });
      }
      for (const ledger of ledgers) {
        expect(Workbook.canonical(await ledger.read(workspace))).toBe(Workbook.canonical(workbook));
      }
    },
  );
});

/** As a browser does: the same change again, wherever the next request ends up, until there is an answer. */
async function persist(ledgers: readonly Ledger[], change: Draft): Promise<Answer> {
  for (;;) {
    const ledger = ledgers[Math.floor(Math.random() * ledgers.length)];
    try {
      const answer = await ledger?.commit(workspace, change);
      if (answer !== undefined) return answer;
    } catch (error) {
      if (!isDomainError(error, "busy")) throw error;
    }
  }
}
