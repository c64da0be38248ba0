import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StackPart, stackName } from "./names.ts";
import type { Settings } from "./settings.ts";
import type { Template } from "./template.ts";

/** The templates of a stage's stacks. */
export interface Synthesis {
  readonly data: Template;
  readonly web: Template;
  readonly app: Template;
}

/** An account and region for synthesis without one. */
export const NOWHERE = { account: "123456789012", region: "us-east-1" };

/** Synthesizes a stage as `sst.config.ts` does, without sst. Needs the deployer's tools, and everything built. */
export async function synthesize(
  root: string,
  stage: string,
  settings: Settings,
): Promise<Synthesis> {
  const { App } = await import("aws-cdk-lib");
  const { createStage } = await import("./stages.ts");
  const outdir = mkdtempSync(join(tmpdir(), "gridfolk-synth-"));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    createStage(app, { stage, settings, root, env: NOWHERE });
    app.synth();
    return readTemplates(outdir, stage);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The templates that a synthesis left in a folder. */
export function readTemplates(folder: string, stage: string): Synthesis {
  const read = (part: StackPart) =>
    JSON.parse(
      readFileSync(join(folder, `${stackName(stage, part)}.template.json`), "utf8"),
    ) as Template;
  return { data: read("data"), web: read("web"), app: read("app") };
}
