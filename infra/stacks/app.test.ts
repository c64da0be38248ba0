import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readApi, readLive, readReact, readTick } from "../../packages/functions/src/aws/env.ts";
import { FUNCTIONS, type FunctionName } from "../names.ts";
import { resource, resources } from "../template.ts";
import type { Synthesis } from "../synthesis.ts";
import { hasTools, ROOT, synthesize } from "../testing/synthesis.ts";

const NAMES = FUNCTIONS;

/** How each function reads its environment. */
const readers = { api: readApi, live: readLive, react: readReact, tick: readTick };

/** What CloudFormation puts where the template refers to something. */
const FILLED: Readonly<Record<string, string>> = {
  TABLE_NAME: "gridfolk-production-data-TableCD117FA1-1ABCDEFGHIJK",
  BUCKET_NAME: "gridfolk-production-data-files8e6940b8-abcdefghijkl",
  PUBLIC_URL: "https://d111111abcdef8.cloudfront.net",
  ORIGIN_TOKEN: "f449b9d0-cb6a-11f0-8de9-0242ac120002",
  LIVE_ENDPOINT: "https://abcdef1234.execute-api.us-east-1.amazonaws.com/live",
  FAILURE_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/gridfolk-Failures-ABC",
};

describe.skipIf(!hasTools)("app stack", () => {
  let production: Synthesis;
  let dev: Synthesis;
  beforeAll(async () => {
    production = await synthesize("production");
    dev = await synthesize("dev");
  });
  const app = () => production.app;
  const named = (name: string) => name[0]?.toUpperCase() + name.slice(1);
  const lambda = (name: string, { app }: Synthesis = production) =>
    resource(app, "AWS::Lambda::Function", `${named(name)}Function`).Properties;
  const variables = (name: string) => lambda(name).Environment.Variables;

  it("has four functions of its own; the others are CDK's", () => {
    const all = resources(app(), "AWS::Lambda::Function").map(([id]) => id);
    expect(all.filter((id) => !id.startsWith("CustomCDK")).toSorted()).toEqual([
      expect.stringMatching(/^ApiFunction/),
      expect.stringMatching(/^LiveFunction/),
      expect.stringMatching(/^ReactFunction/),
      expect.stringMatching(/^TickFunction/),
    ]);
    expect(all.filter((id) => id.startsWith("CustomCDK"))).toEqual([
      expect.stringMatching(/^CustomCDKBucketDeployment/),
    ]);
  });

  it.each(NAMES)("%s runs on Node 24, arm64, with source maps", (name) => {
    expect(lambda(name)).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: `${name}.handler`,
    });
    // The functions read the maps themselves, when there is a stack to tell.
    expect(variables(name)).not.toHaveProperty("NODE_OPTIONS");
    const bundle = join(ROOT, "packages/functions/dist-aws", name, `${name}.mjs`);
    expect(readFileSync(bundle, "utf8")).toMatch(/\/\/# sourceMappingURL=\S+\.map\s*$/);
    expect(existsSync(`${bundle}.map`)).toBe(true);
  });

  it("gives every function the environment it was promised", () => {
    const names = Object.fromEntries(
      NAMES.map((name) => [
        name,
        Object.keys(variables(name))
          .filter((variable) => !["LOG", "METRICS"].includes(variable))
          .toSorted(),
      ]),
    );
    expect(names).toEqual({
      api: [
        "BUCKET_NAME",
        "ORIGIN_TOKEN",
        "PUBLIC_URL",
        "SECRET_PARAMETER",
        "SIGNUP",
        "STAGE",
        "TABLE_NAME",
      ],
      live: ["LIVE_ENDPOINT", "PUBLIC_URL", "SECRET_PARAMETER", "STAGE", "TABLE_NAME"],
      react: ["LIVE_ENDPOINT", "STAGE", "TABLE_NAME"],
      tick: ["FAILURE_QUEUE_URL", "STAGE", "TABLE_NAME"],
    });
    for (const name of FUNCTIONS)
      expect(variables(name)).toMatchObject({ LOG: "requests", METRICS: "alarms" });
    expect(variables("api").SIGNUP).toBe("invite");
    expect(variables("api").SECRET_PARAMETER).toBe("/gridfolk/production/secret");
    expect(variables("api").STAGE).toBe("production");
    expect(JSON.stringify(variables("live").LIVE_ENDPOINT)).toMatch(
      /"https:\/\/".*WebSocketApi.*"\.execute-api\.us-east-1\.".*"\/live"/,
    );
  });

  it("gives every function what it reads its settings from", () => {
    // What Lambda adds, and what CloudFormation fills in.
    const filled = (name: FunctionName) => ({
      AWS_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda(name).MemorySize),
      ...Object.fromEntries(
        Object.entries(variables(name)).map(([variable, value]) => [
          variable,
          typeof value === "string" ? value : FILLED[variable],
        ]),
      ),
    });
    for (const name of FUNCTIONS) {
      const given = filled(name);
      const read = readers[name](given);
      for (const variable of Object.keys(variables(name)))
        expect([variable, read[variable as keyof typeof read]]).toEqual([
          variable,
          given[variable as keyof typeof given],
        ]);
    }
  });

  it("keeps no secret in the template", () => {
    const text = JSON.stringify(production);
    expect(text).not.toMatch(/AUTH_SECRET|SecretString|resolve:ssm-secure/);
  });

  it.each([...NAMES.map((name) => `${named(name)}Log`), "AccessLog", "PagesLog"])(
    "%s is kept for 30 days",
    (id) => {
      const log = resource(app(), "AWS::Logs::LogGroup", id);
      expect(log.Properties.RetentionInDays).toBe(30);
      expect(log.DeletionPolicy).toBe("Retain");
      expect(resource(dev.app, "AWS::Logs::LogGroup", id).DeletionPolicy).toBe("Delete");
    },
  );

  it("has no function without a log group of its own", () => {
    for (const [id, { Properties }] of resources(app(), "AWS::Lambda::Function"))
      expect([id, Properties.LoggingConfig]).toEqual([
        id,
        expect.objectContaining({ LogGroup: expect.anything() }),
      ]);
    // Lambda's own lines about what went well would be a third of all that is logged.
    for (const name of NAMES)
      expect(lambda(name).LoggingConfig).toMatchObject({
        LogFormat: "JSON",
        ApplicationLogLevel: "TRACE",
        SystemLogLevel: "WARN",
      });
  });

  it("bounds what a loop could use up", async () => {
    expect(lambda("react").ReservedConcurrentExecutions).toBe(10);
    expect(lambda("tick").ReservedConcurrentExecutions).toBe(1);
    const without = await synthesize("dev", { reserveConcurrency: false });
    for (const name of NAMES)
      expect(lambda(name, without).ReservedConcurrentExecutions).toBeUndefined();
  });

  it("gives api as long as the HTTP API waits", () => {
    expect(lambda("api").Timeout).toBe(30);
    const integration = resource(app(), "AWS::ApiGatewayV2::Integration", "ApiRoute").Properties;
    expect(integration).toMatchObject({
      IntegrationType: "AWS_PROXY",
      PayloadFormatVersion: "2.0",
      TimeoutInMillis: 30_000,
    });
  });

  it("routes /api to api, and nothing else", () => {
    const routes = resources(app(), "AWS::ApiGatewayV2::Route").map(
      ([, { Properties }]) => Properties.RouteKey,
    );
    expect(routes.toSorted()).toEqual(["$connect", "$default", "$disconnect", "ANY /api/{proxy+}"]);
    const stage = resource(app(), "AWS::ApiGatewayV2::Stage", "HttpStage").Properties;
    expect(stage).toMatchObject({
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 },
    });
  });

  it("writes down what never reached api, without addresses of people or pages", () => {
    const { Format } = resource(app(), "AWS::ApiGatewayV2::Stage", "HttpStage").Properties
      .AccessLogSettings;
    expect(Object.keys(JSON.parse(Format))).toEqual(
      expect.arrayContaining(["requestId", "status", "error"]),
    );
    expect(Format).not.toMatch(/sourceIp|\.path|identity|userAgent/);
  });

  it("names the WebSocket stage as browsers and the functions do", () => {
    const stage = resource(app(), "AWS::ApiGatewayV2::Stage", "LiveStage").Properties;
    expect(stage).toMatchObject({ StageName: "live", AutoDeploy: true });
    for (const [, { Properties }] of resources(app(), "AWS::ApiGatewayV2::Route"))
      if (Properties.RouteKey.startsWith("$"))
        expect(JSON.stringify(Properties.ApiId)).toContain("WebSocketApi");
  });

  it("wakes react by heads of the log only, in batches that are bisected, retried and given up", () => {
    const { Properties: mapping } = resource(app(), "AWS::Lambda::EventSourceMapping");
    expect(mapping).toMatchObject({
      FunctionName: { Ref: expect.stringMatching(/^ReactFunction/) },
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      DestinationConfig: {
        OnFailure: { Destination: { "Fn::GetAtt": [expect.stringMatching(/^Failures/), "Arn"] } },
      },
    });
    expect(
      mapping.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern)),
    ).toEqual([{ eventName: ["INSERT"], dynamodb: { Keys: { pk: { S: [{ prefix: "LOG#" }] } } } }]);
  });

  it("keeps what was given up encrypted, for two weeks, longer hidden than tick runs", () => {
    expect(resources(app(), "AWS::SQS::Queue")).toHaveLength(1);
    const { Properties: queue } = resource(app(), "AWS::SQS::Queue");
    expect(queue).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    expect(queue.VisibilityTimeout).toBeGreaterThan(lambda("tick").Timeout);
    const [statement] = resource(app(), "AWS::SQS::QueuePolicy").Properties.PolicyDocument
      .Statement;
    expect(statement).toMatchObject({
      Effect: "Deny",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it("wakes tick every hour, and does not repeat what failed", () => {
    const { Properties: rule } = resource(app(), "AWS::Events::Rule");
    expect(rule).toMatchObject({ ScheduleExpression: "rate(1 hour)", State: "ENABLED" });
    expect(rule.Targets).toEqual([
      expect.objectContaining({
        Arn: { "Fn::GetAtt": [expect.stringMatching(/^TickFunction/), "Arn"] },
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 1_800 },
      }),
    ]);
    expect(resource(app(), "AWS::Lambda::EventInvokeConfig").Properties).toMatchObject({
      MaximumRetryAttempts: 0,
    });
  });

  it("publishes assets for good, then the pages, after the functions, and keeps the release before", () => {
    const [assets, pages] = ["Assets", "Pages"].map((id) =>
      resource(app(), "Custom::CDKBucketDeployment", id),
    );
    expect(assets?.Properties).toMatchObject({
      DestinationBucketKeyPrefix: "assets",
      Prune: false,
      SystemMetadata: { "cache-control": "public, max-age=31536000, immutable" },
    });
    expect(pages?.Properties).toMatchObject({
      Prune: false,
      SystemMetadata: { "cache-control": "no-cache" },
    });
    expect(pages?.DependsOn).toContainEqual(expect.stringMatching(/^AssetsCustomResource/));
    for (const before of [/^ApiFunction/, /^LiveFunction/, /^HttpStage/, /^LiveStage/])
      expect(assets?.DependsOn).toContainEqual(expect.stringMatching(before));
  });

  it("refuses to be made of what is not built", async () => {
    const { App } = await import("aws-cdk-lib");
    const { createStage } = await import("../stages.ts");
    const { defaults } = await import("../settings.ts");
    const root = join(ROOT, "docs");
    expect(() => createStage(new App(), { stage: "dev", settings: defaults(), root })).toThrow(
      /run npm run build first/,
    );
  });
});
