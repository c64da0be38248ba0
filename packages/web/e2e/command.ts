import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Api } from "./product.ts";

const command = fileURLToPath(new URL("../../../packages/cli/bin/gridfolk.mjs", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `gridfolk` in a process of its own, signed in to a workspace. */
export async function gridfolk(
  api: Api,
  workspace: string,
  args: readonly string[],
): Promise<Ended> {
  const child = spawn(process.execPath, [command, ...args], {
    env: {
      ...process.env,
      GRIDFOLK_URL: api.url,
      GRIDFOLK_TOKEN: api.token,
      GRIDFOLK_WORKSPACE: workspace,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}
