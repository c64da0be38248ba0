import { BadOption, readOptions, USAGE } from "./options.ts";
import { billAsJson, billInWords } from "./print.ts";

try {
  const asked = readOptions(process.argv.slice(2));
  process.stdout.write(`${asked.json ? billAsJson(asked) : billInWords(asked)}\n`);
} catch (error) {
  if (!(error instanceof BadOption)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
