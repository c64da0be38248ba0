import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SSMClient } from "@aws-sdk/client-ssm";
import { firstAccountToken } from "../../packages/functions/src/account/first-account.ts";
import { PRODUCTION, secretParameter } from "../names.ts";
import type { Settings } from "../settings.ts";
import { output } from "./address.ts";
import { shortage } from "./concurrency.ts";
import * as Secret from "./secret.ts";

export interface Deployment {
  readonly stage: string;
  readonly region: string;
  readonly settings: Settings;
  readonly say: (line: string) => void;
}

/** Before the stacks: what they need that CloudFormation cannot make, and what would make them fail half-way. */
export async function before({ region, stage, settings, say }: Deployment): Promise<void> {
  if (settings.reserveConcurrency) {
    const reason = await shortage(new LambdaClient({ region, ...bounded }));
    if (reason !== undefined) throw new Error(reason);
  }
  const made = await Secret.ensure(new SSMClient({ region, ...bounded }), stage);
  if (made === "made") say(`Made the secret of ${stage}: ${secretParameter(stage)}`);
}

/** After the stacks: where it is, and how the first account is made. */
export async function after({ region, stage, settings, say }: Deployment): Promise<void> {
  const url = await output(new CloudFormationClient({ region, ...bounded }), stage, "web", "Url");
  say(`Gridfolk is at ${url}`);
  if (settings.signUp !== "invite") return;
  const secret = await Secret.read(new SSMClient({ region, ...bounded }), stage);
  say(
    `Accounts are by invitation. The first one, good once: ${url}/sign-up?invitation=${firstAccountToken(secret)}`,
  );
}

/** After the stacks are gone. The data of production is kept, and its secret with it. */
export async function removed({ region, stage, say }: Deployment): Promise<void> {
  if (stage === PRODUCTION) {
    say("The table, the files and the secret of production are kept: docs/operations.md, Remove.");
    return;
  }
  await Secret.remove(new SSMClient({ region, ...bounded }), stage);
  say(`Removed the secret of ${stage}.`);
}

/** No call hangs: three tries of ten seconds. */
const bounded = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000 },
};
