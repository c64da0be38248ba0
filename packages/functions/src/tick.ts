import * as Environment from "./aws/env.ts";
import type { Invocation } from "./aws/invocation.ts";
import { openTick, tick, type Ticked, type TickParts } from "./aws/tick.ts";
import { toStdout } from "./log/line.ts";
import { createLog } from "./log/log.ts";

const environment = Environment.readTick(process.env);
const log = createLog({
  sink: toStdout(environment.LOG),
  stage: environment.STAGE,
  metrics: environment.METRICS,
});
let parts: TickParts | undefined;

/** The schedule on Lambda: once an hour, whatever the event says. */
export function handler(_event: unknown, invocation: Invocation = {}): Promise<Ticked> {
  parts ??= openTick(environment, log);
  return tick(parts, invocation);
}
