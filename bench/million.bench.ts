// A million contacts (21 columns, 290 MB of CSV) dropped into a browser: how soon a person sees what it is, how soon what will
// happen, how soon it is durable, and what it takes of memory until then; the sheet behind it takes the rows when the import is left.
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { contactsCsv, HEADER } from "@gridfolk/core/testing/contacts";
import type { Browser, Page } from "playwright-core";
import { desktop, launchBrowser } from "../packages/web/e2e/product.ts";
import { bench } from "./harness.ts";
import { makeWorkspace, startServer } from "./server.ts";

/** Rows made at a time, each lot from a seed of its own. */
const LOT = 50_000;
const LONG = { timeout: 300_000 };

await bench("million", async (run) => {
  const { report, option } = run;
  const rows = option("rows", 1_000_000);
  const file = join(run.directory(), "contacts.csv");
  writeContacts(file, rows);
  const { product, api } = await startServer(run);
  const many = rows.toLocaleString("en");
  const seen: number[] = [];
  const counted: number[] = [];
  const written: number[] = [];
  const open: number[] = [];
  const memory: number[] = [];
  for (let turn = 0; turn < option("runs", 1); turn++) {
    const workspace = await makeWorkspace(api);
    const browser = await launchBrowser();
    run.later(() => browser.close());
    const page = await signedIn(browser, product.url);
    await page.goto(`${product.url}/w/${workspace}/settings/imports`);
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.waitForTimeout(1000);
    await page.goto(`${product.url}/w/${workspace}/contacts`);
    await page.getByRole("button", { name: "Import", exact: true }).first().click();
    const input = page.getByLabel("Spreadsheet file");
    await input.waitFor({ state: "attached" });
    await page.waitForTimeout(2000);

    let start = performance.now();
    await input.setInputFiles(file);
    await page.getByRole("heading", { name: "Where does each column go?" }).waitFor(LONG);
    seen.push(performance.now() - start);
    run.say(`seen after ${Math.round(seen.at(-1) ?? 0)} ms, ${Math.round(highest())} MB`);
    await page.getByRole("button", { name: "Continue to matches" }).click(LONG);
    run.say(`read after ${Math.round(performance.now() - start)} ms, ${Math.round(highest())} MB`);
    await page.getByRole("button", { name: "Continue to the preview" }).click(LONG);
    await page.getByRole("button", { name: /^Import [\d,]+ contacts/ }).waitFor(LONG);
    counted.push(performance.now() - start);
    run.say(`counted after ${Math.round(counted.at(-1) ?? 0)} ms, ${Math.round(highest())} MB`);
    start = performance.now();
    await page.getByRole("button", { name: /^Import [\d,]+ contacts/ }).click();
    await page.getByRole("button", { name: "Undo the import" }).waitFor(LONG);
    written.push(performance.now() - start);
    memory.push(highest());
    run.say(`durable after ${Math.round(written.at(-1) ?? 0)} ms, ${Math.round(highest())} MB`);
    await page.getByRole("button", { name: "See contacts" }).click();
    await page.getByRole("grid").getByRole("row").nth(20).waitFor(LONG);
    open.push(performance.now() - start);
    run.say(
      `seen in the sheet after ${Math.round(open.at(-1) ?? 0)} ms, ${Math.round(highest())} MB`,
    );
    await browser.close();
  }
  const what = `CSV of ${many} rows in the browser`;
  report({ work: `${what}: first preview`, unit: "ms", samples: seen, target: { most: 2_000 } });
  report({ work: `${what}: exact counts`, unit: "ms", samples: counted, target: { most: 30_000 } });
  report({
    work: `${what}: durable, from Import on`,
    unit: "ms",
    samples: written,
    target: { most: 120_000 },
  });
  report({ work: `${what}: in the sheet, from Import on`, unit: "ms", samples: open });
  report({
    work: `${what}: most memory of the tab's process, its worker included`,
    unit: "MB",
    samples: memory,
    target: { most: 1_500 },
  });
});

function writeContacts(path: string, rows: number): void {
  const file = openSync(path, "w");
  writeSync(file, `${HEADER.join(",")}\r\n`);
  for (let made = 0, lot = 0; made < rows; made += LOT, lot++) {
    const text = contactsCsv(Math.min(LOT, rows - made), 1_000 + lot);
    writeSync(file, text.slice(text.indexOf("\r\n") + 2));
  }
  closeSync(file);
}

async function signedIn(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: desktop, locale: "en-US" });
  const page = await context.newPage();
  await page.goto(`${url}/sign-in?return=/sign-in`);
  await page.getByLabel("E-mail").fill("olive@acme.test");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => localStorage.length > 0);
  return page;
}

/** Megabytes that the largest renderer below this process ever had resident. */
function highest(): number {
  let most = 0;
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    const status = read(`/proc/${name}/status`);
    parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }
  const isOurs = (pid: number): boolean =>
    pid === process.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
  for (const pid of parents.keys()) {
    if (!isOurs(pid) || !read(`/proc/${pid}/cmdline`).includes("--type=renderer")) continue;
    const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
    most = Math.max(most, kilobytes / 1000);
  }
  return most;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
