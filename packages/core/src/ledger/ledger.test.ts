import { createMemoryStore } from "./memory-store.ts";
import { ledgerContract } from "./ledger-contract.ts";

ledgerContract("memory", async () => ({ store: createMemoryStore() }), { commits: 200 });
