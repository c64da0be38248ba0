import { existsSync } from "node:fs";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repository } from "@gridfolk/core/testing/repository";

const BOOTSTRAP = "packages/functions/src/testing/aws/bootstrap.mjs";

/** Bundles where nothing else can be reached, as in a function's execution environment. */
export interface Bundles {
  /** A folder each, named as the function. */
  task(name: string): string;
  /** The runtime's own file. */
  readonly bootstrap: string;
}

/**
 * Copies the bundles in `folder` (one folder a function) and the runtime to a bare place and answers it. Throws when that
 * place is not bare.
 */
export async function unpack(folder: string): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), "gridfolk-lambda-"));
  for (let above = place; ; above = dirname(above)) {
    if (existsSync(join(above, "node_modules")))
      throw new Error(`${above} has a node_modules folder: bundles would find packages there.`);
    if (above === dirname(above)) break;
  }
  await cp(folder, join(place, "task"), { recursive: true });
  await cp(join(repository(), BOOTSTRAP), join(place, "bootstrap.mjs"));
  return place;
}

/** What `unpack` put there. */
export function unpacked(place: string): Bundles {
  return {
    task: (name) => join(place, "task", name),
    bootstrap: join(place, "bootstrap.mjs"),
  };
}
