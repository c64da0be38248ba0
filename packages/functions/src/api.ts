import { fileURLToPath } from "node:url";
import { createApp } from "./app.ts";
import * as Environment from "./aws/env.ts";
import { createHandler } from "./aws/http.ts";
import { toStdout } from "./log/line.ts";
import { createLog } from "./log/log.ts";
import type { Services } from "./services.ts";

const environment = Environment.readApi(process.env);
const workerFile = fileURLToPath(new URL("read-file.mjs", import.meta.url));
const log = createLog({
  sink: toStdout(environment.LOG),
  stage: environment.STAGE,
  metrics: environment.METRICS,
});
let opening: Promise<Services> | undefined;

/** Opened by the first request that needs more than an answer; what failed is tried again by the next one. */
function services(): Promise<Services> {
  opening ??= import("./aws/services.ts")
    .then(({ openServices }) => openServices(environment, workerFile, log))
    .catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
  return opening;
}

/** HTTP on Lambda: every request of /api. */
export const handler = createHandler(
  createApp({ services, publicUrl: environment.PUBLIC_URL, log }),
  log.fault,
  environment.ORIGIN_TOKEN,
);
