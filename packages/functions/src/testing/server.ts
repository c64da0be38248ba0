import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../start.mjs", import.meta.url));

export interface StartOptions {
  /** Where the data is; a folder of its own that `stop` removes, when absent. */
  readonly dataDir?: string;
  /** Settings beside PORT and DATA_DIR. */
  readonly env?: Readonly<Record<string, string>>;
  /** Building may be part of the first start. */
  readonly withinMs?: number;
  /** Called with every line of its standard output. */
  readonly onLine?: (line: string) => void;
}

export interface RunningServer {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** What it wrote to standard output and error so far. */
  output(): string;
  /** Asks it to end, waits until it has, and removes a data folder made by `start`. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would (SIGKILL). The data stays. */
  kill(): Promise<void>;
}

/** Starts the whole product as `npm start` does, on a free port, in a process of its own. Resolves when it listens. */
export async function start(options: StartOptions = {}): Promise<RunningServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "gridfolk-")));
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, LOG: "errors", ...options.env, PORT: "0", DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let written = "";
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`The server does not listen:\n${written}`));
    }, options.withinMs ?? 180_000);
    const listen = (chunk: Buffer): void => {
      written += chunk.toString();
      const found = /Gridfolk is at (http:\S+)/.exec(written)?.[1];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(found);
    };
    child.stdout.on("data", listen);
    if (options.onLine !== undefined)
      createInterface({ input: child.stdout }).on("line", options.onLine);
    child.stderr.on("data", listen);
    void ended.then(() => {
      clearTimeout(late);
      reject(new Error(`The server ended instead of listening:\n${written}`));
    });
  });

  return {
    url,
    dataDir,
    pid: child.pid ?? 0,
    output: () => written,
    async stop() {
      await end(child, "SIGTERM", ended);
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
    kill: () => end(child, "SIGKILL", ended),
  };
}

async function end(
  child: ChildProcess,
  signal: "SIGTERM" | "SIGKILL",
  ended: Promise<void>,
): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await ended;
}
