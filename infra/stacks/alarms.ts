import { Duration, Stack } from "aws-cdk-lib";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Subscription, SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { ServiceFunction } from "./service-function.ts";

export interface Watched {
  readonly stage: string;
  readonly functions: readonly ServiceFunction[];
  /** Those that people wait for. Where the others are turned away, the reader is behind, or the next hour makes it good. */
  readonly answering: readonly ServiceFunction[];
  /** The one that reads the table's stream. */
  readonly follower: ServiceFunction;
  readonly failures: Queue;
  readonly email: string | undefined;
  readonly budgetUsd: number;
}

/**
 * Four alarms and a budget, all telling one topic. CloudWatch asks 0.10 USD a month for every metric an alarm reads, also inside
 * an expression: nine in all.
 */
export function watch(scope: Construct, watched: Watched): Topic {
  const topic = new Topic(scope, "Alarms", { enforceSSL: true });
  if (watched.email !== undefined) {
    new Subscription(scope, "AlarmEmail", {
      topic,
      protocol: SubscriptionProtocol.EMAIL,
      endpoint: watched.email,
    });
  }
  const tell = new SnsAction(topic);

  function alarm(
    id: string,
    metric: IMetric,
    options: { readonly from: number; readonly periods: number; readonly says: string },
  ): void {
    const created = new Alarm(scope, id, {
      alarmDescription: `Gridfolk ${watched.stage}: ${options.says} See docs/operations.md, Alarms.`,
      metric,
      threshold: options.from,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: options.periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    created.addAlarmAction(tell);
    created.addOkAction(tell);
  }

  // Lambda counts what broke off; what a function answered with an error it counts itself, in the same metric for all.
  const faults = new Metric({
    namespace: "Gridfolk",
    metricName: "faults",
    dimensionsMap: { stage: watched.stage },
    period: Duration.minutes(5),
    statistic: "Sum",
  });
  alarm("Errors", sum([...watched.functions.map((each) => each.errors()), faults]), {
    from: 1,
    periods: 1,
    says: "a function failed.",
  });
  alarm("Throttles", sum(watched.answering.map((each) => each.throttles())), {
    from: 1,
    periods: 2,
    says: "functions were turned away: the account's concurrency is used up.",
  });
  alarm(
    "FailureDepth",
    watched.failures.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(5),
      statistic: "Maximum",
    }),
    { from: 1, periods: 1, says: "batches of the table's stream were given up on." },
  );
  alarm(
    "IteratorAge",
    watched.follower.function.metric("IteratorAge", {
      period: Duration.minutes(5),
      statistic: "Maximum",
    }),
    {
      from: 5 * 60 * 1_000,
      periods: 2,
      says: "what follows the log is more than five minutes behind.",
    },
  );

  // A topic that has a policy of its own does not let the account's alarms in by itself.
  for (const service of ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"])
    topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ["sns:Publish"],
        principals: [new ServicePrincipal(service)],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
      }),
    );
  const subscribers = [{ subscriptionType: "SNS", address: topic.topicArn }];
  const budget = new CfnBudget(scope, "Budget", {
    budget: {
      budgetType: "COST",
      timeUnit: "MONTHLY",
      budgetLimit: { amount: watched.budgetUsd, unit: "USD" },
    },
    notificationsWithSubscribers: [
      {
        notification: {
          notificationType: "ACTUAL",
          comparisonOperator: "GREATER_THAN",
          threshold: 80,
          thresholdType: "PERCENTAGE",
        },
        subscribers,
      },
      {
        notification: {
          notificationType: "FORECASTED",
          comparisonOperator: "GREATER_THAN",
          threshold: 100,
          thresholdType: "PERCENTAGE",
        },
        subscribers,
      },
    ],
  });
  budget.node.addDependency(topic);
  return topic;
}

/** A metric without data counts as nothing. */
function sum(metrics: readonly IMetric[]): MathExpression {
  const names = metrics.map((_, at) => `m${at}`);
  return new MathExpression({
    expression: names.map((name) => `FILL(${name}, 0)`).join(" + "),
    usingMetrics: Object.fromEntries(names.map((name, at) => [name, metrics[at] as IMetric])),
    period: Duration.minutes(5),
  });
}
