import { read } from "../settings.ts";
import { synthesize } from "../synthesis.ts";
import { idleLines, total } from "./idle.ts";
import { PRICES_AS_OF } from "./price.ts";

const [asked, stage = "production", ...rest] = process.argv.slice(2);
if (asked === "--idle" && rest.length === 0) {
  await printIdle(stage);
} else {
  process.stderr.write("Usage: npm run cost -- --idle [STAGE]\n");
  process.exitCode = 2;
}

async function printIdle(stage: string): Promise<void> {
  const root = process.cwd();
  const { data, web, app } = await synthesize(root, stage, read(root, stage));
  const lines = idleLines([data, web, app]);
  for (const { what, usd } of lines)
    process.stdout.write(`${usd.toFixed(4).padStart(9)}  ${what}\n`);
  process.stdout.write(
    `${total(lines).toFixed(4).padStart(9)}  USD a month in all, nobody using it, nothing stored (us-east-1, ${PRICES_AS_OF}, no free tier)\n`,
  );
}
