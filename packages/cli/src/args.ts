import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./usage-error.ts";

/** Options and positional arguments; UsageError for what is not known. */
export function options<Options extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  known: Options,
) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
