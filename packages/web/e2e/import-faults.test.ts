import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api, hasBrowser, launchBrowser, startProduct, visit, type Product } from "./product.ts";

const password = "correct horse battery";

describe.skipIf(!hasBrowser)("an import that goes wrong", () => {
  let product: Product;
  let browser: Browser;
  const files: string[] = [];

  const file = (name: string, content: string | Uint8Array) => {
    const path = join(tmpdir(), `gridfolk-${process.pid}-${name}`);
    writeFileSync(path, content);
    files.push(path);
    return path;
  };

  /** A new person at the first page of a new workspace, and the same person as a script. */
  async function arrive(email: string): Promise<{ page: Page; api: Api; workspace: string }> {
    const { page } = await visit(browser);
    await page.goto(`${product.url}/sign-up`);
    await page.getByLabel("Name").fill("Ida Import");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.getByText("Drop your spreadsheet here").waitFor();
    const response = await fetch(`${product.url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    const { token } = (await response.json()) as { token: string };
    const workspace = /\/w\/([^/?]+)/.exec(page.url())?.[1] ?? "";
    return { page, api: new Api(product.url, token), workspace };
  }

  const total = async (api: Api, workspace: string) =>
    (
      await api.call<{ total: number }>(
        "GET",
        `/api/workspaces/${workspace}/sheets/contacts/records?limit=1`,
      )
    ).total;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    for (const path of files) rmSync(path, { force: true });
  });

  test("says in words what is wrong with a file, and takes the next one", async () => {
    const { page, api, workspace } = await arrive("words@example.com");
    const bad: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
      ["empty.csv", "", /empty/i],
      [
        "picture.csv",
        Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        /picture/i,
      ],
      ["old.xls", Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), /xlsx/i],
      ["broken.xlsx", Uint8Array.from([0x50, 0x4b, 0x03, 0x04, 1, 2, 3, 4]), /\w{4}/],
    ];
    const [first] = bad;
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles(file(first?.[0] ?? "", first?.[1] ?? ""));
    for (const [name, content, words] of bad) {
      await page.getByLabel("Spreadsheet file").setInputFiles(file(name, content));
      await page.getByRole("alert").filter({ hasText: words }).waitFor();
    }
    await page
      .getByLabel("Spreadsheet file")
      .setInputFiles(file("good.csv", "First name,Email\nAda,ada@example.com\n"));
    await page.getByRole("button", { name: /Continue/ }).waitFor();
    expect(await total(api, workspace)).toBe(0);
    await page.context().close();
  });

  test("leaves nothing when it is stopped or its tab is closed half way", async () => {
    const { page, api, workspace } = await arrive("stop@example.com");
    const path = file("many.csv", contactsCsv(20_000, 3));
    const toPreview = async () => {
      await page.getByRole("button", { name: "Continue to matches" }).click();
      await page.getByRole("button", { name: "Continue to the preview" }).click();
      await page.getByRole("button", { name: /^Import [\d,]+ contacts/ }).click();
    };
    // The first part is let through, the second is held until the person has had enough.
    let held = 0;
    let upload = "";
    await page.route("**/uploads/*/*/parts/*", async (route) => {
      held += 1;
      upload = new URL(route.request().url()).pathname.replace(/\/parts\/\d+$/, "");
      if (held === 1) await route.continue();
    });
    await page.locator("input[type=file]").first().setInputFiles(path);
    await toPreview();
    await expect.poll(() => held).toBeGreaterThan(1);
    await page.getByRole("button", { name: "Stop the import" }).click();
    await page.getByText("Which file?").waitFor();
    expect(await total(api, workspace)).toBe(0);
    /** An upload that was given up takes no more parts: what it wrote is gone already. */
    const isGivenUp = async () =>
      (await api.request("PUT", `${upload}/parts/9`, {})).status === 409;
    await expect.poll(isGivenUp).toBe(true);

    held = 0;
    await page.getByLabel("Spreadsheet file").setInputFiles(path);
    await toPreview();
    await expect.poll(() => held).toBeGreaterThan(1);
    await page.close();
    expect(await total(api, workspace)).toBe(0);
    await expect.poll(isGivenUp).toBe(true);
    await page.context().close();
  });

  test("refuses rows one by one and gives them back as a file", async () => {
    const { page, api, workspace } = await arrive("refuse@example.com");
    await api.call("PATCH", `/api/workspaces/${workspace}/sheets/contacts/fields/lastName`, {
      required: true,
    });
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles(
        file(
          "some.csv",
          "First name,Last name,Email\nAda,King,ada@example.com\nBo,,bo@example.com\n",
        ),
      );
    await page.getByRole("button", { name: "Continue to matches" }).click();
    await page.getByRole("button", { name: "Continue to the preview" }).click();
    await page.getByRole("tab", { name: "Refused 1" }).click();
    await page
      .getByRole("cell", { name: /Last name/ })
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Import 1 contact" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "As CSV" }).click();
    const stream = await (await download).createReadStream();
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    expect(text).toContain("bo@example.com");
    expect(text).toMatch(/why it was refused/i);
    expect(await total(api, workspace)).toBe(1);
    await page.context().close();
  });
});
