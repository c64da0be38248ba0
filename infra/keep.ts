import { isDeepStrictEqual } from "node:util";
import type { Resource, Template } from "./template.ts";

/**
 * What holds customers' data, by type: the properties CloudFormation cannot change without making a new, empty one, and those
 * without which the data is less safe than it was.
 */
const HOLDS_DATA: Readonly<
  Record<string, { readonly replacing: readonly string[]; readonly protecting: readonly string[] }>
> = {
  "AWS::DynamoDB::Table": {
    replacing: [
      "TableName",
      "KeySchema",
      "AttributeDefinitions",
      "LocalSecondaryIndexes",
      "ImportSourceSpecification",
    ],
    protecting: [
      "DeletionProtectionEnabled",
      "PointInTimeRecoverySpecification",
      "TimeToLiveSpecification",
      "StreamSpecification",
    ],
  },
  "AWS::S3::Bucket": {
    replacing: ["BucketName", "BucketNamePrefix", "ObjectLockEnabled"],
    protecting: [
      "VersioningConfiguration",
      "PublicAccessBlockConfiguration",
      "LifecycleConfiguration",
    ],
  },
};

/** What data a stack would lose or leave less safe if it were deployed over another. Empty: nothing. */
export function losses(deployed: Template, next: Template): string[] {
  const found: string[] = [];
  for (const [id, before] of Object.entries(deployed.Resources)) {
    const rules = HOLDS_DATA[before.Type];
    if (rules === undefined) continue;
    const what = `${before.Type} ${id}`;
    const after = next.Resources[id];
    if (after === undefined)
      found.push(`${what} is gone: it would be left behind, a new one begun`);
    else if (after.Type !== before.Type) found.push(`${what} became ${after.Type}`);
    else found.push(...changes(before, after, rules).map((change) => `${what}: ${change}`));
  }
  return found;
}

function changes(
  before: Resource,
  after: Resource,
  rules: { readonly replacing: readonly string[]; readonly protecting: readonly string[] },
): string[] {
  const changed = (names: readonly string[]) =>
    names.filter((name) => !isDeepStrictEqual(before.Properties[name], after.Properties[name]));
  return [
    ...(["DeletionPolicy", "UpdateReplacePolicy"] as const)
      .filter((name) => after[name] !== "Retain")
      .map((name) => `${name} is ${after[name] ?? "not set"}, not Retain`),
    ...changed(rules.replacing).map((name) => `${name} changed: it would be replaced`),
    ...changed(rules.protecting).map((name) => `${name} changed`),
  ];
}
