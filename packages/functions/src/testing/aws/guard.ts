import { type Answer, type Call, startFaultProxy } from "@gridfolk/core/testing/fault-proxy";
import { TABLE_ACCESS, TABLE_CALLS } from "../../table-access.ts";

type Guarded = keyof typeof TABLE_ACCESS;

export interface Guards {
  /** Where each function finds the engine. */
  readonly engineFor: Readonly<Record<Guarded, string>>;
  /** Calls that were refused. */
  readonly refused: readonly string[];
  stop(): Promise<void>;
}

/**
 * Stands between the functions and the engine as IAM does on AWS: a call goes through if one of the function's ways of access has it
 * and covers every partition it names, else it is answered by AccessDeniedException.
 */
export async function startGuards(engine: string): Promise<Guards> {
  const refused: string[] = [];
  const proxies = await Promise.all(
    (Object.keys(TABLE_ACCESS) as Guarded[]).map(async (name) => {
      const proxy = await startFaultProxy(engine);
      proxy.decide = async (call) => {
        const partitions = partitionsOf(call);
        if (mayCall(name, call.operation, partitions)) return call.forward();
        const what = `${name}: dynamodb:${call.operation} on ${[...new Set(partitions)].join(", ")}`;
        refused.push(what);
        process.stderr.write(`Refused: ${what}
`);
        return denied(what);
      };
      return [name, proxy] as const;
    }),
  );
  return {
    engineFor: Object.fromEntries(
      proxies.map(([name, { endpoint }]) => [name, endpoint]),
    ) as Record<Guarded, string>,
    refused,
    async stop() {
      await Promise.all(proxies.map(([, proxy]) => proxy.stop()));
    },
  };
}

/** A call that names no partition (Scan) is nobody's. */
export function mayCall(name: Guarded, call: string, partitions: readonly string[]): boolean {
  if (partitions.length === 0) return false;
  return (["read", "append", "write"] as const).some(
    (way) =>
      (TABLE_CALLS[way] as readonly string[]).includes(call) &&
      partitions.every((key) => TABLE_ACCESS[name][way].some((kind) => key.startsWith(kind))),
  );
}

interface Text {
  readonly S: string;
}
type Keyed = Readonly<Record<"pk", Text>>;

function partitionsOf({ operation, body }: Call): string[] {
  const asked = body as {
    readonly Key?: Keyed;
    readonly Item?: Keyed;
    readonly ExpressionAttributeValues?: Readonly<Record<string, Text>>;
    readonly RequestItems?: Readonly<
      Record<
        string,
        | { readonly Keys: readonly Keyed[] }
        | readonly {
            readonly PutRequest?: { Item: Keyed };
            readonly DeleteRequest?: { Key: Keyed };
          }[]
      >
    >;
  };
  const keys = [asked.Key, asked.Item];
  for (const requests of Object.values(asked.RequestItems ?? {})) {
    if ("Keys" in requests) keys.push(...requests.Keys);
    else
      keys.push(
        ...requests.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key),
      );
  }
  const queried = operation === "Query" ? asked.ExpressionAttributeValues?.[":pk"]?.S : undefined;
  return [...keys.map((key) => key?.pk.S), queried].filter((pk) => pk !== undefined);
}

function denied(what: string): Answer {
  return {
    status: 400,
    body: JSON.stringify({
      __type: "com.amazon.coral.service#AccessDeniedException",
      Message: `User is not authorized to perform: ${what}`,
    }),
  };
}
