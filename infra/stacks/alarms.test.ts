import { beforeAll, describe, expect, it } from "vitest";
import { resource, resources } from "../template.ts";
import type { Synthesis } from "../synthesis.ts";
import { hasTools, synthesize } from "../testing/synthesis.ts";

describe.skipIf(!hasTools)("alarms", () => {
  let production: Synthesis;
  beforeAll(async () => {
    production = await synthesize("production", { alarmEmail: "ops@example.com", budgetUsd: 7 });
  });
  const app = () => production.app;
  const alarm = (id: string) => resource(app(), "AWS::CloudWatch::Alarm", id).Properties;
  /** The metrics an alarm reads: [name, function]. */
  const metrics = (id: string) =>
    (alarm(id).Metrics ?? [])
      .filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat !== undefined)
      .map(
        // oxlint-disable-next-line typescript/no-explicit-any -- a part of a template
        ({ MetricStat: { Metric } }: any) =>
          `${Metric.MetricName} ${(Metric.Dimensions[0].Value.Ref ?? "").replace(/Function.*/, "")}`,
      );

  it("are four, each told to one topic, silent while nothing happens", () => {
    const all = resources(app(), "AWS::CloudWatch::Alarm");
    expect(all).toHaveLength(4);
    for (const [id, { Properties }] of all) {
      expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Alarms/) }]);
      expect([id, Properties.TreatMissingData]).toEqual([id, "notBreaching"]);
      expect(Properties.AlarmDescription).toContain("docs/operations.md");
    }
  });

  it("tell of errors of every function", () => {
    expect(metrics("Errors")).toEqual([
      "Errors Api",
      "Errors Live",
      "Errors React",
      "Errors Tick",
      "faults ",
    ]);
    // A metric that was never sent must not make the others unknown.
    expect(alarm("Errors").Metrics[0].Expression).toBe(
      "FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0) + FILL(m4, 0)",
    );
    const { Metric } = alarm("Errors").Metrics.at(-1).MetricStat;
    expect(Metric.Namespace).toBe("Gridfolk");
    expect(Metric.Dimensions).toEqual([{ Name: "stage", Value: "production" }]);
    expect(alarm("Errors")).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
  });

  it("tell of functions that were turned away", () => {
    expect(metrics("Throttles")).toEqual(["Throttles Api", "Throttles Live"]);
  });

  it("tell of batches given up and of a reader that is behind", () => {
    expect(alarm("FailureDepth")).toMatchObject({
      Namespace: "AWS/SQS",
      MetricName: "ApproximateNumberOfMessagesVisible",
      Threshold: 1,
    });
    expect(alarm("IteratorAge")).toMatchObject({
      Namespace: "AWS/Lambda",
      MetricName: "IteratorAge",
      Dimensions: [{ Name: "FunctionName", Value: { Ref: expect.stringMatching(/^React/) } }],
      Threshold: 300_000,
    });
  });

  it("tell of costs before they are spent", () => {
    const { Budget, NotificationsWithSubscribers } = resource(
      app(),
      "AWS::Budgets::Budget",
    ).Properties;
    expect(Budget).toMatchObject({
      BudgetType: "COST",
      TimeUnit: "MONTHLY",
      BudgetLimit: { Amount: 7, Unit: "USD" },
    });
    expect(
      NotificationsWithSubscribers.map(
        ({ Notification }: { Notification: { NotificationType: string; Threshold: number } }) => [
          Notification.NotificationType,
          Notification.Threshold,
        ],
      ),
    ).toEqual([
      ["ACTUAL", 80],
      ["FORECASTED", 100],
    ]);
  });

  it("reach the topic: CloudWatch and budgets may write to it, from this account only", () => {
    const { Statement } = resource(app(), "AWS::SNS::TopicPolicy").Properties.PolicyDocument;
    for (const Service of ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"])
      expect(Statement).toContainEqual(
        expect.objectContaining({
          Effect: "Allow",
          Action: "sns:Publish",
          Principal: { Service },
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        }),
      );
  });

  it("are mailed to whom the operator names, or to nobody", async () => {
    expect(resource(app(), "AWS::SNS::Subscription").Properties).toMatchObject({
      Protocol: "email",
      Endpoint: "ops@example.com",
    });
    const silent = await synthesize("dev");
    expect(resources(silent.app, "AWS::SNS::Subscription")).toEqual([]);
  });
});
