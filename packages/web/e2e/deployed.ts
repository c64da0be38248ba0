import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { repository } from "@gridfolk/core/testing/repository";
import { unpacked } from "@gridfolk/functions/testing/aws/bundles";
import { deploy } from "@gridfolk/functions/testing/aws/deployment";
import { startMachine } from "@gridfolk/functions/testing/aws/machine";
import type { Product } from "./product.ts";

/**
 * The built product as it runs on AWS: pages and functions behind the emulated CloudFront, HTTP API, WebSocket API and stream, on the
 * engine that is nearest to AWS's.
 */
export async function startDeployed(): Promise<Pick<Product, "url" | "stop">> {
  const { machine, stop } = await startMachine(["dynamodb-local", "dynoxide", "dynalite"]);
  try {
    const deployment = await deploy({
      bundles: unpacked(machine.bundles),
      engine: machine.engine,
      bucket: machine.bucket,
      tableName: `pages-${randomUUID()}`,
      secret: "a secret that only browser tests know, long enough",
      pages: join(repository(), "packages", "web", "dist"),
      env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    });
    return {
      url: deployment.url,
      async stop() {
        await deployment.stop();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
