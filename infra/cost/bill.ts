import { type Day, idleDay, partsOf, storedOf } from "./day.ts";
import { priceOf, type PriceName } from "./price.ts";
import type { Profile } from "./profile.ts";
import { plus, priceOfAll, times, type Usage } from "./usage.ts";

/** US dollars of one of AWS's services, for a working day and for a month. */
export interface Row {
  readonly name: string;
  readonly day: number;
  readonly month: number;
}

export interface Bill {
  readonly services: readonly Row[];
  /** The same by what people do. Storage is apart. */
  readonly acts: readonly Row[];
  /** The sum of the services. */
  readonly total: Row;
}

const SERVICES: Readonly<Record<PriceName, string>> = {
  dynamodbWriteUnit: "DynamoDB, writing",
  dynamodbReadUnit: "DynamoDB, reading",
  dynamodbStorage: "DynamoDB, storage and its backup",
  dynamodbPitr: "DynamoDB, storage and its backup",
  lambdaRequest: "Lambda",
  lambdaCompute: "Lambda",
  httpApiRequest: "API Gateway, HTTP",
  webSocketMessage: "API Gateway, WebSocket",
  webSocketMinute: "API Gateway, WebSocket",
  cloudFrontRequest: "CloudFront",
  cloudFrontOut: "CloudFront",
  cloudFrontToOrigin: "CloudFront",
  cloudFrontFunction: "CloudFront",
  s3Storage: "S3",
  s3Put: "S3",
  s3Get: "S3",
  s3Out: "S3",
  logsIngest: "CloudWatch, logs",
  logsStorage: "CloudWatch, logs",
  customMetric: "CloudWatch, metrics",
  alarmMetric: "CloudWatch, metrics",
  sqsRequest: "SQS",
  schedulerInvocation: "EventBridge",
  kmsRequest: "KMS",
};

const MONTH_DAYS = 30;

/** What `npm run cost -- --idle` counts in the stacks as they are; idle.test.ts compares. */
export const IDLE_MONTH_USD = 0.935;

/**
 * What a workspace costs that is used like this on so many days of a month, without what an installation costs that nobody uses.
 * Storage is that of the first month: what the days leave is there for half of it on average, and stays.
 */
export function billOf(day: Day, days: number, profile: Profile): Bill {
  const parts = partsOf(day, profile);
  const used = parts.map(({ usage }) => usage).reduce(plus, {});
  const { before, more } = storedOf(day, profile);
  const storedGb = before + (more * days) / 2;
  const monthly: Usage = plus(times(used, days), {
    ...times(idleDay(day, profile), MONTH_DAYS - Math.min(days, MONTH_DAYS)),
  });
  // Logs are kept for a month.
  const stored: Usage = {
    dynamodbStorage: storedGb,
    dynamodbPitr: storedGb,
    logsStorage: monthly.logsIngest ?? 0,
  };
  const ofDay = plus(used, times(stored, 1 / MONTH_DAYS));
  const ofMonth = plus(monthly, stored);
  const names = [...new Set(Object.values(SERVICES))];
  const services = names
    .map((name) => ({ name, day: sumOf(ofDay, name), month: sumOf(ofMonth, name) }))
    .filter(({ month }) => month > 0);
  const acts = parts.map(({ what, usage }) => {
    const usd = priceOfAll(usage);
    return { name: what, day: usd, month: usd * days };
  });
  const total = { name: "in all", day: priceOfAll(ofDay), month: priceOfAll(ofMonth) };
  return { services, acts, total };
}

function sumOf(usage: Usage, service: string): number {
  return Object.entries(usage)
    .filter(([name]) => SERVICES[name as PriceName] === service)
    .reduce((sum, [name, count]) => sum + priceOf(name as PriceName, count), 0);
}
