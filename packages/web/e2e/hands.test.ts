import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
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

const ROWS = 60;

/** Filling, copying and pasting as hands do it: with a real mouse, a real clipboard, a finger. */
describe.skipIf(!hasBrowser)("hands in the grid", () => {
  let product: Product;
  let browser: Browser;
  let api: Api;
  let base: string;
  let sheet: string;
  let address: string;
  let owner: Visitor;
  let page: Page;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    api = await Api.signUp(product.url, "Hannah Hands", "hannah@example.com");
    const { id } = await api.call<{ id: string }>("POST", "/api/workspaces", { name: "Hands" });
    base = `/api/workspaces/${id}`;
    owner = await open();
    page = owner.page;
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  async function open(viewport?: { width: number; height: number }): Promise<Visitor> {
    const visitor = await visit(browser, viewport === undefined ? {} : { viewport });
    await visitor.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await signIn(visitor.page);
    return visitor;
  }

  async function signIn(where: Page): Promise<void> {
    await where.goto(`${product.url}/sign-in`);
    await where.getByLabel("E-mail").fill("hannah@example.com");
    await where.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await where.keyboard.press("Enter");
    await where.waitForURL(/\/w\//);
  }

  /** Every test has a sheet of its own. */
  beforeEach(async () => {
    const made = await api.call<{ key: string }>("POST", `${base}/sheets`, {
      name: `Orders ${Math.random().toString(36).slice(2, 8)}`,
      fields: [
        { name: "Name", type: "text" },
        { name: "Count", type: "number" },
        { name: "Due", type: "date" },
        { name: "Price", type: "currency", currency: "USD" },
        { name: "Buyer", type: "link", link: { sheet: "companies" } },
      ],
    });
    sheet = made.key;
    await api.call("POST", `${base}/sheets/${sheet}/records`, {
      records: Array.from({ length: ROWS }, (_, n) => ({ name: `Order ${n}` })),
    });
    address = `${product.url}/w/${base.split("/")[3]}/${sheet}`;
    await page.goto(address);
    await cell(0, "name").waitFor();
  });

  const cellOf = (where: Page, row: number | "new", field: string): Locator =>
    where.locator(`.ag-row[row-index="${row === "new" ? "b-0" : row}"] [col-id="${field}"]`);
  const cell = (row: number | "new", field: string) => cellOf(page, row, field);
  const text = async (row: number, field: string) =>
    ((await cell(row, field).textContent()) ?? "").trim();
  const column = (field: string, rows: readonly number[]) =>
    Promise.all(rows.map((row) => text(row, field)));
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const typeInto = async (row: number, field: string, ...values: string[]) => {
    await cell(row, field).click();
    for (const value of values) {
      await page.keyboard.type(value);
      await press("Enter");
    }
  };
  const give = (plain: string, html?: string) =>
    page.evaluate(
      ([plain, html]) =>
        navigator.clipboard.write([
          new ClipboardItem({
            "text/plain": new Blob([plain], { type: "text/plain" }),
            ...(html === undefined ? {} : { "text/html": new Blob([html], { type: "text/html" }) }),
          }),
        ]),
      [plain, html] as const,
    );
  const copied = () =>
    page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const of = async (type: string) =>
        item?.types.includes(type) ? (await item.getType(type)).text() : "";
      return { plain: await of("text/plain"), html: await of("text/html") };
    });
  const toast = (words: RegExp | string) => page.locator("[data-toast]", { hasText: words });
  const handle = () => page.locator('[data-handle="end"]').first();
  const middle = async (where: Locator) => {
    const box = await where.boundingBox();
    if (box === null) throw new Error("not on screen");
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const drag = async (from: Locator, to: Locator, held?: "Control") => {
    const [start, end] = [await middle(from), await middle(to)];
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
    await page.mouse.move(end.x, end.y, { steps: 4 });
    if (held !== undefined) await page.keyboard.down(held);
    await page.mouse.up();
    if (held !== undefined) await page.keyboard.up(held);
  };
  const undoToast = async () => {
    await page.locator("[data-toast]").last().getByRole("button", { name: "Undo" }).click();
  };

  test("the handle carries numbers and dates on downwards, Ctrl copies, one Undo takes it back", async () => {
    await typeInto(0, "count", "10", "20");
    await typeInto(0, "due", "2026-01-31");
    await cell(0, "count").click();
    await press("Shift+ArrowDown");
    await drag(handle(), cell(6, "count"));
    await expect.poll(() => text(6, "count")).toBe("70");
    expect(await column("count", [2, 3, 4, 5])).toEqual(["30", "40", "50", "60"]);
    await toast("Filled 5 cells").waitFor();
    await undoToast();
    await expect.poll(() => text(6, "count")).toBe("");
    await cell(0, "count").click();
    await press("Shift+ArrowDown");
    await drag(handle(), cell(5, "count"), "Control");
    await expect.poll(() => text(5, "count")).toBe("20");
    expect(await column("count", [2, 3, 4])).toEqual(["10", "20", "10"]);
    await cell(0, "due").click();
    await drag(handle(), cell(2, "due"));
    await expect.poll(() => text(2, "due")).toMatch(/2\/2\/2026|Feb 2/);
  });

  test("the handle fills upwards, to the right and to the left", async () => {
    await typeInto(5, "name", "Monday");
    await cell(5, "name").click();
    await drag(handle(), cell(3, "name"));
    await expect.poll(() => text(3, "name")).toBe("Saturday");
    expect(await text(4, "name")).toBe("Sunday");
    await typeInto(8, "name", "7");
    await cell(8, "name").click();
    await drag(handle(), cell(8, "count"));
    await expect.poll(() => text(8, "count")).toBe("8");
    await typeInto(9, "count", "5");
    await cell(9, "count").click();
    await drag(handle(), cell(9, "name"));
    await expect.poll(() => text(9, "name")).toBe("5");
  });

  test("a double click on the handle fills as far as the column beside goes", async () => {
    await typeInto(0, "count", "1", "2");
    await cell(0, "count").click();
    await press("Shift+ArrowDown");
    await handle().dblclick();
    await toast(`Filled ${ROWS - 2} cells`).waitFor();
    await press("Control+End", "Control+ArrowLeft", "Control+ArrowLeft");
    await expect.poll(() => text(ROWS - 1, "count")).toBe(String(ROWS));
  });

  test("a frame shows what is filled, and the grid scrolls along", async () => {
    await typeInto(0, "count", "3");
    await cell(0, "count").click();
    const start = await middle(handle());
    const view = await page.locator(".ag-grid-viewport").boundingBox();
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(start.x, start.y + 150, { steps: 3 });
    await page.locator("[class*=preview]").waitFor();
    await page.mouse.move(start.x, (view?.y ?? 0) + (view?.height ?? 0) - 8, { steps: 3 });
    await expect.poll(() => cell(ROWS - 1, "count").count()).toBe(1);
    await page.mouse.up();
    await toast(/^Filled \d\d cells/).waitFor();
    await expect.poll(() => page.locator("[class*=preview]:not([hidden])").count()).toBe(0);
    await undoToast();
  });

  test("copied cells carry their types, with headers when asked", async () => {
    await typeInto(0, "count", "1234.5");
    await typeInto(0, "due", "2026-12-31");
    await typeInto(0, "price", "99.9");
    await cell(0, "name").click();
    await press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Control+c");
    await expect.poll(async () => (await copied()).plain).toMatch(/^Order 0\t1,?234\.5\t/);
    const { html } = await copied();
    // The browser hands out a cleaned page: what stays of it is enough.
    expect(html).toContain("Order 0");
    await press("Shift+F10");
    await page.getByRole("menuitem", { name: "Copy with headers" }).click();
    await expect
      .poll(async () => (await copied()).plain)
      .toMatch(/^Name\tCount\tDue\tPrice\r?\nOrder 0/);
  });

  test("the menu of a row copies, cuts and pastes", async () => {
    const choose = async (row: number, name: RegExp) => {
      await cell(row, "name").click({ button: "right" });
      await page.getByRole("menuitem", { name }).click();
    };
    await give("nothing of the sheet");
    await choose(20, /^Copy(?! with)/);
    await expect.poll(async () => (await copied()).plain).toBe("Order 20");
    await choose(22, /^Paste/);
    await expect.poll(() => text(22, "name")).toBe("Order 20");
    await choose(22, /^Cut/);
    await choose(23, /^Paste/);
    await expect.poll(() => column("name", [22, 23])).toEqual(["", "Order 20"]);
    await press("Control+z", "Control+z");
    await expect.poll(() => column("name", [22, 23])).toEqual(["Order 22", "Order 23"]);
  });

  test("a value fills a range, a block repeats, Google's dates are exact", async () => {
    await give("7");
    await cell(0, "count").click();
    await press("Shift+ArrowDown", "Shift+ArrowDown", "Control+v");
    await expect.poll(() => column("count", [0, 1, 2])).toEqual(["7", "7", "7"]);
    await give("1\n2");
    await cell(4, "count").click();
    await press("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "Control+v");
    await expect.poll(() => column("count", [4, 5, 6, 7])).toEqual(["1", "2", "1", "2"]);
    await give(
      "3/4/2026\t1.234",
      `<table><tr><td data-sheets-value='{"1":3,"3":46085}' data-sheets-numberformat='{"1":5,"2":"d/m/yyyy"}'>4/3/2026</td></tr></table>`,
    );
    await cell(0, "due").click();
    await press("Control+v");
    await expect.poll(() => text(0, "due")).toMatch(/3\/4\/2026|Mar 4/);
  });

  test("a block wider than the sheet asks once for columns, and these get the types of their values", async () => {
    await give("Acme\t2026-05-06\t12.5\nBolt\t2026-06-07\t7");
    await cell(0, "buyer").click();
    await press("Control+v");
    const question = page.getByRole("dialog", { name: "2 columns more than here" });
    await question.getByRole("button", { name: "Add 2 columns" }).click();
    await toast("Pasted 6 cells").waitFor();
    await expect
      .poll(() => page.locator(".ag-header-cell", { hasText: "New column" }).count())
      .toBe(2);
    const types = async () => {
      const { sheets } = await api.call<{
        sheets: { key: string; fields: { name: string; type: string }[] }[];
      }>("GET", `${base}/sheets`);
      const fields = sheets.find(({ key }) => key === sheet)?.fields ?? [];
      return fields.slice(-2).map(({ type }) => type);
    };
    await expect.poll(types).toEqual(["date", "number"]);
    // Left out: only what there is a column for.
    await give("1\t2\t3\t4\t5\t6\t7\t8");
    await cell(3, "count").click();
    await press("Control+v");
    await page.getByRole("button", { name: "Leave out" }).click();
    await toast("2 columns beyond the last one left out").waitFor();
    await expect.poll(() => text(3, "count")).toBe("1");
  });

  test("links are found by name, and names that nobody has become records at once", async () => {
    await api.call("POST", `${base}/sheets/companies/records`, {
      records: [{ name: `Known ${sheet}` }],
    });
    await page.reload();
    await cell(0, "name").waitFor();
    await give(`Known ${sheet}\nNew ${sheet}\nOther ${sheet}\nNew ${sheet}`);
    await cell(0, "buyer").click();
    await press("Control+v");
    await toast("3 of 4 cells need a look").waitFor();
    expect(await cell(1, "buyer").getAttribute("aria-invalid")).toBe("true");
    expect(await cell(0, "buyer").getAttribute("aria-invalid")).toBeNull();
    await page.getByRole("button", { name: "Create 2 companies" }).click();
    await toast("Created 2 companies").waitFor();
    await expect.poll(() => cell(1, "buyer").getAttribute("aria-invalid")).toBeNull();
    expect(await text(3, "buyer")).toBe(`New ${sheet}`);
    await undoToast();
    await expect.poll(() => cell(1, "buyer").getAttribute("aria-invalid")).toBe("true");
  });

  test("what does not fit is led to", async () => {
    await give("1\nmany\n3\nsome");
    await cell(0, "count").click();
    await press("Control+v");
    await toast("2 of 4 cells need a look").getByRole("button", { name: "Show" }).click();
    await expect.poll(() => page.locator("footer").textContent()).toMatch(/2 cells selected/);
    expect(
      await page.evaluate(() =>
        document.activeElement?.closest(".ag-row")?.getAttribute("row-index"),
      ),
    ).toBe("1");
  });

  test("areas of the same rows are copied as one block; of different shapes they are refused", async () => {
    await typeInto(0, "price", "5", "6");
    await cell(0, "name").click();
    await press("Shift+ArrowDown");
    await cell(0, "price").click({ modifiers: ["Control"] });
    await press("Shift+ArrowDown", "Control+c");
    await expect
      .poll(async () => (await copied()).plain)
      .toMatch(/^Order 0\t\$?5.*\r?\nOrder 1\t\$?6/);
    await cell(4, "name").click({ modifiers: ["Control"] });
    await press("Control+c");
    await toast("These areas cannot be copied together").waitFor();
  });

  test("rows that a filter leaves out are not copied", async () => {
    await page.locator("[data-search]").fill("Order 11");
    await expect.poll(() => page.locator("footer").textContent()).toMatch(/1 of 60 rows/);
    await page.locator("[data-search]").fill("Order 1");
    await expect.poll(() => page.locator("footer").textContent()).toMatch(/15 of 60 rows/);
    await cell(0, "name").click();
    await press("Control+Space", "Control+c");
    const lines = async () => (await copied()).plain.split(/\r?\n/);
    await expect.poll(async () => (await lines()).length).toBe(15);
    // "1" is in each of them.
    expect((await lines()).filter((line) => !line.includes("1"))).toEqual([]);
    await page.locator("[data-search]").fill("");
  });

  test("two million cells and a clipboard of 30 MB are refused in words, at once", async () => {
    await cell(0, "name").click();
    const pasteOf = (kind: "cells" | "text") =>
      page.evaluate((kind) => {
        const data = new DataTransfer();
        const line = `${"1\t".repeat(19)}1\n`;
        data.setData(
          "text/plain",
          kind === "cells" ? line.repeat(100_000) : "x".repeat(31_000_000),
        );
        const event = new ClipboardEvent("paste", {
          clipboardData: data,
          bubbles: true,
          cancelable: true,
        });
        const start = performance.now();
        document.activeElement?.dispatchEvent(event);
        return performance.now() - start;
      }, kind);
    expect(await pasteOf("cells")).toBeLessThan(2000);
    await toast("2,000,000 cells are too many to paste").waitFor();
    expect(await pasteOf("text")).toBeLessThan(2000);
    await toast("The clipboard holds 31 MB of text").waitFor();
    expect(await text(0, "name")).toBe("Order 0");
  });

  test("a paste over rows that a colleague deletes says what was left out, and can be undone", async () => {
    const guest = await open();
    await guest.page.goto(address);
    await cellOf(guest.page, 0, "name").waitFor();
    await page.context().setOffline(true);
    await give(Array.from({ length: 10 }, (_, n) => `Pasted ${n}`).join("\n"));
    await cell(0, "name").click();
    await press("Control+v");
    await expect.poll(() => text(9, "name")).toBe("Pasted 9");
    expect(await violations(page)).toEqual([]);
    await cellOf(guest.page, 2, "name").click();
    await guest.page.keyboard.press("Shift+ArrowDown");
    await guest.page.keyboard.press("Control+-");
    await expect
      .poll(async () => (await cellOf(guest.page, 2, "name").textContent())?.trim())
      .toBe("Order 4");
    await guest.page.getByText("Deleted 2").first().waitFor();
    await page.waitForTimeout(1000);
    await page.context().setOffline(false);
    await toast("2 rows left out: somebody deleted them meanwhile").waitFor();
    await expect.poll(() => text(2, "name")).toBe("Pasted 4");
    await expect
      .poll(async () => (await cellOf(guest.page, 2, "name").textContent())?.trim())
      .toBe("Pasted 4");
    await cell(0, "name").click();
    await press("Control+z");
    await expect.poll(() => text(0, "name")).toBe("Order 0");
    await expect.poll(() => text(2, "name")).toBe("Order 4");
    expect(
      guest.problems.filter((problem) => !/ERR_INTERNET|Failed to load/.test(problem)),
    ).toEqual([]);
    await guest.context.close();
  });

  test("on a tablet: tap, grips, the handle and a long press; a swipe scrolls", async () => {
    await typeInto(6, "count", "5");
    const context = await browser.newContext({
      viewport: { width: 820, height: 1180 },
      hasTouch: true,
      isMobile: true,
      deviceScaleFactor: 2,
      locale: "en-US",
      timezoneId: "UTC",
    });
    const tablet = await context.newPage();
    await signIn(tablet);
    await tablet.goto(address);
    const on = (row: number, field: string) => cellOf(tablet, row, field);
    await on(0, "count").waitFor();
    const touch = await context.newCDPSession(tablet);
    const finger = async (
      type: "touchStart" | "touchMove" | "touchEnd",
      at?: { x: number; y: number },
    ) => {
      await touch.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: at === undefined ? [] : [at],
      });
    };
    const slide = async (from: { x: number; y: number }, to: { x: number; y: number }) => {
      await finger("touchStart", from);
      for (let step = 1; step <= 6; step++) {
        await finger("touchMove", {
          x: from.x + ((to.x - from.x) * step) / 6,
          y: from.y + ((to.y - from.y) * step) / 6,
        });
        await tablet.waitForTimeout(30);
      }
      await finger("touchEnd");
    };
    const spot = async (where: Locator) => {
      const box = await where.boundingBox();
      if (box === null) throw new Error("not on screen");
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const footer = () => tablet.locator("footer").textContent();
    const grip = (which: string) => tablet.locator(`[data-handle="${which}"]:visible`).first();

    await on(1, "name").tap();
    await grip("end").waitFor();
    await slide(await spot(grip("end")), await spot(on(3, "count")));
    await expect.poll(footer).toMatch(/3 rows, 6 cells/);
    await slide(await spot(grip("start")), await spot(on(0, "name")));
    await expect.poll(footer).toMatch(/4 rows, 8 cells/);

    await on(6, "count").tap();
    await expect.poll(footer).not.toMatch(/selected/);
    await slide(await spot(grip("bottom")), await spot(on(8, "count")));
    await tablet.locator("[data-toast]", { hasText: "Filled 2 cells" }).waitFor();
    await expect.poll(async () => (await on(8, "count").textContent())?.trim()).toBe("5");

    const press = await spot(on(2, "count"));
    await finger("touchStart", press);
    await tablet.getByRole("menuitem", { name: /Open record/ }).waitFor();
    await finger("touchEnd");
    await tablet.waitForTimeout(300);
    await tablet.getByRole("menuitem", { name: /Delete 1 row/ }).waitFor();
    await tablet.keyboard.press("Escape");

    const before = await tablet.locator(".ag-grid-viewport").evaluate((view) => view.scrollTop);
    await slide({ x: 300, y: 900 }, { x: 300, y: 400 });
    await expect
      .poll(() => tablet.locator(".ag-grid-viewport").evaluate((view) => view.scrollTop))
      .toBeGreaterThan(before + 100);
    await on(20, "name")
      .dblclick()
      .catch(() => undefined);
    await context.close();
  });

  test("nothing went wrong in the page", () => {
    expect(
      owner.problems.filter((problem) => !/ERR_INTERNET|Failed to load/.test(problem)),
    ).toEqual([]);
  });
});
