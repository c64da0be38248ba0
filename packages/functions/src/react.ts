import * as Environment from "./aws/env.ts";
import { openReact } from "./aws/react.ts";
import { createStreamHandler, type StreamParts } from "./aws/stream.ts";
import { toStdout } from "./log/line.ts";
import { createLog } from "./log/log.ts";

const environment = Environment.readReact(process.env);
const { LOG, STAGE: stage, METRICS: metrics } = environment;
const log = createLog({ sink: toStdout(LOG), stage, metrics });
let opened: StreamParts | undefined;

/** What follows commits on Lambda: the table's stream. */
export const handler = createStreamHandler({
  open: () => (opened ??= openReact(environment, log)),
  log,
});
