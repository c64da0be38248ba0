import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { TABLE_CALLS, type TableAccess } from "../../packages/functions/src/table-access.ts";

/** What a function may do with which items, as statements: see the table of accesses for what and why. */
export function onTable(table: ITable, access: TableAccess): PolicyStatement[] {
  return (["read", "append", "write"] as const)
    .filter((way) => access[way].length > 0)
    .map(
      (way) =>
        new PolicyStatement({
          actions: TABLE_CALLS[way].map((call) => `dynamodb:${call}`),
          resources: [table.tableArn],
          conditions: {
            "ForAllValues:StringLike": {
              "dynamodb:LeadingKeys": access[way].map((kind) => `${kind}*`),
            },
            // ForAllValues alone holds as well where a request names no keys.
            Null: { "dynamodb:LeadingKeys": "false" },
          },
        }),
    );
}

/** Reading, writing and deleting objects under these prefixes, uploads in pieces included, and seeing what is there. */
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
      // Without it S3 answers 403 instead of 404 for what is not there; it asks so without a prefix.
      actions: ["s3:ListBucket"],
      resources: [bucket.bucketArn],
    }),
  ];
}
