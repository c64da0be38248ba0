// What Gridfolk costs on AWS: `npm run cost -- --users 10 --rows 50000` in use, by what was measured; `npm run cost -- --idle` for an
// installation that nobody uses, from the stacks as they are.
import { buildForAws, hasTools } from "../build.mjs";
import { runScript } from "../script.mjs";

const asked = process.argv.slice(2);
if (asked[0] !== "--idle") {
  process.exitCode = await runScript("cost/use.ts", asked);
} else if (hasTools()) {
  buildForAws();
  process.exitCode = await runScript("cost/main.ts", asked);
} else {
  console.error(
    "This reads the stacks, for which the deployer's tools are needed: npm ci --prefix infra",
  );
  process.exitCode = 1;
}
