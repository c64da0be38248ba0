import { engineKinds, startEngine } from "../testing/engines.ts";
import { dynamoStoreOn } from "../testing/stores.ts";
import { ledgerContract } from "./ledger-contract.ts";

for (const kind of engineKinds) {
  const engine = await startEngine(kind);
  ledgerContract(kind, "skipped" in engine ? engine : () => dynamoStoreOn(engine), {
    commits: 200,
  });
}
