import { readFileSync } from "node:fs";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Api,
  hasBrowser,
  launchBrowser,
  startProduct,
  visit,
  type Product,
  type Visitor,
} from "./product.ts";

interface Documented {
  /** What the table is about: "Keys", "Keys in a selection". */
  readonly where: string;
  readonly keys: string;
  readonly mac: string;
}

/** Every row of the tables that have a column "Mac". */
function documented(): Documented[] {
  const text = readFileSync(new URL("../../../docs/keyboard.md", import.meta.url), "utf8");
  const found: Documented[] = [];
  let where: string | undefined;
  for (const line of text.split("\n")) {
    const [, first = "", second = ""] = line.split("|").map((part) => part.trim());
    if (second === "Mac") where = first;
    else if (!line.startsWith("|")) where = undefined;
    else if (where !== undefined && !first.startsWith("---")) {
      found.push({ where, keys: first.replaceAll("`", ""), mac: second.replaceAll("`", "") });
    }
  }
  return found;
}

const names: { readonly [sign: string]: string } = {
  "↓": "ArrowDown",
  "↑": "ArrowUp",
  "→": "ArrowRight",
  "←": "ArrowLeft",
  "⌘": "Meta",
  Ctrl: "Control",
  Esc: "Escape",
  ";": "Semicolon",
  "'": "Quote",
  ".": "Period",
  "/": "Slash",
  "=": "Equal",
  "-": "Minus",
  "8": "Digit8",
  "0": "Digit0",
  "1": "Digit1",
};

/** "Ctrl+Shift+;" as the browser is told to press it. */
function pressed(keys: string): string {
  if (keys === "Ctrl++") return "Control+NumpadAdd";
  return keys
    .split("+")
    .map((key) => names[key] ?? key)
    .join("+");
}

/** Raised by the system on a Mac and not by this machine's browser: the same code gets them as on Windows. */
const systems = new Set(["⌘+C", "⌘+X", "⌘+V", "⌘+Shift+V"]);

type Press = () => Promise<void>;

