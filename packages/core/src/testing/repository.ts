import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository, also for code that was bundled into a folder within it. */
export function repository(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "packages", "core", "package.json"))) return folder;
    if (folder === dirname(folder)) throw new Error("The repository is not to be found.");
  }
}
