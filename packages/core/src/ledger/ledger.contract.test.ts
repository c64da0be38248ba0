import { describe, test } from "vitest";
import { engineKinds, startEngine } from "../testing/engines.ts";
import { dynamoStoreOn } from "../testing/stores.ts";
import { ledgerContract } from "./ledger-contract.ts";

for (const kind of engineKinds) {
  const engine = await startEngine(kind);
  if ("skipped" in engine) {
    describe.skip(`ledger contract: ${kind} (skipped: ${engine.skipped})`, () => {
      test("is kept", () => {});
    });
  } else {
    ledgerContract(kind, () => dynamoStoreOn(engine), { commits: 200 });
  }
}
