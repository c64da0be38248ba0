import { type CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { type StackPart, stackName } from "../names.ts";

/** An output of one of a stage's stacks: `output(client, "production", "web", "Url")`. */
export async function output(
  client: CloudFormationClient,
  stage: string,
  part: StackPart,
  name: string,
): Promise<string> {
  const StackName = stackName(stage, part);
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  const value = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  if (value === undefined) throw new Error(`The stack ${StackName} has no output ${name}.`);
  return value;
}
