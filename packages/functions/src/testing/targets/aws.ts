import { randomUUID } from "node:crypto";
import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { inject } from "vitest";
import { nodePlatform } from "../../platform.ts";
import { unpacked } from "../aws/bundles.ts";
import { type Deployment, type DeploymentOptions, deploy } from "../aws/deployment.ts";
import { startGuards } from "../aws/guard.ts";
import { S3_CREDENTIALS } from "../credentials.ts";
import { whenDone } from "./ends.ts";
import { inside } from "./inside.ts";
import { sendTo } from "./over-http.ts";
import { logLine, type Target, type TargetOptions } from "./target.ts";

export interface AwsTarget extends Target {
  deployment(): Promise<Deployment>;
}

/** The built bundles behind the emulated gateway: two instances of `api` that take turns, frozen in between. */
export function awsTarget(
  options: TargetOptions,
  deployed: Partial<DeploymentOptions> = {},
): AwsTarget {
  const { engine, bundles, bucket } = inject("machine");
  const tableName = `test-${randomUUID()}`;
  const { publicUrl, signUp, secret } = options.settings;
  let deploying: Promise<Deployment> | undefined;

  function deployment(): Promise<Deployment> {
    deploying ??= begin();
    return deploying;
  }

  async function begin(): Promise<Deployment> {
    // The functions may do here what they may on AWS.
    const guards = await startGuards(engine);
    whenDone(() => guards.stop());
    return deploy({
      bundles: unpacked(bundles),
      engine,
      bucket,
      tableName,
      secret,
      instances: 2,
      env: { SIGNUP: signUp, ...(publicUrl === undefined ? {} : { PUBLIC_URL: publicUrl }) },
      stream: "none",
      onLine(_, line) {
        const parsed = logLine(line);
        if (parsed !== undefined) own.lines.push(parsed);
      },
      ...deployed,
      engineFor: { ...guards.engineFor, ...deployed.engineFor },
    });
  }

  // Engines tell accounts apart by the key.
  const client = connect({ endpoint: engine, credentials: S3_CREDENTIALS });
  whenDone(async () => {
    client.close();
    await (await deploying)?.stop();
  });
  const store = createDynamoStore({ client, tableName, platform: nodePlatform });
  const own = inside(store, options, false);
  return {
    ...own,
    deployment,
    origin: async () => publicUrl ?? (await deployment()).url,
    send: async (asked) => sendTo((await deployment()).url, asked),
  };
}
