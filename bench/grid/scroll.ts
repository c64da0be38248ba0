import type { Page } from "playwright-core";
import type { Bench } from "../harness.ts";
import { settle } from "./page.ts";
import type { Pages } from "./pages.ts";

/** Scrolling downwards by 60 pixels in every frame. */
export async function scroll(run: Bench, { page, floor, many, runs }: Pages): Promise<void> {
  const own: number[] = [];
  const bare: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    own.push(await framesPerSecond(page));
    bare.push(await framesPerSecond(floor));
  }
  run.report({
    work: `scrolling ${many} rows at 60 px per frame`,
    unit: "frames/s",
    samples: own,
    floor: { name: "the bare grid", samples: bare },
    target: { leastRatio: 0.9 },
  });
}

async function framesPerSecond(page: Page): Promise<number> {
  await settle(page);
  return page.evaluate(async () => {
    const viewport = document.querySelector(".ag-grid-viewport");
    if (viewport === null) throw new Error("There is no grid.");
    viewport.scrollTop = 0;
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    await frame();
    const began = await frame();
    let at = began;
    const frames = 240;
    for (let n = 0; n < frames; n++) {
      viewport.scrollTop += 60;
      at = await frame();
    }
    viewport.scrollTop = 0;
    return (frames * 1000) / (at - began);
  });
}
