import { join } from "node:path";
import * as Build from "../build.mjs";
import { defaults, type Settings } from "../settings.ts";
import * as Synthesis from "../synthesis.ts";

/** The checkout. */
export const ROOT = join(import.meta.dirname, "../..");

/** Whether the deployer's tools are there; what needs them is skipped otherwise. */
export const hasTools: boolean = Build.hasTools();

const made = new Map<string, Promise<Synthesis.Synthesis>>();

/** The templates of a stage with the defaults, but for these settings. Made once for all tests that ask: do not change them. */
export function synthesize(
  stage: string,
  settings: Partial<Settings> = {},
): Promise<Synthesis.Synthesis> {
  const key = JSON.stringify([stage, settings]);
  const known = made.get(key) ?? Synthesis.synthesize(ROOT, stage, { ...defaults(), ...settings });
  made.set(key, known);
  return known;
}
