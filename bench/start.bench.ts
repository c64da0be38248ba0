// How long until the product answers: a second `npm start` with 100,000 records on disk, and a fresh clone with npm's cache warm.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import { Api, freePort, startProduct } from "../packages/web/e2e/product.ts";
import { bench, type Bench } from "./harness.ts";
import { importByCommand, makeWorkspace } from "./server.ts";

await bench("start", async (run) => {
  const { report, option, say } = run;
  const rows = option("rows", 100_000);
  const dataDir = run.directory();
  const { token, workspace } = await fill(run, dataDir, rows);

  const query = `/api/workspaces/${workspace}/sheets/contacts/records?limit=100&sort=lastName&q=smith`;
  const healthy: number[] = [];
  const answered: number[] = [];
  for (let turn = 0; turn < option("runs", 5); turn++) {
    const start = performance.now();
    const server = await npmStart(run, process.cwd(), dataDir);
    healthy.push(performance.now() - start);
    const api = new Api(server.url, token);
    const { total } = await api.call<{ total: number }>("GET", query);
    answered.push(performance.now() - start);
    if (total === 0) throw new Error("Nobody is called Smith.");
    await server.stop();
  }
  const many = rows.toLocaleString("en");
  report({ work: `npm start with ${many} records, to healthy`, unit: "ms", samples: healthy });
  report({
    work: `npm start with ${many} records, to the first answered query`,
    unit: "ms",
    samples: answered,
    target: { most: 4000 },
  });

  if (option("clone", 1) === 0) return;
  const clone = join(run.directory(), "clone");
  const steps: string[] = [];
  const start = performance.now();
  const lap = (name: string): void => {
    steps.push(`${name} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  };
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", `file://${process.cwd()}`, clone]);
  lap("cloned after");
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], {
    cwd: clone,
    stdio: ["ignore", "ignore", "inherit"],
  });
  lap("installed after");
  const server = await npmStart(run, clone, join(run.directory(), "data"));
  lap("serving after");
  const page = await fetch(server.url);
  if (!page.ok || !existsSync(join(clone, "packages/web/dist/index.html"))) {
    throw new Error("The clone does not serve its pages.");
  }
  const seconds = (performance.now() - start) / 1000;
  await server.stop();
  say(steps.join(", "));
  report({ work: "fresh clone to serving", unit: "s", samples: [seconds], target: { most: 120 } });
});

/** Fills a data directory by the product itself and stops it. */
async function fill(
  run: Bench,
  dataDir: string,
  rows: number,
): Promise<{ token: string; workspace: string }> {
  const file = join(run.directory(), "contacts.csv");
  writeFileSync(file, contactsCsv(rows));
  const product = await startProduct({ dataDir, env: { LOG: "errors" } });
  try {
    const api = await Api.signUp(product.url, "Olive Owner", "olive@acme.test");
    const workspace = await makeWorkspace(api);
    await importByCommand(api, workspace, file);
    // The snapshot follows a second later.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    return { token: api.token, workspace };
  } finally {
    await product.stop();
  }
}

/** `npm start` as people type it, until it answers. Stopping ends the server, and npm with it. */
async function npmStart(
  run: Bench,
  folder: string,
  dataDir: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  mkdirSync(dataDir, { recursive: true });
  const port = await freePort();
  const child = spawn("npm", ["start", "--silent"], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG: "errors" },
    stdio: "ignore",
    // A group of its own: npm does not always hand a signal on.
    detached: true,
  });
  const closed = once(child, "close");
  let stopped = false;
  async function stop(): Promise<void> {
    if (stopped || child.pid === undefined) return;
    stopped = true;
    if (child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await closed;
  }
  run.later(stop);
  const url = `http://localhost:${port}`;
  for (;;) {
    const healthy = await fetch(`${url}/api/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return { url, stop };
    if (child.exitCode !== null) throw new Error("npm start ended.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
