import * as Environment from "./aws/env.ts";
import { openLive } from "./aws/live.ts";
import { createSocketHandler, type SocketParts } from "./aws/socket.ts";
import { toStdout } from "./log/line.ts";
import { createLog } from "./log/log.ts";

const environment = Environment.readLive(process.env);
const { LOG, STAGE: stage, METRICS: metrics, PUBLIC_URL: publicUrl } = environment;
const log = createLog({ sink: toStdout(LOG), stage, metrics });
let opened: SocketParts | undefined;

/** WebSockets on Lambda: $connect, $default, $disconnect. */
export const handler = createSocketHandler({
  open: () => (opened ??= openLive(environment, log)),
  publicUrl,
  log,
});
