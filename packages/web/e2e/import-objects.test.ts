import ExcelJS from "exceljs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, launchBrowser, startProduct, visit, type Product } from "./product.ts";
import { picture, seriousViolations, signUp } from "./visitor.ts";

const WIDE =
  "First name,Last name,Email,Company name,Company website,Deal name,Deal amount,Deal stage\n" +
  "Ann,Lee,ann@x.test,Acme Ltd,acme.test,Renewal,1200,Proposal\n" +
  "Bob,May,bob@x.test,ACME Limited,,Renewal,1200,Proposal\n" +
  "Cy,Orr,cy@x.test,Beta,beta.test,,,\n";

/** People and their companies, linked as a VLOOKUP would link them. */
async function linkedWorkbook(): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const people = book.addWorksheet("Contacts");
  people.addRows([
    ["First name", "Last name", "Email", "Company ID"],
    ["Di", "Day", "di@x.test", 17],
    ["Ed", "Eve", "ed@x.test", 18],
    ["Flo", "Fox", "flo@x.test", 17],
  ]);
  const companies = book.addWorksheet("Companies");
  companies.addRows([
    ["ID", "Company name", "Industry"],
    [17, "Gamma", "Steel"],
    [18, "Delta", "Wood"],
  ]);
  return Buffer.from(await book.xlsx.writeBuffer());
}

describe.skipIf(!hasBrowser)("a file with several kinds of records", () => {
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  test("becomes linked records of each, from wide rows and from worksheets, and is undone at once", async () => {
    const { page, context, problems } = await visit(browser);
    await signUp(page, product.url, "Olivia Office", `olivia${Date.now()}@example.com`);

    // Wide rows: what each becomes is said, and can be turned off.
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({ name: "wide.csv", mimeType: "text/csv", buffer: Buffer.from(WIDE) });
    await page.getByText("Each row becomes a contact, and with it").waitFor();
    const deal = page.getByLabel("A deal");
    await deal.click();
    const goesTo = (name: string) => page.getByLabel(`“${name}” goes to`).inputValue();
    await expect.poll(() => goesTo("Deal amount")).toBe("new");
    await deal.click();
    await expect.poll(() => goesTo("Deal amount")).toBe("deals/field:value");
    await picture(page, "objects-columns");
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByText("With them: 2 new companies and 1 new deal.").waitFor();
    await picture(page, "objects-matches");
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByLabel("Rows of").selectOption("deals");
    await page.getByRole("cell", { name: "Renewal" }).waitFor();
    await page.getByRole("cell", { name: "Ann Lee, Bob May" }).waitFor();
    await picture(page, "objects-preview");
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Import 3 contacts, 2 companies and 1 deal" }).click();
    await page.getByRole("button", { name: "Undo the import" }).waitFor();
    await picture(page, "objects-done");
    await page.getByRole("button", { name: "Undo the import" }).click();
    await page.getByText("The import was undone. 6 records were taken back.").waitFor();
    await page.getByRole("button", { name: "See contacts" }).click();

    // Worksheets that share a column.
    await page.getByRole("button", { name: "Import", exact: true }).first().click();
    await page.getByLabel("Spreadsheet file").setInputFiles({
      name: "book.xlsx",
      mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      buffer: await linkedWorkbook(),
    });
    await page.getByRole("button", { name: "Continue to columns" }).click();
    await page.getByText("These worksheets belong together").waitFor();
    await page.getByText(/Contacts: 3 rows, Companies: 2 rows/).waitFor();
    expect(await page.getByLabel("“Company ID” goes to").inputValue()).toBe("skip");
    expect(await page.getByLabel("“Industry” goes to").inputValue()).toBe(
      "companies/field:industry",
    );
    await picture(page, "worksheets-columns");
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByRole("cell", { name: "Gamma" }).first().waitFor();
    await picture(page, "worksheets-preview");
    await page.getByRole("button", { name: "Import 3 contacts and 2 companies" }).click();
    await page.getByRole("button", { name: "See contacts" }).click();
    await page.getByText("Delta").first().waitFor();
    expect(problems).toEqual([]);
    await context.close();
  }, 120_000);
});
