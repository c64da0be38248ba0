import type { DynamoClient } from "@gridfolk/core/dynamo/client";
import deleteItem from "dynalite/actions/deleteItem.js";
import getItem from "dynalite/actions/getItem.js";
import putItem from "dynalite/actions/putItem.js";
import query from "dynalite/actions/query.js";
import deleteItemRules from "dynalite/validations/deleteItem.js";
import getItemRules from "dynalite/validations/getItem.js";
import validations from "dynalite/validations/index.js";
import putItemRules from "dynalite/validations/putItem.js";
import queryRules from "dynalite/validations/query.js";
import type { TableDescription, Tables } from "./tables.ts";

type Data = Record<string, unknown>;
type WireItem = NonNullable<Awaited<ReturnType<DynamoClient["getItem"]>>["Item"]>;
type TableInput = Parameters<DynamoClient["createTable"]>[0];

const operations = {
  DeleteItem: [deleteItem, deleteItemRules],
  GetItem: [getItem, getItemRules],
  PutItem: [putItem, putItemRules],
  Query: [query, queryRules],
} as const;

/**
 * DynamoDB's calls answered in this process: dynalite's validation and actions without its server, so nothing listens on
 * the machine, and 350 kB of bytes are not signed, sent and parsed on their way.
 */
export function createEmbeddedClient(tables: Tables): DynamoClient {
  async function call(
    name: keyof typeof operations,
    input: object,
    signal: AbortSignal,
  ): Promise<Data> {
    signal.throwIfAborted();
    const [action, rules] = operations[name];
    const data = toWire(input) as Data;
    try {
      validations.checkValidations(data, rules.types, rules.custom, tables);
      return (await new Promise<Data>((resolve, reject) => {
        action(tables, data, (error, answer) => (error ? reject(error) : resolve(answer)));
      })) as Data;
    } catch (error) {
      throw named(error);
    }
  }

  async function read(
    name: "GetItem" | "Query",
    input: object,
    signal: AbortSignal,
  ): Promise<Data> {
    return fromWire(await call(name, input, signal)) as Data;
  }

  return {
    getItem: (input, signal) => read("GetItem", input, signal),
    query: (input, signal) => read("Query", input, signal),
    putItem: (input, signal) => call("PutItem", input, signal),
    deleteItem: (input, signal) => call("DeleteItem", input, signal),

    async batchGet(input, signal) {
      const Responses: Record<string, WireItem[]> = {};
      const ConsumedCapacity = [];
      for (const [TableName, request] of Object.entries(input.RequestItems ?? {})) {
        const { Keys = [], ConsistentRead } = request;
        const units = input.ReturnConsumedCapacity;
        const answers = await Promise.all(
          Keys.map((Key) =>
            read(
              "GetItem",
              { TableName, Key, ConsistentRead, ReturnConsumedCapacity: units },
              signal,
            ),
          ),
        );
        Responses[TableName] = answers
          .map(({ Item }) => Item as WireItem | undefined)
          .filter((item) => item !== undefined);
        ConsumedCapacity.push(capacity(TableName, answers));
      }
      return { Responses, UnprocessedKeys: {}, ConsumedCapacity };
    },

    async batchWrite(input, signal) {
      const ConsumedCapacity = [];
      for (const [TableName, requests] of Object.entries(input.RequestItems ?? {})) {
        const common = { TableName, ReturnConsumedCapacity: input.ReturnConsumedCapacity };
        const answers = await Promise.all(
          requests.map(({ PutRequest, DeleteRequest }) =>
            PutRequest
              ? call("PutItem", { ...common, Item: PutRequest.Item }, signal)
              : call("DeleteItem", { ...common, Key: DeleteRequest?.Key }, signal),
          ),
        );
        ConsumedCapacity.push(capacity(TableName, answers));
      }
      return { UnprocessedItems: {}, ConsumedCapacity };
    },

    async createTable(input) {
      const description = describe(input);
      if (tables.describe(description.TableName) !== undefined)
        throw exception("ResourceInUseException", "The table exists");
      await tables.create(description);
      return {};
    },

    async describeTable({ TableName = "" }) {
      const description = tables.describe(TableName);
      if (description === undefined)
        throw exception("ResourceNotFoundException", `Table ${TableName} not found`);
      return { Table: { TableName, TableStatus: description.TableStatus } };
    },

    async describeTtl() {
      return { TimeToLiveDescription: { AttributeName: "ttl", TimeToLiveStatus: "ENABLED" } };
    },

    async updateTtl() {
      throw exception("ValidationException", "Expiry is always on");
    },

    close() {},
  };
}

function describe(input: TableInput): TableDescription {
  const { TableName = "", AttributeDefinitions, KeySchema } = input;
  return {
    TableName,
    AttributeDefinitions,
    KeySchema,
    TableStatus: "ACTIVE",
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    ProvisionedThroughput: {
      ReadCapacityUnits: 0,
      WriteCapacityUnits: 0,
      NumberOfDecreasesToday: 0,
    },
    ItemCount: 0,
    TableSizeBytes: 0,
    CreationDateTime: 0,
  };
}

function capacity(TableName: string, answers: readonly Data[]) {
  const units = answers.map(
    ({ ConsumedCapacity }) =>
      (ConsumedCapacity as { CapacityUnits?: number } | undefined)?.CapacityUnits ?? 0,
  );
  return { TableName, CapacityUnits: units.reduce((sum, unit) => sum + unit, 0) };
}

/** A copy with bytes in base64, without what is undefined: what JSON would have made of it. */
function toWire(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  if (Array.isArray(value)) return value.map(toWire);
  const copy: Data = {};
  for (const [name, entry] of Object.entries(value))
    if (entry !== undefined) copy[name] = toWire(entry);
  return copy;
}

/** Bytes back from base64 in attribute values; everything else is as the engine answered it. */
function fromWire(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromWire);
  const copy: Data = {};
  for (const [name, entry] of Object.entries(value))
    copy[name] =
      name === "B" && typeof entry === "string" ? Buffer.from(entry, "base64") : fromWire(entry);
  return copy;
}

/** dynalite's error as the SDK would have thrown it. */
function named(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (!("statusCode" in error) || !("body" in error)) return error;
  const { statusCode } = error as { statusCode?: number };
  const body = error.body as { __type?: string; message?: string; Message?: string };
  const name = body.__type?.split("#").at(-1) ?? "InternalServerError";
  return exception(name, body.message ?? body.Message ?? error.message, statusCode);
}

function exception(name: string, message: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}
