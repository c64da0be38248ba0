import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { Bench } from "../harness.ts";
import type { Rows } from "./rows.ts";

/** Serves a page with the bare grid over the same rows; answers its address. It ends with the measurement. */
export async function serveFloor(run: Bench, { columns, rows }: Rows): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["bench/grid/floor-page.ts"],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
  const script = outputFiles[0]?.text ?? "";
  const data = JSON.stringify({ columns, rows });
  const html = `<!doctype html><meta charset="utf-8"><title>Bare grid</title><script type="module" src="/page.js"></script>`;
  const server = createServer((request, response) => {
    const [type, body] =
      request.url === "/page.js"
        ? ["text/javascript", script]
        : request.url === "/rows.json"
          ? ["application/json", data]
          : ["text/html", html];
    response.setHeader("Content-Type", `${type}; charset=utf-8`).end(body);
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  run.later(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}
