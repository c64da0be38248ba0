import { readFile } from "node:fs/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
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

/** What changes many cells at once, as a person does it: every one of them looked at first, done, and taken back. */
describe.skipIf(!hasBrowser)("many cells at once", () => {
  let product: Product;
  let browser: Browser;
  let owner: Visitor;
  let page: Page;
  let address: string;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    // Wide enough for every column: those out of sight are not in the page.
    owner = await visit(browser, { viewport: { width: 3200, height: 900 } });
    page = owner.page;
    await page.goto(`${product.url}/sign-up`);
    await page.getByLabel("Name").fill("Olivia Office");
    await page.getByLabel("E-mail").fill("olivia@example.com");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /sample data/i }).click();
    await cell(0, "firstName").waitFor();
    address = page.url();
  });

  beforeEach(async () => {
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith("gridfolk:layout:")) localStorage.removeItem(key);
      }
    });
    await page.goto(address);
    await cell(0, "firstName").waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const cell = (row: number, field: string): Locator =>
    page.locator(`.ag-row[row-index="${row}"] [col-id="${field}"]`);
  const text = async (row: number, field: string) =>
    ((await cell(row, field).textContent()) ?? "").trim();
  const column = (field: string, rows = 3) =>
    Promise.all(Array.from({ length: rows }, (_, row) => text(row, field)));
  const dialog = () => page.getByRole("dialog");
  const counts = () => dialog().getByRole("status").first().textContent();
  const sheet = async (name: string, key: string) => {
    await page.getByRole("link", { name }).first().click();
    await cell(0, key).waitFor();
  };
  const undo = async () => {
    await page.keyboard.press("Control+z");
    await page.getByText(/^Undone:/).waitFor();
  };
  /** Types into cells, one below the other. */
  const type = async (field: string, ...texts: string[]) => {
    await cell(0, field).click();
    for (const each of texts) {
      await page.keyboard.type(each);
      await page.keyboard.press("Enter");
    }
    await expect.poll(() => text(texts.length - 1, field)).toBe(texts.at(-1)?.trim());
  };
  const selectRows = async (field: string, from: number, to: number) => {
    await cell(from, field).click();
    await cell(to, field).click({ modifiers: ["Shift"] });
  };
  const cleanUp = async (field: string, item: string) => {
    await cell(0, field).click();
    await page.keyboard.press("Alt+Shift+ArrowDown");
    await page.getByRole("menuitem", { name: "Clean up" }).click();
    await page.getByRole("menuitem", { name: item }).click();
    await dialog().waitFor();
  };
  const shoot = async (of: Page, name: string) => {
    const directory = process.env["SCREENSHOTS"];
    if (directory) await of.screenshot({ path: `${directory}/${name}.png` });
  };

  describe("a bulk edit", () => {
    test("of selected rows shows what it would do, does it as one change, and is undone by its toast", async () => {
      const before = await column("title", 4);
      await selectRows("title", 0, 2);
      await page.keyboard.press("Control+Shift+E");
      await dialog().getByLabel("Value").fill("Partner");
      await expect.poll(counts).toBe("Changes 3 of 3 contacts.");
      const samples = dialog().getByRole("table");
      expect(await samples.getByRole("row").nth(1).textContent()).toBe(
        `${await text(0, "firstName")} ${await text(0, "lastName")}${before[0]}Partner`,
      );
      expect(await column("title", 4)).toEqual(before);
      expect(await violations(page)).toEqual([]);
      await dialog().getByRole("button", { name: "Change 3 contacts" }).click();
      await expect
        .poll(() => column("title", 4))
        .toEqual(["Partner", "Partner", "Partner", before[3]]);
      const toast = page.locator("[data-toast]", { hasText: "Set Job title of 3 contacts" });
      await toast.getByRole("button", { name: "Undo" }).click();
      await expect.poll(() => column("title", 4)).toEqual(before);
    });

    test("of what a search leaves, from the bar above the grid", async () => {
      await page.locator("[data-search]").fill("Hughes");
      await expect.poll(() => page.locator("footer").textContent()).toContain("2 of 40");
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Edit many contacts" }).click();
      await dialog().getByLabel("What to do").selectOption("addTags");
      await dialog().getByLabel("New tags").fill("Family, Farm");
      await expect.poll(counts).toBe("Changes 2 of 2 contacts.");
      await dialog().getByRole("button", { name: "Change 2 contacts" }).click();
      await expect.poll(() => text(1, "tags")).toContain("FamilyFarm");
      await undo();
      await expect.poll(() => text(1, "tags")).not.toContain("Farm");
    });

    test("is in the menu of rows and in the palette", async () => {
      await selectRows("title", 1, 3);
      await cell(2, "title").click({ button: "right" });
      await page.getByRole("menuitem", { name: /Edit 3 rows/ }).click();
      expect(await dialog().getByLabel("In", { exact: true }).inputValue()).toBe("selected");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("Edit many");
      await page.keyboard.press("Enter");
      await dialog().getByLabel("What to do").waitFor();
      await page.keyboard.press("Escape");
      await expect.poll(() => page.locator(".ag-cell-focus").count()).toBe(1);
    });

    test("clears, replaces, changes letters, takes out spaces, fills, assigns and formats", async () => {
      await type("title", "SALES   manager", "Sales", "MCDONALD");
      const before = await column("title");
      const cases: [string, (form: Locator) => Promise<void>, (string | RegExp)[]][] = [
        ["clear", async () => {}, ["", "", ""]],
        [
          "replace",
          async (form) => {
            await form.getByLabel("Find").fill("^(s)ales$");
            await form.getByLabel("Replace by").fill("$1old");
            await form.getByLabel("Regular expression").check();
          },
          [before[0] as string, "Sold", "MCDONALD"],
        ],
        [
          "letters",
          async (form) => {
            await form.getByLabel("Letters").selectOption("name");
          },
          ["SALES manager", "Sales", "McDonald"],
        ],
        ["trim", async () => {}, ["SALES manager", "Sales", "MCDONALD"]],
        [
          "copy",
          async (form) => {
            await form.getByLabel("From").selectOption("lastName");
          },
          await column("lastName"),
        ],
        [
          "formula",
          async (form) => {
            await form.getByLabel("Formula").fill('UPPER([First name]) & "!"');
          },
          (await column("firstName")).map((name) => `${name.toUpperCase()}!`),
        ],
      ];
      for (const [kind, fill, wanted] of cases) {
        await selectRows("title", 0, 2);
        await page.keyboard.press("Control+Shift+E");
        await dialog().getByLabel("What to do").selectOption(kind);
        await fill(dialog());
        await dialog()
          .getByRole("button", { name: /^Change \d/ })
          .click();
        await expect.poll(() => column("title")).toEqual(wanted);
        await undo();
        await expect.poll(() => column("title")).toEqual(before);
      }
      await selectRows("owner", 0, 2);
      await page.keyboard.press("Delete");
      await page.keyboard.press("Control+Shift+E");
      await dialog().getByLabel("What to do").selectOption("assign");
      await dialog().getByLabel("Olivia Office").check();
      await dialog().getByRole("button", { name: "Change 3 contacts" }).click();
      await expect.poll(() => text(2, "owner")).toContain("Olivia Office");
      for (let steps = 0; steps < 5; steps += 1) await undo();
    });

    test("increases amounts, moves dates, marks what does not fit, and deletes", async () => {
      await sheet("Deals", "value");
      const amount = async (row: number) =>
        Number((await text(row, "value")).replaceAll(/[^\d.]/g, ""));
      const before = await amount(0);
      const bulk = async (kind: string, fill: () => Promise<void>, button: RegExp) => {
        await selectRows("value", 0, 1);
        await page.keyboard.press("Control+Shift+E");
        await dialog().getByLabel("What to do").selectOption(kind);
        await fill();
        await dialog().getByRole("button", { name: button }).click();
        await dialog().waitFor({ state: "detached" });
      };
      await bulk(
        "increase",
        () => dialog().getByLabel("By", { exact: true }).fill("10"),
        /^Change 2/,
      );
      await expect.poll(() => amount(0)).toBeCloseTo(before * 1.1, 1);
      await undo();
      await expect.poll(() => amount(0)).toBe(before);

      const day = await text(0, "closeDate");
      await bulk("shift", () => dialog().getByLabel("By days").fill("-7"), /^Change/);
      await expect
        .poll(async () => Date.parse(day) - Date.parse(await text(0, "closeDate")))
        .toBe(7 * 86_400_000);
      await undo();

      await bulk(
        "copy",
        async () => {
          await dialog().getByLabel("Column").selectOption("closeDate");
          await dialog().getByLabel("From").selectOption("name");
          await dialog().getByText("2 cells would not fit").waitFor();
        },
        /^Change 2/,
      );
      await page.getByText("2 cells need a look").waitFor();
      await undo();
      await expect.poll(() => text(0, "closeDate")).toBe(day);

      const names = await column("name");
      await bulk("delete", () => Promise.resolve(), /^Delete 2 deals/);
      await expect.poll(() => text(0, "name")).toBe(names[2]);
      await undo();
      await expect.poll(() => column("name")).toEqual(names);
    });

    test("says what is wrong with a pattern and changes nothing", async () => {
      await cell(0, "title").click();
      await page.keyboard.press("Control+Shift+E");
      await dialog().getByLabel("What to do").selectOption("replace");
      await dialog().getByLabel("Find").fill("(");
      await dialog().getByLabel("Regular expression").check();
      await dialog().getByText("The pattern cannot be used: missing closing )").waitFor();
      expect(await dialog().getByRole("button", { name: "Change contacts" }).isDisabled()).toBe(
        true,
      );
      expect(await violations(page)).toEqual([]);
    });
  });

  describe("find and replace", () => {
    const panel = () => page.getByRole("dialog", { name: "Find and replace" });
    const find = async (wanted: string) => {
      await cell(0, "title").click();
      await page.keyboard.press("Control+h");
      await panel().getByLabel("Find", { exact: true }).fill(wanted);
    };
    const focused = () =>
      page.locator(".ag-cell-focus").evaluate((element) => {
        const row = element.closest(".ag-row")?.getAttribute("row-index");
        return `${row}:${element.getAttribute("col-id")}`;
      });

    test("lists what it finds and moves the grid there, while the keyboard stays in the panel", async () => {
      await find("manager");
      await panel()
        .getByText(/^\d+ cells$/)
        .waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Enter");
      await expect.poll(focused).toMatch(/:title$/);
      const first = await focused();
      await page.keyboard.press("Enter");
      await expect.poll(focused).not.toBe(first);
      await page.keyboard.press("Shift+F3");
      await expect.poll(focused).toBe(first);
      expect(
        await page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.value),
      ).toBe("manager");
      await page.keyboard.press("Escape");
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.getAttribute("col-id")))
        .toBe("title");
    });

    test("replaces one, then all, each undone as one", async () => {
      const before = await column("title", 12);
      await find("owner");
      await panel().getByLabel("Column").selectOption("title");
      await panel().getByLabel("Replace by").fill("Founder");
      await panel()
        .getByText(/\d cells$/)
        .waitFor();
      await panel().getByRole("button", { name: "Replace", exact: true }).click();
      await panel().getByRole("button", { name: "Replace", exact: true }).click();
      await expect.poll(() => column("title", 12)).not.toEqual(before);
      const changed = (await column("title", 12)).filter((each, index) => each !== before[index]);
      expect(changed).toHaveLength(1);
      expect(changed[0]?.toLowerCase()).toContain("founder");
      await panel()
        .getByRole("button", { name: /^Replace all/ })
        .click();
      await panel().getByText("Nothing found.").waitFor();
      await page.keyboard.press("Escape");
      await undo();
      await undo();
      await expect.poll(() => column("title", 12)).toEqual(before);
    });

    test("keeps to whole cells, letters and patterns when asked", async () => {
      await find("owner");
      await panel().getByLabel("Column").selectOption("title");
      const cells = async () => {
        await page.waitForTimeout(400);
        return Number(/(\d+) cell/.exec((await panel().textContent()) ?? "")?.[1] ?? 0);
      };
      const loose = await cells();
      await panel().getByLabel("Whole cells").check();
      const whole = await cells();
      expect(whole).toBeLessThan(loose);
      await panel().getByLabel("Match case").check();
      expect(await cells()).toBe(0);
      await panel().getByLabel("Match case").uncheck();
      await panel().getByLabel("Regular expression").check();
      await panel().getByLabel("Find", { exact: true }).fill("own.r|buyer");
      expect(await cells()).toBeGreaterThan(whole);
    });
  });

  describe("cleaning up", () => {
    test("joins columns and splits them again", async () => {
      const names = await Promise.all(
        [0, 1, 2].map(
          async (row) => `${await text(row, "firstName")} ${await text(row, "lastName")}`,
        ),
      );
      await cleanUp("firstName", "Join with other columns");
      await dialog().getByLabel("Name", { exact: true }).fill("Full name");
      await expect.poll(counts).toContain("Writes to 40 of 40 contacts");
      await expect.poll(() => dialog().getByRole("table").textContent()).toContain(names[0]);
      expect(await violations(page)).toEqual([]);
      await dialog().getByRole("button", { name: "Join in 40 contacts" }).click();
      await expect.poll(() => column("fullName")).toEqual(names);

      await cleanUp("fullName", "Split into columns");
      expect(await dialog().getByLabel("It holds").inputValue()).toBe("name");
      await expect.poll(counts).toContain("Nothing would be written");
      await dialog().getByLabel("First name").selectOption("New column");
      await dialog().getByLabel("Last name").selectOption("Leave out");
      await dialog().getByLabel("Name", { exact: true }).fill("Given name");
      await expect.poll(counts).toContain("Writes to 40 of 40");
      expect(await violations(page)).toEqual([]);
      await dialog().getByRole("button", { name: "Split in 40 contacts" }).click();
      await expect.poll(() => text(0, "givenName")).toBe(await text(0, "firstName"));
      await undo();
      await undo();
      await cell(0, "fullName").waitFor({ state: "detached" });
      await cell(0, "givenName").waitFor({ state: "detached" });
    });

    test("splits by the sign it finds, and joins by a pattern", async () => {
      await type("title", "Bonn; 53111", "Rome; 00118", "Oslo; 0010");
      await selectRows("title", 0, 2);
      await page.keyboard.press("Control+k");
      await page.keyboard.type("Job title: split");
      await page.keyboard.press("Enter");
      expect(await dialog().getByLabel("Between the parts").inputValue()).toBe(";");
      await dialog().getByLabel("Job title 1").selectOption("City");
      await dialog().getByLabel("Job title 2").selectOption("Postal code");
      await dialog().getByRole("button", { name: "Split in 3 contacts" }).click();
      await expect.poll(() => column("postalCode")).toEqual(["53111", "00118", "0010"]);
      await selectRows("title", 0, 2);
      await page.keyboard.press("Control+k");
      await page.keyboard.type("Job title: join");
      await page.keyboard.press("Enter");
      await dialog().getByText("By a pattern").click();
      await dialog().getByRole("textbox", { name: "Pattern" }).fill("[Postal code] [City]!");
      await dialog().getByLabel("Into").selectOption("Job title");
      await dialog().getByRole("button", { name: "Join in 3 contacts" }).click();
      await expect
        .poll(() => column("title"))
        .toEqual(["53111 Bonn!", "00118 Rome!", "0010 Oslo!"]);
      for (let steps = 0; steps < 5; steps += 1) await undo();
    });

    test("takes addresses and numbers out of text", async () => {
      await type("title", "write to new@b.io", "ring (212) 555-0190 at noon", "see www.acme.test");
      for (const [item, wanted] of [
        ["Take out e-mail addresses", ["new@b.io", "", ""]],
        ["Take out phone numbers", ["", "(212) 555-0190", ""]],
        ["Take out web addresses", ["", "", "www.acme.test"]],
      ] as const) {
        await cleanUp("title", item);
        const name = await dialog().getByLabel("Name", { exact: true }).inputValue();
        if (item === "Take out e-mail addresses") expect(await violations(page)).toEqual([]);
        await dialog()
          .getByRole("button", { name: /^Take out in \d/ })
          .click();
        const header = page.locator(".ag-header-cell", { hasText: name });
        await header.waitFor();
        const key = (await header.getAttribute("col-id")) ?? "";
        await expect.poll(() => column(key)).toEqual(wanted);
        await undo();
        await header.waitFor({ state: "detached" });
      }
      for (let steps = 0; steps < 3; steps += 1) await undo();
    });

    test("takes out stray spaces and changes letters from the menu of a column", async () => {
      await type("city", "Bonn   am Rhein", "ROME");
      await cleanUp("city", "Take out stray spaces");
      await dialog()
        .getByRole("button", { name: /^Change 1 contact/ })
        .click();
      await dialog().waitFor({ state: "detached" });
      await cleanUp("city", "Change capital and small letters");
      await dialog().getByLabel("Letters").selectOption("upper");
      await dialog()
        .getByRole("button", { name: /^Change \d+ contact/ })
        .click();
      await expect.poll(() => text(0, "city")).toBe("BONN AM RHEIN");
      for (let steps = 0; steps < 4; steps += 1) await undo();
    });

    test("merges near-equal values that were ticked, into what was written", async () => {
      await type("title", "Chief Buyer", "chief buyer.", "Buyer, Chief", "Chef Buyer");
      const before = await column("title", 4);
      await cleanUp("title", "Merge near-equal values");
      const group = dialog().getByRole("checkbox", { name: /chief buyer/i });
      await group.check();
      await dialog()
        .getByLabel(/^Becomes, of/)
        .first()
        .fill("Head buyer");
      await expect.poll(counts).toContain("Changes 3 of 40 contacts");
      expect(await violations(page)).toEqual([]);
      await dialog().getByRole("button", { name: "Merge in 3 contacts" }).click();
      await expect
        .poll(() => column("title", 4))
        .toEqual(["Head buyer", "Head buyer", "Head buyer", "Chef Buyer"]);
      await undo();
      await expect.poll(() => column("title", 4)).toEqual(before);
      await cleanUp("title", "Merge near-equal values");
      await dialog().getByLabel("Values are near when").selectOption("distance");
      await dialog().getByText("Chef Buyer").first().waitFor();
      await page.keyboard.press("Escape");
      for (let steps = 0; steps < 4; steps += 1) await undo();
    });
  });

  test("who may only look finds, and is offered nothing that changes", async () => {
    const api = await Api.signUp(product.url, "Vera Viewer", "vera@example.com");
    const workspace = /\/w\/([^/]+)/.exec(address)?.[1] ?? "";
    const path = `/api/workspaces/${workspace}/members`;
    const invited = await page.evaluate(async (at) => {
      const response = await fetch(at, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email: "vera@example.com", role: "viewer" }),
      });
      return ((await response.json()) as { link: string }).link;
    }, path);
    const token = invited.split("/").at(-1) ?? "";
    await api.call("POST", `/api/invitations/${token}/accept`);
    const viewer = await visit(browser);
    await viewer.page.goto(`${product.url}/sign-in`);
    await viewer.page.getByLabel("E-mail").fill("vera@example.com");
    await viewer.page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await viewer.page.keyboard.press("Enter");
    await viewer.page.waitForURL(/\/w\//);
    await viewer.page.goto(address);
    const first = viewer.page.locator('.ag-row[row-index="0"] [col-id="title"]');
    await first.click();
    await viewer.page.keyboard.press("Control+Shift+E");
    await viewer.page.keyboard.press("Control+h");
    const panel = viewer.page.getByRole("dialog", { name: "Find and replace" });
    await panel.getByLabel("Find", { exact: true }).fill("manager");
    await panel.getByText(/\d cells$/).waitFor();
    expect(await panel.getByRole("button", { name: /Replace/ }).count()).toBe(0);
    expect(await viewer.page.getByRole("dialog").count()).toBe(1);
    await viewer.context.close();
  });

  test("on a phone cards are selected by a tap or a long press, edited, exported and deleted, with Undo", async () => {
    const small = await visit(browser, { viewport: phone });
    await small.context.addCookies(await owner.context.cookies());
    const { page: pocket } = small;
    await pocket.goto(address);
    const cards = pocket.getByRole("listitem");
    const bar = pocket.getByRole("toolbar", { name: "Selected cards" });
    const all = Number(await pocket.locator("h1 + span").textContent());
    await pocket.getByRole("button", { name: "Select", exact: true }).click();
    await bar.getByRole("button", { name: `All ${all}` }).waitFor();
    await cards.nth(0).getByRole("button").click();
    await cards.nth(2).getByRole("button").click();
    await bar.getByText("2 selected").waitFor();
    await shoot(pocket, "cards-selected");
    expect(await violations(pocket)).toEqual([]);
    await bar.getByRole("button", { name: "Edit 2 contacts" }).click();
    const edit = pocket.getByRole("dialog");
    await edit.getByLabel("Column").selectOption({ label: "Job title" });
    await edit.getByLabel("Value").fill("Met at the fair");
    await edit.getByText("Changes 2 of 2 contacts.").waitFor();
    await shoot(pocket, "cards-edit");
    expect(await violations(pocket)).toEqual([]);
    await edit.getByRole("button", { name: "Change 2 contacts" }).click();
    await expect.poll(() => pocket.getByText("Met at the fair").count()).toBeGreaterThan(0);
    await pocket.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => pocket.getByText("Met at the fair").count()).toBe(0);
    expect(await bar.count()).toBe(0);

    // A finger that rests on a card selects it, and does not open it.
    const box = await cards.nth(1).boundingBox();
    if (box === null) throw new Error("no card");
    await pocket.mouse.move(box.x + 120, box.y + 20);
    await pocket.mouse.down();
    await bar.getByText("1 selected").waitFor();
    await pocket.mouse.up();
    expect(await pocket.getByRole("dialog").count()).toBe(0);
    const [file] = await Promise.all([
      pocket.waitForEvent("download"),
      bar.getByRole("button", { name: "Export 1 contact" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe("Contacts.csv");
    const csv = await readFile(await file.path(), "utf8");
    expect(csv.trim().split("\r\n")).toHaveLength(2);
    await bar.getByRole("button", { name: "Delete 1 contact" }).click();
    await expect.poll(() => pocket.locator("h1 + span").textContent()).toBe(`${all - 1}`);
    await pocket.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => pocket.locator("h1 + span").textContent()).toBe(`${all}`);
    expect(small.problems).toEqual([]);
    await small.context.close();
  });

  test("leaves no error in the page", () => {
    expect(owner.problems).toEqual([]);
  });
});
