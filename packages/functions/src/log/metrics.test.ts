import { expect, test } from "vitest";
import type { Line } from "./line.ts";
import { createLog } from "./log.ts";
import type { MetricSet } from "./metrics.ts";

async function lineOf(
  metrics: MetricSet,
  failure?: Error,
): Promise<Line & Record<string, unknown>> {
  const lines: Line[] = [];
  const log = createLog({ sink: (line) => lines.push(line), stage: "production", metrics });
  await log
    .work("react", { reactor: "live" }, async () => {
      log.consumed("write", 3);
      log.note({ changeset: "c", seq: 1, lagMs: 40 });
      if (failure !== undefined) throw failure;
    })
    .catch(() => undefined);
  return lines[0] as Line & Record<string, unknown>;
}

/** The metrics CloudWatch would make of a line, by the rules of the embedded metric format. */
function metricsIn(line: Line & Record<string, unknown>): Record<string, number> {
  const [directive] = line._aws?.CloudWatchMetrics ?? [];
  if (directive === undefined) return {};
  expect(line._aws?.Timestamp).toBe(Date.parse(line.at));
  expect(directive.Namespace).toBe("Gridfolk");
  for (const name of directive.Dimensions.flat()) expect(typeof line[name]).toBe("string");
  expect(directive.Metrics.length).toBeLessThanOrEqual(100);
  return Object.fromEntries(
    directive.Metrics.map(({ Name }) => {
      expect(typeof line[Name]).toBe("number");
      return [Name, line[Name] as number];
    }),
  );
}

test("by default a metric is sent only when something failed: an idle or healthy installation has none", async () => {
  expect(await lineOf("alarms")).not.toHaveProperty("_aws");
  expect(metricsIn(await lineOf("alarms", new Error("broken")))).toEqual({
    faults: 1,
    reactorFailures: 1,
  });
});

test("all of them are requests, faults, time, commits, retries, units and lag, by function and stage", async () => {
  const line = await lineOf("all");
  expect(metricsIn(line)).toEqual({
    requests: 1,
    faults: 0,
    commits: 1,
    retries: 0,
    ms: line.ms,
    lagMs: 40,
    readUnits: 0,
    writeUnits: 3,
  });
});

test("without a stage, as on a machine of one's own, there are none", async () => {
  const lines: Line[] = [];
  const log = createLog({ sink: (line) => lines.push(line), metrics: "all" });
  await log.work("api", {}, async () => {});
  expect(lines[0]).not.toHaveProperty("_aws");
});
