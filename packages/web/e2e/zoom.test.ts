import { contactsCsv } from "@gridfolk/core/testing/contacts";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import {
  Api,
  hasBrowser,
  launchBrowser,
  startProduct,
  visit,
  type Product,
  type Visitor,
} from "./product.ts";

const password = "correct horse battery";
/** What is left of 1440 × 900 for who has everything twice as large. */
const half = { width: 720, height: 450 };

/** Who sees badly has everything twice as large; who is made sick by movement asks for none. */
describe.skipIf(!hasBrowser)("at 200 % and without movement", () => {
  let product: Product;
  let browser: Browser;
  let owner: Visitor;
  let page: Page;
  let home: string;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    const api = await Api.signUp(product.url, "Olivia Office", "olivia@example.com");
    const { id } = await api.call<{ id: string }>("POST", "/api/workspaces", {
      name: "Blue Bakery",
    });
    home = `${product.url}/w/${id}`;
    const [, ...lines] = contactsCsv(300, 3).split("\n");
    const records = lines.slice(0, 300).flatMap((line) => {
      const [firstName, lastName] = line.split(",");
      return firstName && lastName ? [{ firstName, lastName, city: "Lisbon" }] : [];
    });
    await api.call("POST", `/api/workspaces/${id}/sheets/contacts/records`, { records });
    owner = await visit(browser, { viewport: half });
    page = owner.page;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(`${product.url}/sign-in`);
    await page.getByLabel("E-mail").fill("olivia@example.com");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/w\//);
    await page.goto(`${home}/contacts`);
    await cell(0, "firstName").waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const cell = (row: number, field: string) =>
    page.locator(`[row-index="${row}"] [col-id="${field}"]`).first();

  async function shoot(name: string): Promise<void> {
    const folder = process.env["SHOTS"];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/zoom-${name}.png` });
  }

  async function openFind(): Promise<Locator> {
    await cell(0, "firstName").click();
    await page.keyboard.press("Control+h");
    const panel = page.getByRole("dialog", { name: "Find and replace" });
    await panel.waitFor();
    return panel;
  }

  /** Nothing has to be scrolled sideways to be read but the sheet itself. */
  async function fits(): Promise<void> {
    const { scroll, width } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      width: document.documentElement.clientWidth,
    }));
    expect(scroll).toBeLessThanOrEqual(width);
  }

  /** It can be brought into sight whole, and is not under something else. */
  async function reachable(control: Locator): Promise<void> {
    await control.scrollIntoViewIfNeeded();
    const box = await control.boundingBox();
    expect(box).not.toBeNull();
    const { x, y, width, height } = box ?? { x: 0, y: 0, width: 0, height: 0 };
    expect(x).toBeGreaterThanOrEqual(0);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(half.width + 1);
    expect(y + height).toBeLessThanOrEqual(half.height + 1);
    if (await control.isEnabled()) await control.click({ trial: true });
  }

  test("the sheet leaves room for rows, is edited, and keeps every command within reach", async () => {
    await shoot("sheet");
    await fits();
    const rows = await page
      .locator('.ag-row [col-id="firstName"]')
      .evaluateAll(
        (all, height) => all.filter((one) => one.getBoundingClientRect().bottom < height).length,
        half.height,
      );
    expect(rows).toBeGreaterThanOrEqual(4);
    await cell(1, "lastName").click();
    await page.keyboard.type("Larger");
    await page.keyboard.press("Enter");
    await cell(1, "lastName").getByText("Larger").waitFor();
    const controls = page.getByRole("main").getByRole("button");
    const names: string[] = [];
    for (const control of await controls.all()) {
      // What stands in rows goes where they are scrolled.
      const isInRow = await control.evaluate((element) => element.closest(".ag-row") !== null);
      if (isInRow || !(await control.isVisible())) continue;
      names.push((await control.getAttribute("aria-label")) ?? (await control.innerText()));
      await reachable(control);
    }
    expect(names.length).toBeGreaterThan(4);
  });

  test("panels and dialogs are scrolled to their last button", async () => {
    await page.goto(`${home}/contacts`);
    const find = await openFind();
    await page.keyboard.type("Lisbon");
    await find.getByText(/cells/).waitFor();
    await shoot("find");
    await fits();
    await reachable(page.getByRole("button", { name: /^Replace all/ }));
    await page.keyboard.press("Escape");
    await find.waitFor({ state: "detached" });
    expect(await cell(0, "firstName").isVisible()).toBe(true);

    await cell(0, "firstName").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("change");
    await shoot("palette");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type("zzz");
    await page.getByText("Nothing is called").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");

    for (const [path, heading] of [
      ["settings/workspace", "workspace"],
      ["settings/members", "members"],
      ["settings/trash", "trash"],
      ["settings/imports", "imports"],
      ["-/duplicates", "duplicates"],
      ["-/quality", "quality"],
      ["settings/account", "account"],
      ["settings/nothing", "no such settings"],
      ["nothing", "no such sheet"],
    ] as const) {
      await page.goto(`${home}/${path}`);
      await page.getByRole("heading").first().waitFor();
      await page.waitForTimeout(400);
      await shoot(heading);
      await fits();
      expect(await violations(page)).toEqual([]);
    }
  });

  test("pages before somebody has signed in, and those that lead nowhere", async () => {
    const stranger = await visit(browser, { viewport: half });
    page = stranger.page;
    for (const path of ["sign-in", "sign-up", "reset/nothing", "invite/nothing", "no/such/page"]) {
      await page.goto(`${product.url}/${path}`);
      await page.getByRole("heading").first().waitFor();
      await fits();
      expect([path, ...(await violations(page))]).toEqual([path]);
    }
    await stranger.context.close();
    page = owner.page;
  });

  test("nothing moves for whoever asks for that", async () => {
    await page.goto(`${home}/contacts`);
    await cell(0, "firstName").waitFor();
    await openFind();
    const moving = await page.evaluate(
      () =>
        document.getAnimations().filter((each) => {
          const { duration = 0, iterations = 1 } = each.effect?.getComputedTiming() ?? {};
          return Number(duration) * iterations > 1;
        }).length,
    );
    expect(moving).toBe(0);
    expect(owner.problems).toEqual([]);
  });
});
