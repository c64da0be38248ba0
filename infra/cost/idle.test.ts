import { describe, expect, it } from "vitest";
import { hasTools, synthesize } from "../testing/synthesis.ts";
import type { Resource, Template } from "../template.ts";
import { idleLines, total } from "./idle.ts";

/** A template of one resource. */
const of = (Type: string, Properties: object = {}): Template[] => [
  { Resources: { It: { Type, Properties } as Resource } },
];
const metric = (name: string) => ({ Id: name, MetricStat: { Metric: { MetricName: name } } });

describe("idle cost", () => {
  it("counts every metric an alarm reads, not the alarm", () => {
    const sum = { Id: "e", Expression: "a + b + c" };
    const Metrics = [sum, metric("a"), metric("b"), metric("c")];
    expect(total(idleLines(of("AWS::CloudWatch::Alarm", { Metrics })))).toBeCloseTo(0.3);
    expect(total(idleLines(of("AWS::CloudWatch::Alarm", { MetricName: "a" })))).toBeCloseTo(0.1);
  });

  it("counts what the schedule wakes, by its memory", () => {
    const template = (ScheduleExpression: string): Template[] => [
      {
        Resources: {
          Tick: { Type: "AWS::Lambda::Function", Properties: { MemorySize: 1024 } },
          Rule: {
            Type: "AWS::Events::Rule",
            Properties: {
              ScheduleExpression,
              Targets: [{ Arn: { "Fn::GetAtt": ["Tick", "Arn"] } }],
            },
          },
        },
      },
    ];
    // 730 runs of two seconds with 1 GB, and small change.
    expect(total(idleLines(template("rate(1 hour)")))).toBeCloseTo(730 * 2 * 0.0000133334, 2);
    expect(total(idleLines(template("rate(1 minute)")))).toBeGreaterThan(1);
    expect(() => idleLines(template("cron(0 * * * ? *)"))).toThrow(/cannot be counted/);
  });

  it.each<[string, Template[], RegExp]>([
    [
      "a type it does not know",
      of("AWS::EC2::NatGateway"),
      /Nobody knows what AWS::EC2::NatGateway/,
    ],
    ["a key", of("AWS::KMS::Key"), /Nobody knows/],
    [
      "provisioned capacity",
      of("AWS::DynamoDB::Table", { BillingMode: "PROVISIONED" }),
      /provisioned/,
    ],
    [
      "a bucket with a key of its own",
      of("AWS::S3::Bucket", { BucketEncryption: { SSEAlgorithm: "aws:kms" } }),
      /key of its own/,
    ],
    [
      "a queue with a key of its own",
      of("AWS::SQS::Queue", { KmsMasterKeyId: "k" }),
      /key of its own/,
    ],
    ["a high-resolution alarm", of("AWS::CloudWatch::Alarm", { Period: 10 }), /high-resolution/],
  ])("does not guess what %s costs", (_, templates, message) => {
    expect(() => idleLines(templates)).toThrow(message);
  });

  it.skipIf(!hasTools).each(["production", "dev"])(
    "%s: at most a dollar a month, at most six alarms",
    async (stage) => {
      const { data, web, app } = await synthesize(stage, { alarmEmail: "ops@example.com" });
      const lines = idleLines([data, web, app]);
      expect(total(lines)).toBeLessThanOrEqual(1);
      expect(lines.filter(({ what }) => what.startsWith("alarm ")).length).toBeLessThanOrEqual(6);
    },
  );
});
