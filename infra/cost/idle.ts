import type { Resource, Template } from "../template.ts";
import { priceOf } from "./price.ts";

/** Hours of a month, as AWS counts them. */
const HOURS = 730;

/**
 * What one run of `tick` takes of an installation nobody uses: a new instance reads the list of workspaces, which is empty, and asks
 * the queue. Milliseconds are those billed, start included, rounded up generously.
 */
const IDLE_TICK = { ms: 2_000, readUnits: 2, queueRequests: 1, logBytes: 2_000 };

/** Costs nothing by being there, and why. What is used of it is counted by `usage.ts`. */
const FREE: Readonly<Record<string, string>> = {
  "AWS::ApiGatewayV2::Api": "by request",
  "AWS::ApiGatewayV2::Integration": "by request",
  "AWS::ApiGatewayV2::Route": "by request",
  "AWS::ApiGatewayV2::Stage": "by request",
  "AWS::Budgets::Budget": "budgets without actions are free",
  "AWS::CloudFront::CachePolicy": "free",
  "AWS::CloudFront::Distribution": "by request and byte",
  "AWS::CloudFront::Function": "by request",
  "AWS::CloudFront::OriginAccessControl": "free",
  "AWS::CloudFront::ResponseHeadersPolicy": "free",
  "AWS::IAM::Policy": "free",
  "AWS::IAM::Role": "free",
  "AWS::Lambda::EventInvokeConfig": "free",
  "AWS::Lambda::EventSourceMapping": "reading a table's stream is free for Lambda; by invocation",
  "AWS::Lambda::LayerVersion": "free",
  "AWS::Lambda::Permission": "free",
  "AWS::Logs::LogGroup": "by byte",
  "AWS::S3::BucketPolicy": "free",
  "AWS::SNS::Subscription": "by message",
  "AWS::SNS::Topic": "by message",
  "AWS::SNS::TopicPolicy": "free",
  "AWS::SQS::QueuePolicy": "free",
  "Custom::CDKBucketDeployment": "runs at deployment only",
  "Custom::S3AutoDeleteObjects": "runs at removal only",
};

/** A line of the bill. */
export interface Line {
  readonly what: string;
  readonly usd: number;
}

type Pricing = (resource: Resource, id: string, template: Template) => Line[];

/** What costs by being there, or would if it were set otherwise. */
const PRICED: Readonly<Record<string, Pricing>> = {
  "AWS::CloudWatch::Alarm": ({ Properties: alarm }, id) => {
    if ((alarm.Period ?? 300) < 60) throw new Error(`${id} is a high-resolution alarm`);
    const metrics = alarm.Metrics?.filter(
      ({ MetricStat }: { MetricStat?: unknown }) => MetricStat !== undefined,
    );
    const count = metrics?.length ?? 1;
    return [{ what: `alarm ${id}: ${count} metrics`, usd: priceOf("alarmMetric", count) }];
  },
  "AWS::DynamoDB::Table": ({ Properties: table }, id) => {
    if (table.BillingMode !== "PAY_PER_REQUEST") throw new Error(`${id} has provisioned capacity`);
    if (table.SSESpecification?.SSEEnabled === true) throw new Error(`${id} has a key of its own`);
    return [];
  },
  "AWS::Events::Rule": ({ Properties: rule }, id, template) => {
    const perMonth = runsPerMonth(rule.ScheduleExpression, id);
    return (rule.Targets as { Arn: { "Fn::GetAtt": [string, string] } }[]).flatMap(({ Arn }) => {
      const target = template.Resources[Arn["Fn::GetAtt"][0]];
      if (target?.Type !== "AWS::Lambda::Function") throw new Error(`${id} wakes no function`);
      return ticks(perMonth, target.Properties.MemorySize / 1_024);
    });
  },
  "AWS::Lambda::Function": () => [],
  "AWS::S3::Bucket": ({ Properties: bucket }, id) => {
    if (JSON.stringify(bucket.BucketEncryption ?? "").includes("aws:kms"))
      throw new Error(`${id} has a key of its own`);
    return [];
  },
  "AWS::SQS::Queue": ({ Properties: queue }, id) => {
    if (queue.KmsMasterKeyId !== undefined) throw new Error(`${id} has a key of its own`);
    return [];
  },
};

/**
 * The bill of a month in which nobody does anything and nothing is stored, by what the templates hold. Throws when there is
 * something in them that it cannot price.
 */
export function idleLines(templates: readonly Template[]): Line[] {
  return templates.flatMap((template) =>
    Object.entries(template.Resources).flatMap(([id, resource]) => {
      if (FREE[resource.Type] !== undefined) return [];
      const price = PRICED[resource.Type];
      if (price === undefined) throw new Error(`Nobody knows what ${resource.Type} (${id}) costs`);
      return price(resource, id, template);
    }),
  );
}

/** US dollars in all. */
export function total(lines: readonly Line[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

function ticks(perMonth: number, memoryGb: number): Line[] {
  const seconds = (perMonth * IDLE_TICK.ms) / 1_000;
  const billed = `${perMonth} runs of tick`;
  return [
    { what: `${billed}: requests`, usd: priceOf("lambdaRequest", perMonth) },
    {
      what: `${billed}: ${IDLE_TICK.ms} ms each`,
      usd: priceOf("lambdaCompute", seconds * memoryGb),
    },
    {
      what: `${billed}: reading the table`,
      usd: priceOf("dynamodbReadUnit", perMonth * IDLE_TICK.readUnits),
    },
    {
      what: `${billed}: asking the queue`,
      usd: priceOf("sqsRequest", perMonth * IDLE_TICK.queueRequests),
    },
    {
      what: `${billed}: log lines`,
      usd: priceOf("logsIngest", (perMonth * IDLE_TICK.logBytes) / 1e9),
    },
  ];
}

function runsPerMonth(schedule: string, id: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  const perHour = { minute: 60, hour: 1, day: 1 / 24 }[unit ?? ""];
  if (perHour === undefined) throw new Error(`${id} runs by ${schedule}, which cannot be counted`);
  return (HOURS * perHour) / Number(count);
}
