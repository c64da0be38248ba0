import { read } from "../settings.ts";
import { after, before, removed } from "./steps.ts";

/** `main.ts before|after|removed STAGE REGION`, run by sst.mjs around sst. */
const steps = { before, after, removed };
const [step = "", stage = "", region = ""] = process.argv.slice(2);

try {
  await steps[step as keyof typeof steps]({
    stage,
    region,
    settings: read(process.cwd(), stage),
    say: (line) => process.stdout.write(`${line}\n`),
  });
} catch (error) {
  process.stderr.write(`${explained(error)}\n`);
  process.exitCode = 1;
}

function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "CredentialsProviderError")
    return "No AWS credentials were found: sign in with the AWS command line, or name a profile by --profile or AWS_PROFILE.";
  return error.message;
}
