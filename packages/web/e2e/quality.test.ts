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
const PEOPLE = [
  ["Ana", "Silva", "ana.silva@acme.test", "+14155552671", "Lisbon", "Portugal"],
  ["Bernd", "Quast", "b.quast@firma.test", "+493099887766", "Berlin", "Germany"],
  ["Clara", "Weber", "clara@gmial.com", "", "Berlin", "germany"],
  ["Dora", "Klein", "", "", "Faro", "Portugal"],
  ["Emil", "Braun", "emil.braun@place.test", "+4922144550", "Porto", "Portugal"],
  ["Emil", "Brawn", "emil.braun@place.test", "+4922144550", "Porto", "Portugal"],
] as const;

/** What an office does about data that is there twice or wrong: it is told while it types, and finds the rest on one page. */
describe.skipIf(!hasBrowser)("data quality", () => {
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
    const records = PEOPLE.map(([firstName, lastName, email, phoneNumber, city, country]) => ({
      firstName,
      lastName,
      city,
      country,
      ...(email === "" ? {} : { email }),
      ...(phoneNumber === "" ? {} : { phone: phoneNumber }),
    }));
    const more = Array.from({ length: 30 }, (_, at) => ({
      firstName: ["Gus", "Hans", "Ida", "Jan", "Kai"][at % 5],
      lastName: `${["Auer", "Brandt", "Conrad", "Dietz", "Ernst", "Fuchs"][at % 6]}${"abcde"[at % 5]}${"xyz"[at % 3]}`,
      email: `person${at}@place${at}.test`,
      city: ["Lisbon", "Berlin", "Faro"][at % 3],
      country: ["Portugal", "Germany", "Portugal"][at % 3],
    }));
    await api.call("POST", `/api/workspaces/${id}/sheets/contacts/records`, {
      records: [...records, ...more],
    });
    owner = await visit(browser);
    page = owner.page;
    await signIn(page);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  async function signIn(where: Page) {
    await where.goto(`${product.url}/sign-in`);
    await where.getByLabel("E-mail").fill("olivia@example.com");
    await where.getByLabel("Password", { exact: true }).fill(password);
    await where.keyboard.press("Enter");
    await where.waitForURL(/\/w\//);
  }

  const hint = (where = page) => where.getByRole("status", { name: "It may be there already" });
  const shoot = async (name: string, where = page) => {
    const folder = process.env["SHOTS"];
    if (folder === undefined) return;
    for (const scheme of ["light", "dark"] as const) {
      await where.emulateMedia({ colorScheme: scheme });
      await where.waitForTimeout(250);
      await where.screenshot({ path: `${folder}/${name}-${scheme}.png` });
    }
    await where.emulateMedia({ colorScheme: "light" });
  };

  test("a contact typed into the grid that is there already is named beside it, and used with one click", async () => {
    await page.goto(`${home}/contacts`);
    await page.locator('[col-id="firstName"].ag-cell').first().waitFor();
    await page.keyboard.press("Control+Home");
    await page
      .getByRole("button", { name: /new (row|contact)|add (a )?(row|contact)/i })
      .first()
      .click();
    await page.keyboard.type("Ana");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Silva");
    await page.keyboard.press("Tab");
    await page.keyboard.type("ANA.SILVA@acme.test");
    await page.keyboard.press("Enter");
    await hint().waitFor();
    // The name alone was enough; the address says more.
    await expect.poll(() => hint().textContent()).toMatch(/Email is the same/);
    const said = await hint().textContent();
    expect(said).toContain("Looks like a contact you have: Ana Silva");
    expect(said).toMatch(/last changed on .* by you/);
    await shoot("hint");
    expect(await violations(page)).toEqual([]);
    await hint().getByRole("button", { name: "Use it" }).click();
    await page.getByRole("complementary", { name: /Ana Silva/ }).waitFor();
    expect(await hint().count()).toBe(0);
    await expect.poll(() => page.locator("footer").textContent()).toContain("36 rows");
    await page.getByRole("button", { name: "Undo", exact: true }).last().click();
    await expect.poll(() => page.locator("footer").textContent()).toContain("37 rows");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Shift+z");
    await expect.poll(() => page.locator("footer").textContent()).toContain("36 rows");
  });

  test("the page says how good the data is, and every number opens its rows", async () => {
    await page.getByRole("link", { name: "Data quality" }).click();
    await page.getByRole("heading", { name: "Data quality" }).waitFor();
    const findings = page.getByRole("list", { name: "What to mend" });
    await expect.poll(() => findings.textContent()).toContain("Seem to be there twice");
    await expect.poll(() => findings.textContent()).toMatch(/Duplicates · 1 group/);
    const words = await findings.textContent();
    expect(words).toContain("Neither e-mail nor phone");
    expect(words).toContain("Email looks mistyped");
    expect(words).toContain("Country is written in 2 ways");
    await findings.getByRole("button", { name: /Email looks mistyped/ }).click();
    const list = page.getByRole("region", { name: "Email looks mistyped" });
    expect(await list.getByRole("listitem").allTextContents()).toEqual([
      "Clara Weberclara@gmial.com",
    ]);
    await shoot("quality");
    expect(await violations(page)).toEqual([]);
    await findings.getByRole("button", { name: /there twice/ }).click();
    expect(
      await page
        .getByRole("region", { name: /there twice/ })
        .getByRole("listitem")
        .count(),
    ).toBe(2);
    await findings.getByRole("button", { name: /Email looks mistyped/ }).click();
    await list.getByRole("button", { name: /Clara Weber/ }).click();
    await page.getByRole("complementary", { name: /Clara Weber/ }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Data quality" }).waitFor();
  });

  test("a file's row that looks like somebody who is there is in doubt until somebody decides, and fills blanks", async () => {
    await page.goto(`${home}/contacts`);
    await page.locator('[col-id="firstName"].ag-cell').first().waitFor();
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByLabel("Spreadsheet file").setInputFiles({
      name: "fair.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(
        "First name,Last name,E-mail,Phone,Job title\nBernd,Quast,bernd@other.test,+49 30 99887766,Driver\nZoe,Ypsilon,zoe@ypsilon.test,,Chef\n",
      ),
    });
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    const doubts = page.getByRole("region", { name: "In doubt" });
    await doubts.getByRole("heading", { name: "1 row looks like a contact you have" }).waitFor();
    expect(await doubts.textContent()).toMatch(/Bernd Quast in row 2 looks like Bernd Quast/);
    expect(await doubts.textContent()).toContain("Phone is the same: +493099887766 ·");
    await page.getByRole("button", { name: "Import 2 contacts" }).waitFor();
    await shoot("import-doubts");
    expect(await violations(page)).toEqual([]);
    await doubts.getByRole("radio", { name: "Same contact" }).check();
    await expect.poll(() => page.getByRole("dialog").textContent()).toContain("1 new, 1 changed");
    await page.getByRole("button", { name: "Import 2 contacts" }).click();
    await page.getByRole("button", { name: /undo/i }).first().waitFor();
    await page.goto(`${home}/contacts`);
    await expect.poll(() => page.locator("footer").textContent()).toContain("37 rows");
    const row = page.locator(".ag-row", { has: page.getByText("b.quast@firma.test") }).first();
    await expect.poll(() => row.locator('[col-id="title"]').textContent()).toContain("Driver");
  });

  test("on a phone the same, under More", async () => {
    const small = await visit(browser, { viewport: phone });
    await signIn(small.page);
    await small.page.getByRole("button", { name: "More" }).click();
    await small.page.getByRole("menuitem", { name: "Data quality" }).click();
    const findings = small.page.getByRole("list", { name: "What to mend" });
    await findings.getByRole("button", { name: /Country is written/ }).click();
    await small.page.getByRole("region", { name: /Country is written/ }).waitFor();
    await shoot("quality-phone", small.page);
    expect(await violations(small.page)).toEqual([]);
    expect(
      await small.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);

    await small.page.goto(`${home}/contacts`);
    await small.page.getByRole("button", { name: "Add contact" }).click();
    await small.page.getByRole("complementary").waitFor();
    for (const [label, text] of [
      ["First name", "Bernd"],
      ["Last name", "Quast"],
    ] as const) {
      await small.page.getByRole("button", { name: new RegExp(`^${label}`) }).click();
      await small.page.keyboard.type(text);
      await small.page.keyboard.press("Enter");
    }
    await hint(small.page).waitFor();
    expect(await hint(small.page).textContent()).toContain("Bernd Quast");
    await shoot("hint-phone", small.page);
    expect(await violations(small.page)).toEqual([]);
    await hint(small.page).getByRole("button", { name: "It is another contact" }).click();
    expect(await hint(small.page).count()).toBe(0);
    expect(small.problems).toEqual([]);
    await small.context.close();
    expect(owner.problems).toEqual([]);
  });
});
