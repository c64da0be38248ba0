import { nodePlatform } from "../testing/platform.ts";
import { createMemoryStore } from "./memory-store.ts";
import { ledgerContract } from "./ledger-contract.ts";

const { clock } = nodePlatform;

ledgerContract("memory", async () => ({ store: createMemoryStore() }), {
  commits: 200,
  // A store that answers at once has its races sooner: pauses are a twentieth of what they are elsewhere.
  platform: { ...nodePlatform, clock: { ...clock, sleep: (ms) => clock.sleep(ms / 20) } },
});
