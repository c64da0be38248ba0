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
  type Visitor,
} from "./product.ts";

const password = "correct horse battery";
const FIRST = ["Gustav", "Hannelore", "Ida", "Jannik", "Katarina", "Leopold", "Mathilde", "Niklas"];
const LAST = ["Auerbach", "Brandt", "Conradi", "Dietz", "Ernst", "Fuchsberger", "Grün"];

/** Forty people; ten of them are there once more: the same mail address, half of the fields. */
function people() {
  const once = Array.from({ length: 40 }, (_, at) => ({
    firstName: FIRST[at % FIRST.length] ?? "",
    lastName: LAST[at % LAST.length] ?? "",
    email: `${(FIRST[at % FIRST.length] ?? "").toLowerCase()}.${at}@firm${at}.test`,
    phone: `+4930${5550000 + at * 7919}`,
    city: ["Lisbon", "Berlin", "Faro"][at % 3] ?? "",
    title: ["Buyer", "Owner", "Clerk", "Cook"][at % 4] ?? "",
  }));
  const again = once.slice(0, 10).map(({ firstName, lastName, email, phone: number }, at) => ({
    firstName,
    lastName,
    email,
    ...(at % 2 === 0 ? { phone: number } : {}),
    title: "Head of everything",
  }));
  return [...once, ...again];
}

