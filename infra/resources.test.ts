import { describe, expect, it } from "vitest";
import type { Template } from "./template.ts";
import { hasTools, synthesize } from "./testing/synthesis.ts";

/** How many of each type a stack has. A surprise here is a surprise on the bill. */
function counts({ Resources }: Template): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { Type } of Object.values(Resources)) found[Type] = (found[Type] ?? 0) + 1;
  return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

describe.skipIf(!hasTools)("resources", () => {
  it("of production are these", async () => {
    const { data, web, app } = await synthesize("production");
    expect({ data: counts(data), web: counts(web), app: counts(app) }).toMatchInlineSnapshot(`
      {
        "app": {
          "AWS::ApiGatewayV2::Integration": 4,
          "AWS::ApiGatewayV2::Route": 4,
          "AWS::ApiGatewayV2::Stage": 2,
          "AWS::Budgets::Budget": 1,
          "AWS::CloudWatch::Alarm": 4,
          "AWS::Events::Rule": 1,
          "AWS::IAM::Policy": 5,
          "AWS::IAM::Role": 5,
          "AWS::Lambda::EventInvokeConfig": 1,
          "AWS::Lambda::EventSourceMapping": 1,
          "AWS::Lambda::Function": 5,
          "AWS::Lambda::LayerVersion": 2,
          "AWS::Lambda::Permission": 5,
          "AWS::Logs::LogGroup": 6,
          "AWS::SNS::Topic": 1,
          "AWS::SNS::TopicPolicy": 1,
          "AWS::SQS::Queue": 1,
          "AWS::SQS::QueuePolicy": 1,
          "Custom::CDKBucketDeployment": 2,
        },
        "data": {
          "AWS::DynamoDB::Table": 1,
          "AWS::S3::Bucket": 1,
          "AWS::S3::BucketPolicy": 1,
        },
        "web": {
          "AWS::ApiGatewayV2::Api": 2,
          "AWS::CloudFront::CachePolicy": 1,
          "AWS::CloudFront::Distribution": 1,
          "AWS::CloudFront::Function": 2,
          "AWS::CloudFront::OriginAccessControl": 1,
          "AWS::CloudFront::ResponseHeadersPolicy": 2,
          "AWS::S3::Bucket": 1,
          "AWS::S3::BucketPolicy": 1,
        },
      }
    `);
  });

  it("of dev are the same, and what empties the buckets when it is removed", async () => {
    const [production, dev] = [await synthesize("production"), await synthesize("dev")];
    const emptying = {
      "AWS::IAM::Role": 1,
      "AWS::Lambda::Function": 1,
      "Custom::S3AutoDeleteObjects": 1,
    };
    expect(counts(dev.data)).toEqual({ ...counts(production.data), ...emptying });
    expect(counts(dev.web)).toEqual({ ...counts(production.web), ...emptying });
    expect(counts(dev.app)).toEqual(counts(production.app));
  });
});
