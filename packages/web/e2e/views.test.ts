import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import {
  hasBrowser,
  launchBrowser,
  phone,
  startProduct,
  visit,
  type Product,
  type Visitor,
} from "./product.ts";

const password = "correct horse battery";

/** Views of the sample deals as people make, change, share and meet them. */
describe.skipIf(!hasBrowser)("views", () => {
  let product: Product;
  let browser: Browser;
  let owner: Visitor;
  let page: Page;
  let address: string;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    owner = await visit(browser);
    await owner.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    page = owner.page;
    await page.goto(`${product.url}/sign-up`);
    await page.getByLabel("Name").fill("Olivia Office");
    await page.getByLabel("E-mail").fill("olivia@example.com");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /sample data/i }).click();
    await page.locator('[col-id="firstName"].ag-cell').first().waitFor();
    address = page.url().replace(/contacts.*$/, "deals");
  });

  beforeEach(async () => {
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith("gridfolk:layout:")) localStorage.removeItem(key);
      }
    });
    await page.goto(address);
    await page.locator('[col-id="name"].ag-cell').first().waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const rows = (where = page) =>
    where.locator(".ag-grid-scrolling-container .ag-row:not(.gf-group) [col-id='name'].ag-cell");
  /** Rows stand in the page in any order; on screen by their index. */
  const inOrder = (found: (HTMLElement | SVGElement)[]) =>
    found
      .map((each) => ({
        index: Number(each.closest(".ag-row")?.getAttribute("row-index")),
        text: (each.getAttribute("aria-label") ?? each.textContent ?? "").trim(),
      }))
      .sort((a, b) => a.index - b.index)
      .map(({ text }) => text);
  const names = (where = page) => rows(where).evaluateAll(inOrder);
  const headers = (where = page) =>
    where.locator(".ag-grid-scrolling-container .ag-row.gf-group [data-group-toggle]");
  const headerAt = (row: number) => page.locator(`.ag-row[row-index="${row}"] [data-group-toggle]`);
  const headerNames = () => headers().evaluateAll(inOrder);
  const status = () => page.locator("footer").textContent();
  const tab = (name: string, where = page) => where.getByRole("tab", { name, exact: true });
  const cell = (row: number, field: string) =>
    page.locator(`.ag-row[row-index="${row}"] [col-id="${field}"]`);
  const footer = (field: string) => page.locator(`[data-summary="${field}"]`);
  const panel = async (button: string, dialog: string) => {
    await page.getByRole("button", { name: button, exact: true }).click();
    return page.getByRole("dialog", { name: dialog });
  };
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  async function saveAs(name: string, who: "Everybody" | "Only me" = "Everybody"): Promise<void> {
    await page.getByRole("button", { name: "Save as a new view" }).click();
    const form = page.getByRole("dialog", { name: "Save view" });
    await form.getByLabel("Name").fill(name);
    await form.getByText(who, { exact: true }).click();
    await form.getByRole("button", { name: "Save view" }).click();
    const shown = who === "Everybody" ? name : `Private ${name}`;
    await expect.poll(() => tab(shown).getAttribute("aria-selected")).toBe("true");
  }

  async function filterStage(...stages: string[]): Promise<void> {
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByRole("menuitem", { name: "Stage" }).click();
    const form = page.getByRole("dialog", { name: "Filter on Stage" });
    for (const stage of stages) await form.getByLabel(stage).check();
    await form.getByRole("button", { name: "Done" }).click();
  }

  async function groupBy(...fields: string[]): Promise<void> {
    const dialog = await panel("Group", "Group rows");
    for (const [index, field] of fields.entries()) {
      await dialog
        .getByLabel(index === 0 ? "Group by" : "Then group by", { exact: true })
        .selectOption(field);
    }
    await press("Escape");
  }

  test("ready-made views show their rows; tabs are reached and changed by keys", async () => {
    await tab("All").focus();
    await press("ArrowRight");
    await expect.poll(() => tab("Open").getAttribute("aria-selected")).toBe("true");
    expect(new URL(page.url()).searchParams.get("view")).toBeTruthy();
    await expect.poll(status).toMatch(/^\d+ of 12 rows/);
    await press("ArrowLeft");
    await expect.poll(status).toMatch(/^12 rows/);
    await tab("Won").click();
    await expect.poll(async () => (await names()).length).toBeGreaterThan(0);
    expect(await page.locator('.ag-row [col-id="stage"].ag-cell').first().textContent()).toBe(
      "Won",
    );
  });

  test("a view is saved, renamed, duplicated, moved, made private and deleted; each is undone", async () => {
    await filterStage("Lead");
    await expect.poll(status).toMatch(/^2 of 12 rows/);
    await saveAs("Leads");
    await expect.poll(status).toMatch(/^2 of 12 rows/);
    // What was tried out moved into the view: all rows are all rows again.
    await tab("All").click();
    await expect.poll(status).toMatch(/^12 rows/);
    await tab("Leads").focus();
    await tab("Leads").click();
    await press("F2");
    await page.getByRole("dialog", { name: "Rename view" }).getByLabel("Name").fill("New leads");
    await press("Enter");
    await tab("New leads").waitFor();
    const menu = async (item: string) => {
      await page.getByRole("button", { name: /^Menu of the view/ }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await menu("Make private to me");
    await tab("Private New leads").waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await tab("New leads").waitFor();
    await menu("Duplicate");
    await page.getByRole("button", { name: "Save view" }).click();
    await tab("New leads copy").waitFor();
    await expect.poll(() => tab("New leads copy").getAttribute("aria-selected")).toBe("true");
    await menu("Move left");
    await expect
      .poll(() => page.getByRole("tab").allTextContents())
      .toEqual(["All", "Open", "Closing this month", "Won", "Mine", "New leads copy", "New leads"]);
    await menu("Delete view");
    await expect.poll(() => tab("New leads copy").count()).toBe(0);
    await page.getByText("Deleted the view New leads copy").waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await tab("New leads copy").waitFor();
  });

  test("changes over a view stay with the person until they are saved or reset, and outlive a reload", async () => {
    await tab("Won").click();
    await expect.poll(status).toMatch(/of 12 rows/);
    expect(await page.getByRole("button", { name: "Reset", exact: true }).count()).toBe(0);
    const before = await status();
    await page.getByRole("button", { name: /^Remove the filter/ }).click();
    await expect.poll(status).toMatch(/^12 rows/);
    await page.reload();
    await page.getByRole("button", { name: "Reset", exact: true }).waitFor();
    await expect.poll(status).toMatch(/^12 rows/);
    await page.getByRole("button", { name: "Reset", exact: true }).click();
    await expect.poll(status).toBe(before);
    await page.getByRole("button", { name: /^Sort/ }).click();
    const sort = page.getByRole("dialog", { name: "Sort rows" });
    await sort.getByLabel("Then by").selectOption("value");
    await press("Escape");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect
      .poll(() => page.getByRole("button", { name: "Reset", exact: true }).count())
      .toBe(0);
    await page.getByText("Saved the view Won").waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
  });

  test("a shared view reaches another browser at once, a private one never; its link opens it", async () => {
    const link = await page.evaluate(async () => {
      const workspace = location.pathname.split("/")[2];
      const answer = await fetch(`/api/workspaces/${workspace}/members`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email: "vera@example.com", role: "viewer" }),
      });
      return (await answer.json()) as { link?: string; url?: string };
    });
    const other = await visit(browser);
    const invited = new URL(link.link ?? link.url ?? "", product.url);
    await other.page.goto(`${product.url}${invited.pathname}${invited.search}${invited.hash}`);
    await other.page.getByLabel("Name").fill("Vera Viewer");
    await other.page.getByLabel("Password", { exact: true }).fill(password);
    await other.page.keyboard.press("Enter");
    await other.page.waitForURL(/\/w\//);
    await other.page.goto(address);
    await rows(other.page).first().waitFor();

    await filterStage("Proposal");
    await saveAs("Proposals");
    await tab("Proposals", other.page).waitFor();
    await saveAs("Secret", "Only me");
    await page.getByRole("button", { name: /^Menu of the view Secret/ }).waitFor();
    expect(await tab("Private Secret", other.page).count()).toBe(0);

    await tab("Proposals").click();
    await page.getByRole("button", { name: /^Menu of the view/ }).click();
    await page.getByRole("menuitem", { name: "Copy link" }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    await other.page.goto(copied);
    await expect
      .poll(() => tab("Proposals", other.page).getAttribute("aria-selected"))
      .toBe("true");
    await expect.poll(async () => (await names(other.page)).length).toBe(3);

    // A viewer changes no shared view, but keeps private ones.
    await other.page.getByRole("button", { name: "Save as a new view" }).click();
    const form = other.page.getByRole("dialog", { name: "Save view" });
    expect(await form.getByText("Everybody").count()).toBe(0);
    await form.getByLabel("Name").fill("Vera's own");
    await other.page.keyboard.press("Enter");
    await tab("Private Vera's own", other.page).waitFor();
    await other.page.reload();
    await tab("Private Vera's own", other.page).waitFor();
    expect(await tab("Private Vera's own").count()).toBe(0);
    expect(other.problems).toEqual([]);
    await other.context.close();
  });

  test("conditions go into groups, ask linked records, and read in words", async () => {
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByRole("menuitem", { name: /Conditions with/ }).click();
    const dialog = page.getByRole("dialog", { name: "Filter rows" });
    await dialog.getByRole("button", { name: "Condition", exact: true }).click();
    await dialog.getByLabel("Column", { exact: true }).selectOption("stage");
    await dialog.getByLabel("Operator for Stage").selectOption("noneOf");
    await dialog.getByLabel("Lost").check();
    await dialog.getByRole("button", { name: "Group", exact: true }).click();
    const inner = dialog.getByRole("group", { name: "Conditions, level 2" });
    await inner.getByLabel("Column", { exact: true }).selectOption("value");
    await inner.getByLabel("Value for Value").fill("25000");
    await inner.getByRole("button", { name: "Condition", exact: true }).click();
    await inner.getByLabel("Column", { exact: true }).last().selectOption("company.name");
    await inner.getByLabel("Value for Company › Name").fill("Harbor");
    await dialog
      .getByText(
        "Shown are rows where Stage is none of Lost and (Value > 25,000 or Company › Name contains Harbor).",
      )
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await press("Escape");
    await expect.poll(names).toContain("Bread delivery, spring");
    const shown = await names();
    expect(shown).not.toContain("Brand film");
    await page.getByRole("button", { name: /^\(?Value > 25,000 or/ }).waitFor();
    // Three deep and no deeper.
    await page.getByRole("button", { name: /^\(?Value > 25,000 or/ }).click();
    await dialog
      .getByRole("group", { name: "Conditions, level 2" })
      .getByRole("button", { name: "Group", exact: true })
      .click();
    const third = dialog.getByRole("group", { name: "Conditions, level 3" });
    expect(await third.getByRole("button", { name: "Group", exact: true }).count()).toBe(0);
    await press("Escape");
  });

  test("the filter of another view is taken over by its name", async () => {
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByRole("menuitem", { name: "As in the view" }).click();
    await page.getByRole("menuitem", { name: "Won", exact: true }).click();
    await expect.poll(status).toMatch(/^2 of 12 rows/);
  });

  test("columns are found, hidden, shown, frozen and moved in their panel", async () => {
    const dialog = await panel("Columns", "Columns");
    await dialog.getByLabel("Find a column").fill("sour");
    await dialog.getByRole("checkbox", { name: "Source" }).uncheck();
    await expect.poll(() => page.locator('.ag-header-cell[col-id="source"]').count()).toBe(0);
    await dialog.getByLabel("Find a column").fill("");
    await dialog.getByRole("button", { name: "Move Stage up" }).click();
    await dialog.getByRole("button", { name: "Freeze Stage" }).click();
    await expect
      .poll(() => page.locator('.ag-grid-pinned-left-cells [col-id="stage"]').count())
      .toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Hide all" }).click();
    await expect.poll(() => page.locator(".ag-header-cell[col-id='value']").count()).toBe(0);
    await dialog.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => page.locator(".ag-header-cell[col-id='value']").count()).toBe(1);
    await press("Escape");
  });

  test("rows sort by several columns, in the order of the panel", async () => {
    const dialog = await panel("Sort", "Sort rows");
    await dialog.getByLabel("Sort by").selectOption("stage");
    await dialog.getByLabel("Then by").selectOption("value");
    await dialog.getByLabel("Direction of Value").selectOption("down");
    const by = (field: string) =>
      page
        .locator(`.ag-grid-scrolling-container .ag-row [col-id="${field}"].ag-cell`)
        .evaluateAll(inOrder);
    await expect
      .poll(async () => (await by("value")).slice(0, 2))
      .toEqual(["$32,500.00", "$5,400.00"]);
    await dialog.getByRole("button", { name: "Move Value up" }).click();
    await expect.poll(async () => (await by("value"))[0]).toBe("$32,500.00");
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Remove Stage" }).click();
    await press("Escape");
    expect(await page.getByRole("button", { name: /^Sort/ }).textContent()).toBe("Sort1");
  });

  test("rows are grouped; headers are opened and shut by pointer and keys, with sums; records keep their numbers", async () => {
    await groupBy("stage", "closeDate");
    await expect.poll(async () => (await headerNames())[0]).toBe("Stage: Lead, 2");
    expect((await headerNames())[1]).toBe("Expected close: January 2027, 1");
    await footer("value").click({ force: true });
    await page.getByRole("menuitemcheckbox", { name: "Sum" }).click();
    await expect.poll(() => cell(0, "value").textContent()).toBe("Sum $37,900.00");
    const all = await status();
    await headerAt(0).click();
    await expect.poll(async () => (await headerNames())[1]).toBe("Stage: Qualified, 2");
    // What is shut is still counted, and the numbers of what follows stay.
    expect(await status()).toBe(all);
    expect(await page.locator(".ag-row[row-index='3'] .gf-number-cell").textContent()).toBe("3");
    await cell(1, "stage").click();
    await press("ArrowLeft");
    await expect.poll(async () => (await headerNames())[2]).toBe("Stage: Proposal, 3");
    await press("ArrowUp", "ArrowRight");
    await expect.poll(async () => (await headerNames())[1]).toBe("Expected close: January 2027, 1");
    await press("Enter", "Enter", "ArrowDown", "ArrowLeft", "ArrowLeft");
    // From a shut group within a group to the header of the one around it.
    expect(
      await page.evaluate(() =>
        document.activeElement?.closest(".ag-row")?.getAttribute("row-index"),
      ),
    ).toBe("0");
    await page.locator('[data-panel="group"]').click();
    await page.getByRole("button", { name: "Collapse all" }).click();
    await expect.poll(async () => (await names()).length).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Expand all" }).click();
    await expect.poll(async () => (await names()).length).toBeGreaterThan(3);
    await press("Escape");
  });

  test("header rows are passed over by copying, clearing, pasting and filling; typing into them does nothing", async () => {
    await groupBy("stage");
    await expect.poll(async () => (await headerNames()).length).toBeGreaterThan(3);
    const [first, second, third, fourth] = await names();
    // Header, two leads, header, two qualified.
    await cell(1, "name").click();
    await press("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "Control+c");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split(/\r?\n/)).toEqual([first, second, third]);
    await press("Control+d");
    await expect.poll(names).toEqual(expect.arrayContaining([first, first, first, fourth]));
    await press("Control+z");
    await expect
      .poll(async () => (await names()).slice(0, 4))
      .toEqual([first, second, third, fourth]);
    await page.evaluate(() => navigator.clipboard.writeText("One\nTwo\nThree"));
    await cell(1, "name").click();
    await press("Control+v");
    await expect
      .poll(async () => (await names()).slice(0, 4))
      .toEqual(["One", "Two", "Three", fourth]);
    await press("Control+z");
    await cell(0, "name").click({ position: { x: 140, y: 16 } });
    await page.keyboard.type("x");
    expect(await page.locator(".ag-cell-inline-editing").count()).toBe(0);
    await press("Delete", "Control+Shift+Minus");
    await expect
      .poll(async () => (await names()).slice(0, 4))
      .toEqual([first, second, third, fourth]);
  });

  test("a record added in a group takes what the group has in common", async () => {
    await groupBy("stage");
    await page.getByRole("button", { name: "New deal in Stage: Qualified" }).click();
    await page.keyboard.type("Fresh deal");
    await press("Enter");
    await expect.poll(names).toContain("Fresh deal");
    const row = page.locator(".ag-row", { has: page.getByText("Fresh deal", { exact: true }) });
    expect(await row.locator('[col-id="stage"].ag-cell').textContent()).toBe("Qualified");
    expect(await headerNames()).toContain("Stage: Qualified, 3");
    await press("Control+z", "Control+z");
    await expect.poll(names).not.toContain("Fresh deal");
  });

  test("columns are summed up in the row under all others, by pointer and keys, and follow edits", async () => {
    await cell(0, "value").click();
    await footer("value").click({ force: true });
    await page.getByRole("menuitemcheckbox", { name: "Max" }).click();
    await expect.poll(() => footer("value").textContent()).toMatch(/^Max \$/);
    await cell(0, "value").click();
    await page.keyboard.type("990000");
    await press("Enter");
    await expect.poll(() => footer("value").textContent()).toBe("Max $990,000.00");
    await press("Control+z");
    await expect.poll(() => footer("value").textContent()).not.toBe("Max $990,000.00");
    await page.locator('.gf-footer [col-id="closeDate"]').click({ position: { x: 3, y: 3 } });
    await press("Alt+ArrowDown");
    await page.getByRole("menuitemcheckbox", { name: "Earliest" }).click();
    await expect.poll(() => footer("closeDate").textContent()).toMatch(/^Earliest \w{3} \d/);
    await page.reload();
    await expect.poll(() => footer("closeDate").textContent()).toMatch(/^Earliest \w{3} \d/);
  });

  test("rules colour rows and cells, say what they mean, and follow edits", async () => {
    await page.getByRole("button", { name: "Colour rows" }).click();
    const dialog = page.getByRole("dialog", { name: "Colour rows" });
    await dialog.getByRole("button", { name: "Add a rule" }).click();
    await dialog.getByLabel("Column", { exact: true }).selectOption("stage");
    await dialog.getByLabel("Lead").check();
    await dialog.getByLabel("Colour", { exact: true }).selectOption("red");
    await dialog.getByLabel("Name of the rule").fill("Needs a call");
    expect(await violations(page)).toEqual([]);
    await press("Escape");
    const lead = page
      .locator(".ag-row", { has: page.locator('[col-id="stage"]', { hasText: "Lead" }) })
      .first();
    const name = lead.locator('[col-id="name"].ag-cell');
    await expect.poll(() => name.getAttribute("data-color")).toBe("red");
    expect(await name.getByTitle("Needs a call").count()).toBe(1);
    const index = await lead.getAttribute("row-index");
    await cell(Number(index), "stage").click();
    await press("Delete");
    await expect.poll(() => cell(Number(index), "name").getAttribute("data-color")).toBeNull();
    await press("Control+z");
    await expect.poll(() => cell(Number(index), "name").getAttribute("data-color")).toBe("red");
    expect(await violations(page)).toEqual([]);
  });

  test("rows are compact, normal or tall, and header rows stay plain", async () => {
    await groupBy("stage");
    const height = async (row: number) =>
      page
        .locator(`.ag-row[row-index="${row}"]`)
        .first()
        .evaluate((each) => each.clientHeight);
    const choose = async (name: RegExp) => {
      await page.getByRole("button", { name: "Row height" }).click();
      await page.getByRole("menuitemcheckbox", { name }).click();
    };
    await choose(/Tall/);
    await expect.poll(() => height(1)).toBeGreaterThan(80);
    expect(await height(0)).toBeLessThan(34);
    const box = await cell(2, "name").boundingBox();
    await cell(2, "name").click();
    await press("Shift+ArrowRight");
    const range = await page.locator("[class*=range]").first().boundingBox();
    expect(Math.abs((range?.y ?? 0) - (box?.y ?? 99))).toBeLessThan(3);
    await choose(/Compact/);
    await expect.poll(() => height(1)).toBeLessThan(27);
    await page.reload();
    await expect.poll(() => height(1)).toBeLessThan(27);
  });

  test("a view whose column was deleted says so and shows the rest", async () => {
    await groupBy("source");
    await filterStage("Lead", "Won");
    await saveAs("By source");
    await cell(0, "source").click();
    await press("Alt+Shift+ArrowDown");
    await page.getByRole("menuitem", { name: "Delete column" }).click();
    await page.getByText("Left out of what is shown: the column Source was deleted.").waitFor();
    await expect.poll(status).toMatch(/of 12 rows/);
    expect(await headers().count()).toBe(0);
    await press("Control+z");
    await expect.poll(() => headers().count()).toBeGreaterThan(0);
  });

  test("exports and printing follow the view", async () => {
    await tab("Won").click();
    await expect.poll(status).toMatch(/of 12 rows/);
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "CSV", exact: true }).click(),
    ]);
    const path = await download.path();
    const { readFileSync } = await import("node:fs");
    expect(readFileSync(path, "utf8").trim().split("\r\n")).toHaveLength(3);
    await groupBy("stage");
    const printed = await page.evaluate(() => {
      window.dispatchEvent(new Event("beforeprint"));
      return document.querySelector("[data-print]")?.textContent ?? "";
    });
    await page.emulateMedia({ media: "print" });
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    expect(printed).toContain("Deals: Won");
    expect(printed).toContain("Stage: Won (2)");
  });

  test("a phone's cards follow the view", async () => {
    const small = await visit(browser, { viewport: phone });
    await small.context.addCookies(await owner.context.cookies());
    await small.page.goto(address);
    await small.page.getByLabel("View", { exact: true }).selectOption({ label: "Won" });
    await expect.poll(() => small.page.getByRole("listitem").count()).toBe(2);
    expect(await violations(small.page)).toEqual([]);
    await small.context.close();
  });

  test("nothing went wrong in the page", () => {
    expect(owner.problems).toEqual([]);
  });
});
