import * as v from "valibot";
import { endpoint, origin, readSettings, secret, signUp, tableName, text } from "../setting.ts";

const whole = v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.transform(Number), v.minValue(1));

/** What Lambda and the stacks tell every function. */
const common = {
  TABLE_NAME: tableName,
  /** Another engine than DynamoDB: for the harness, like the other endpoints. */
  DYNAMODB_ENDPOINT: v.optional(endpoint),
  AWS_REGION: text,
  STAGE: v.optional(text, "dev"),
  /** What goes to the log: one line a piece of work, or only failures nobody foresaw. */
  LOG: v.optional(v.picklist(["requests", "errors"]), "requests"),
  /** Which metrics are made of the lines; each costs 0.30 USD a month while it is sent. */
  METRICS: v.optional(v.picklist(["none", "alarms", "all"]), "alarms"),
};

/** Where the secret that signs sessions and links comes from: the name of an SSM parameter, or itself. */
const secrets = {
  SECRET_PARAMETER: v.optional(text),
  AUTH_SECRET: v.optional(secret),
  SSM_ENDPOINT: v.optional(endpoint),
};

/** Where files are that are too large for a request or an answer. */
const files = {
  BUCKET_NAME: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/)),
  S3_ENDPOINT: v.optional(endpoint),
};

const memory = {
  /** Bound of the workbooks in memory. */
  CACHE_MB: v.optional(whole),
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: v.optional(whole, "1024"),
};

export const ApiEnvironment = v.object({
  ...common,
  ...secrets,
  ...memory,
  /** How browsers reach this installation. */
  PUBLIC_URL: origin,
  /** Proves that a request came by way of CloudFront, which then says whose it is. */
  ORIGIN_TOKEN: v.optional(v.pipe(v.string(), v.minLength(16))),
  SIGNUP: v.optional(signUp, "invite"),
  ...files,
});

export const LiveEnvironment = v.object({
  ...common,
  ...secrets,
  ...memory,
  PUBLIC_URL: origin,
  /** The management API of the WebSockets, with its stage. */
  LIVE_ENDPOINT: endpoint,
});

export const ReactEnvironment = v.object({ ...common, ...memory, LIVE_ENDPOINT: endpoint });

export const TickEnvironment = v.object({
  ...common,
  ...memory,
  /** What the stream of the table gave up on. */
  FAILURE_QUEUE_URL: v.pipe(v.string(), v.url()),
  SQS_ENDPOINT: v.optional(endpoint),
});

export type LiveEnvironment = v.InferOutput<typeof LiveEnvironment>;
export type ReactEnvironment = v.InferOutput<typeof ReactEnvironment>;
export type TickEnvironment = v.InferOutput<typeof TickEnvironment>;
export type ApiEnvironment = v.InferOutput<typeof ApiEnvironment>;

type Variables = Readonly<Record<string, string | undefined>>;

/** Throws an Error that names every setting of `api` that is missing or cannot be used. */
export function readApi(variables: Variables): ApiEnvironment {
  return withSecret(readSettings(ApiEnvironment, variables));
}

/** The same of `live`. */
export function readLive(variables: Variables): LiveEnvironment {
  return withSecret(readSettings(LiveEnvironment, variables));
}

/** The same of `react`. */
export function readReact(variables: Variables): ReactEnvironment {
  return readSettings(ReactEnvironment, variables);
}

function withSecret<Environment extends Pick<ApiEnvironment, "SECRET_PARAMETER" | "AUTH_SECRET">>(
  environment: Environment,
): Environment {
  if (environment.SECRET_PARAMETER === undefined && environment.AUTH_SECRET === undefined) {
    throw new Error(
      "Settings that cannot be used:\n  SECRET_PARAMETER: the name of the SSM parameter with the signing secret is needed",
    );
  }
  return environment;
}

/** The same of `tick`. */
export function readTick(variables: Variables): TickEnvironment {
  return readSettings(TickEnvironment, variables);
}

/** How many bytes of workbooks an instance keeps: half of its memory, unless CACHE_MB says otherwise. */
export function cacheBytes(
  environment: Pick<ApiEnvironment, "CACHE_MB" | "AWS_LAMBDA_FUNCTION_MEMORY_SIZE">,
): number {
  const { CACHE_MB: mb, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryMb } = environment;
  return (mb ?? memoryMb / 2) * 1024 * 1024;
}
