#!/usr/bin/env node
// Starts the command. Its sources are TypeScript: they are bundled into node_modules/.cache on first use and again whenever a
// source has changed, so that it works right after `npm ci` and from any directory. Help needs no bundle.
import { usage } from "./usage.mjs";

const [command, ...rest] = process.argv.slice(2);

if (command === undefined || command === "help" || command === "--help" || command === "-h") {
  await say(usage(rest[0]));
  process.exitCode = command === undefined ? 2 : 0;
} else if (rest.includes("--help") || rest.includes("-h")) {
  await say(usage(command));
} else if (command === "--version" || command === "-v") {
  const { readFileSync } = await import("node:fs");
  await say(
    `${JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version}\n`,
  );
} else if (usage(command) === usage()) {
  process.stderr.write(`There is no command “${command}”.\n\n${usage()}`);
  process.exitCode = 2;
} else {
  const { load } = await import("./bundle.mjs");
  const { run } = await load();
  process.exitCode = await run(command, rest);
}

/** Resolves when the text has left the process: a pipe may take only some of it at first. */
function say(text) {
  return new Promise((resolve) => process.stdout.write(text, resolve));
}
