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

const FIRST =
  "First name,Last name,Email,City,Job title,Due,Score,Seen,Notes\n" +
  "Ada,Lovelace,ada@example.com,London,Analyst,03/04/2021,1.234,2021-01-02,n/a\n" +
  "Bob,Byte,bob@example.com,Paris,Clerk,05/06/2021,2.500,2021-02-03,-\n" +
  "Carl,Codd,carl@example.com,-,TBD,07/08/2022,3.750,2021-03-04,Friend of Ada\n";
const SECOND =
  "First name,Last name,Email,City,Job title\n" +
  "Augusta,King,ada@example.com,,Chief\n" +
  "Robert,Byte,bob@example.com,Rome,\n";

describe.skipIf(!hasBrowser)("what a file leaves open", () => {
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  test("is asked with its rows, and every column says what becomes of what is there", async () => {
    const { page, context, problems } = await visit(browser);
    await signUp(page, product.url, "Olivia Office", `olivia${Date.now()}@example.com`);
    await page.locator("input[type=file]").first().setInputFiles(csv("people.csv", FIRST));

    // Nothing proves the dates and the figures: both are asked, and there is no way on before.
    await page.getByRole("button", { name: "2 questions to answer first" }).waitFor();
    const due = page.getByRole("group", { name: "How are the dates in “Due” written?" });
    const score = page.getByRole("group", { name: "How are the numbers in “Score” written?" });
    expect(await due.getByRole("radio", { checked: true }).count()).toBe(0);
    await page.getByText("Row 2", { exact: true }).first().waitFor();
    await picture(page, "questions");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByText("Say first how the dates in “Due” are written.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("radio");
    await page.keyboard.press("Space");
    await due.getByRole("radio", { checked: true }).waitFor();
    await due.getByText("03/04/2021 is Apr 3, 2021").click();
    await score.getByText("1.234 is 1234").click();
    await page.getByText("questions to answer").waitFor({ state: "detached" });

    // Placeholders are listed; one click keeps them where they mean something.
    await page.getByText("Become blank: “n/a” (1), “-” (1)").waitFor();
    await page.getByRole("button", { name: "Keep as text in “Notes”" }).click();
    await page.getByText("Stay as text: “n/a” (1), “-” (1)").waitFor();
    await picture(page, "answered");
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    const first = page.getByRole("dialog").getByRole("row").filter({ hasText: "Lovelace" });
    expect(await first.innerText()).toMatch(/Apr 3, 2021\s+1234\s+Jan 2, 2021\s+n\/a/);
    await page.getByRole("button", { name: "Import 3 contacts" }).click();
    await page.getByRole("button", { name: "See contacts" }).click();

    // The same people again: one column is replaced, one erased where the file is blank, one left.
    await page.getByRole("button", { name: "Import", exact: true }).first().click();
    await page.getByLabel("Spreadsheet file").setInputFiles(csv("again.csv", SECOND));
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByText("Replace with what the file says").first().waitFor({ state: "attached" });
    await page.getByText("Decide for single columns").click();
    await page.getByLabel("City", { exact: true }).selectOption("erase");
    await page.getByLabel("Job title", { exact: true }).selectOption("overwrite");
    await page.getByText("2 columns go another way").waitFor();
    await picture(page, "rules");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByText("City: 1 value is erased, because the file is blank there.").waitFor();
    const ada = page.getByRole("dialog").getByRole("row").filter({ hasText: "Lovelace" });
    expect(await ada.innerText()).toMatch(/London → blank\s+Analyst → Chief/);
    await picture(page, "preview");
    await page.getByRole("button", { name: "Import 2 contacts" }).click();
    await page.getByRole("button", { name: "Save this import" }).click();
    await page.getByText("Saved as “again”").waitFor();

    // The saved import remembers it.
    await page.getByRole("button", { name: "See contacts" }).click();
    await page.getByRole("button", { name: "Import", exact: true }).first().click();
    await page
      .getByLabel("Spreadsheet file")
      .setInputFiles(csv("again 2.csv", SECOND.replace("Rome", "")));
    await page.getByText("City: 1 value is erased, because the file is blank there.").waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });
});
