import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

const arn = (service: string, pattern: RegExp, message: string) =>
  v.pipe(v.string(), v.startsWith(`arn:aws:${service}:`, message), v.regex(pattern, message));

const memoryMb = v.pipe(v.number(), v.integer(), v.minValue(512), v.maxValue(10_240));

/** The retentions CloudWatch knows. */
const logDays = v.picklist([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365]);

const domain = v.strictObject({
  /** How browsers reach the installation, for example crm.example.com. */
  name: v.pipe(
    v.string(),
    v.regex(
      /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      "must be a host name in lower case, without https:// and without a path",
    ),
  ),
  /** CloudFront takes certificates of us-east-1 only, wherever the rest runs. */
  certificate: arn(
    "acm",
    /^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
    "must be the ARN of a certificate in us-east-1: arn:aws:acm:us-east-1:…:certificate/…",
  ),
});

const restored = v.strictObject({
  table: v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/, "must be the name of a table")),
  stream: arn(
    "dynamodb",
    /^arn:aws:dynamodb:[\w-]+:\d{12}:table\/[\w.-]+\/stream\/[\w:.-]+$/,
    "must be the ARN of the table's stream: arn:aws:dynamodb:…:table/…/stream/…",
  ),
});

const Stage = v.strictObject({
  domain: v.optional(domain),
  /** Where alarms and the budget's warnings are sent. */
  alarmEmail: v.optional(v.pipe(v.string(), v.email("must be an e-mail address"))),
  /** US dollars a month of the whole account; at 80 % of it, and when the forecast is above it, a warning is sent. */
  budgetUsd: v.optional(v.pipe(v.number(), v.minValue(1)), 20),
  /** invite: the first account needs the link the deployment prints, the others an invitation. */
  signUp: v.optional(v.picklist(["open", "invite"]), "invite"),
  /** Where CloudFront answers from: 100 is North America and Europe, 200 adds Asia and Africa, all is everywhere. */
  priceClass: v.optional(v.picklist(["100", "200", "all"]), "100"),
  apiMemoryMb: v.optional(memoryMb, 1769),
  reactMemoryMb: v.optional(memoryMb, 512),
  logDays: v.optional(logDays, 30),
  /** What the functions log, and which metrics they send; each costs 0.30 USD a month while it is sent. */
  log: v.optional(v.picklist(["requests", "errors"]), "requests"),
  metrics: v.optional(v.picklist(["none", "alarms", "all"]), "alarms"),
  /** false for accounts whose limit of concurrent executions is too low to reserve from. */
  reserveConcurrency: v.optional(v.boolean(), true),
  /** A table restored from a backup, to be used instead of the stack's own: docs/operations.md, Restore. */
  restored: v.optional(restored),
});

/** What an operator may choose for a stage; `infra/settings.json` holds it by stage. */
export type Settings = v.InferOutput<typeof Stage>;

const File = v.record(v.string(), Stage);

/** Checks what is in the file, whichever stage it is for. Throws an Error that names each value that cannot be used. */
export function parse(text: string, stage: string): Settings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`infra/settings.json is no JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const parsed = v.safeParse(File, json);
  if (!parsed.success) {
    const reasons = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? ""}: ${issue.message}`);
    throw new Error(
      `Settings in infra/settings.json that cannot be used:\n  ${reasons.join("\n  ")}`,
    );
  }
  return parsed.output[stage] ?? defaults();
}

/** The settings of a stage that has none of its own. */
export function defaults(): Settings {
  return v.parse(Stage, {});
}

/** Reads the settings of a stage of the checkout in `root`; without a file every stage has the defaults. */
export function read(root: string, stage: string): Settings {
  const path = join(root, "infra", "settings.json");
  return existsSync(path) ? parse(readFileSync(path, "utf8"), stage) : defaults();
}
