import ExcelJS from "exceljs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import { hasBrowser, launchBrowser, startProduct, visit, type Product } from "./product.ts";
import { picture, signUp } from "./visitor.ts";

const WIDE =
  "First name,Last name,Email,Owner,Company name,Company website,Deal name,Deal amount,Deal stage\n" +
  "Ann,Lee,ann@x.test,Olivia Office,Acme Ltd,acme.test,Renewal,1200,Closed won\n" +
  "Bob,May,bob@x.test,Nora Nobody,ACME Limited,,Renewal,1200,Closed won\n" +
  "Cy,Orr,cy@x.test,,Beta,beta.test,Pilot,500,Demo booked\n";

/** People and their companies, linked as a VLOOKUP would link them. */
async function linkedWorkbook(): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const people = book.addWorksheet("Contacts");
  people.addRows([
    ["First name", "Last name", "Email", "Company ID", "Source"],
    ["Di", "Day", "di@x.test", 17, "Web"],
    ["Ed", "Eve", "ed@x.test", 18, "Referral"],
    ["Flo", "Fox", "flo@x.test", 17, "Web"],
  ]);
  for (const row of [2, 3, 4])
    people.getCell(`E${row}`).dataValidation = {
      type: "list",
      allowBlank: true,
      formulae: ['"Web,Referral,Fair,Radio"'],
    };
  const companies = book.addWorksheet("Companies");
  companies.addRows([
    ["ID", "Company name", "Industry"],
    [17, "Gamma", "Steel"],
    [18, "Delta", "Wood"],
    ["n/a", "-", "none"],
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

    // Stages that are not there: the nearest one is chosen, where there is one; of others it is asked.
    const won = page.getByLabel("“Closed won”, 2 rows");
    const demo = page.getByLabel("“Demo booked”, 1 row");
    expect(await won.inputValue()).toBe("option:Won");
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByText("Say first what “Demo booked” in “Deal stage” means.").waitFor();
    expect(await demo.evaluate((select) => select === document.activeElement)).toBe(true);
    await picture(page, "objects-columns");
    expect(await violations(page)).toEqual([]);
    await demo.selectOption({ label: "Add it to Stage" });
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByText("With them: 2 new companies and 2 new deals.").waitFor();
    await picture(page, "objects-matches");
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByLabel("Rows of").selectOption("deals");
    await page.getByRole("cell", { name: "Renewal" }).waitFor();
    await page.getByRole("cell", { name: "Ann Lee, Bob May" }).waitFor();
    await page.getByText("Stage: “Closed won” (2 rows) becomes Won.").waitFor();
    await page.getByText("New choices in Stage: Demo booked.").waitFor();
    await page
      .getByText("Owner: 1 value names nobody in this workspace: “Nora Nobody” (row 3).")
      .waitFor();
    await picture(page, "objects-preview");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Import 3 contacts, 2 companies and 2 deals" }).click();
    await page.getByRole("button", { name: "Undo the import" }).waitFor();
    await picture(page, "objects-done");
    await page.getByRole("button", { name: "Undo the import" }).click();
    await page.getByText("The import was undone. 7 records were taken back.").waitFor();
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
    await page.getByText(/Contacts: 3 rows, Companies: 3 rows/).waitFor();
    expect(await page.getByLabel("“Company ID” goes to").inputValue()).toBe("skip");
    expect(await page.getByLabel("“Industry” goes to").inputValue()).toBe(
      "companies/field:industry",
    );
    await page.getByLabel("Add 2 choices of the workbook's list to Source").check();
    await picture(page, "worksheets-columns");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByRole("cell", { name: "Gamma" }).first().waitFor();
    await page.getByText("New choices in Source: Fair, Radio.").waitFor();
    await picture(page, "worksheets-preview");
    await page.getByRole("button", { name: "Import 3 contacts and 2 companies" }).click();

    // Rows of any worksheet that are not written can be had, and the history says what all of them did.
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download the refused rows" }).click();
    const refused = new ExcelJS.Workbook();
    await refused.xlsx.readFile(await (await waiting).path());
    expect(refused.worksheets[0]?.getRow(2).values).toEqual([
      undefined,
      "n/a",
      "-",
      "none",
      "The row is blank in every column that is imported.",
    ]);
    await picture(page, "worksheets-done");
    await page.getByRole("button", { name: "Save this import" }).click();
    await page.getByText("Saved as").waitFor();
    await page.getByRole("button", { name: "See contacts" }).click();
    await page.getByText("Delta").first().waitFor();

    // The same workbook next month: the saved import takes both worksheets.
    await page.getByRole("button", { name: "Import", exact: true }).first().click();
    await page.getByLabel("Spreadsheet file").setInputFiles({
      name: "next.xlsx",
      mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      buffer: await linkedWorkbook(),
    });
    await page.getByRole("button", { name: "Continue to columns" }).click();
    await page.getByText("The saved import “book” decides").waitFor();
    await page.getByText(/Contacts: 3 rows, Companies: 3 rows/).waitFor();
    await picture(page, "worksheets-saved");
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByText("Companies: 0 new, 0 changed, 2 unchanged, 1 refused").waitFor();
    await page.getByRole("button", { name: "Close" }).click();

    await page.goto(`${page.url().replace(/\/w\/([^/]+)\/.*/, "/w/$1")}/settings/imports`);
    await page.getByText("With it Companies: 2 new", { exact: true }).waitFor();
    await picture(page, "imports-history");
    expect(problems).toEqual([]);
    await context.close();
  }, 120_000);
});
