import type { Line } from "./line.ts";

/** Part of a line from which CloudWatch makes metrics: the embedded metric format, version 0. */
export interface EmbeddedMetrics {
  readonly Timestamp: number;
  readonly CloudWatchMetrics: readonly [
    {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    },
  ];
}

/**
 * none: lines only. alarms: what an alarm reads, which is there only when something failed. all: what a dashboard may want
 * besides. A metric costs 0.30 USD a month, counted by the hours in which it was sent.
 */
export type MetricSet = "none" | "alarms" | "all";

const NAMESPACE = "Gridfolk";
/** By stage alone too: an alarm over all functions then reads, and pays for, one metric. */
const DIMENSIONS = [["function", "stage"], ["stage"]];

/** What to add to a line that has a function and a stage, with the values of metrics that are no part of it already. */
export function embed(line: Line, which: MetricSet): object {
  if (which === "none" || line.function === undefined || line.stage === undefined) return {};
  const failed = line.level === "error" ? 1 : 0;
  const counts: Record<string, number> = {
    ...(failed === 1 && { faults: 1 }),
    ...(failed === 1 && line.reactor !== undefined && { reactorFailures: 1 }),
    ...(which === "all" && {
      requests: 1,
      faults: failed,
      ...(line.changeset !== undefined && { commits: 1, retries: line.retries ?? 0 }),
    }),
  };
  const metrics = Object.keys(counts).map((Name) => ({ Name, Unit: "Count" }));
  if (which === "all") {
    if (line.ms !== undefined) metrics.push({ Name: "ms", Unit: "Milliseconds" });
    if (line.lagMs !== undefined) metrics.push({ Name: "lagMs", Unit: "Milliseconds" });
    if (line.readUnits !== undefined) metrics.push({ Name: "readUnits", Unit: "Count" });
    if (line.writeUnits !== undefined) metrics.push({ Name: "writeUnits", Unit: "Count" });
  }
  if (metrics.length === 0) return {};
  const _aws: EmbeddedMetrics = {
    Timestamp: Date.parse(line.at),
    CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: DIMENSIONS, Metrics: metrics }],
  };
  return { ...counts, _aws };
}