describe.skipIf(!hasBrowser)("every key of docs/keyboard.md", () => {
  let product: Product;
  let browser: Browser;
  const visitors: { windows?: Visitor; mac?: Visitor } = {};
  let page: Page;
  const list = documented();

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    const api = await Api.signUp(product.url, "Kay Board", "kay@example.com");
    const { id } = await api.call<{ id: string }>("POST", "/api/workspaces", { name: "Keys" });
    const at = `/api/workspaces/${id}`;
    const { key } = await api.call<{ key: string }>("POST", `${at}/sheets`, {
      name: "Parts",
      fields: [
        { name: "Name", type: "text" },
        { name: "Count", type: "number" },
        { name: "Since", type: "date" },
        { name: "Seen", type: "dateTime" },
        { name: "Kind", type: "choice", options: ["Raw", "Made"] },
        { name: "Ready", type: "checkbox" },
        { name: "Notes", type: "longText" },
        ...Array.from({ length: 8 }, (_, n) => ({ name: `Extra ${n}`, type: "text" })),
      ],
    });
    // Row 4 is blank in Count and Extra 0: edges are there.
    const records = Array.from({ length: 80 }, (_, n) => ({
      name: `Part ${n}`,
      ...(n === 4 ? {} : { count: n, extra0: `x${n}` }),
      since: "2026-01-05",
      seen: "2026-01-05T10:00:00Z",
      kind: "Raw",
      ready: false,
      notes: `Note ${n}`,
      ...Object.fromEntries(
        Array.from({ length: 7 }, (_, at) => [`extra${at + 1}`, `e${at + 1}-${n}`]),
      ),
    }));
    const { sheets } = await api.call<{
      sheets: { key: string; fields: { key: string; name: string }[] }[];
    }>("GET", `${at}/sheets`);
    const fields = sheets.find((sheet) => sheet.key === key)?.fields ?? [];
    const keyOf = (name: string) =>
      fields.find((field) => field.name.toLowerCase().replaceAll(" ", "") === name)?.key ?? name;
    await api.call("POST", `${at}/sheets/${key}/records`, {
      records: records.map((record) =>
        Object.fromEntries(Object.entries(record).map(([name, value]) => [keyOf(name), value])),
      ),
    });
    for (const kind of ["windows", "mac"] as const) {
      const visitor = await visit(browser);
      visitors[kind] = visitor;
      await visitor.context.grantPermissions(["clipboard-read", "clipboard-write"]);
      if (kind === "mac") {
        await visitor.page.addInitScript(() =>
          Object.defineProperty(navigator, "platform", { get: () => "MacIntel" }),
        );
      }
      page = visitor.page;
      await page.goto(`${product.url}/sign-in?return=/w/${id}/${key}`);
      await page.getByLabel("E-mail").fill("kay@example.com");
      await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
      await page.keyboard.press("Enter");
      await cell(0, 0).waitFor();
    }
    columns.push(...fields.map((field) => field.key));
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const columns: string[] = [];
  const cell = (row: number, column: number): Locator =>
    page
      .locator(
        `.ag-row[row-index="${row}"] ${columns.length === 0 ? ".ag-cell" : `[col-id="${columns[column]}"]`}`,
      )
      .first();
  const text = async (row: number, column: number) =>
    ((await cell(row, column).textContent()) ?? "").trim();
  const last = () => columns.length - 1;
  /** "3:2", with " editing"; what has the focus otherwise. */
  const focus = () =>
    page.evaluate((columns) => {
      const element = document.activeElement;
      const at = element?.closest(".ag-cell");
      if (!at) return element?.getAttribute("aria-label") ?? element?.className ?? "";
      const row = at.closest(".ag-row")?.getAttribute("row-index")?.replace("b-0", "new");
      const editing = at.classList.contains("ag-cell-inline-editing") ? " editing" : "";
      return `${row}:${columns.indexOf(at.getAttribute("col-id") ?? "")}${editing}`;
    }, columns);
  const at = async (row: number, column: number) => {
    await page.keyboard.press("Escape");
    await press("Control+Home");
    // Rows may still be on their way back from the other page.
    await expect
      .poll(async () => {
        await cell(row, column).click();
        return focus();
      })
      .toBe(`${row}:${column}`);
  };
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const type = (typed: string) => page.keyboard.type(typed);
  const undo = async () => {
    await press("Control+z");
  };
  const focused = (row: number, column: number) => expect.poll(focus).toBe(`${row}:${column}`);
  /** What the status line says of the selection. */
  const selected = (pattern: RegExp) =>
    expect.poll(() => page.locator("footer").textContent()).toMatch(pattern);
  const grows = async (row: number, column: number, pressIt: Press, pattern: RegExp) => {
    await at(row, column);
    await pressIt();
    await selected(pattern);
    expect(await focus()).toBe(`${row}:${column}`);
  };
  const goes = async (row: number, column: number, pressIt: Press, to: [number, number]) => {
    await at(row, column);
    await pressIt();
    await focused(...to);
  };
  /** A cell is changed by the key and set right again. */
  const changes = async (
    row: number,
    column: number,
    pressIt: Press,
    after: string | RegExp,
    prepare: Press = async () => undefined,
  ) => {
    await at(row, column);
    await prepare();
    await pressIt();
    await expect.poll(() => text(row, column)).toMatch(after);
    await press("Escape");
    await undo();
  };
  const typing = async (row: number, column: number, typed: string) => {
    await at(row, column);
    await type(typed);
    await expect.poll(focus).toBe(`${row}:${column} editing`);
  };
  const dialog = () => page.getByRole("dialog");
  const opens = async (pressIt: Press, what: Locator) => {
    await at(1, 0);
    await pressIt();
    await what.first().waitFor();
    await press("Escape");
    await what.first().waitFor({ state: "hidden" });
  };
  const added = async (pressIt: Press) => {
    await at(2, 1);
    await pressIt();
    await expect.poll(focus).toBe("new:0 editing");
    await press("Escape");
  };
  const redone = async (pressIt: Press) => {
    await at(3, 0);
    await type("Again");
    await press("Enter", "Control+z");
    await expect.poll(() => text(3, 0)).toBe("Part 3");
    await pressIt();
    await expect.poll(() => text(3, 0)).toBe("Again");
    await undo();
    await expect.poll(() => text(3, 0)).toBe("Part 3");
  };
  const sheetIs = async (pattern: RegExp, pressIt: Press, back: string) => {
    await at(0, 0);
    const here = page.url();
    await pressIt();
    await expect.poll(() => page.url()).not.toBe(here);
    expect(page.url()).toMatch(pattern);
    await page.locator(".ag-header-cell").first().waitFor();
    await page.goto(back);
    await cell(0, 0).waitFor();
  };
  const headers = () =>
    page
      .locator(".ag-header-cell[col-id]")
      .evaluateAll((all) => all.map((header) => header.getAttribute("col-id")));
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const give = (clip: string) =>
    page.evaluate((words) => navigator.clipboard.writeText(words), clip);
  const header = (column: number) =>
    page.locator(`.ag-header-cell[col-id="${columns[column]}"]`).first();
  const onHeader = async (column: number) => {
    await at(0, column);
    await press("ArrowUp");
    await expect
      .poll(() => header(column).evaluate((element) => element === document.activeElement))
      .toBe(true);
  };

  /** Cells of the range that Count's row 4 leaves: 0 to 3 are filled, 4 is blank, 5 to 79 are filled. */
  const scenarios: {
    readonly [where: string]: { readonly [keys: string]: (press: Press) => Promise<void> };
  } = {
    Keys: {
      "↓": (p) => goes(1, 1, p, [2, 1]),
      "↑": (p) => goes(1, 1, p, [0, 1]),
      "→": (p) => goes(1, 1, p, [1, 2]),
      "←": (p) => goes(1, 1, p, [1, 0]),
      Tab: (p) => goes(1, 1, p, [1, 2]),
      "Shift+Tab": (p) => goes(1, 1, p, [1, 0]),
      Enter: async (p) => {
        await at(1, 1);
        await press("Tab", "Tab");
        await p();
        await focused(2, 1);
      },
      "Shift+Enter": (p) => goes(2, 1, p, [1, 1]),
      "Ctrl+↓": (p) => goes(0, 1, p, [3, 1]),
      "Ctrl+↑": (p) => goes(8, 1, p, [5, 1]),
      "Ctrl+→": (p) => goes(4, 0, p, [4, 2]),
      "Ctrl+←": (p) => goes(4, 2, p, [4, 0]),
      Home: (p) => goes(3, 3, p, [3, 0]),
      End: (p) => goes(3, 3, p, [3, last()]),
      "Ctrl+Home": (p) => goes(3, 3, p, [0, 0]),
      "Ctrl+End": (p) => goes(3, 3, p, [79, last()]),
      PageDown: async (p) => {
        await at(1, 1);
        await p();
        await expect.poll(focus).toMatch(/^(1[5-9]|2\d):1$/);
      },
      PageUp: async (p) => {
        await at(1, 1);
        await press("PageDown");
        await p();
        await focused(1, 1);
      },
      "Alt+PageDown": async (p) => {
        await at(1, 0);
        await p();
        await expect.poll(focus).toMatch(/^1:([5-9]|1\d)$/);
      },
      "Alt+PageUp": async (p) => {
        await at(1, 0);
        await press("End");
        await p();
        await expect.poll(focus).toMatch(/^1:[0-9]$/);
      },
      "Ctrl+Backspace": async (p) => {
        await at(1, 1);
        await page.locator(".ag-grid-viewport").evaluate((view) => (view.scrollTop = 1500));
        await expect.poll(() => cell(60, 0).count()).toBe(1);
        await p();
        await expect.poll(() => cell(60, 0).count()).toBe(0);
        await focused(1, 1);
      },
      "Ctrl+G": async (p) => {
        await at(1, 1);
        await p();
        await dialog().getByLabel("Row number").fill("99");
        await press("Enter");
        await dialog().getByText("Rows here go from 1 to 80.").waitFor();
        await dialog().getByLabel("Row number").fill("70");
        await press("Enter");
        await focused(69, 1);
      },
      "Ctrl+PageDown": (p) => sheetIs(/contacts|companies|deals/, p, page.url()),
      "Ctrl+PageUp": (p) =>
        sheetIs(/contacts|companies|deals|tasks|products|activities/, p, page.url()),
      "Ctrl+Shift+PageDown": (p) => sheetIs(/contacts|companies|deals/, p, page.url()),
      "Ctrl+Shift+PageUp": (p) =>
        sheetIs(/contacts|companies|deals|tasks|products|activities/, p, page.url()),

      "Shift+↓": (p) => grows(1, 1, p, /2 rows, 2 cells/),
      "Shift+↑": (p) => grows(1, 1, p, /2 rows, 2 cells/),
      "Shift+→": (p) => grows(1, 1, p, /2 cells/),
      "Shift+←": (p) => grows(1, 1, p, /2 cells/),
      "Ctrl+Shift+↓": (p) => grows(0, 1, p, /4 rows, 4 cells/),
      "Ctrl+Shift+↑": (p) => grows(8, 1, p, /4 rows, 4 cells/),
      "Ctrl+Shift+→": (p) => grows(4, 0, p, /3 cells/),
      "Ctrl+Shift+←": (p) => grows(4, 2, p, /3 cells/),
      "Shift+Home": (p) => grows(2, 3, p, /4 cells/),
      "Shift+End": (p) => grows(2, 3, p, new RegExp(`${last() - 2} cells`)),
      "Ctrl+Shift+Home": (p) => grows(2, 3, p, /3 rows, 12 cells/),
      "Ctrl+Shift+End": (p) => grows(2, 3, p, new RegExp(`78 rows, ${78 * (last() - 2)} cells`)),
      "Shift+PageDown": (p) => grows(2, 3, p, /(1\d|2\d) rows/),
      "Shift+PageUp": (p) => grows(9, 3, p, /10 rows, 10 cells/),
      "Ctrl+A": (p) => grows(2, 3, p, /80 rows, 1,200 cells/),
      "Ctrl+Shift+Space": (p) => grows(2, 3, p, /80 rows, 1,200 cells/),
      "Ctrl+Space": (p) => grows(2, 3, p, /80 rows, 80 cells/),
      "Shift+Space": (p) => grows(2, 3, p, /15 cells/),
      "Ctrl+Shift+8": async (p) => {
        await at(2, 3);
        await p();
        await selected(/80 rows, 1,200 cells/);
      },
      "Shift+Backspace": async (p) => {
        await at(2, 3);
        await press("Shift+ArrowDown");
        await selected(/2 rows/);
        await p();
        await expect.poll(() => page.locator("footer").textContent()).not.toMatch(/selected/);
      },
      "Ctrl+.": async (p) => {
        await at(2, 3);
        await press("Shift+ArrowDown", "Shift+ArrowRight");
        await p();
        await focused(2, 4);
        await p();
        await focused(3, 4);
        await selected(/2 rows, 4 cells/);
      },
      F8: async (p) => {
        await at(2, 3);
        await p();
        await press("ArrowDown", "ArrowDown", "ArrowRight");
        await selected(/3 rows, 6 cells/);
        await p();
        await press("ArrowUp");
        await focused(1, 3);
      },
      "Shift+F8": async (p) => {
        await at(2, 3);
        await press("Shift+ArrowDown");
        await p();
        await press("ArrowDown", "ArrowDown", "ArrowDown", "Shift+ArrowRight");
        await selected(/4 cells selected/);
      },
      "Ctrl+Alt+→": async (p) => {
        await at(2, 0);
        await cell(5, 1).click({ modifiers: ["Control"] });
        await p();
        await focused(2, 0);
        await selected(/2 rows, 2 cells/);
      },
      "Ctrl+Alt+←": async (p) => {
        await at(2, 0);
        await cell(5, 1).click({ modifiers: ["Control"] });
        await p();
        await focused(2, 0);
      },
      Esc: async (p) => {
        await at(2, 3);
        await press("Shift+ArrowDown");
        await selected(/2 rows/);
        await p();
        await expect.poll(() => page.locator("footer").textContent()).not.toMatch(/selected/);
      },

      F2: async (p) => {
        await at(1, 0);
        await p();
        await expect.poll(focus).toBe("1:0 editing");
        await type("!");
        await press("Enter");
        await expect.poll(() => text(1, 0)).toBe("!");
        await undo();
      },
      Delete: (p) => changes(1, 0, p, /^$/),
      Backspace: (p) => changes(1, 0, p, /^$/),
      Space: async (p) => {
        await at(1, 0);
        await p();
        await page.getByRole("complementary").waitFor();
        await press("Escape");
        await focused(1, 0);
        await at(1, 5);
        await p();
        await expect
          .poll(() => cell(1, 5).locator("[data-check]").getAttribute("data-check"))
          .not.toBe("false");
        await undo();
      },
      "Alt+↓": async (p) => {
        await at(1, 4);
        await p();
        await page.getByRole("option", { name: "Made" }).waitFor();
        await press("Escape");
      },
      "Ctrl+;": (p) => changes(1, 2, p, new RegExp(String(new Date().getUTCFullYear()))),
      "Ctrl+Shift+;": (p) => changes(1, 0, p, /\d{1,2}:\d\d/),
      "Ctrl+'": (p) => changes(2, 1, p, /^1$/),
      "Ctrl+Shift+'": (p) => changes(2, 1, p, /^1$/),
      "Ctrl+D": (p) => changes(2, 1, p, /^1$/),
      "Ctrl+R": (p) => changes(2, 8, p, /^x2$/),
      "Ctrl++": added,
      "Ctrl+=": added,
      "Ctrl+Shift+=": added,
      "Ctrl+-": async (p) => {
        await at(2, 0);
        await p();
        await expect.poll(() => text(2, 0)).toBe("Part 3");
        await undo();
        await expect.poll(() => text(2, 0)).toBe("Part 2");
      },
      "Ctrl+Z": async (p) => {
        await at(3, 0);
        await type("Wrong");
        await press("Enter");
        await p();
        await expect.poll(() => text(3, 0)).toBe("Part 3");
      },
      "Ctrl+Y": redone,
      "Ctrl+Shift+Z": redone,
      F4: redone,
      "Ctrl+S": async (p) => {
        await at(1, 0);
        await p();
        await page
          .getByText(/Everything is saved|on the way/)
          .first()
          .waitFor();
      },

      "Ctrl+C": async (p) => {
        await at(1, 0);
        await press("Shift+ArrowRight");
        await p();
        await expect.poll(copied).toBe("Part 1\t1");
      },
      "Ctrl+X": async (p) => {
        await at(1, 0);
        await p();
        await expect.poll(copied).toBe("Part 1");
        expect(await text(1, 0)).toBe("Part 1");
        await cell(1, 8).click();
        await press("Control+v");
        await expect.poll(() => text(1, 8)).toBe("Part 1");
        expect(await text(1, 0)).toBe("");
        await undo();
        await expect.poll(() => text(1, 0)).toBe("Part 1");
        expect(await text(1, 8)).toBe("e1-1");
      },
      "Ctrl+V": async (p) => {
        await give("7\t2026-03-04");
        await changes(1, 1, p, /^7$/);
      },
      "Ctrl+Shift+V": async (p) => {
        await give("8");
        await changes(1, 1, p, /^8$/);
      },

      "Ctrl+0": async (p) => {
        await at(1, 2);
        await p();
        await expect.poll(headers).not.toContain(columns[2]);
        await cell(1, 1).click();
        await press("Control+Shift+Digit0");
        await expect.poll(headers).toContain(columns[2]);
      },
      "Ctrl+Shift+0": async (p) => {
        await at(1, 2);
        await press("Control+0");
        await expect.poll(headers).not.toContain(columns[2]);
        await cell(1, 1).click();
        await press("Shift+ArrowRight");
        await p();
        await expect.poll(headers).toContain(columns[2]);
      },
      "Ctrl+1": (p) => opens(p, dialog().getByLabel("Type")),
      "Shift+F10": (p) => opens(p, page.getByRole("menuitem", { name: /Open record/ })),
      ContextMenu: (p) => opens(p, page.getByRole("menuitem", { name: /Open record/ })),
      "Alt+Shift+↓": (p) => opens(p, page.getByRole("menuitem", { name: /Insert column after/ })),
      "Ctrl+Shift+L": async (p) => {
        await at(1, 0);
        await p();
        await expect
          .poll(() => page.evaluate(() => document.activeElement?.closest(".ag-cell") === null))
          .toBe(true);
        await press("Escape");
        await cell(1, 0).click();
      },
      "Ctrl+F": async (p) => {
        await at(1, 0);
        await p();
        await expect
          .poll(() => page.evaluate(() => document.activeElement?.hasAttribute("data-search")))
          .toBe(true);
        await press("Escape");
      },
      "/": async (p) => {
        await at(1, 0);
        await p();
        await expect
          .poll(() => page.evaluate(() => document.activeElement?.hasAttribute("data-search")))
          .toBe(true);
        await press("Escape");
      },
      "Ctrl+K": (p) => opens(p, dialog()),
      "Ctrl+H": (p) => opens(p, dialog().getByText("Find and replace")),
      "Ctrl+Shift+H": (p) => opens(p, page.getByRole("dialog", { name: /^History of / })),
      "Ctrl+Shift+E": (p) => opens(p, dialog().getByText("Edit many")),
      "Shift+F11": (p) => opens(p, dialog().getByText("New sheet")),
      F1: (p) => opens(p, dialog().getByText("Keyboard shortcuts")),
      "Ctrl+Alt+Shift+H": (p) =>
        opens(p, dialog().getByRole("heading", { name: "History", exact: true })),
      "Ctrl+/": (p) => opens(p, dialog().getByText("Keyboard shortcuts")),
    },

    "Keys in a selection": {
      Enter: async (p) => {
        await at(1, 1);
        await press("Shift+ArrowDown", "Shift+ArrowRight");
        await p();
        await focused(2, 1);
        await p();
        await focused(1, 2);
        await selected(/2 rows, 4 cells/);
      },
      "Shift+Enter": async (p) => {
        await at(1, 1);
        await press("Shift+ArrowDown", "Shift+ArrowRight");
        await p();
        await focused(2, 2);
      },
      Tab: async (p) => {
        await at(1, 0);
        await press("Shift+ArrowDown", "Shift+ArrowRight");
        await type("One");
        await p();
        await focused(1, 1);
        await p();
        await focused(2, 0);
        await selected(/2 rows, 4 cells/);
        await undo();
        await expect.poll(() => text(1, 0)).toBe("Part 1");
      },
      "Shift+Tab": async (p) => {
        await at(1, 1);
        await press("Shift+ArrowDown", "Shift+ArrowRight");
        await p();
        await focused(2, 2);
      },
      "Ctrl+Enter": async (p) => {
        await at(1, 0);
        await press("Shift+ArrowDown", "Shift+ArrowRight");
        await type("12");
        await p();
        await expect.poll(() => text(2, 1)).toBe("12");
        expect([await text(1, 0), await text(2, 0), await text(1, 1)]).toEqual(["12", "12", "12"]);
        await focused(1, 0);
        await undo();
        await expect.poll(() => text(2, 0)).toBe("Part 2");
      },
      Delete: async (p) => {
        await at(1, 0);
        await press("Shift+ArrowDown");
        await p();
        await expect.poll(() => text(2, 0)).toBe("");
        expect(await text(1, 0)).toBe("");
        await undo();
        await expect.poll(() => text(2, 0)).toBe("Part 2");
      },
    },

    "Keys in an open editor": {
      Enter: async (p) => {
        await typing(1, 0, "Down");
        await p();
        await focused(2, 0);
        expect(await text(1, 0)).toBe("Down");
        await undo();
      },
      "Shift+Enter": async (p) => {
        await typing(1, 0, "Up");
        await p();
        await focused(0, 0);
        expect(await text(1, 0)).toBe("Up");
        await undo();
      },
      Tab: async (p) => {
        await typing(1, 0, "Right");
        await p();
        await focused(1, 1);
        expect(await text(1, 0)).toBe("Right");
        await undo();
      },
      "Shift+Tab": async (p) => {
        await typing(1, 1, "77");
        await p();
        await focused(1, 0);
        expect(await text(1, 1)).toBe("77");
        await undo();
      },
      Esc: async (p) => {
        await typing(1, 0, "No");
        await p();
        await focused(1, 0);
        expect(await text(1, 0)).toBe("Part 1");
      },
      "Ctrl+Enter": async (p) => {
        await typing(1, 0, "Stay");
        await p();
        await focused(1, 0);
        expect(await text(1, 0)).toBe("Stay");
        await undo();
      },
      "→": async (p) => {
        await typing(1, 0, "Arrow");
        await p();
        await focused(1, 1);
        expect(await text(1, 0)).toBe("Arrow");
        await undo();
      },
      F2: async (p) => {
        await typing(1, 0, "ab");
        await p();
        await press("ArrowLeft");
        await type("-");
        await press("Enter");
        await expect.poll(() => text(1, 0)).toBe("a-b");
        await undo();
      },
      Home: async (p) => {
        await typing(1, 0, "bc");
        await p();
        await type("a");
        await press("Enter");
        await expect.poll(() => text(1, 0)).toBe("abc");
        await undo();
      },
      End: async (p) => {
        await typing(1, 0, "ab");
        await press("Home");
        await p();
        await type("c");
        await press("Enter");
        await expect.poll(() => text(1, 0)).toBe("abc");
        await undo();
      },
      "Ctrl+Delete": async (p) => {
        await typing(1, 0, "one two three");
        await press("F2", "Home", "ArrowRight", "ArrowRight", "ArrowRight");
        await p();
        await press("Enter");
        await expect.poll(() => text(1, 0)).toBe("one");
        await undo();
      },
      "Ctrl+;": async (p) => {
        await typing(1, 0, "on ");
        await p();
        await press("Enter");
        await expect.poll(() => text(1, 0)).toMatch(/^on \d+\/\d+\/\d+$/);
        await undo();
      },
      "Ctrl+Shift+;": async (p) => {
        await typing(1, 0, "at ");
        await p();
        await press("Enter");
        await expect.poll(() => text(1, 0)).toMatch(/^at \d+:\d\d/);
        await undo();
      },
      "Alt+Enter": async (p) => {
        await typing(1, 6, "one");
        await p();
        await type("two");
        await press("Enter");
        await cell(1, 6).click();
        await press("Control+c");
        await expect.poll(copied).toBe('"one\ntwo"');
        await undo();
      },
    },

    "Keys on the name of a column": {
      Enter: async (p) => {
        await onHeader(1);
        await p();
        await expect.poll(() => header(1).getAttribute("aria-sort")).toBe("ascending");
        await p();
        await expect.poll(() => header(1).getAttribute("aria-sort")).toBe("descending");
        await p();
        await expect.poll(() => header(1).getAttribute("aria-sort")).not.toMatch(/ending/);
      },
      "Shift+Enter": async (p) => {
        await onHeader(1);
        await press("Enter");
        await expect.poll(() => header(1).getAttribute("aria-sort")).toBe("ascending");
        await header(0).focus();
        await p();
        await expect.poll(() => header(0).getAttribute("aria-sort")).toBe("ascending");
        expect(await header(1).getAttribute("aria-sort")).toBe("ascending");
        await press("Enter", "Enter");
        await page.evaluate(() => {
          for (const key of Object.keys(localStorage))
            if (key.startsWith("gridfolk:layout:")) localStorage.removeItem(key);
        });
        await page.reload();
        await cell(0, 0).waitFor();
      },
      Space: async (p) => {
        await onHeader(1);
        await p();
        await page.getByRole("menuitem", { name: /Insert column after/ }).waitFor();
        await press("Escape");
      },
      "Alt+↓": async (p) => {
        await onHeader(1);
        await p();
        await page.getByRole("menuitem", { name: /Insert column after/ }).waitFor();
        await press("Escape");
      },
      "↓": async (p) => {
        await onHeader(1);
        await p();
        await focused(0, 1);
      },
    },
  };

  test("the document and this test have the same keys, and at least ninety", () => {
    const inDocument = list.map(({ where, keys }) => `${where}: ${keys}`).sort();
    const here = Object.entries(scenarios).flatMap(([where, keys]) =>
      Object.keys(keys).map((key) => `${where}: ${key}`),
    );
    expect(inDocument).toEqual(here.sort());
    expect(list.length).toBeGreaterThanOrEqual(90);
  });

  describe.each(list)("$where: $keys", ({ where, keys, mac }) => {
    test("Windows", async () => {
      page = (visitors.windows as Visitor).page;
      expect(scenarios[where]?.[keys]).toBeDefined();
      await scenarios[where]?.[keys]?.(() => page.keyboard.press(pressed(keys)));
    });

    // The system takes it, or a Mac has no such key: there is nothing to press.
    if (mac === "" || systems.has(mac)) return;
    test("Mac", async () => {
      page = (visitors.mac as Visitor).page;
      expect(scenarios[where]?.[keys]).toBeDefined();
      await scenarios[where]?.[keys]?.(() => page.keyboard.press(pressed(mac)));
    });
  });

  test("nothing went wrong in the pages", () => {
    expect([visitors.windows?.problems, visitors.mac?.problems]).toEqual([[], []]);
  });
});
