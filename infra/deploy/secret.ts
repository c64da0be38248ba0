import { randomBytes } from "node:crypto";
import {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { secretParameter } from "../names.ts";

/**
 * Makes the secret of a stage unless it is there. A secret that is there is never replaced, also by two deployments at once: all
 * sessions and links would end with it.
 */
export async function ensure(client: SSMClient, stage: string): Promise<"made" | "kept"> {
  try {
    await client.send(
      new PutParameterCommand({
        Name: secretParameter(stage),
        Description:
          "Signs the sessions and links of Gridfolk. Whoever has it can sign in as anybody.",
        // By the account's own key for parameters, which costs nothing.
        Type: "SecureString",
        Value: randomBytes(32).toString("base64url"),
        Overwrite: false,
      }),
    );
    return "made";
  } catch (error) {
    if (nameOf(error) === "ParameterAlreadyExists") return "kept";
    throw error;
  }
}

export async function read(client: SSMClient, stage: string): Promise<string> {
  const { Parameter } = await client.send(
    new GetParameterCommand({ Name: secretParameter(stage), WithDecryption: true }),
  );
  if (!Parameter?.Value) throw new Error(`The parameter ${secretParameter(stage)} is empty.`);
  return Parameter.Value;
}

/** Deletes the secret of a stage that is no more; one that is not there is no failure. */
export async function remove(client: SSMClient, stage: string): Promise<void> {
  try {
    await client.send(new DeleteParameterCommand({ Name: secretParameter(stage) }));
  } catch (error) {
    if (nameOf(error) !== "ParameterNotFound") throw error;
  }
}

function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}
