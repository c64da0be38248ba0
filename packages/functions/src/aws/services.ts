import { firstAccountToken } from "../account/first-account.ts";
import { createS3Blobs } from "../blobs/s3.ts";
import type { Log } from "../log/log.ts";
import { nodePlatform } from "../platform.ts";
import type { Services } from "../services.ts";
import { createServices } from "../wiring.ts";
import { type ApiEnvironment, cacheBytes } from "./env.ts";
import { secretOf } from "./secret.ts";
import { createSignedFetch } from "./signed-fetch.ts";
import { openTable } from "./table.ts";

/** The most a thread that reads a file may take of an instance's memory. */
const READER_SHARE = 0.5;
/** Of one piece of a file. */
const S3_TIMEOUT_MS = 10_000;

/** How long what a session's rows said is used while they are unchanged, which every request asks: it decides about nothing else. */
const REMEMBER_SESSIONS_MS = 60 * 60_000;

/** The services of one instance of `api`: its own table, nothing remembered that another instance may revoke, no work after an answer. */
export async function openServices(
  environment: ApiEnvironment,
  workerFile: string,
  log: Log,
): Promise<Services> {
  const { AWS_REGION: region, PUBLIC_URL, SIGNUP } = environment;
  const secret = await secretOf(environment);
  return createServices({
    store: openTable(environment, log),
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
    rememberSessionsMs: REMEMBER_SESSIONS_MS,
    ledger: {
      exclusive: false,
      deferred: "await",
      cacheBytes: cacheBytes(environment),
      onRetry: log.retried,
    },
  });
}
