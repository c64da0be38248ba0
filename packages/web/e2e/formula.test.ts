import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import {
  hasBrowser,
  launchBrowser,
  startProduct,
  visit,
  type Product,
  type Visitor,
} from "./product.ts";

/** Formula columns as a person makes them and meets them. */
describe.skipIf(!hasBrowser)("formula columns", () => {
  let product: Product;
  let browser: Browser;
  let owner: Visitor;
  let page: Page;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    owner = await visit(browser);
    page = owner.page;
    await page.goto(`${product.url}/sign-up`);
    await page.getByLabel("Name").fill("Olivia Office");
    await page.getByLabel("E-mail").fill("olivia@example.com");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /sample data/i }).click();
    await page.locator('[col-id="firstName"].ag-cell').first().waitFor();
    await page.getByRole("link", { name: "Deals" }).first().click();
    await cell(0, "value").waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const cell = (row: number, field: string) =>
    page.locator(`.ag-row[row-index="${row}"] [col-id="${field}"]`);
  const amount = async (row: number, field: string) =>
    Number(((await cell(row, field).textContent()) ?? "").replace(/[^\d.-]/g, ""));

  /** Opens the form of a new column behind Value. */
  async function newColumn(): Promise<void> {
    await cell(0, "value").click();
    await page.keyboard.press("Alt+Shift+ArrowDown");
    await page.getByRole("menuitem", { name: "Insert column after" }).click();
  }

  async function add(name: string, formula: string): Promise<void> {
    await newColumn();
    const form = page.getByRole("dialog", { name: "Add a column" });
    await form.getByLabel("Name").fill(name);
    await form.getByLabel("Type").selectOption("formula");
    await form.getByLabel("Formula").fill(formula);
    await form.getByText(/^Answers:/).waitFor();
    await form.getByRole("button", { name: "Add column" }).click();
    await form.waitFor({ state: "detached" });
  }

  test("compute at once, follow their sources, and outlive a reload", async () => {
    await add("Commission", "[Value] * 10%");
    await cell(0, "commission").waitFor();
    await expect.poll(() => amount(0, "commission")).toBeCloseTo((await amount(0, "value")) / 10);
    await cell(0, "value").click();
    await page.keyboard.type("5000");
    await page.keyboard.press("Enter");
    await expect.poll(() => amount(0, "commission")).toBe(500);
    await page.reload();
    await expect.poll(() => amount(0, "commission")).toBe(500);
    await page.keyboard.press("Control+z");
  });

  test("show what they answer before they are made, say what is wrong, and pass axe", async () => {
    await newColumn();
    const form = page.getByRole("dialog", { name: "Add a column" });
    await form.getByLabel("Name").fill("Wrong");
    await form.getByLabel("Type").selectOption("formula");
    await form.getByLabel("Formula").fill("[Valeu] * 2");
    await form.getByText("Deals has no column “Valeu”.").waitFor();
    await form.getByRole("button", { name: "Add column" }).click();
    expect(await form.count()).toBe(1);
    await form.getByLabel("Formula").fill('IF([Stage] = "Won", [Value], 0)');
    await form.getByText("Answers: currency").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
  });

  test("cannot be typed into, and say why a cell is an error", async () => {
    await add("Ratio", "1 / ([Value] - [Value])");
    await expect.poll(() => cell(0, "ratio").textContent()).toContain("#DIV/0!");
    await cell(0, "ratio").click();
    await page.keyboard.type("7");
    await page.keyboard.press("Enter");
    expect(await cell(0, "ratio").textContent()).toContain("#DIV/0!");
    await cell(0, "ratio").hover();
    await page.getByText(/divided by zero/).waitFor();
  });
});
