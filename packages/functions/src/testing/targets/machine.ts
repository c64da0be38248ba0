import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type EngineKind, startEngine } from "@gridfolk/core/testing/engines";
import type { TestProject } from "vitest/node";
import { unpack } from "../aws/bundles.ts";
import { startS3 } from "../s3.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** What the tests of the functions and of the local server share. */
    machine: {
      readonly engine: string;
      readonly bundles: string;
      readonly bucket: { readonly endpoint: string; readonly name: string };
    };
  }
}

const functions = fileURLToPath(new URL("../../../", import.meta.url));
const engines: readonly EngineKind[] = ["dynamodb-local", "dynoxide", "dynalite"];

/** Builds the functions and the server once and starts one engine, the nearest to AWS's that can be had. */
// oxlint-disable-next-line import/no-default-export -- vitest's global setup is a default export
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  for (const script of [["aws.mjs"], ["start.mjs", "--build-only"]]) {
    const { status, stderr } = spawnSync(process.execPath, script, {
      cwd: functions,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${script.join(" ")} ended with ${status}:\n${stderr}`);
  }
  const bundles = await unpack(`${functions}dist-aws`);
  for (const kind of engines) {
    const engine = await startEngine(kind);
    if ("skipped" in engine) {
      process.stdout.write(`${kind} is skipped: ${engine.skipped}\n`);
      continue;
    }
    const s3 = await startS3("gridfolk-test");
    const bucket = { endpoint: s3.url, name: "gridfolk-test" };
    project.provide("machine", { engine: engine.endpoint, bundles, bucket });
    return async () => {
      await s3.stop();
      await engine.stop();
      await rm(bundles, { recursive: true, force: true });
    };
  }
  throw new Error("There is no engine to test on.");
}
