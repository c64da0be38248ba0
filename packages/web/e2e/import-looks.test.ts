import Excel from "exceljs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import { hasBrowser, launchBrowser, startProduct, visit, type Product } from "./product.ts";
import { picture, signUp } from "./visitor.ts";

/** Thirty contacts: four yellow, two green, three struck through, two with notes; two rows, a column and a worksheet are hidden. */
async function workbook(): Promise<Buffer> {
  const book = new Excel.Workbook();
  const sheet = book.addWorksheet("Contacts");
  sheet.addRow(["First name", "Last name", "Email", "Rating", "Salary", "Seats", "Rate", "Total"]);
  for (let index = 1; index <= 30; index++) {
    const row = sheet.addRow([
      `Ann${index}`,
      `Ray${index}`,
      `ann${index}@example.org`,
      "Hot",
      100,
      index,
      5,
      { formula: `F${index + 1}*G${index + 1}`, result: 5 * index },
    ]);
    row.getCell(4).dataValidation = { type: "list", formulae: ['"Hot,Warm,Cold"'] };
    const colour = [2, 9, 10, 23].includes(index)
      ? "FFFFFF00"
      : [4, 17].includes(index)
        ? "FF92D050"
        : undefined;
    row.eachCell((one) => {
      if (colour !== undefined)
        one.fill = { type: "pattern", pattern: "solid", fgColor: { argb: colour } };
      if ([6, 14, 15].includes(index)) one.font = { strike: true };
    });
    if (index === 3 || index === 20) row.getCell(3).note = "Ask before writing";
    if (index === 8 || index === 28) row.hidden = true;
  }
  sheet.getColumn(5).hidden = true;
  book.addWorksheet("Old", { state: "hidden" }).addRow(["Left", "behind"]);
  return Buffer.from(await book.xlsx.writeBuffer());
}

describe.skipIf(!hasBrowser)("what a workbook says in how it looks", () => {
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  test("is offered, named, and imported like any column; what is hidden is left out by a click", async () => {
    const { page, context, problems } = await visit(browser);
    await signUp(page, product.url, "Olivia Office", `olivia${Date.now()}@example.com`);
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({
        name: "contacts.xlsx",
        mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        buffer: await workbook(),
      });

    // Nothing is taken before somebody says so, but for hidden rows and columns, which are told.
    const looks = page.getByRole("region", { name: "Written in colours and notes" });
    const hidden = page.getByRole("region", { name: "Hidden in the workbook" });
    await looks.waitFor();
    expect(await looks.getByRole("checkbox", { checked: true }).count()).toBe(0);
    await hidden.getByText("2 hidden rows").waitFor();
    await hidden.getByText("1 hidden column: Salary").waitFor();
    await hidden.getByText("1 hidden worksheet: Old").waitFor();
    await picture(page, "offered");
    expect(await violations(page)).toEqual([]);

    // A correction made before stays.
    await page.getByLabel("“Last name” goes to").selectOption({ label: "Leave out" });
    await hidden.getByRole("button", { name: "Leave out" }).first().click();
    await hidden.getByRole("button", { name: "Take them too" }).waitFor();
    await hidden.getByRole("button", { name: "Leave out" }).click();
    await hidden.getByRole("button", { name: "Take it too" }).waitFor();
    await expect.poll(() => page.getByLabel("“Salary” goes to").count()).toBe(0);

    await looks.getByLabel("2 fill colours, 6 rows").check();
    await looks.getByLabel("Name of the column").fill("Standing");
    await page.keyboard.press("Tab");
    await page.getByLabel("“Standing” goes to").waitFor();
    await looks.getByLabel("Yellow, 4 rows, means").fill("Key customer");
    await page.keyboard.press("Tab");
    await page.getByText("Key customer", { exact: true }).first().waitFor();
    await looks.getByLabel("Struck through, 3 rows").check();
    await page.getByLabel("“Struck through” goes to").waitFor();
    await looks.getByLabel("Notes on cells, 2 rows").check();
    await page.getByLabel("“Notes on cells” goes to").waitFor();
    await page.getByLabel("Go on computing it: [Seats]*[Rate]").check();
    await page.getByText("It changes with the columns it reads").waitFor();
    await picture(page, "taken");
    expect(await violations(page)).toEqual([]);
    expect(await page.getByLabel("“Last name” goes to").inputValue()).toBe("skip");

    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByRole("button", { name: "Import 28 contacts" }).click();
    await page.getByRole("button", { name: "See contacts" }).click();
    await page.getByText("ann30@example.org").first().waitFor();

    const workspace = /\/w\/([^/?]+)/.exec(page.url())?.[1];
    const answer = await page.request.get(
      `${product.url}/api/workspaces/${workspace}/sheets/contacts/records?limit=100`,
    );
    const { records } = (await answer.json()) as {
      records: { fields: { [key: string]: unknown } }[];
    };
    const holding = (value: string) =>
      records.filter(({ fields }) => Object.values(fields).includes(value)).length;
    expect(records).toHaveLength(28);
    expect(["Key customer", "Struck through", "Ask before writing", "Hot"].map(holding)).toEqual([
      4, 3, 2, 28,
    ]);
    expect(records.every(({ fields }) => fields["lastName"] === undefined)).toBe(true);
    expect(records.find(({ fields }) => fields["firstName"] === "Ann7")?.fields["total"]).toBe(35);
    const sheet = await page.request.get(`${product.url}/api/workspaces/${workspace}/sheets`);
    const schema = JSON.stringify(await sheet.json());
    expect(schema).toContain('"Cold"');
    expect(schema).toContain('"[Seats]*[Rate]"');

    expect(problems).toEqual([]);
    await context.close();
  }, 120_000);
});
