import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTemplates } from "./synthesis.ts";
import type { Template } from "./template.ts";
import { hasTools, ROOT, synthesize } from "./testing/synthesis.ts";

function run(script: string, ...args: string[]) {
  return spawnSync(process.execPath, [join(ROOT, "infra", script), ...args], {
    cwd: ROOT,
    encoding: "utf8",
    // Nothing of whoever runs the tests may be asked or changed.
    env: { ...process.env, AWS_PROFILE: "", SST_STAGE: "" },
  });
}

/** Without what sst adds, the tags that name its application and stage, and without what is empty then. */
function untagged(template: Template): unknown {
  return JSON.parse(JSON.stringify(template), (_, value) => {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) {
      const others = value.filter(
        (entry) => entry !== undefined && !String(entry?.Key).startsWith("sst:"),
      );
      return others.length === 0 ? undefined : others;
    }
    const others = Object.entries(value).filter(([key]) => !key.startsWith("sst:"));
    return others.length === 0 ? undefined : Object.fromEntries(others);
  });
}

describe.skipIf(!hasTools)("sst", () => {
  it.each(["production", "dev"])(
    "builds, offline, the stacks of %s that were tested",
    async (stage) => {
      const folder = mkdtempSync(join(tmpdir(), "gridfolk-sst-"));
      try {
        const built = run("synth.mjs", stage, folder);
        expect(built.stderr).not.toContain("Error");
        expect(built.status).toBe(0);
        const [bySst, tested] = [readTemplates(folder, stage), await synthesize(stage)];
        for (const part of ["data", "web", "app"] as const)
          expect(untagged(bySst[part])).toEqual(untagged(tested[part]));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
      // npm would take the links to the deployer's tools for packages of its own.
      for (const name of ["sst", "aws-cdk-lib", "constructs"])
        expect(existsSync(join(ROOT, "node_modules", name))).toBe(false);
    },
  );

  it.each(["deploy", "remove"])("wants to be told which stage to %s", (command) => {
    const refused = run("sst.mjs", command);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("Say which stage");
  });
});
