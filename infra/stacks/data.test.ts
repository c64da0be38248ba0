import { beforeAll, describe, expect, it } from "vitest";
import { resource, resources } from "../template.ts";
import type { Synthesis } from "../synthesis.ts";
import { hasTools, synthesize } from "../testing/synthesis.ts";

describe.skipIf(!hasTools)("data stack", () => {
  let production: Synthesis;
  let dev: Synthesis;
  beforeAll(async () => {
    production = await synthesize("production");
    dev = await synthesize("dev");
  });
  const stages = [
    ["production", () => production.data],
    ["dev", () => dev.data],
  ] as const;

  it.each(stages)("%s: one table, on demand, recoverable for 35 days, with expiry", (_, data) => {
    expect(resources(data(), "AWS::DynamoDB::Table")).toHaveLength(1);
    expect(resource(data(), "AWS::DynamoDB::Table").Properties).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 35,
      },
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
      StreamSpecification: { StreamViewType: "KEYS_ONLY" },
    });
  });

  it.each(stages)("%s: the table is encrypted by a key that costs nothing", (_, data) => {
    const { SSESpecification } = resource(data(), "AWS::DynamoDB::Table").Properties;
    expect(SSESpecification).toEqual({ SSEEnabled: false });
  });

  it.each(stages)("%s: files are private, encrypted, versioned, sent over TLS only", (_, data) => {
    const { Properties: bucket } = resource(data(), "AWS::S3::Bucket");
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(bucket.OwnershipControls.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }]);
    expect(bucket.VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(
      bucket.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault,
    ).toEqual({ SSEAlgorithm: "AES256" });
    const policy = resource(data(), "AWS::S3::BucketPolicy").Properties.PolicyDocument.Statement;
    expect(policy).toContainEqual(
      expect.objectContaining({
        Effect: "Deny",
        Action: "s3:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    );
    expect(policy).toContainEqual(
      expect.objectContaining({
        Effect: "Deny",
        Condition: { NumericLessThan: { "s3:TlsVersion": 1.2 } },
      }),
    );
    const others = policy.filter(
      ({ Effect, Principal }: { Effect: string; Principal: { AWS?: unknown } }) =>
        Effect === "Allow" && JSON.stringify(Principal).includes("*"),
    );
    expect(others).toEqual([]);
  });

  it.each(stages)("%s: what nobody needs any more is deleted from the bucket", (_, data) => {
    const { Rules } = resource(data(), "AWS::S3::Bucket").Properties.LifecycleConfiguration;
    const inTransit = (Prefix: string) =>
      expect.objectContaining({
        Prefix,
        ExpirationInDays: 1,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      });
    expect(Rules).toEqual([
      expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
      inTransit("files/"),
      inTransit("exports/"),
      expect.objectContaining({ Prefix: "kept/", ExpirationInDays: 90 }),
      expect.objectContaining({
        NoncurrentVersionExpiration: { NoncurrentDays: 35 },
        ExpiredObjectDeleteMarker: true,
      }),
    ]);
    // Nothing deletes backups that are current.
    for (const rule of Rules)
      if (rule.ExpirationInDays !== undefined)
        expect(rule.Prefix).toMatch(/^(files|exports|kept)\/$/);
  });

  it("production keeps table and files, whatever happens to the stack", () => {
    const table = resource(production.data, "AWS::DynamoDB::Table");
    const files = resource(production.data, "AWS::S3::Bucket");
    for (const kept of [table, files])
      expect([kept.DeletionPolicy, kept.UpdateReplacePolicy]).toEqual(["Retain", "Retain"]);
    expect(table.Properties.DeletionProtectionEnabled).toBe(true);
    expect(resources(production.data, "Custom::S3AutoDeleteObjects")).toEqual([]);
  });

  it("dev can be removed whole", () => {
    const table = resource(dev.data, "AWS::DynamoDB::Table");
    const files = resource(dev.data, "AWS::S3::Bucket");
    for (const removed of [table, files]) expect(removed.DeletionPolicy).toBe("Delete");
    expect(table.Properties.DeletionProtectionEnabled).toBe(false);
    expect(resources(dev.data, "Custom::S3AutoDeleteObjects")).toHaveLength(1);
  });

  it("a stage that works on a restored table keeps its own, and its exports", async () => {
    const stream =
      "arn:aws:dynamodb:us-east-1:123456789012:table/restored/stream/2026-11-01T00:00:00.000";
    const restored = await synthesize("production", { restored: { table: "restored", stream } });
    expect(restored.data).toEqual(production.data);
    const tables = resources(restored.app, "AWS::Lambda::Function")
      .map(([, { Properties }]) => Properties.Environment?.Variables?.TABLE_NAME)
      .filter((name) => name !== undefined);
    expect(tables).toEqual(["restored", "restored", "restored", "restored"]);
    const mapping = resource(restored.app, "AWS::Lambda::EventSourceMapping");
    expect(mapping.Properties.EventSourceArn).toBe(stream);
    for (const [, { Properties }] of resources(restored.app, "AWS::IAM::Policy"))
      expect(JSON.stringify(Properties)).not.toContain("ExportsOutputFnGetAttTable");
  });
});
