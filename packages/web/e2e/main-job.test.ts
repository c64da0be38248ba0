import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import { startDeployed } from "./deployed.ts";
import {
  desktop,
  hasBrowser,
  launchBrowser,
  phone,
  startProduct,
  visit,
  type Product,
} from "./product.ts";
import { password, signUp } from "./visitor.ts";

const images = fileURLToPath(new URL("../../../docs/images/", import.meta.url));
const ROWS = 1000;

/** Kept for the README only when asked: UPDATE_IMAGES=1. */
async function picture(page: Page, name: string): Promise<void> {
  if (process.env["UPDATE_IMAGES"] === undefined) return;
  mkdirSync(images, { recursive: true });
  await page.screenshot({ path: join(images, `${name}.png`) });
}

/** Up to the preview; with `looks` every step on the way has to be accessible. */
async function importFile(page: Page, file: string, looks = false): Promise<void> {
  await page.locator("input[type=file]").first().setInputFiles(file);
  await page.getByRole("button", { name: "Continue to matches" }).waitFor();
  // Only what is in the step scrolls, never the dialog around it.
  const spare = await page
    .locator("dialog[open]")
    .evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
  expect(spare).toBe(0);
  if (looks) {
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByRole("region", { name: "First rows of the file" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Continue to columns" }).click();
  }
  await page.getByRole("button", { name: "Continue to matches" }).click();
  await page.getByRole("button", { name: "Continue to the preview" }).waitFor();
  if (looks) expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Continue to the preview" }).click();
  await page.getByRole("button", { name: /^Import [\d,]+ contacts/ }).waitFor();
}

const cell = (page: Page, row: number, field: string) =>
  page.locator(`[row-index="${row}"] [col-id="${field}"]`).first();

const places: [string, () => Promise<Pick<Product, "url" | "stop">>, boolean][] = [
  ["in one process", startProduct, true],
  ["on AWS's parts", startDeployed, false],
];

describe.skipIf(!hasBrowser).each(places)("the main job, %s", (_, start, onAllScreens) => {
  let product: Pick<Product, "url" | "stop">;
  let browser: Browser;
  let file: string;

  beforeAll(async () => {
    [product, browser] = await Promise.all([start(), launchBrowser()]);
    file = join(tmpdir(), `gridfolk contacts FINAL (2) ${process.pid}.csv`);
    writeFileSync(file, contactsCsv(ROWS, 7));
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  test("from a messy file to a live shared workbook, and back", async () => {
    const owner = await visit(browser);
    const { page } = owner;
    await signUp(page, product.url, "Olivia Office", "olivia@example.com");
    expect(await violations(page)).toEqual([]);
    await picture(page, "first-run");

    await importFile(page, file, onAllScreens);
    expect(await violations(page)).toEqual([]);
    await picture(page, "import-preview");
    await page.getByRole("button", { name: /^Import [\d,]+ contacts/ }).click();
    await page.getByRole("button", { name: "Undo the import" }).waitFor();
    if (onAllScreens) expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "See contacts" }).click();
    await cell(page, 0, "firstName").waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, "sheet-desktop-light");

    // A colleague joins by an invitation, in a browser of their own.
    const workspace = /\/w\/([^/?]+)/.exec(page.url())?.[1];
    const invitation = (await page.evaluate(
      async (id) =>
        (
          await fetch(`/api/workspaces/${id}/members`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ email: "carl@example.com", role: "member" }),
          })
        ).json(),
      workspace,
    )) as { link: string };
    const colleague = await visit(browser);
    await colleague.page.goto(new URL(invitation.link, product.url).href);
    await colleague.page.getByLabel("Name").fill("Carl Colleague");
    await colleague.page.getByLabel("Password", { exact: true }).fill(password);
    await colleague.page.keyboard.press("Enter");
    await cell(colleague.page, 0, "firstName").waitFor();

    // Typing over a cell shows in the other browser; the other's edit of another cell shows here.
    await cell(page, 0, "firstName").click();
    await page.keyboard.type("Beatrix");
    await page.keyboard.press("Enter");
    await cell(colleague.page, 0, "firstName").getByText("Beatrix").waitFor();
    await cell(colleague.page, 1, "lastName").click();
    await colleague.page.keyboard.type("Quimby");
    await colleague.page.keyboard.press("Tab");
    await cell(page, 1, "lastName").getByText("Quimby").waitFor();
    expect(await violations(page)).toEqual([]);

    // Both at the same cell: one order, the same for both.
    await cell(page, 2, "title").click();
    await cell(colleague.page, 2, "title").click();
    await Promise.all([page.keyboard.type("Queen"), colleague.page.keyboard.type("King")]);
    await Promise.all([page.keyboard.press("Enter"), colleague.page.keyboard.press("Enter")]);
    await expect
      .poll(async () => {
        const [mine, theirs] = await Promise.all([
          cell(page, 2, "title").innerText(),
          cell(colleague.page, 2, "title").innerText(),
        ]);
        return mine === theirs && ["King", "Queen"].includes(mine.trim());
      })
      .toBe(true);

    // Undo of one's own last edit, by key.
    await cell(page, 3, "title").click();
    const before = await cell(page, 3, "title").innerText();
    await page.keyboard.type("Astronaut");
    await page.keyboard.press("Enter");
    await cell(page, 3, "title").getByText("Astronaut").waitFor();
    await page.keyboard.press("Control+z");
    await expect.poll(() => cell(page, 3, "title").innerText()).toBe(before);

    // A reload shows what was saved.
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.reload();
    await cell(page, 0, "firstName").getByText("Beatrix").waitFor();

    // The browser forgot who it is, the server did not: a link still leads where it says.
    await page.evaluate(() => localStorage.removeItem("gridfolk:user"));
    await page.goto(`${product.url}/w/${workspace}/contacts`);
    await cell(page, 0, "firstName").getByText("Beatrix").waitFor();

    // Out again, as a file.
    const exported = (await page.evaluate(
      async (id) => (await fetch(`/api/workspaces/${id}/sheets/contacts/export?format=csv`)).text(),
      workspace,
    )) as string;
    expect(exported).toContain("Beatrix");
    expect(exported.split("\r\n").length).toBeGreaterThan(ROWS * 0.9);

    // The whole import back, sparing what somebody else changed since.
    const undone = (await page.evaluate(async (id) => {
      const { imports } = (await (await fetch(`/api/workspaces/${id}/imports`)).json()) as {
        imports: { import: string }[];
      };
      const response = await fetch(`/api/workspaces/${id}/imports/${imports[0]?.import}/undo`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: "{}",
      });
      return response.json();
    }, workspace)) as { reverted: number; skipped: unknown[] };
    expect(undone.reverted).toBeGreaterThan(ROWS * 0.9);
    expect(undone.skipped.length).toBeGreaterThanOrEqual(2);
    await cell(colleague.page, 0, "lastName").getByText("Quimby").waitFor();
    await expect.poll(() => page.getByText("Beatrix").count()).toBe(0);

    expect(owner.problems).toEqual([]);
    expect(colleague.problems).toEqual([]);
    await owner.context.close();
    await colleague.context.close();
  });

  // What follows is of the pages, which are the same there.
  if (!onAllScreens) return;

  test("the same on a phone, without horizontal scrolling", async () => {
    const { page, context, problems } = await visit(browser, { viewport: phone });
    await signUp(page, product.url, "Paula Phone", "paula@example.com");
    await importFile(page, file);
    await page.getByRole("button", { name: /^Import [\d,]+ contacts/ }).click();
    await page.getByRole("button", { name: "See contacts" }).click();
    await page.getByRole("heading", { name: "Contacts" }).waitFor();
    await page.waitForTimeout(300);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    expect(await violations(page)).toEqual([]);
    await picture(page, "sheet-phone-light");
    expect(problems).toEqual([]);
    await context.close();
  });

  test("an Excel workbook of another program, in the dark", async () => {
    const { page, context, problems } = await visit(browser, {
      viewport: desktop,
      colorScheme: "dark",
    });
    await signUp(page, product.url, "Xenia Excel", "xenia@example.com");
    const { default: ExcelJS } = await import("exceljs");
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet("Kunden");
    sheet.addRow(["Kundenliste 2026"]);
    sheet.addRow([]);
    sheet.addRow(["Vorname", "Nachname", "E-Mail", "Telefon", "Firma", "Umsatz", "Seit"]);
    for (let row = 1; row <= 40; row += 1) {
      sheet.addRow([
        `Anna${row}`,
        "Schmidt",
        `anna${row}@beispiel.de`,
        `+49 30 1234${String(row).padStart(3, "0")}`,
        `Firma ${row % 7} GmbH`,
        row * 10.5,
        new Date(Date.UTC(2025, 0, row)),
      ]);
    }
    const workbook = join(tmpdir(), `gridfolk Kunden ${process.pid}.xlsx`);
    writeFileSync(workbook, Buffer.from(await book.xlsx.writeBuffer()));
    expect(readFileSync(workbook).length).toBeGreaterThan(1000);
    await importFile(page, workbook);
    await page.getByRole("button", { name: "Import 40 contacts" }).click();
    await page.getByRole("button", { name: "See contacts" }).click();
    await cell(page, 0, "firstName").getByText("Anna1").waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, "sheet-desktop-dark");
    expect(problems).toEqual([]);
    await context.close();
  });

  test("sign-up, import and edit with the keyboard alone", async () => {
    const { page, context } = await visit(browser);
    await page.goto(`${product.url}/sign-up`);
    await page.getByLabel("Name").waitFor();
    await page.keyboard.press("Tab");
    for (let presses = 0; presses < 10; presses += 1) {
      const label = await page.evaluate(
        () => (document.activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent ?? "",
      );
      if (label.startsWith("Name")) break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.type("Kay Keyboard");
    await page.keyboard.press("Tab");
    await page.keyboard.type("kay@example.com");
    await page.keyboard.press("Tab");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await page.getByText("Drop your spreadsheet here").waitFor();

    const press = async (name: RegExp) => {
      for (let presses = 0; presses < 60; presses += 1) {
        const text = await page.evaluate(
          () =>
            document.activeElement?.getAttribute("aria-label") ??
            document.activeElement?.textContent ??
            "",
        );
        if (name.test(text)) {
          await page.keyboard.press("Enter");
          return;
        }
        await page.keyboard.press("Tab");
      }
      throw new Error(`Tab never reaches ${name}`);
    };
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.evaluate(() =>
      navigator.clipboard.writeText("Name\tEmail\nAda Lovelace\tada@example.com\n"),
    );
    await press(/^Paste/);
    await page.getByRole("button", { name: "Continue to matches" }).waitFor();
    await press(/^Continue to matches$/);
    await page.getByRole("button", { name: "Continue to the preview" }).waitFor();
    await press(/^Continue to the preview$/);
    await page.getByRole("button", { name: "Import 1 contact" }).waitFor();
    await press(/^Import 1 contact$/);
    await page.getByRole("button", { name: "See contacts" }).waitFor();
    await press(/^See contacts$/);
    await cell(page, 0, "firstName").getByText("Ada").waitFor();
    expect(await cell(page, 0, "lastName").innerText()).toBe("Lovelace");
    await context.close();
  });
});
