import type { TestProject } from "vitest/node";
import { build, type Machine, startMachine } from "../aws/machine.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** What the tests of the functions and of the local server share. */
    machine: Machine;
  }
}

/** Builds the functions and the server once and starts one engine, the nearest to AWS's that can be had. */
// oxlint-disable-next-line import/no-default-export -- vitest's global setup is a default export
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  build("start.mjs", "--build-only");
  const { machine, stop } = await startMachine(["dynamodb-local", "dynoxide", "dynalite"]);
  project.provide("machine", machine);
  return stop;
}
