import { Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  type ITable,
  StreamViewType,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/** How far back the table and the backups can be brought: all that DynamoDB offers. */
export const RECOVERY_DAYS = 35;

export interface DataStackProps extends StackProps {
  /** Production keeps its data whatever happens to the stack. */
  readonly production: boolean;
  /** A table restored from a backup, to be worked on instead of the stack's own, which is kept. */
  readonly restored?: { readonly table: string; readonly stream: string } | undefined;
}

/** What must outlive every deployment: the one table, and the bucket of backups and of large files on their way. */
export class DataStack extends Stack {
  /** The table that is worked on. */
  readonly table: ITable;
  readonly files: Bucket;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const removalPolicy = props.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    const table = new Table(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: RECOVERY_DAYS,
      },
      timeToLiveAttribute: "ttl",
      stream: StreamViewType.KEYS_ONLY,
      // AWS-owned key: free.
      encryption: TableEncryption.DEFAULT,
      deletionProtection: props.production,
      removalPolicy,
    });
    // Exported whether used or not: a stack that turns to a restored table must not find its export in use.
    this.exportValue(table.tableName);
    this.exportValue(table.tableArn);
    this.exportValue(table.tableStreamArn);
    this.table =
      props.restored === undefined
        ? table
        : Table.fromTableAttributes(this, "RestoredTable", {
            tableName: props.restored.table,
            tableStreamArn: props.restored.stream,
          });

    this.files = new Bucket(this, "Files", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [
        { id: "uploads-broken-off", abortIncompleteMultipartUploadAfter: Duration.days(1) },
        // On their way in or out; docs/api.md says that they are gone after a day.
        ...["files/", "exports/"].map((prefix) => ({
          id: prefix.slice(0, -1),
          prefix,
          expiration: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(1),
        })),
        // Imported files of workspaces that keep them: as long as an import can be undone.
        {
          id: "kept",
          prefix: "kept/",
          expiration: Duration.days(90),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          id: "versions",
          noncurrentVersionExpiration: Duration.days(RECOVERY_DAYS),
          expiredObjectDeleteMarker: true,
        },
      ],
      removalPolicy,
      autoDeleteObjects: !props.production,
    });
  }
}