/** What an office does with people who are there twice: pair by pair with the keyboard, or all that are sure at once. */
describe.skipIf(!hasBrowser)("duplicates", () => {
  let product: Product;
  let browser: Browser;
  let owner: Visitor;
  let page: Page;
  let api: Api;
  let home: string;
  let records: string;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    api = await Api.signUp(product.url, "Olivia Office", "olivia@example.com");
    const { id } = await api.call<{ id: string }>("POST", "/api/workspaces", {
      name: "Blue Bakery",
    });
    home = `${product.url}/w/${id}`;
    records = `/api/workspaces/${id}/sheets/contacts/records`;
    await api.call("POST", records, { records: people() });
    owner = await visit(browser);
    page = owner.page;
    await page.goto(`${product.url}/sign-in`);
    await page.getByLabel("E-mail").fill("olivia@example.com");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/w\//);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const total = async () => (await api.call<{ total: number }>("GET", `${records}?limit=1`)).total;
  const card = () => page.getByRole("region", { name: "The same?" });
  const place = async () => ((await card().locator("p").first().textContent()) ?? "").trim();
  const tab = (name: string) => page.getByRole("tab", { name: new RegExp(`^${name}`) });
  async function shoot(name: string, of: Page = page): Promise<void> {
    const directory = process.env["SCREENSHOTS"];
    if (directory) await of.screenshot({ path: `${directory}/${name}.png` });
  }

  test("are merged and kept separate with the keyboard, value by value, and undone", async () => {
    await page.getByRole("link", { name: "Duplicates" }).click();
    await card().waitFor();
    const sure = (await tab("Sure").textContent()) ?? "";
    const likely = (await tab("Likely").textContent()) ?? "";
    expect(Number(sure.replace(/\D/g, "")) + Number(likely.replace(/\D/g, ""))).toBe(10);
    const queued = Number(/of (\d+)/.exec(await place())?.[1]);
    expect(await place()).toMatch(/^1 of \d+ ·/);
    await card().getByRole("listitem").filter({ hasText: "Email is the same" }).waitFor();
    await shoot("duplicates-desktop-light");
    expect(await violations(page)).toEqual([]);

    await page.keyboard.press("j");
    expect(await place()).toMatch(/^2 of/);
    await page.keyboard.press("k");
    expect(await place()).toMatch(/^1 of/);

    // The value of the second record, by its number.
    const line = card().getByRole("row").filter({ hasText: "Job title" });
    const second = ((await line.getByRole("cell").nth(1).textContent()) ?? "").trim();
    const email = (
      (await card()
        .getByRole("row")
        .filter({ hasText: "Email" })
        .getByRole("cell")
        .first()
        .textContent()) ?? ""
    ).trim();
    await line.focus();
    await page.keyboard.press("2");
    expect(await line.getByRole("button").nth(1).getAttribute("aria-pressed")).toBe("true");
    expect(await line.evaluate((row) => row === document.activeElement)).toBe(true);
    const before = await total();
    await page.keyboard.press("m");
    await page
      .getByText(/^Merged 2 contacts into /)
      .first()
      .waitFor();
    await expect.poll(total).toBe(before - 1);
    const { records: merged } = await api.call<{ records: { fields: Record<string, unknown> }[] }>(
      "GET",
      `${records}?q=${encodeURIComponent(email)}`,
    );
    expect(merged.map(({ fields }) => fields["title"])).toEqual([second]);
    expect(await place()).toMatch(new RegExp(`^1 of ${queued - 1} `));
    await page.keyboard.press("Control+z");
    await expect.poll(total).toBe(before);
    await expect.poll(place).toMatch(new RegExp(`^1 of ${queued} `));

    await page.keyboard.press("s");
    await page
      .getByText(/^Kept .* and .* separate$/)
      .first()
      .waitFor();
    await expect.poll(place).toMatch(new RegExp(`^1 of ${queued - 1} `));
    expect(await total()).toBe(before);
    // Looked for again, it is still known.
    await page.getByRole("button", { name: "Look again" }).click();
    await expect.poll(place).toMatch(new RegExp(` of ${queued - 1} `));
  }, 90_000);

  test("that are sure are merged at once after a look, as one change", async () => {
    if ((await tab("Sure").getAttribute("aria-selected")) !== "true") await tab("Sure").click();
    const before = await total();
    const groups = Number(((await tab("Sure").textContent()) ?? "").replace(/\D/g, ""));
    expect(groups).toBeGreaterThan(1);
    await page.getByRole("button", { name: "Merge many at once" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("radio", { name: /^99\.8 %/ }).isChecked()).toBe(true);
    await dialog.getByRole("radio", { name: /^95 %/ }).check();
    await dialog.getByRole("radio", { name: /^99\.8 %/ }).check();
    await dialog.getByText(`${groups} groups,`).first().waitFor();
    expect(await dialog.getByRole("listitem").count()).toBe(Math.min(10, groups));
    await shoot("duplicates-bulk");
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: `into ${groups}` }).click();
    await expect.poll(total).toBe(before - groups);
    expect(await tab("Sure").textContent()).toContain("0");
    await page
      .locator("[data-toast]")
      .filter({ hasText: `contacts into ${groups}` })
      .getByRole("button", { name: "Undo" })
      .click();
    await expect.poll(total).toBe(before);
  }, 60_000);

  test("of one record are asked for from its row and from the record", async () => {
    const { records: list } = await api.call<{ records: { id: string }[] }>(
      "GET",
      `${records}?limit=100`,
    );
    const first = list.find(({ id }) => id !== "")!.id;
    await page.goto(`${home}/contacts?record=${first}`);
    await page
      .getByRole("complementary", { name: /contact$/ })
      .getByRole("button", { name: "More" })
      .click();
    await page.getByRole("menuitem", { name: "Find duplicates of this" }).click();
    await page.waitForURL(/duplicates\?sheet=contacts&of=/);
    await page.getByRole("heading", { level: 1, name: /^Like / }).waitFor();
    await page.getByRole("button", { name: "All duplicates" }).waitFor();
    await shoot("duplicates-of-one");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "All duplicates" }).click();
    await card().waitFor();

    await page.goto(`${home}/contacts`);
    await page.locator("[row-index='0'] [col-id='lastName']").first().click({ button: "right" });
    await page.getByRole("menuitem", { name: "Find duplicates of this" }).click();
    await page.getByRole("heading", { level: 1, name: /^Like / }).waitFor();
    await page.getByRole("button", { name: "All duplicates" }).click();
    await card().waitFor();
  }, 60_000);

  test("on a phone and in the dark", async () => {
    const small = await visit(browser, { viewport: phone, colorScheme: "dark" });
    await small.context.addCookies(await owner.context.cookies());
    await small.page.goto(`${home}/-/duplicates`);
    await small.page.getByRole("region", { name: "The same?" }).waitFor();
    await shoot("duplicates-phone-dark", small.page);
    expect(await violations(small.page)).toEqual([]);
    const overflow = await small.page.evaluate(
      () => document.documentElement.scrollWidth > window.innerWidth,
    );
    expect(overflow).toBe(false);
    await small.context.close();
  }, 60_000);

  test("nothing went wrong in the page", () => {
    expect(owner.problems).toEqual([]);
  });
});
