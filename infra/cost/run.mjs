// What Gridfolk costs on AWS: `npm run cost -- --idle` for an installation that nobody uses, from the stacks as they are.
import { buildForAws, hasTools } from "../build.mjs";
import { runScript } from "../script.mjs";

if (hasTools()) {
  buildForAws();
  process.exitCode = await runScript("cost/main.ts", process.argv.slice(2));
} else {
  console.error(
    "This reads the stacks, for which the deployer's tools are needed: npm ci --prefix infra",
  );
  process.exitCode = 1;
}
