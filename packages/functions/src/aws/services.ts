import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { firstAccountToken } from "../account/first-account.ts";
import { createS3Blobs } from "../blobs/s3.ts";
import type { Log } from "../log/log.ts";
import { nodePlatform } from "../platform.ts";
import type { Services } from "../services.ts";
import { createServices } from "../wiring.ts";
import { type ApiEnvironment, cacheBytes } from "./env.ts";
import { readSecret } from "./secret.ts";
import { createSignedFetch } from "./signed-fetch.ts";

/** The most a thread that reads a file may take of an instance's memory. */
const READER_SHARE = 0.5;
/** Of one piece of a file. */
const S3_TIMEOUT_MS = 10_000;

/** The services of one instance of `api`: its own table, nothing remembered that another instance may revoke, no work after an answer. */
export async function openServices(
  environment: ApiEnvironment,
  workerFile: string,
  log: Log,
): Promise<Services> {
  const { TABLE_NAME: tableName, DYNAMODB_ENDPOINT, PUBLIC_URL, SIGNUP } = environment;
  const { AWS_REGION: region } = environment;
  const secret = await secretOf(environment);
  const client = connect({ endpoint: DYNAMODB_ENDPOINT });
  return createServices({
    store: createDynamoStore({
      client,
      tableName,
      platform: nodePlatform,
      onConsumed: log.consumed,
    }),
    platform: nodePlatform,
    settings: {
      secret,
      publicUrl: PUBLIC_URL,
      signUp: SIGNUP,
      firstAccountToken: SIGNUP === "invite" ? firstAccountToken(secret) : undefined,
    },
    blobs: createS3Blobs({
      s3: createSignedFetch({
        service: "s3",
        region,
        platform: nodePlatform,
        timeoutMs: S3_TIMEOUT_MS,
      }),
      region,
      bucket: environment.BUCKET_NAME,
      endpoint: environment.S3_ENDPOINT,
    }),
    workerFile,
    fileLimits: { mb: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE * READER_SHARE },
    rememberSessionsMs: 0,
    ledger: {
      exclusive: false,
      deferred: "await",
      cacheBytes: cacheBytes(environment),
      onRetry: log.retried,
    },
  });
}

async function secretOf(environment: ApiEnvironment): Promise<string> {
  const {
    AUTH_SECRET,
    SECRET_PARAMETER = "",
    AWS_REGION: region,
    SSM_ENDPOINT: endpoint,
  } = environment;
  if (AUTH_SECRET !== undefined) return AUTH_SECRET;
  const ssm = createSignedFetch({ service: "ssm", region, platform: nodePlatform });
  return readSecret({ ssm, region, endpoint }, SECRET_PARAMETER);
}
