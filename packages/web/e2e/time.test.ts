import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import {
  Api,
  desktop,
  hasBrowser,
  launchBrowser,
  phone,
  startProduct,
  visit,
  type Product,
  type Visitor,
} from "./product.ts";

interface Shown {
  readonly id: string;
  readonly fields: { readonly [field: string]: unknown };
}

/** What was once there: the history of a cell and of a row, and the trash, with real keys and pointers. */
describe.skipIf(!hasBrowser)("what was once there", () => {
  let product: Product;
  let browser: Browser;
  let api: Api;
  let bob: Api;
  let workspace: string;
  let visitor: Visitor;
  let page: Page;
  let acme: string;
  let deal: string;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    api = await Api.signUp(product.url, "Olivia Office", "olivia@example.com");
    workspace = (await api.call<{ id: string }>("POST", "/api/workspaces", { name: "Acme" })).id;
    const invitation = await api.call<{ link: string }>(
      "POST",
      `/api/workspaces/${workspace}/members`,
      { email: "bob@example.com", role: "member" },
    );
    bob = await Api.signUp(product.url, "Bob Builder", "bob@example.com");
    const token = invitation.link.split("/").at(-1) ?? "";
    await bob.call("POST", `/api/invitations/${token}/accept`);
    visitor = await enter("olivia@example.com");
    page = visitor.page;
  });

  beforeEach(async () => {
    const [company] = await make("companies", [{ name: "Acme Inc" }]);
    acme = company ?? "";
    const [made] = await make("deals", [
      { name: "Big one", value: 1000, stage: "Lead", company: acme, notes: "As it began" },
    ]);
    deal = made ?? "";
    await page.goto(`${product.url}/w/${workspace}/deals`);
    await cell(0, "name").waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  async function enter(email: string, options: Parameters<typeof visit>[1] = {}): Promise<Visitor> {
    const made = await visit(browser, options);
    await made.page.goto(`${product.url}/sign-in?return=/w/${workspace}/deals`);
    await made.page.getByLabel("E-mail").fill(email);
    await made.page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await made.page.keyboard.press("Enter");
    await made.page.waitForURL(({ pathname }) => pathname.endsWith("/deals"));
    made.page.setDefaultTimeout(20_000);
    return made;
  }

  const path = (rest: string) => `/api/workspaces/${workspace}/sheets/${rest}`;
  const make = async (sheet: string, records: object[]) =>
    (await api.call<{ ids: string[] }>("POST", path(`${sheet}/records`), { records })).ids;
  const set = (who: Api, values: object, id = deal, sheet = "deals") =>
    who.call("PATCH", path(`${sheet}/records`), { ids: [id], set: values });
  const stored = async (id = deal, sheet = "deals") =>
    (await api.call<Shown>("GET", path(`${sheet}/records/${id}`))).fields;
  /** The row of the deal of this test: it came last. */
  const cell = (row: number, field: string): Locator =>
    page.locator(`.ag-row[row-index="${row}"] [col-id="${field}"]`);
  const here = async (field: string): Promise<Locator> => {
    const last = page.locator(`.ag-row[row-id="${deal}"] [col-id="${field}"]`);
    await last.waitFor();
    return last;
  };
  const dialog = () => page.getByRole("dialog");
  const undo = async () => {
    await page.getByRole("button", { name: "Undo" }).last().click();
    await page.getByText(/^Undone:/).waitFor();
  };

  test("a cell tells who changed it, by key; a value goes back, and undo takes that back", async () => {
    await set(bob, { stage: "Proposal" });
    await set(bob, { notes: "Something else" });
    await set(api, { stage: "Won" });
    const stage = await here("stage");
    await expect.poll(() => stage.textContent()).toContain("Won");
    await stage.click();
    await page.keyboard.press("Control+Shift+H");
    await dialog().getByRole("heading", { name: /Stage/ }).waitFor();
    const lines = dialog().getByRole("listitem");
    await expect.poll(() => lines.count()).toBe(3);
    expect(await lines.nth(0).textContent()).toMatch(/Proposal.*Won.*Olivia Office/);
    expect(await lines.nth(1).textContent()).toMatch(
      /Lead.*Proposal.*Bob Builder.*through the API/,
    );
    expect(await lines.nth(2).textContent()).toMatch(/Lead.*Olivia Office added the row/);
    expect(await lines.nth(0).getByRole("button").count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await shoot("cell-history");
    // By keys alone: over the cross and the list to the first value that can go back.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await stored())["stage"]).toBe("Proposal");
    expect(await dialog().count()).toBe(0);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("col-id")))
      .toBe("stage");
    await undo();
    await expect.poll(async () => (await stored())["stage"]).toBe("Won");
  });

  test("Escape closes the history of a cell, and the next key types into the cell", async () => {
    await (await here("name")).click();
    await page.keyboard.press("Control+Shift+H");
    await dialog().getByRole("listitem").first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("Small one");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await stored())["name"]).toBe("Small one");
  });

  test("the menu of a cell leads to its history", async () => {
    await (await here("name")).click({ button: "right" });
    await page.getByRole("menuitem", { name: /History of this cell/ }).click();
    await dialog().getByText("added the row").waitFor();
    await page.keyboard.press("Escape");
    expect(await dialog().count()).toBe(0);
  });

  test("a cell that somebody else has just changed shows a mark when the pointer rests on it", async () => {
    const notes = await here("notes");
    const stage = await here("stage");
    await set(bob, { notes: "Bob was here" });
    await expect.poll(() => notes.textContent()).toContain("Bob was here");
    const rest = async (on: Locator) => {
      await on.hover({ position: { x: 30, y: 12 } });
      await page.waitForTimeout(200);
      // Scrolling it into view ended the first rest.
      await on.hover({ position: { x: 34, y: 14 } });
    };
    await rest(notes);
    const mark = page.locator("[data-recent]");
    await mark.waitFor();
    expect(await mark.getAttribute("title")).toMatch(/Changed by Bob Builder/);
    await shoot("recent-mark");
    // Excel's hands first: a press beside it selects, and leaving takes it away.
    await stage.hover();
    await expect.poll(() => mark.count()).toBe(0);
    await rest(notes);
    await mark.waitFor();
    await mark.click();
    await dialog().getByText("Bob was here").waitFor();
    expect(await dialog().getByText("As it began").first().isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    // Never changed since it was added: no mark.
    await rest(stage);
    await page.waitForTimeout(1_600);
    expect(await mark.count()).toBe(0);
  });

  test("a viewer sees the history of a cell and cannot restore", async () => {
    await set(bob, { stage: "Proposal" });
    const users = await api.call<{ members: { user: string; email: string }[] }>(
      "GET",
      `/api/workspaces/${workspace}/members`,
    );
    const user = users.members.find(({ email }) => email === "bob@example.com")?.user ?? "";
    const as = (role: string) =>
      api.call("PATCH", `/api/workspaces/${workspace}/members/${user}`, { role });
    await as("viewer");
    const other = await enter("bob@example.com");
    try {
      const stage = other.page.locator(`.ag-row[row-id="${deal}"] [col-id="stage"]`);
      await stage.click();
      await other.page.keyboard.press("Control+Shift+H");
      const list = other.page.getByRole("dialog").getByRole("listitem");
      await expect.poll(() => list.count()).toBe(2);
      expect(await list.getByRole("button").count()).toBe(0);
    } finally {
      await other.context.close();
      await as("member");
    }
  });

  test("a row goes back to how it was then, also out of the trash, as one change", async () => {
    await set(bob, { stage: "Won", value: 5 });
    await set(api, { notes: null, company: null });
    await api.call("DELETE", path("deals/records"), { ids: [deal] });
    await page.goto(`${product.url}/w/${workspace}/deals?record=${deal}`);
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByText("added this record").waitFor();
    await shoot("record-history");
    await page.getByRole("button", { name: "Put the row back to how it was then" }).last().click();
    await expect
      .poll(async () => (await api.request("GET", path(`deals/records/${deal}`))).status)
      .toBe(200);
    expect(await stored()).toMatchObject({
      stage: "Lead",
      notes: "As it began",
      value: { amount: "1000.00" },
      company: [{ id: acme }],
    });
    await undo();
    await expect
      .poll(async () => (await api.request("GET", path(`deals/records/${deal}`))).status)
      .toBe(404);
  });

  test("rows come out of the trash together with their links, and undo puts them back", async () => {
    const [second] = await make("deals", [{ name: "Other one", company: acme }]);
    await api.call("DELETE", path("companies/records"), { ids: [acme] });
    await api.call("DELETE", path("deals/records"), { ids: [deal] });
    // Somebody works on meanwhile with the deal that stayed.
    await set(bob, { notes: "Still here" }, second);
    await page.goto(`${product.url}/w/${workspace}/settings/trash`);
    await page.getByLabel("Search").fill("big one");
    await expect.poll(() => page.getByLabel(/^Select (?!all)/).count()).toBeGreaterThan(0);
    await page.getByLabel("Search").fill("");
    const select = (name: string) => page.getByLabel(`Select ${name}`, { exact: true }).first();
    await select("Acme Inc").check();
    await select("Big one").check();
    await page.getByText(/2 of \d+ rows selected/).waitFor();
    expect(await page.getByText("90 days left").count()).toBeGreaterThan(1);
    expect(await violations(page)).toEqual([]);
    await shoot("trash");
    await page.getByRole("button", { name: "Restore 2 rows" }).click();
    await expect.poll(async () => (await stored(acme, "companies"))["name"]).toBe("Acme Inc");
    expect((await stored())["company"]).toMatchObject([{ id: acme, label: "Acme Inc" }]);
    expect((await stored(second))["company"]).toMatchObject([{ id: acme }]);
    await undo();
    await select("Acme Inc").waitFor();
    await select("Big one").waitFor();
    for (const name of ["Acme Inc", "Big one"]) {
      await page
        .getByRole("button", { name: `Restore ${name}`, exact: true })
        .first()
        .click();
    }
    await expect
      .poll(async () => (await api.request("GET", path(`deals/records/${deal}`))).status)
      .toBe(200);
    // In the company both deals are linked again.
    await page.goto(`${product.url}/w/${workspace}/companies?record=${acme}`);
    const panel = page.getByRole("complementary").last();
    await panel.getByRole("button", { name: "Other one" }).waitFor();
    await panel.getByRole("button", { name: "Big one" }).waitFor();
  });

  test("a row whose unique value is taken comes back without it, after saying who has it", async () => {
    const [first] = await make("contacts", [{ firstName: "Ann", email: "ann@x.test" }]);
    const unique = { unique: true };
    await api.call("PATCH", path("contacts/fields/email"), unique);
    await api.call("DELETE", path("contacts/records"), { ids: [first] });
    await make("contacts", [{ firstName: "Anton", email: "ann@x.test" }]);
    await page.goto(`${product.url}/w/${workspace}/settings/trash`);
    await page.getByRole("button", { name: "Restore Ann", exact: true }).click();
    await dialog().getByText("ann@x.test: Anton has it now.").waitFor();
    expect(await violations(page)).toEqual([]);
    await shoot("obstacles");
    await dialog().getByRole("button", { name: "Restore 1 row without these values" }).click();
    await expect
      .poll(async () => (await api.request("GET", path(`contacts/records/${first}`))).status)
      .toBe(200);
    expect(await stored(first, "contacts")).toEqual({ firstName: "Ann" });
  });

  test("the trash is at home on a phone, in light and dark", async () => {
    await api.call("DELETE", path("deals/records"), { ids: [deal] });
    for (const colorScheme of ["light", "dark"] as const) {
      const small = await enter("olivia@example.com", { viewport: phone, colorScheme });
      await small.page.goto(`${product.url}/w/${workspace}/settings/trash`);
      await small.page.getByLabel("Select Big one", { exact: true }).first().check();
      const wide = await small.page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      expect(wide).toBe(false);
      await shoot(`trash-phone-${colorScheme}`, small.page);
      await small.context.close();
    }
  });

  /** Pictures for whoever looks at how it looks. */
  async function shoot(name: string, of: Page = page): Promise<void> {
    const folder = process.env["PICTURES"];
    if (folder === undefined) return;
    await of.screenshot({ path: `${folder}/${name}.png` });
    if (of !== page) return;
    await of.emulateMedia({ colorScheme: "dark" });
    await of.waitForTimeout(250);
    await of.screenshot({ path: `${folder}/${name}-dark.png` });
    await of.emulateMedia({ colorScheme: "light" });
    expect(of.viewportSize()).toEqual(desktop);
  }
});
