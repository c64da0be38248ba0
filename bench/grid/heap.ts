import type { Page } from "playwright-core";
import type { Bench } from "../harness.ts";
import { settle } from "./page.ts";
import type { Pages } from "./pages.ts";

/** The heap of the tab with all rows open and nothing done yet. */
export async function heap(run: Bench, { page, floor, many }: Pages): Promise<void> {
  await settle(page, 4000);
  const [own, bare] = [await heapOf(page), await heapOf(floor)];
  run.report({
    work: `heap of the tab with ${many} rows`,
    unit: "MB",
    samples: [own.heap + own.buffers],
    floor: { name: "the bare grid", samples: [bare.heap + bare.buffers] },
    target: { ratio: 1.8 },
    note: `JavaScript ${Math.round(own.heap)} and buffers ${Math.round(own.buffers)} against ${Math.round(bare.heap)} and ${Math.round(bare.buffers)}`,
  });
}

/** Megabytes after a collection. */
async function heapOf(page: Page): Promise<{ heap: number; buffers: number }> {
  const session = await page.context().newCDPSession(page);
  for (let turn = 0; turn < 3; turn++) await session.send("HeapProfiler.collectGarbage");
  const usage = (await session.send("Runtime.getHeapUsage")) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  await session.detach();
  return { heap: usage.usedSize / 1e6, buffers: (usage.backingStorageSize ?? 0) / 1e6 };
}
