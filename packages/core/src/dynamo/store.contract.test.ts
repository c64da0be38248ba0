import { engineKinds, startEngine } from "../testing/engines.ts";
import { dynamoStoreOn } from "../testing/stores.ts";
import { storeContract } from "./store-contract.ts";

for (const kind of engineKinds) {
  const engine = await startEngine(kind);
  storeContract(kind, "skipped" in engine ? engine : () => dynamoStoreOn(engine));
}
