// What people see in Chromium with 100,000 rows: how soon a sheet is there, how soon the other one sees a keypress, how it
// scrolls, and how much JavaScript that takes.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import type { BrowserContext, Page } from "playwright-core";
import { desktop, launchBrowser } from "../packages/web/e2e/product.ts";
import { bench, median, type Bench } from "./harness.ts";
import { importByCommand, makeWorkspace, startServer } from "./server.ts";

const FIRST_CELL = '[row-index="0"] [col-id="firstName"]';

await bench("browser", async (run) => {
  const { report, option } = run;
  const rows = option("rows", 100_000);
  const { product, api } = await startServer(run);
  const { url } = product;
  const workspace = await makeWorkspace(api);
  const file = join(run.directory(), "contacts.csv");
  writeFileSync(file, contactsCsv(rows));
  await importByCommand(api, workspace, file);
  const sheet = `${url}/w/${workspace}/contacts`;
  const many = rows.toLocaleString("en");

  const open = await visitors(run, url);
  const guest = await open(false);
  const signInPage = await scriptsOf(guest, `${url}/sign-in`, "input[type=password]");
  report({
    work: "JavaScript of the sign-in page, gzip",
    unit: "kB",
    samples: [signInPage],
    target: { most: 60 },
  });
  await guest.close();
  const fresh = await open(true);
  report({
    work: "JavaScript of a sheet with its worker, gzip",
    unit: "kB",
    samples: [await scriptsOf(fresh, sheet, FIRST_CELL)],
    target: { most: 380 },
  });
  await fresh.close();

  const cold: Opened[] = [];
  const cached: Opened[] = [];
  for (let turn = 0; turn < option("runs", 5); turn++) {
    const context = await open(true);
    cold.push(await openSheet(context, sheet));
    cached.push(await openSheet(context, sheet));
    await context.close();
  }
  report({
    work: `open ${many} rows cold, navigation to rows visible`,
    unit: "ms",
    samples: cold.map(({ shown }) => shown),
    target: { most: 3000 },
  });
  report({
    work: `open ${many} rows from cache, navigation to rows visible`,
    unit: "ms",
    samples: cached.map(({ shown }) => shown),
    target: { most: 1500 },
  });
  report({
    work: `open ${many} rows cold, navigation to all rows there, to be changed`,
    unit: "ms",
    samples: cold.map(({ whole }) => whole),
  });
  report({
    work: `open ${many} rows from cache, navigation to all rows there, to be changed`,
    unit: "ms",
    samples: cached.map(({ whole }) => whole),
  });

  // Two browsers, not two tabs of one.
  const here = await openPage(await open(true), sheet);
  const there = await openPage(await open(true), sheet);
  const seen = await keypresses(here, there, option("samples", 200));
  report({
    work: `keypress to painted in another browser, ${many} rows open in both`,
    unit: "ms",
    samples: seen,
    statistic: "p95",
    target: { most: 200 },
    note: `median ${Math.round(median(seen))} ms`,
  });

  const frames = await scroll(here, 5000);
  const total = frames.reduce((sum, ms) => sum + ms, 0);
  report({
    work: `scrolling ${many} rows by wheel`,
    unit: "frames/s",
    samples: [(frames.length * 1000) / total],
  });
  report({
    work: "the time between two of those frames",
    unit: "ms",
    samples: frames,
    statistic: "p95",
  });
});

type Visitors = (signedIn: boolean) => Promise<BrowserContext>;

/** Makes contexts, each of a browser of its own with nothing in its caches. */
async function visitors(run: Bench, url: string): Promise<Visitors> {
  let state: Awaited<ReturnType<BrowserContext["storageState"]>> | undefined;
  const open: Visitors = async (signedIn) => {
    const browser = await launchBrowser();
    run.later(() => browser.close());
    const context = await browser.newContext({
      viewport: desktop,
      locale: "en-US",
      ...(signedIn && state !== undefined ? { storageState: state } : {}),
    });
    context.once("close", () => void browser.close());
    return context;
  };
  const first = await open(false);
  const page = await first.newPage();
  // Back to where no workspace is opened.
  await page.goto(`${url}/sign-in?return=/sign-in`);
  await page.getByLabel("E-mail").fill("olive@acme.test");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => localStorage.length > 0);
  state = await first.storageState();
  await first.close();
  return open;
}

