import { once } from "node:events";
import { createServer, request, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { gridfolk } from "./command.ts";
import { Api, freePort, hasBrowser, launchBrowser, startProduct, visit } from "./product.ts";

/*
 * Records what the page and the command of this version ask for, once per wire format: RECORD_CLIENTS=<format>. Later servers
 * have to go on understanding it: packages/functions/src/routes/clients.test.ts. A recording is never made anew.
 */

const folder = fileURLToPath(new URL("../../functions/src/testing/clients/", import.meta.url));
const format = process.env["RECORD_CLIENTS"];

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly base64?: string;
  readonly answer: { readonly status: number; readonly type: string; readonly json?: unknown };
}

/** Headers that a client decides on, and that no other part of the recording tells. */
const KEPT = ["accept", "content-type", "gridfolk-client", "idempotency-key"];

/** Stands before a server and writes down what is asked of /api and what is answered, in the order of the answers. */
async function recorder(
  port: number,
  target: number,
): Promise<{ taken(): Exchange[]; stop(): void }> {
  let exchanges: Exchange[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const sent = await read(incoming);
      const { method = "GET", url = "/", headers } = incoming;
      const asked = request({ port: target, host: "localhost", method, path: url, headers });
      asked.end(sent);
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      const bytes = await read(answer);
      const type = answer.headers["content-type"] ?? "";
      if (url.startsWith("/api/")) {
        const isJson = /json/.test(headers["content-type"] ?? "") && sent.length > 0;
        exchanges.push({
          method,
          path: url,
          headers: Object.fromEntries(
            KEPT.flatMap((name) => {
              const value = headers[name];
              return typeof value === "string" ? [[name, value]] : [];
            }),
          ),
          ...(isJson
            ? { body: JSON.parse(sent.toString()) as unknown }
            : sent.length > 0
              ? { base64: sent.toString("base64") }
              : {}),
          answer: {
            status: answer.statusCode ?? 0,
            type: type.split(";")[0] ?? "",
            ...(/json/.test(type) && answer.headers["content-encoding"] === undefined
              ? { json: JSON.parse(bytes.toString()) as unknown }
              : {}),
          },
        });
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.end(bytes);
    })();
  });
  server.on("upgrade", (incoming, socket, head) => {
    const through = connect(target, "localhost", () => {
      const lines = incoming.rawHeaders.flatMap((name, at, all) =>
        at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : [],
      );
      through.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      through.write(head);
      through.pipe(socket).pipe(through);
    });
    for (const end of [through, socket]) end.on("error", () => undefined);
  });
  server.listen(port, "localhost");
  await once(server, "listening");
  expect((server.address() as AddressInfo).port).toBe(port);
  return {
    taken() {
      const all = exchanges;
      exchanges = [];
      return all;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function read(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

function save(name: string, exchanges: readonly Exchange[]): void {
  mkdirSync(folder, { recursive: true });
  const client = `${name}-${format}`;
  const lines = exchanges.map((exchange) => JSON.stringify(exchange));
  writeFileSync(join(folder, `${client}.jsonl`), `${lines.join("\n")}\n`);
}

const cell = (page: Page, row: number, field: string) =>
  page.locator(`[row-index="${row}"] [col-id="${field}"]`).first();

describe.skipIf(format === undefined || !hasBrowser)("recording", () => {
  test("of the page and of the command", async () => {
    const port = await freePort();
    const product = await startProduct({ env: { PUBLIC_URL: `http://localhost:${port}` } });
    const record = await recorder(port, Number(new URL(product.url).port));
    const url = `http://localhost:${port}`;
    const browser = await launchBrowser();
    const file = join(tmpdir(), `gridfolk-record-${process.pid}.csv`);
    writeFileSync(file, contactsCsv(600, 3));
    try {
      const { page } = await visit(browser);
      await page.goto(`${url}/sign-up`);
      await page.getByLabel("Name").fill("Olivia Office");
      await page.getByLabel("E-mail").fill("olivia@example.com");
      await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
      await page.keyboard.press("Enter");
      await page.getByText("Drop your spreadsheet here").waitFor();
      await page.locator("input[type=file]").first().setInputFiles(file);
      await page.getByRole("button", { name: "Continue to matches" }).click();
      await page.getByRole("button", { name: "Continue to the preview" }).click();
      await page.getByRole("button", { name: /^Import [\d,]+ contacts/ }).click();
      await page.getByRole("button", { name: "See contacts" }).click();
      await cell(page, 0, "firstName").click();
      await page.keyboard.type("Beatrix");
      await page.keyboard.press("Enter");
      await page.getByText("Saved", { exact: true }).waitFor();
      await cell(page, 3, "title").click();
      await page.keyboard.type("Astronaut");
      await page.keyboard.press("Enter");
      await page.getByText("Saved", { exact: true }).waitFor();
      await page.keyboard.press("Control+z");
      await page.waitForTimeout(3_000);
      await page.reload();
      await cell(page, 0, "firstName").getByText("Beatrix").waitFor();
      await page.waitForTimeout(1_500);
      await page.goto(`${new URL(page.url()).origin}/w/${workspaceOf(page)}/settings/members`);
      await page.waitForTimeout(2_000);
      save("web", record.taken());

      const api = await Api.signUp(url, "Carl Command", "carl@example.com");
      const { id } = await api.call<{ id: string }>("POST", "/api/workspaces", { name: "Command" });
      const run = async (...args: string[]) => {
        const ended = await gridfolk(api, id, args);
        expect({ args, ...ended }).toMatchObject({ code: 0 });
        return ended.stdout;
      };
      const imported = await run("import", file, "--sheet", "contacts", "--yes", "--json");
      await run("import", file, "--sheet", "contacts", "--dry-run", "--json");
      await run("export", "contacts", "--output", `${file}.out.csv`);
      await run("undo", (JSON.parse(imported) as { import: string }).import, "--json");
      save("command", record.taken());
    } finally {
      rmSync(file, { force: true });
      rmSync(`${file}.out.csv`, { force: true });
      await browser.close();
      record.stop();
      await product.stop();
    }
  });
});

function workspaceOf(page: Page): string {
  return /\/w\/([^/?]+)/.exec(page.url())?.[1] ?? "";
}
