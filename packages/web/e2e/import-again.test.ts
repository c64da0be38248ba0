import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import { hasBrowser, launchBrowser, startProduct, visit, type Product } from "./product.ts";
import { picture, signUp } from "./visitor.ts";

const csv = (name: string, text: string) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(text),
});

const NOVEMBER =
  "Vorname,Nachname,E-Mail,Kürzel,Interne Nr\n" +
  "Ada,Lovelace,ada@example.com,Analyst,17\n" +
  "Bob,Byte,bob@example.com,Clerk,18\n";
const DECEMBER =
  "Vorname,Nachname,E-Mail,Kürzel,Interne Nr\n" +
  "Ada,Lovelace,ada@example.com,Chief analyst,17\n" +
  "Carl,Codd,carl@example.com,Clerk,19\n";

describe.skipIf(!hasBrowser)("the next file of its kind", () => {
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  test("is one drop once its import was saved, and corrections are remembered", async () => {
    const { page, context, problems } = await visit(browser);
    await signUp(page, product.url, "Olivia Office", "olivia@example.com");

    // The first file: two columns are corrected, the import is saved under a name.
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles(csv("Leads 2026-11.csv", NOVEMBER));
    await page.getByLabel("“Kürzel” goes to").selectOption({ label: "Job title" });
    await page.getByLabel("“Interne Nr” goes to").selectOption({ label: "Leave out" });
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByText("Replace it with what the file says").click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByRole("button", { name: "Import 2 contacts" }).click();
    await page.getByText(/Remembered for next time:.*“Kürzel” goes to Job title/).waitFor();
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Leads");
    await picture(page, "done");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Save this import" }).click();
    await page.getByText("Saved as “Leads”").waitFor();
    await page.getByRole("button", { name: "See contacts" }).click();

    // Files are kept from now on.
    const workspace = /\/w\/([^/?]+)/.exec(page.url())?.[1];
    await page.goto(`${product.url}/w/${workspace}/settings/workspace`);
    await page.getByLabel(/Keep every imported file/).check();
    await page.getByText("Imported files are kept from now on").waitFor();
    await picture(page, "settings");
    await page.goto(`${product.url}/w/${workspace}/contacts`);

    // The next month: straight to what will happen.
    await page.getByRole("button", { name: "Import", exact: true }).first().click();
    await page.getByLabel("Spreadsheet file").setInputFiles(csv("Leads 2026-12.csv", DECEMBER));
    await page.getByRole("heading", { name: "What will happen" }).waitFor();
    await page.getByText("The saved import “Leads” decides").waitFor();
    await page.getByText("1 new").waitFor();
    await page.getByRole("tab", { name: "Changed 1" }).click();
    await page.getByText("Chief analyst").waitFor();
    await picture(page, "saved-preview");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Import 2 contacts" }).click();
    await page.getByRole("button", { name: "See contacts" }).click();

    // Another file with one of these columns: it goes where it was sent before.
    await page.getByRole("button", { name: "Import", exact: true }).first().click();
    await page
      .getByLabel("Spreadsheet file")
      .setInputFiles(csv("others.csv", "E-Mail,Kürzel\ndora@example.com,Boss\n"));
    await page.getByText("You chose this before.").waitFor();
    expect(await page.getByLabel("“Kürzel” goes to").inputValue()).toBe("field:title");
    await picture(page, "learned");
    await page.getByRole("button", { name: "Close" }).click();

    // The history of imports: who, when, what; renaming a saved import, undoing an import.
    await page.goto(`${product.url}/w/${workspace}/settings/imports`);
    await page.getByText("Leads 2026-12.csv").waitFor();
    await page.getByText(/Into Contacts, 2 rows: 1 new, 1 changed/).waitFor();
    await picture(page, "history");
    expect(await violations(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Get the file Leads 2026-12.csv" }).click(),
    ]);
    expect(readFileSync(await download.path(), "utf8")).toBe(DECEMBER);
    expect(await page.getByRole("button", { name: "Get the file Leads 2026-11.csv" }).count()).toBe(
      0,
    );
    await page.getByRole("button", { name: "Rename Leads" }).click();
    await page.keyboard.type("Monthly leads");
    await page.keyboard.press("Enter");
    await page.getByText("Monthly leads").waitFor();
    await page.getByRole("button", { name: "Undo" }).first().click();
    await page.getByText(/Undone\. Into Contacts/).waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });

  test("is looked over before anything is sent, and its refused rows come back mended", async () => {
    const { page, context, problems } = await visit(browser);
    await page.addInitScript(`window.print = () => { top.printed = document.body.innerText; }`);
    await signUp(page, product.url, "Hella Health", "hella@example.com");
    const rows = Array.from(
      { length: 12 },
      (_, at) =>
        `Person${at},Miller,person${at}@example.com,${at % 2 === 0 ? "Berlin" : "berlin"},`,
    );
    const text = [
      "First name,Last name,Email,City,Remark",
      ...rows,
      "Ada,Lovelace,ada@,Berlin,",
      rows[0],
      ",,,,only a remark",
      "",
    ].join("\n");
    await page.locator("input[type=file]").first().setInputFiles(csv("messy.csv", text));
    await page.getByRole("button", { name: /things? in this file (is|are) worth a look/ }).click();
    await page.getByText("1 row is the same as an earlier row in every cell: Row 15.").waitFor();
    await page.getByText(/“ada@” \(row 14\)/).waitFor();
    await picture(page, "health");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Print", exact: true }).click();
    expect(await page.evaluate("top.printed")).toMatch(/messy\.csv[^]*Worth a look[^]*ada@/);
    await page.getByRole("button", { name: "Continue to columns" }).click();
    await page.getByLabel("“Remark” goes to").selectOption({ label: "Leave out" });
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByRole("button", { name: "Import 13 contacts" }).click();
    await page.getByText("1 row was not written.").waitFor();
    await picture(page, "refused");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download the refused rows" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("refused rows.xlsx");
    const mended = readFileSync(await download.path());
    await page.getByRole("button", { name: "See contacts" }).click();

    // The workbook reads like the file it came from; its reasons are left out.
    await page.getByRole("button", { name: "Import", exact: true }).first().click();
    await page.getByLabel("Spreadsheet file").setInputFiles({
      name: "refused rows.xlsx",
      mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      buffer: mended,
    });
    await page.getByText("It says why rows were refused before.").waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });

  test("may be an export that was edited: it is merged, and asks where both changed a cell", async () => {
    const { page, context, problems } = await visit(browser);
    await signUp(page, product.url, "Rita Round", "rita@example.com");
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles(csv("people.csv", NOVEMBER.replace("Kürzel", "Position")));
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByRole("button", { name: "Import 2 contacts" }).click();
    await page.getByRole("button", { name: "See contacts" }).click();
    const cell = (row: number, field: string) =>
      page.locator(`[row-index="${row}"] [col-id="${field}"]`).first();
    await cell(0, "firstName").getByText("Ada").waitFor();

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      (async () => {
        await page.getByRole("button", { name: "Export" }).click();
        await page.getByRole("menuitem", { name: "CSV, all rows and columns" }).click();
      })(),
    ]);
    const exported = readFileSync(await download.path(), "utf8");
    expect(exported).toMatch(/Gridfolk id \(contacts \d+ [0-9a-f]{16} whole\)/);

    // Somebody changes two cells here, one of which the file changes as well.
    await cell(0, "lastName").click();
    await page.keyboard.type("King");
    await page.keyboard.press("Enter");
    await cell(1, "lastName").click();
    await page.keyboard.type("Bit");
    await page.keyboard.press("Enter");
    await page.getByText("Saved", { exact: true }).waitFor();
    const row = (name: string) =>
      exported.split("\r\n").find((line) => line.startsWith(name)) ?? "";
    const edited = [
      exported.split("\r\n")[0],
      row("Ada").replace("Ada", "Augusta"),
      row("Bob").replace("Byte", "Bytes"),
      row("Bob")
        .replace("Bob", "Dora")
        .replace("bob@", "dora@")
        .replace(/,[^,]*$/, ","),
      "",
    ].join("\r\n");

    await page.getByRole("button", { name: "Import", exact: true }).first().click();
    await page.getByLabel("Spreadsheet file").setInputFiles(csv("edited.csv", edited));
    await page.getByRole("heading", { name: "An edited export comes back" }).waitFor();
    await page.getByText("1 cell was changed in the file and by somebody here").waitFor();
    await picture(page, "round-trip");
    expect(await violations(page)).toEqual([]);
    await page.getByLabel(/In the file/).check();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByRole("tab", { name: "Changed 2" }).click();
    await picture(page, "round-trip-preview");
    await page.getByRole("button", { name: "Import 3 contacts" }).click();
    await page.getByRole("button", { name: "See contacts" }).click();
    await cell(0, "firstName").getByText("Augusta").waitFor();
    await cell(0, "lastName").getByText("King").waitFor();
    await cell(1, "lastName").getByText("Bytes").waitFor();
    await cell(2, "firstName").getByText("Dora").waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });
});
