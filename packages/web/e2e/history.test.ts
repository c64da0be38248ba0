import Excel from "exceljs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import {
  Api,
  hasBrowser,
  launchBrowser,
  phone,
  startProduct,
  visit,
  type Product,
} from "./product.ts";

const password = "correct horse battery";
const ROWS = 210;
const STEPS = 200;

/** Undo across reloads and devices, the history of a workspace, and the workbook as of then. */
describe.skipIf(!hasBrowser)("history", () => {
  let product: Product;
  let browser: Browser;
  let ana: Api;
  let bob: Api;
  let bobId: string;
  let workspace: string;
  let path: string;
  let ids: string[];

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    ana = await Api.signUp(product.url, "Ana Office", "ana@example.com");
    bob = await Api.signUp(product.url, "Bob Sales", "bob@example.com");
    const made = await ana.call<{ id: string }>("POST", "/api/workspaces", {
      name: "Acme",
      locale: "en-GB",
      timeZone: "UTC",
    });
    workspace = made.id;
    path = `/api/workspaces/${workspace}`;
    const { link } = await ana.call<{ link: string }>("POST", `${path}/members`, {
      email: "bob@example.com",
      role: "member",
    });
    await bob.call("POST", `/api/invitations/${link.split("/").at(-1)}/accept`);
    const { members } = await ana.call<{ members: { user: string; name: string }[] }>(
      "GET",
      `${path}/members`,
    );
    bobId = members.find(({ name }) => name === "Bob Sales")?.user ?? "";
    ({ ids } = await ana.call<{ ids: string[] }>("POST", `${path}/sheets/contacts/records`, {
      records: Array.from({ length: ROWS }, (_, at) => ({
        firstName: `Start ${at}`,
        lastName: `Last ${at}`,
      })),
    }));
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  async function signIn(options: Parameters<typeof visit>[1] = {}): Promise<Page> {
    const { page } = await visit(browser, options);
    await page.goto(`${product.url}/sign-in`);
    await page.getByLabel("E-mail").fill("ana@example.com");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/w\//);
    return page;
  }

  const cell = (page: Page, row: number, field = "firstName") =>
    page.locator(`.ag-row[row-index="${row}"] [col-id="${field}"].ag-cell`);
  async function contacts(page: Page): Promise<void> {
    await page.goto(`${product.url}/w/${workspace}/contacts`);
    await cell(page, 0).waitFor();
    await cell(page, 0).click();
  }
  async function values(field = "firstName"): Promise<unknown[]> {
    const all: unknown[] = [];
    for (let cursor = ""; ;) {
      const page = await ana.call<{
        records: { id: string; fields: Record<string, unknown> }[];
        next: string | null;
      }>("GET", `${path}/sheets/contacts/records?limit=1000${cursor}`);
      all.push(...page.records.map(({ fields }) => fields[field]));
      if (page.next === null) return all;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
  }

  test("200 steps, a reload, and all of them undone leave what a colleague did", async () => {
    const before = await values();
    let page = await signIn();
    await contacts(page);
    for (let step = 0; step < STEPS; step += 1) {
      await page.keyboard.type("x");
      await page.keyboard.press("Enter");
    }
    await expect.poll(async () => (await values())[STEPS - 1], { timeout: 60_000 }).toBe("x");
    // In the middle of it a colleague changes other cells, and one of the same.
    await bob.call("PATCH", `${path}/sheets/contacts/records`, {
      ids: [ids[5], ids[205]],
      set: { lastName: "Bob was here" },
    });
    await bob.call("PATCH", `${path}/sheets/contacts/records`, {
      ids: [ids[7]],
      set: { firstName: "Bob's" },
    });
    await page.reload();
    await cell(page, 0).waitFor();
    await cell(page, 0).click();
    for (let step = 0; step < STEPS / 2; step += 1) await page.keyboard.press("Control+z");
    const left = async () => (await values()).filter((value) => value === "x").length;
    await expect.poll(left, { timeout: 60_000 }).toBeLessThanOrEqual(STEPS / 2);
    await page.close();

    // The rest on another device.
    page = await signIn();
    await contacts(page);
    for (let step = 0; step < STEPS / 2; step += 1) await page.keyboard.press("Control+z");
    const expected = before.map((value, at) => (at === 7 ? "Bob's" : value));
    await expect.poll(() => values(), { timeout: 60_000 }).toEqual(expected);
    const last = await values("lastName");
    expect([last[5], last[205], last[6]]).toEqual(["Bob was here", "Bob was here", "Last 6"]);

    await page.keyboard.press("Control+y");
    await expect.poll(async () => (await values())[0], { timeout: 20_000 }).toBe("x");
    await page.keyboard.press("Control+z");
    await expect.poll(async () => (await values())[0], { timeout: 20_000 }).toBe("Start 0");
    await page.context().close();
  }, 420_000);

  test("an undo says what stays, who changed it, and shows it", async () => {
    const page = await signIn();
    await contacts(page);
    await page.keyboard.type("Mine");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await values())[0]).toBe("Mine");
    await bob.call("PATCH", `${path}/sheets/contacts/records`, {
      ids: [ids[0]],
      set: { firstName: "His" },
    });
    await expect.poll(() => cell(page, 0).textContent()).toBe("His");
    await page.keyboard.press("Control+z");
    await page.getByText("1 cell stays: Bob Sales changed it since.").waitFor();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "What was left alone" });
    await dialog.getByText("His Last 0 · First name").waitFor();
    await page.context().close();
  }, 60_000);

  test("the panel lists, narrows, shows, undoes and redoes, with the keyboard alone", async () => {
    await bob.call("PATCH", `${path}/sheets/contacts/records`, {
      ids: [ids[1], ids[2]],
      set: { city: "London" },
    });
    const page = await signIn();
    await contacts(page);
    await page.keyboard.press("Control+Alt+Shift+H");
    const panel = page.getByRole("dialog", { name: "History" });
    const first = panel.getByRole("article").first();
    await first.getByText("2 rows changed in Contacts").waitFor();
    expect(await first.textContent()).toContain("Bob Sales");
    await panel.getByText("Today").waitFor();

    await first.getByRole("button", { name: "What changed" }).focus();
    await page.keyboard.press("Enter");
    await first.getByText("Start 1 Last 1").waitFor();
    expect(await first.getByText("London").count()).toBe(2);

    await first.getByRole("button", { name: "Undo this" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await values("city"))[1]).toBeUndefined();
    // Not one of those that she undid before.
    const undone = panel.locator('[data-undone][aria-label^="Bob Sales"]').first();
    await undone.getByText(/Undone by Ana Office/).waitFor();
    await undone.getByRole("button", { name: "Redo" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await values("city"))[1]).toBe("London");

    await panel.getByLabel("Who").selectOption({ label: "Bob Sales" });
    await expect
      .poll(async () => {
        const all = await panel.getByRole("article").allTextContents();
        return all.length > 0 && all.every((text) => text.includes("Bob Sales"));
      })
      .toBe(true);
    await panel.getByLabel("What").selectOption("import");
    await panel.getByText("Nothing like that was done").waitFor();
    await panel.getByRole("button", { name: "Show everything" }).click();
    // It follows what happens meanwhile.
    await bob.call("PATCH", `${path}/sheets/contacts/records`, {
      ids: [ids[3]],
      set: { city: "Paris" },
    });
    await panel.getByRole("article").first().getByText("1 row changed").waitFor();

    expect(await violations(page)).toEqual([]);
    await page.context().close();
  }, 90_000);

  test("the workbook is seen as of then, read only, and rows are restored from there", async () => {
    const page = await signIn();
    await contacts(page);
    await bob.call("PATCH", `${path}/sheets/contacts/records`, {
      ids: [ids[10], ids[11]],
      set: { firstName: "Spoilt", city: "Rome" },
    });
    await bob.call("DELETE", `${path}/sheets/contacts/records`, { ids: [ids[12]] });
    const { changesets } = await ana.call<{ changesets: { seq: number; actor: string }[] }>(
      "GET",
      `${path}/changesets?limit=3`,
    );
    expect(changesets[0]?.actor).toBe(bobId);
    await page.keyboard.press("Control+Alt+Shift+H");
    const panel = page.getByRole("dialog", { name: "History" });
    await panel
      .getByRole("article")
      .nth(2)
      .getByRole("button", { name: "View as of then" })
      .click();
    const bar = page.getByRole("region", { name: "The past" });
    await bar.getByText("Contacts as it was on").waitFor();
    await expect.poll(() => cell(page, 10).textContent()).toBe("Start 10");
    expect(await cell(page, 12).textContent()).toBe("Start 12");
    expect(await violations(page)).toEqual([]);
    // Nothing is changed by typing.
    await cell(page, 10).click();
    await page.keyboard.type("x");
    await page.keyboard.press("Enter");
    expect(await cell(page, 10).textContent()).toBe("Start 10");
    // Searching works on what was.
    await page.keyboard.press("/");
    await page.keyboard.type("Start 12");
    await expect.poll(() => cell(page, 0).textContent()).toBe("Start 12");
    await page.keyboard.press("Escape");
    await expect.poll(() => cell(page, 10).textContent()).toBe("Start 10");
    // What was can be kept as an Excel file.
    const file = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("menuitem", { name: "Excel, all rows and columns" }).click();
    const download = await file;
    expect(download.suggestedFilename()).toMatch(/^Contacts \d{4}-.*\.xlsx$/);
    const book = new Excel.Workbook();
    await book.xlsx.readFile(await download.path());
    const names = book.worksheets[0]?.getColumn(1).values ?? [];
    expect(names).toContain("Start 10");
    expect(names).not.toContain("Spoilt");
    // The other sheets are seen as of then as well, and cannot be renamed or deleted from there.
    const rail = page.getByRole("navigation", { name: "Sheets" });
    expect(await rail.getByRole("button", { name: "Options of Contacts" }).count()).toBe(0);
    await rail.getByRole("link", { name: "Companies" }).click();
    await bar.getByText("Companies as it was on").waitFor();
    await rail.getByRole("link", { name: "Contacts" }).click();
    await bar.getByText("Contacts as it was on").waitFor();
    await expect.poll(() => cell(page, 10).textContent()).toBe("Start 10");

    await cell(page, 10).click();
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await bar.getByRole("button", { name: "Restore…" }).click();
    await page.getByRole("menuitem", { name: "Restore 3 rows" }).click();
    await expect.poll(async () => (await values())[10]).toBe("Start 10");
    expect((await values())[12]).toBe("Start 12");
    expect((await values("city"))[10]).toBeUndefined();
    await bar.getByRole("button", { name: "Back to now" }).click();
    await bar.waitFor({ state: "detached" });
    await expect.poll(() => cell(page, 10).textContent()).toBe("Start 10");
    await cell(page, 10).click();
    await page.keyboard.press("Control+z");
    await expect.poll(() => cell(page, 10).textContent()).toBe("Spoilt");
    await page.context().close();
  }, 90_000);

  test("is at home on a phone", async () => {
    const page = await signIn({ viewport: phone });
    await page.goto(`${product.url}/w/${workspace}/contacts`);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "History" }).click();
    const panel = page.getByRole("dialog", { name: "History" });
    await panel.getByRole("button", { name: "View as of then" }).nth(1).click();
    await page.getByRole("region", { name: "The past" }).getByText("as it was on").waitFor();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth > window.innerWidth,
    );
    expect(overflow).toBe(false);
    await page.context().close();
  }, 60_000);
});
