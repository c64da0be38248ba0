import { fileURLToPath } from "node:url";
import { createApp } from "./app.ts";
import * as Environment from "./aws/env.ts";
import { createHandler } from "./aws/http.ts";
import { toStdout } from "./log/line.ts";
import { createLog } from "./log/log.ts";
import { once } from "./once.ts";

const environment = Environment.readApi(process.env);
const workerFile = fileURLToPath(new URL("read-file.mjs", import.meta.url));
const log = createLog({
  sink: toStdout(environment.LOG),
  stage: environment.STAGE,
  metrics: environment.METRICS,
});

/** Opened by the first request that needs more than an answer. */
const services = once(async () => {
  const { openServices } = await import("./aws/services.ts");
  return openServices(environment, workerFile, log);
});

/** HTTP on Lambda: every request of /api. */
export const handler = createHandler(
  createApp({ services, publicUrl: environment.PUBLIC_URL, log }),
  log.fault,
  environment.ORIGIN_TOKEN,
);
