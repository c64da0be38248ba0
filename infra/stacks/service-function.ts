import { join } from "node:path";
import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { FunctionName } from "../names.ts";

export interface ServiceFunctionProps {
  readonly name: FunctionName;
  readonly description: string;
  /** The folder that `npm run build:aws` writes the four bundles to. */
  readonly bundles: string;
  readonly environment: Readonly<Record<string, string>>;
  /** All it may do, besides writing its log. */
  readonly access: readonly PolicyStatement[];
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** At most so many at once, set aside for this function. */
  readonly reserved?: number | undefined;
  readonly logDays: number;
  readonly removalPolicy: RemovalPolicy;
}

/** A function with its role, its environment and its log group. Nothing else may write to the log, and the role can do nothing else. */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, "Log", {
      retention: props.logDays as RetentionDays,
      removalPolicy: props.removalPolicy,
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `What Gridfolk's ${props.name} function may do`,
    });
    logGroup.grantWrite(role);
    for (const statement of props.access) role.addToPolicy(statement);

    this.function = new LambdaFunction(this, "Function", {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.bundles, props.name)),
      handler: `${props.name}.handler`,
      role,
      logGroup,
      // The functions write JSON themselves, which is taken as it is, all of it. Of its own Lambda writes only what went wrong: of an
      // invocation that went well the function's line says all but the memory, for a third of the bytes.
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.TRACE,
      systemLogLevelV2: SystemLogLevel.WARN,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      environment: props.environment,
      ...(props.reserved === undefined ? {} : { reservedConcurrentExecutions: props.reserved }),
    });
  }

  /** Invocations that failed, in five minutes. */
  errors(): IMetric {
    return this.function.metricErrors({ period: Duration.minutes(5), statistic: "Sum" });
  }

  /** Invocations that were turned away for want of concurrency, in five minutes. */
  throttles(): IMetric {
    return this.function.metricThrottles({ period: Duration.minutes(5), statistic: "Sum" });
  }
}
