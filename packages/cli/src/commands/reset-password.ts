import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { options } from "../args.ts";
import { root } from "../root.ts";
import { UsageError } from "../usage-error.ts";

/** For operators: runs the server's own script, which knows where accounts and secrets are kept. */
export function run(args: readonly string[]): Promise<number> {
  const { positionals } = options(args, {});
  const [email] = positionals;
  if (email === undefined || positionals.length > 1)
    throw new UsageError("Whose? gridfolk reset-password EMAIL");
  const script = join(root, "packages", "functions", "reset-password.mjs");
  if (!existsSync(script)) throw new UsageError("The server is not part of this installation.");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, email], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
