import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { desktop, launchBrowser, type Api, type Product } from "../../packages/web/e2e/product.ts";
import type { Bench } from "../harness.ts";
import { importByCommand, makeWorkspace, startServer } from "../server.ts";
import { serveFloor } from "./floor.ts";
import { cell } from "./page.ts";
import { makeRows, toCsv } from "./rows.ts";

/** The same rows in the product and in the bare grid, each in a browser of its own. */
export interface Pages {
  readonly product: Product;
  readonly api: Api;
  readonly workspace: string;
  /** How many rows, in words. */
  readonly many: string;
  readonly rows: number;
  readonly runs: number;
  /** The product's. */
  readonly page: Page;
  readonly floor: Page;
}

export async function openPages(run: Bench): Promise<Pages> {
  const rows = run.option("rows", 100_000);
  const made = makeRows(rows);
  const { product, api } = await startServer(run);
  const workspace = await makeWorkspace(api);
  const file = join(run.directory(), "contacts.csv");
  writeFileSync(file, toCsv(made));
  const { result } = await importByCommand(api, workspace, file);
  const page = await openBrowser(run);
  await page.goto(`${product.url}/sign-in?return=/w/${workspace}/contacts`);
  await page.getByLabel("E-mail").fill("olive@acme.test");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.keyboard.press("Enter");
  const floor = await openBrowser(run);
  await floor.goto(await serveFloor(run, made));
  for (const each of [page, floor]) {
    await each.locator(cell(0, "firstName")).first().waitFor({ timeout: 120_000 });
  }
  // Its first rows are there before the others, and before anything can be changed.
  await page.locator("[data-state=saved]").first().waitFor({ timeout: 120_000 });
  const { sheets } = await api.call<{ sheets: { key: string; fields: unknown[] }[] }>(
    "GET",
    `/api/workspaces/${workspace}/sheets`,
  );
  const fields = sheets.find(({ key }) => key === "contacts")?.fields.length ?? 0;
  run.say(`${result.created} rows, ${fields} columns; in the bare grid ${made.columns.length}`);
  return {
    product,
    api,
    workspace,
    many: rows.toLocaleString("en"),
    rows,
    runs: run.option("runs", 5),
    page,
    floor,
  };
}

async function openBrowser(run: Bench): Promise<Page> {
  const browser = await launchBrowser();
  run.later(() => browser.close());
  const context = await browser.newContext({ viewport: desktop, locale: "en-US" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}
