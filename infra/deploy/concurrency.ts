import { GetAccountSettingsCommand, type LambdaClient } from "@aws-sdk/client-lambda";

/** What Lambda leaves to functions that reserve nothing. */
const UNRESERVED = 100;
/** What react and tick reserve: `stacks/app.ts`. */
export const RESERVED = 11;

/**
 * Why the account's limit of concurrent executions is too low to reserve from, or `undefined`. New accounts begin with a limit of 10;
 * the stack would fail half-way.
 */
export async function shortage(client: LambdaClient): Promise<string | undefined> {
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  if (limit >= UNRESERVED + RESERVED) return undefined;
  return (
    `This account may run ${limit} functions at once; Gridfolk reserves ${RESERVED} and Lambda wants ${UNRESERVED} left over. ` +
    `Ask for 1,000 in the Service Quotas console (Lambda, "Concurrent executions"), which is usually granted within a day, ` +
    `or set "reserveConcurrency": false for this stage in infra/settings.json meanwhile.`
  );
}
