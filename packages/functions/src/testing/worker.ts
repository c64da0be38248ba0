import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The thread that reads files, built as for the server: Node cannot start it from TypeScript. */
export async function buildWorker(): Promise<{ file: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "gridfolk-worker-"));
  const file = join(folder, "read-file.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("../import/read-file.ts", import.meta.url))],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
