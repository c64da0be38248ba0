import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type EngineKind, startEngine } from "@gridfolk/core/testing/engines";
import { repository } from "@gridfolk/core/testing/repository";
import { startS3 } from "../s3.ts";
import { unpack } from "./bundles.ts";

/** What deployments on this machine share. */
export interface Machine {
  readonly kind: EngineKind;
  /** Address of the engine. */
  readonly engine: string;
  /** Where the built functions are, bare. */
  readonly bundles: string;
  readonly bucket: { readonly endpoint: string; readonly name: string };
}

/** Builds the functions and starts the first of these engines that can be had, and an S3. Throws when there is none. */
export async function startMachine(
  kinds: readonly EngineKind[],
): Promise<{ machine: Machine; stop(): Promise<void> }> {
  build("aws.mjs");
  const bundles = await unpack(join(repository(), "packages", "functions", "dist-aws"));
  const skipped: string[] = [];
  for (const kind of kinds) {
    const engine = await startEngine(kind);
    if ("skipped" in engine) {
      skipped.push(`${kind} is skipped: ${engine.skipped}`);
      continue;
    }
    const name = "gridfolk-test";
    const s3 = await startS3(name);
    const bucket = { endpoint: s3.url, name };
    return {
      machine: { kind, engine: engine.endpoint, bundles, bucket },
      async stop() {
        await s3.stop();
        await engine.stop();
        await rm(bundles, { recursive: true, force: true });
      },
    };
  }
  throw new Error(`There is no engine:\n${skipped.join("\n")}`);
}

/** Runs one of the build scripts of packages/functions. */
export function build(...script: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, script, {
    cwd: join(repository(), "packages", "functions"),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${script.join(" ")} ended with ${status}:\n${stderr}`);
}
