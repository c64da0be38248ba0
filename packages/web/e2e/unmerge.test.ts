import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
} from "./product.ts";

/** A merge that somebody doubts later: found in the record, taken back there, and that undone. */
describe.skipIf(!hasBrowser)("unmerge", () => {
  let product: Product;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    ({ page } = await visit(browser));
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const panel = () => page.getByRole("complementary", { name: /contact$/ });
  const merged = () => panel().getByRole("region", { name: "Merged records" });

  const shoot = (name: string) => shootPage(name, true);
  async function shootPage(name: string, ofPanel = false): Promise<void> {
    const folder = process.env["SHOTS"];
    if (folder === undefined) return;
    for (const [size, viewport] of Object.entries({ desktop, phone })) {
      await page.setViewportSize(viewport);
      for (const scheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        if (ofPanel) await merged().scrollIntoViewIfNeeded();
        await page.waitForTimeout(250);
        await page.screenshot({ path: `${folder}/${name}-${size}-${scheme}.png` });
      }
    }
    await page.setViewportSize(desktop);
    await page.emulateMedia({ colorScheme: "light" });
  }

  test("the address of a merged record opens the survivor, where the merge is taken back, and that undone", async () => {
    const api = await Api.signUp(product.url, "Olivia Office", "olivia@example.com");
    const { id } = await api.call<{ id: string }>("POST", "/api/workspaces", { name: "Bakery" });
    const sheet = `/api/workspaces/${id}/sheets/contacts`;
    const { ids } = await api.call<{ ids: [string, string] }>("POST", `${sheet}/records`, {
      records: [
        { firstName: "Ana", lastName: "Silva", email: "ana@acme.test" },
        { firstName: "Anna", city: "Porto" },
      ],
    });
    const [ana, anna] = ids;
    await api.call("POST", `${sheet}/merge`, { ids: [ana, anna] });
    await api.call("PATCH", `${sheet}/records`, { ids: [ana], set: { city: "Lisbon" } });

    await page.goto(`${product.url}/sign-in`);
    await page.getByLabel("E-mail").fill("olivia@example.com");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/w\//);
    await page.goto(`${product.url}/w/${id}/contacts?record=${anna}`);

    await panel().getByRole("heading", { name: "Ana Silva" }).waitFor();
    await merged().getByText("Merged from 2 records").waitFor();
    expect(await merged().innerText()).toContain("Anna");
    expect(await violations(page)).toEqual([]);
    await shoot("merged-from");

    await merged().getByRole("button", { name: "Unmerge" }).click();
    const dialog = page.getByRole("dialog", { name: "Unmerge Ana Silva" });
    await dialog.getByText("City: Lisbon").waitFor();
    expect(await dialog.getByRole("listitem").innerText()).toContain("→ Ana Silva");
    await dialog.getByLabel("the record whose value it replaced").check();
    expect(await dialog.getByRole("listitem").innerText()).toContain("→ Anna");
    expect(await violations(page)).toEqual([]);
    await shootPage("unmerge");
    await dialog.getByLabel("Ana Silva, where it was written").check();
    await dialog.getByRole("button", { name: "Unmerge" }).click();
    await page.getByText("Unmerged 1 contact from Ana Silva").waitFor();
    await page.getByText("Changed since, now of Ana Silva: City.").waitFor();
    // The address is that record's own again.
    await panel().getByRole("heading", { name: "Anna" }).waitFor();
    await expect
      .poll(() => fieldsOf(ana))
      .toEqual({
        firstName: "Ana",
        lastName: "Silva",
        email: "ana@acme.test",
        city: "Lisbon",
      });

    await page.getByRole("button", { name: "Undo", exact: true }).last().click();
    await panel().getByRole("heading", { name: "Ana Silva" }).waitFor();
    await merged().waitFor();

    async function fieldsOf(record: string) {
      const { fields } = await api.call<{ fields: object }>("GET", `${sheet}/records/${record}`);
      return fields;
    }
  });
});