/** kB of the scripts that a page loads until `selector` is there and for a second after, as the server sends them with gzip. */
async function scriptsOf(
  context: BrowserContext,
  address: string,
  selector: string,
): Promise<number> {
  const scripts = new Set<string>();
  context.on("request", (asked) => {
    if (new URL(asked.url()).pathname.endsWith(".js")) scripts.add(asked.url());
  });
  const page = await context.newPage();
  await page.goto(address);
  await page.locator(selector).first().waitFor();
  await page.waitForTimeout(1000);
  for (const entry of await loadedBy(page)) scripts.add(entry);
  await page.close();
  let bytes = 0;
  for (const script of scripts) bytes += await sizeWithGzip(script);
  return bytes / 1000;
}

/** What the page itself says it loaded, its workers' first scripts among it. */
async function loadedBy(page: Page): Promise<string[]> {
  const own = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map((entry) => entry.name)
      .filter((name) => new URL(name).pathname.endsWith(".js")),
  );
  return [...own, ...page.workers().map((worker) => worker.url())];
}

async function sizeWithGzip(address: string): Promise<number> {
  const asked = request(address, { headers: { "Accept-Encoding": "gzip" } });
  asked.end();
  const [response] = (await once(asked, "response")) as [NodeJS.ReadableStream];
  let bytes = 0;
  response.on("data", (chunk: Buffer) => (bytes += chunk.byteLength));
  await once(response, "end");
  return bytes;
}

interface Opened {
  /** Milliseconds from the navigation to the first frame that shows the first row. */
  readonly shown: number;
  /** To the frame in which the last one is there, too, and everything may be changed. */
  readonly whole: number;
}

async function openSheet(context: BrowserContext, sheet: string): Promise<Opened> {
  const page = await openPage(context, sheet);
  const opened = await page.evaluate(async () => {
    const { shown, whole } = window as unknown as Shown;
    return { shown: await shown, whole: await whole };
  });
  // What is kept for the next time is written after the rows are there.
  await page.waitForTimeout(3000);
  await page.close();
  return opened;
}

interface Shown {
  readonly shown: Promise<number>;
  readonly whole: Promise<number>;
}

async function openPage(context: BrowserContext, sheet: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript((selector) => {
    const since = (isThere: () => boolean) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          // The frame that is drawn now has it; the next one begins when it is painted.
          if (isThere()) requestAnimationFrame(() => resolve(performance.now()));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
    const text = (place: string) => document.querySelector(place)?.textContent?.trim() ?? "";
    Object.assign(window, {
      shown: since(() => text(selector) !== ""),
      whole: since(() => text("[data-state=saved]") !== ""),
    });
  }, FIRST_CELL);
  await page.goto(sheet, { waitUntil: "commit" });
  await page.locator(FIRST_CELL).first().waitFor();
  // What is typed before that is refused.
  await page.evaluate(() => (window as unknown as Shown).whole);
  return page;
}

/** Types into cells here; milliseconds from the key that ends each to the frame after the one that has it there. */
async function keypresses(here: Page, there: Page, samples: number): Promise<number[]> {
  await here.evaluate(() => {
    const keys = { pressed: 0 };
    Object.assign(window, { keys });
    window.addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Enter") keys.pressed = performance.timeOrigin + event.timeStamp;
      },
      { capture: true },
    );
  });
  const seen: number[] = [];
  for (let n = 0; n < samples; n++) {
    const selector = `[row-index="${n % 15}"] [col-id="lastName"]`;
    const text = `Name ${n}`;
    await here.locator(selector).first().click();
    await here.keyboard.type(text);
    const painted = there.evaluate(
      ({ selector, text }) =>
        new Promise<number>((resolve, reject) => {
          const until = performance.now() + 10_000;
          const look = (): void => {
            if (document.querySelector(selector)?.textContent?.trim() === text) {
              requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
            } else if (performance.now() > until) reject(new Error(`${text} does not arrive`));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }),
      { selector, text },
    );
    await here.keyboard.press("Enter");
    const at = await painted;
    const pressed = await here.evaluate(
      () => (window as unknown as { keys: { pressed: number } }).keys.pressed,
    );
    seen.push(at - pressed);
  }
  return seen;
}

/** Turns the wheel over the rows for so long; the time between each two frames. */
async function scroll(page: Page, ms: number): Promise<number[]> {
  await page.locator('[row-index="5"] [col-id="lastName"]').first().hover();
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { frames });
    const note = (at: number): void => {
      frames.push(at);
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  const until = performance.now() + ms;
  while (performance.now() < until) await page.mouse.wheel(0, 700);
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames);
  return frames.slice(1).map((at, index) => at - (frames[index] ?? at));
}
