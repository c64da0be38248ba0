import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";

/** How the partition keys of a kind of items begin: docs/data-model.md. */
export type Kind =
  | "LOG#"
  | "BODY#"
  | "INTENT#"
  | "ID#"
  | "WS#"
  | "PAGE#"
  | "EFFECT#"
  | "AUTH#"
  /** Who is in which workspace, and which workspaces there are: made from the logs. */
  | "AUTH#member#"
  | "AUTH#workspaces"
  | "LIVE#"
  /** How far the hourly round has come. */
  | "AUTH#tick";

const READ = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
/** DynamoDB does not tell puts from deletes in a batch: who may write batches may delete. */
const WRITE = ["dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"];

export interface TableAccess {
  readonly read: readonly Kind[];
  /** Put one by one, never deleted. */
  readonly append?: readonly Kind[];
  /** Put and deleted, also in batches. */
  readonly write?: readonly Kind[];
}

/**
 * What a function may do with which items. Nobody gets Scan or UpdateItem, and nobody may delete from the log: heads are
 * put one by one.
 */
export function onTable(table: ITable, access: TableAccess): PolicyStatement[] {
  return [
    statement(table, READ, access.read),
    ...(access.append ? [statement(table, ["dynamodb:PutItem"], access.append)] : []),
    ...(access.write ? [statement(table, WRITE, access.write)] : []),
  ];
}

function statement(
  table: ITable,
  actions: readonly string[],
  kinds: readonly Kind[],
): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [table.tableArn],
    conditions: {
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": kinds.map((kind) => `${kind}*`) },
      // ForAllValues alone holds as well where a request names no keys.
      Null: { "dynamodb:LeadingKeys": "false" },
    },
  });
}

/** Reading, writing and deleting objects under these prefixes, uploads in pieces included; listing under them as well. */
export function onFiles(bucket: IBucket, prefixes: readonly string[]): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
      ],
      resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
    }),
    new PolicyStatement({
      // Without it S3 answers 403 instead of 404 for what is not there.
      actions: ["s3:ListBucket"],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
    }),
  ];
}
