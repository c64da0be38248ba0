import { join } from "node:path";
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import {
  CfnIntegration,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
  WebSocketRoute,
  WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import {
  HttpLambdaIntegration,
  WebSocketLambdaIntegration,
} from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { CACHE_CONTROL } from "../../packages/functions/src/http/page-headers.ts";
import { TABLE_ACCESS } from "../../packages/functions/src/table-access.ts";
import type { Settings } from "../settings.ts";
import { onFiles, onTable } from "./access.ts";
import { watch } from "./alarms.ts";
import { ServiceFunction, type ServiceFunctionProps } from "./service-function.ts";
import { LIVE_STAGE, REQUEST_TIMEOUT, type WebStack } from "./web.ts";

/** Requests a second to the API, all users together: far above 50 commits a second, far below what would cost a fortune. */
const THROTTLE = { rateLimit: 500, burstLimit: 1_000 };

export interface AppStackProps extends StackProps {
  readonly stage: string;
  readonly production: boolean;
  readonly settings: Settings;
  readonly table: ITable;
  readonly files: IBucket;
  readonly web: WebStack;
  /** Name of the parameter that holds the secret; the deployment makes it before the stacks. */
  readonly secretParameter: string;
  /** The built functions. */
  readonly bundles: string;
  /** The built pages. */
  readonly pages: string;
}

/**
 * The four functions and what wakes them, the alarms, and at last the pages: who gets new pages finds the functions that they
 * were made for.
 */
export class AppStack extends Stack {
  constructor(scope: Construct, id: string, props: AppStackProps) {
    super(scope, id, props);
    const { settings, table, files, web } = props;
    const removalPolicy = props.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const reserved = (count: number) => (settings.reserveConcurrency ? count : undefined);
    const shared = { bundles: props.bundles, logDays: settings.logDays, removalPolicy };
    const environment = {
      TABLE_NAME: table.tableName,
      STAGE: props.stage,
      LOG: settings.log,
      METRICS: settings.metrics,
    };
    const secret = {
      SECRET_PARAMETER: props.secretParameter,
      PUBLIC_URL: web.publicUrl,
    };
    const liveEndpoint = `https://${web.webSocketApi.apiId}.execute-api.${this.region}.${this.urlSuffix}/${LIVE_STAGE}`;
    const create = (own: Omit<ServiceFunctionProps, keyof typeof shared>) =>
      new ServiceFunction(this, own.name[0]?.toUpperCase() + own.name.slice(1), {
        ...shared,
        ...own,
        environment: { ...environment, ...own.environment },
      });

    const failures = new Queue(this, "Failures", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // Longer than tick runs: a message is not handed out twice while it is worked on.
      visibilityTimeout: Duration.minutes(16),
    });

    const readSecret = new PolicyStatement({
      actions: ["ssm:GetParameter"],
      resources: [
        this.formatArn({
          service: "ssm",
          resource: "parameter",
          resourceName: props.secretParameter.slice(1),
        }),
      ],
    });
    const post = new PolicyStatement({
      actions: ["execute-api:ManageConnections"],
      resources: [
        this.formatArn({
          service: "execute-api",
          resource: web.webSocketApi.apiId,
          resourceName: `${LIVE_STAGE}/POST/@connections/*`,
        }),
      ],
    });

    const api = create({
      name: "api",
      description: "Answers /api",
      // A whole processor: folding and searching a sheet is arithmetic. Half of it caches workbooks.
      memoryMb: settings.apiMemoryMb,
      timeout: REQUEST_TIMEOUT,
      environment: {
        ...secret,
        SIGNUP: settings.signUp,
        BUCKET_NAME: files.bucketName,
        ORIGIN_TOKEN: web.originToken,
      },
      access: [
        ...onTable(table, TABLE_ACCESS.api),
        ...onFiles(files, ["files/", "exports/", "kept/"]),
        readSecret,
      ],
    });
    const live = create({
      name: "live",
      description: "Opens and closes live connections, passes on who is where",
      // Little to compute; a quarter of a processor starts it soon enough.
      memoryMb: 512,
      timeout: Duration.seconds(10),
      environment: { ...secret, LIVE_ENDPOINT: liveEndpoint },
      access: [...onTable(table, TABLE_ACCESS.live), readSecret, post],
    });
    const react = create({
      name: "react",
      description: "Follows the log: live changes, snapshots, memberships",
      // Most of its time it waits for the table, and pays by memory; half of it has room for the workbook that a snapshot takes.
      memoryMb: settings.reactMemoryMb,
      timeout: Duration.minutes(2),
      reserved: reserved(10),
      environment: { LIVE_ENDPOINT: liveEndpoint },
      access: [...onTable(table, TABLE_ACCESS.react), post],
    });
    const tick = create({
      name: "tick",
      description: "Makes good, hourly, what was cut short",
      memoryMb: settings.apiMemoryMb,
      timeout: Duration.minutes(15),
      reserved: reserved(1),
      environment: { FAILURE_QUEUE_URL: failures.queueUrl },
      access: [
        ...onTable(table, TABLE_ACCESS.tick),
        new PolicyStatement({
          actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
          resources: [failures.queueArn],
        }),
      ],
    });

    const apiRoute = new HttpRoute(this, "ApiRoute", {
      httpApi: web.httpApi,
      routeKey: HttpRouteKey.with("/api/{proxy+}", HttpMethod.ANY),
      integration: new HttpLambdaIntegration("Api", api.function, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      }),
    });
    // HTTP APIs take up to 30 seconds; the construct knows of 29 only.
    for (const child of apiRoute.node.findAll())
      if (child instanceof CfnIntegration) child.timeoutInMillis = REQUEST_TIMEOUT.toMilliseconds();
    const accessLog = new LogGroup(this, "AccessLog", {
      retention: settings.logDays as RetentionDays,
      removalPolicy,
    });
    const httpStage = new HttpStage(this, "HttpStage", {
      httpApi: web.httpApi,
      stageName: "$default",
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(ACCESS_LINE),
      },
    });
    httpStage.node.addDependency(apiRoute);

    const liveRoutes = ["$connect", "$default", "$disconnect"].map(
      (routeKey) =>
        new WebSocketRoute(this, `Live-${routeKey.slice(1)}`, {
          webSocketApi: web.webSocketApi,
          routeKey,
          integration: new WebSocketLambdaIntegration(`Live-${routeKey.slice(1)}`, live.function, {
            timeout: Duration.seconds(10),
          }),
        }),
    );
    const liveStage = new WebSocketStage(this, "LiveStage", {
      webSocketApi: web.webSocketApi,
      stageName: LIVE_STAGE,
      autoDeploy: true,
      throttle: THROTTLE,
    });
    liveStage.node.addDependency(...liveRoutes);

    react.function.addEventSource(
      new DynamoEventSource(table, {
        // Cursors make repetition harmless; what came before the mapping must not be missed.
        startingPosition: StartingPosition.TRIM_HORIZON,
        filters: [
          FilterCriteria.filter({
            eventName: FilterRule.isEqual("INSERT"),
            dynamodb: { Keys: { pk: { S: FilterRule.beginsWith("LOG#") } } },
          }),
        ],
        batchSize: 100,
        // The least there is: people wait for each other's changes.
        maxBatchingWindow: Duration.seconds(1),
        bisectBatchOnError: true,
        retryAttempts: 10,
        maxRecordAge: Duration.hours(6),
        reportBatchItemFailures: true,
        onFailure: new SqsDlq(failures),
      }),
    );

    new Rule(this, "Hourly", {
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [
        new LambdaTarget(tick.function, {
          // The next hour tries again.
          retryAttempts: 0,
          maxEventAge: Duration.minutes(30),
        }),
      ],
    });
    tick.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(30) });

    const topic = watch(this, {
      stage: props.stage,
      failures,
      functions: [api, live, react, tick],
      answering: [api, live],
      follower: react,
      email: settings.alarmEmail,
      budgetUsd: settings.budgetUsd,
    });

    const pagesLog = new LogGroup(this, "PagesLog", {
      retention: settings.logDays as RetentionDays,
      removalPolicy,
    });
    const deployment = {
      destinationBucket: web.pages,
      // Pages that are open somewhere still load what the release before was made of.
      prune: false,
      logGroup: pagesLog,
      memoryLimit: 256,
    };
    const compressed = ["*.br", "**/*.br", "*.gz", "**/*.gz"];
    const assets = new BucketDeployment(this, "Assets", {
      ...deployment,
      sources: [Source.asset(join(props.pages, "assets"), { exclude: compressed })],
      destinationKeyPrefix: "assets",
      cacheControl: [CacheControl.fromString(CACHE_CONTROL.asset)],
    });
    assets.node.addDependency(httpStage, liveStage, api, live);
    const pages = new BucketDeployment(this, "Pages", {
      ...deployment,
      sources: [
        Source.asset(props.pages, { exclude: [...compressed, "assets", "assets/**", ".*"] }),
      ],
      cacheControl: [CacheControl.fromString(CACHE_CONTROL.page)],
    });
    pages.node.addDependency(assets);

    new CfnOutput(this, "TableName", { value: table.tableName });
    new CfnOutput(this, "FilesBucket", { value: files.bucketName });
    new CfnOutput(this, "FailureQueueUrl", { value: failures.queueUrl });
    new CfnOutput(this, "AlarmTopic", { value: topic.topicArn });
  }
}

/**
 * A line of the HTTP API's own log: what never reached the function is seen only here. Nobody's address, nobody's path, and, since
 * there is one for every request, nothing that CloudWatch or the function's line says anyway.
 */
const ACCESS_LINE = JSON.stringify({
  requestId: "$context.requestId",
  status: "$context.status",
  ms: "$context.responseLatency",
  error: "$context.error.message",
  functionError: "$context.integrationErrorMessage",
});
