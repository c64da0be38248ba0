import { nodePlatform as platform } from "@gridfolk/core/testing/platform";
import { openStore } from "../engine.ts";

/** For engine.test.ts, which kills it: puts items and prints the number of each that was acknowledged, without end. */
const [dataDir = "", from = "0"] = process.argv.slice(2);
const { store } = await openStore({
  dataDir,
  durability: "fsync",
  tableName: "gridfolk",
  platform,
});
let next = Number(from);
async function write(): Promise<void> {
  for (;;) {
    const n = next++;
    const body = new Uint8Array(n % 10 === 0 ? 300_000 : 500).fill(n);
    if (await store.put({ pk: "CRASH", sk: String(n).padStart(8, "0"), body }, { absent: true }))
      process.stdout.write(`${n}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, write));
