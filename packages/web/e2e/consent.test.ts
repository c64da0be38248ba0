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

/** Somebody opted out; a file says otherwise, and the same people stand in it twice. */
describe.skipIf(!hasBrowser)("opt-outs and doubles in a file", () => {
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

  async function shoot(name: string): Promise<void> {
    const folder = process.env["SHOTS"];
    if (folder === undefined) return;
    for (const [size, viewport] of Object.entries({ desktop, phone })) {
      await page.setViewportSize(viewport);
      for (const scheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.waitForTimeout(250);
        await page.screenshot({ path: `${folder}/${name}-${size}-${scheme}.png` });
      }
    }
    await page.setViewportSize(desktop);
    await page.emulateMedia({ colorScheme: "light" });
  }

  test("are kept and told in the preview; rows alike become one record where somebody says so", async () => {
    const api = await Api.signUp(product.url, "Olivia Office", "olivia@example.com");
    const { id } = await api.call<{ id: string }>("POST", "/api/workspaces", { name: "Bakery" });
    const records = `/api/workspaces/${id}/sheets/contacts/records`;
    await api.call("POST", records, {
      records: [{ firstName: "Ana", lastName: "Silva", email: "ana@a.test", doNotContact: true }],
    });
    await page.goto(`${product.url}/sign-in`);
    await page.getByLabel("E-mail").fill("olivia@example.com");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/w\//);
    await page.goto(`${product.url}/w/${id}/contacts`);

    const others =
      "Gustav,Auerbach,gus@bakery.test,Porto|Hannelore,Brandt,hb@mill.test,Faro|Ida,Conradi,ida@ovens.test,Graz|Jannik,Dietz,jd@flour.test,Bern|Katarina,Ernst,kat@shop.test,Riga|Leopold,Fuchs,leo@cafe.test,Turin|Mathilde,Grün,mg@hotel.test,Lyon|Niklas,Huber,nh@works.test,Cork"
        .split("|")
        .map((line) => `${line},no,\n`);
    const file = `First name,Last name,E-mail,City,Do not contact,Phone\nAna,Silva,ana@a.test,Porto,no,\nZoe,Ypsilonova,zoe@y.test,Oslo,no,+47 22 12 34 56\nZoé,Ypsilonova,zoe.ypsilonova@other.test,Oslo,no,0047 22123456\n${others.join("")}`;
    await page.getByRole("button", { name: "Import", exact: true }).first().click();
    await page
      .getByLabel("Spreadsheet file")
      .setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByText("Replace it with what the file says").click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();

    await page.getByText("Kept: opted out.").waitFor();
    const doubts = page.getByRole("region", { name: "In doubt" });
    await doubts.getByText("1 row looks like another row of the file").waitFor();
    await doubts.getByText("in row 3", { exact: false }).first().waitFor();
    await page.getByRole("tab", { name: "Changed 1" }).click();
    await page.getByText("kept: opted out", { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await shoot("import-opted-out");
    await doubts.getByLabel("Same contact").check();
    await page.getByText("9 new").waitFor();
    await page.getByRole("button", { name: /^Import 10 contacts/ }).click();
    await page.getByRole("button", { name: "See contacts" }).click();
    const { records: all } = await api.call<{ records: { fields: Record<string, unknown> }[] }>(
      "GET",
      records,
    );
    expect(all).toHaveLength(10);
    const fieldsOf = (name: string) =>
      all.map(({ fields }) => fields).filter((fields) => fields["lastName"] === name);
    expect(fieldsOf("Silva")).toMatchObject([{ city: "Porto", doNotContact: true }]);
    expect(fieldsOf("Ypsilonova")).toMatchObject([{ firstName: "Zoe", email: "zoe@y.test" }]);
  }, 120_000);
});
