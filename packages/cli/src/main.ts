import { DomainError } from "@gridfolk/core/error";
import { Unreachable } from "./http.ts";
import { say } from "./output.ts";
import { UsageError } from "./usage-error.ts";
import { Uncertain } from "./workspace.ts";

const COMMANDS: {
  readonly [name: string]: () => Promise<{ run(args: readonly string[]): Promise<number> }>;
} = {
  login: () => import("./commands/login.ts"),
  import: () => import("./commands/import.ts"),
  export: () => import("./commands/export.ts"),
  undo: () => import("./commands/undo.ts"),
  inspect: () => import("./commands/inspect.ts"),
  duplicates: () => import("./commands/duplicates.ts"),
  "reset-password": () => import("./commands/reset-password.ts"),
};

/** Runs a command and answers its exit code: 0 done, 1 failed and nothing written, 2 usage, 3 partly written. */
export async function run(command: string, args: readonly string[]): Promise<number> {
  try {
    const module = await COMMANDS[command]?.();
    if (module === undefined) throw new UsageError(`There is no command “${command}”.`);
    return await module.run(args);
  } catch (error) {
    if (error instanceof UsageError) {
      say(error.message);
      return 2;
    }
    if (error instanceof DomainError) {
      say(error.message);
      for (const { path, message } of error.errors.slice(0, 20)) say(`  ${path}: ${message}`);
      return 1;
    }
    if (error instanceof Unreachable || error instanceof Uncertain) {
      say(error.message);
      return 1;
    }
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}
