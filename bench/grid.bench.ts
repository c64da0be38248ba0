// The grid under people's hands in Chromium: how long a large paste takes until it is painted and until it is durable, and what a
// selection costs while it is dragged.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import type { Page } from "playwright-core";
import { desktop, launchBrowser } from "../packages/web/e2e/product.ts";
import { bench } from "./harness.ts";
import { importByCommand, makeWorkspace, startServer } from "./server.ts";

const FIRST_CELL = '[row-index="0"] [col-id="firstName"]';

await bench("grid", async (run) => {
  const { report, option } = run;
  const rows = option("rows", 100_000);
  const { product, api } = await startServer(run);
  const workspace = await makeWorkspace(api);
  const file = join(run.directory(), "contacts.csv");
  writeFileSync(file, contactsCsv(rows));
  await importByCommand(api, workspace, file);
  const browser = await launchBrowser();
  run.later(() => browser.close());
  const context = await browser.newContext({ viewport: desktop, locale: "en-US" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  await page.goto(`${product.url}/sign-in?return=/w/${workspace}/contacts`);
  await page.getByLabel("E-mail").fill("olive@acme.test");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.keyboard.press("Enter");
  await page.locator(FIRST_CELL).first().waitFor({ timeout: 120_000 });
  const many = rows.toLocaleString("en");

  const painted: number[] = [];
  const durable: number[] = [];
  for (let turn = 0; turn < option("runs", 5); turn++) {
    const took = await paste(page, Math.min(option("lines", 25_000), rows), turn);
    painted.push(took.painted);
    durable.push(took.durable);
  }
  const cells = (Math.min(option("lines", 25_000), rows) * 2).toLocaleString("en");
  report({
    work: `paste ${cells} cells among ${many} rows, keypress to painted`,
    unit: "ms",
    samples: painted,
    target: { most: 700 },
  });
  report({
    work: `paste ${cells} cells among ${many} rows, keypress to durable`,
    unit: "ms",
    samples: durable,
    target: { most: 1500 },
  });
  report({
    work: "handlers of a selection dragged over 35 cells, each move",
    unit: "ms",
    samples: await drag(page),
    statistic: "p95",
    target: { most: 2 },
  });
});

interface Pasted {
  readonly painted: number;
  readonly durable: number;
}

/** Pastes first and last names over the first rows: from the key to the frame after the one that has them, and until it is saved. */
async function paste(page: Page, lines: number, turn: number): Promise<Pasted> {
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Home");
  await page.locator(FIRST_CELL).first().click();
  await page.evaluate(
    async ({ lines, turn, selector }) => {
      const text = Array.from({ length: lines }, (_, n) => `First ${turn}-${n}\tLast ${turn}-${n}`);
      await navigator.clipboard.writeText(text.join("\n"));
      const seen: { pressed: number; painted?: number } = { pressed: 0 };
      Object.assign(window, { seen });
      performance.clearResourceTimings();
      window.addEventListener(
        "keydown",
        (event) => {
          if (event.key === "v") seen.pressed = event.timeStamp;
        },
        { capture: true },
      );
      const look = (): void => {
        const has = document.querySelector(selector)?.textContent?.trim() === `First ${turn}-0`;
        if (has && seen.painted === undefined) {
          requestAnimationFrame((at) => (seen.painted ??= at - seen.pressed));
        }
        if (seen.painted === undefined) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    },
    { lines, turn, selector: FIRST_CELL },
  );
  await page.keyboard.press("Control+v");
  const cells = (lines * 2).toLocaleString("en");
  await page.getByText(`Pasted ${cells} cells`).first().waitFor();
  const handle = await page.waitForFunction(
    () => {
      const { pressed, painted } = (window as unknown as { seen: Pasted & { pressed: number } })
        .seen;
      // The answer to the last request that carried a part of it.
      const ends = performance
        .getEntriesByType("resource")
        .filter(({ name }) => /\/(changesets|uploads)\b/.test(name))
        .map((entry) => (entry as PerformanceResourceTiming).responseEnd);
      const durable = Math.max(...ends) - pressed;
      const quiet = performance.now() - pressed - durable > 1500;
      return painted !== undefined && durable > 0 && quiet ? { painted, durable } : undefined;
    },
    undefined,
    { timeout: 60_000 },
  );
  return handle.jsonValue() as Promise<Pasted>;
}

/** Milliseconds that all listeners of each move take together while the pointer goes over seven rows of five columns. */
async function drag(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const taken: number[] = [];
    Object.assign(window, { taken });
    let began = 0;
    window.addEventListener("pointerover", () => (began = performance.now()), { capture: true });
    window.addEventListener("pointerover", () => {
      // What the move queued, the drawing of the selection, comes before this.
      queueMicrotask(() => queueMicrotask(() => taken.push(performance.now() - began)));
    });
  });
  const box = await page.locator(FIRST_CELL).first().boundingBox();
  if (box === null) throw new Error("The first cell is not on screen.");
  await page.mouse.move(box.x + 20, box.y + 10);
  await page.mouse.down();
  for (let row = 0; row < 7; row++) {
    for (let column = 0; column < 5; column++) {
      await page.mouse.move(box.x + 20 + column * 140, box.y + 10 + row * 32);
    }
  }
  await page.mouse.up();
  return page.evaluate(() => (window as unknown as { taken: number[] }).taken);
}
