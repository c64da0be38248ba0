import { type Resource, resources, type Template } from "../template.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The statements of a function's role, by the function's name in the stack: "Api". */
export function statementsOf(app: Template, name: string): Statement[] {
  return resources(app, "AWS::IAM::Policy")
    .filter(([id]) => id.startsWith(`${name}Role`))
    .flatMap(([, { Properties }]: [string, Resource]) => Properties.PolicyDocument.Statement);
}

/**
 * Whether a role may make a DynamoDB request that touches these partitions, as IAM decides it: one statement has to allow the
 * action with its condition met by every key. A request without keys (Scan) meets no condition on keys.
 */
export function allows(
  statements: readonly Statement[],
  action: string,
  partitions: readonly string[],
): boolean {
  return statements.some(({ Effect, Action, Condition }) => {
    if (Effect !== "Allow" || ![Action].flat().includes(action)) return false;
    const prefixes = Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"];
    if (!Array.isArray(prefixes)) return true;
    if (Condition?.["Null"]?.["dynamodb:LeadingKeys"] === "false" && partitions.length === 0)
      return false;
    return partitions.every((key) =>
      (prefixes as string[]).some((prefix) => key.startsWith(prefix.replace(/\*$/, ""))),
    );
  });
}
