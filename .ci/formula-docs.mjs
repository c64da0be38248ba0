// Writes the list of functions in docs/formulas.md from the functions themselves. `--check` fails when it is not what would be
// written.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const target = "docs/formulas.md";
const mark = "<!-- functions: written by .ci/formula-docs.mjs -->";

const bundle = await build({
  entryPoints: ["packages/core/src/formula/library.ts"],
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
  logLevel: "error",
  external: ["numfmt", "@formulajs/formulajs"],
});
const { functions } = await import(
  `data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0].contents).toString("base64")}`
);

const categories = [...new Set(functions.map(({ category }) => category))];
const cell = (text) => text.replaceAll("|", "\\|");
const list = categories
  .map((category) => {
    const rows = functions
      .filter((each) => each.category === category)
      .map(
        ({ syntax, summary, example: [formula, answer] }) =>
          `| \`${cell(syntax)}\` | ${cell(summary)} | \`${cell(formula)}\` → \`${cell(answer)}\` |`,
      );
    return `### ${category}\n\n| Function | Answers | Example |\n|---|---|---|\n${rows.join("\n")}\n`;
  })
  .join("\n");

const text = readFileSync(target, "utf8");
const next = `${text.slice(0, text.indexOf(mark) + mark.length)}\n\n${list}`;
if (process.argv.includes("--check")) {
  if (next !== text) {
    console.error("docs/formulas.md is out of date: run node .ci/formula-docs.mjs");
    process.exit(1);
  }
} else writeFileSync(target, next);
