import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { contactsCsv } from "@gridfolk/core/testing/contacts";
import { nodePlatform } from "@gridfolk/functions/platform";
import { unpacked } from "@gridfolk/functions/testing/aws/bundles";
import { type Deployment, deploy } from "@gridfolk/functions/testing/aws/deployment";
import type { Machine } from "@gridfolk/functions/testing/aws/machine";
import { call } from "@gridfolk/functions/testing/aws/table";
import { S3_CREDENTIALS } from "@gridfolk/functions/testing/credentials";
import { Api } from "../../packages/web/e2e/product.ts";
import { importByCommand, makeWorkspace } from "../server.ts";
import { FUNCTIONS, MEMORY_MB, type Meter, startMeter } from "./meter.ts";
import { keptInMemory, type Person } from "./page.ts";

/** The product as it is deployed, people who share a workspace, and what counts what they use. */
export interface Office {
  readonly deployment: Deployment;
  readonly meter: Meter;
  readonly tableName: string;
  readonly workspace: string;
  readonly people: readonly Person[];
  /** Puts so many contacts into the workspace, with a snapshot of them, as was done before the day. */
  fill(rows: number, directory: string): Promise<void>;
  /** What the table stores. */
  storedBytes(): Promise<number>;
  /** Ends the instances of a function, or of all: what comes next begins cold. */
  cool(...names: readonly (typeof FUNCTIONS)[number][]): Promise<void>;
}

const SNAPSHOT_WITHIN_MS = 180_000;

/** `later` is told at once how to end what was begun. */
export async function openOffice(
  machine: Machine,
  users: number,
  later: (undo: () => Promise<void>) => void,
): Promise<Office> {
  const meter = await startMeter(machine.engine, machine.bucket);
  later(() => meter.stop());
  const tableName = `day-${randomUUID()}`;
  const deployment = await deploy({
    bundles: unpacked(machine.bundles),
    engine: machine.engine,
    engineFor: meter.engineFor,
    bucket: meter.bucket,
    between: meter.between,
    tableName,
    secret: "a secret that only this measurement knows",
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", METRICS: "alarms" },
    functions: {
      api: { memoryMb: MEMORY_MB.api },
      live: { memoryMb: MEMORY_MB.live },
      react: { memoryMb: MEMORY_MB.react },
      tick: { memoryMb: MEMORY_MB.tick },
    },
    onLine: meter.onLine,
  });
  later(() => deployment.stop());
  meter.watch(deployment);
  const { url } = deployment;
  const owner = await Api.signUp(url, "Olive Owner", "olive@acme.test");
  const workspace = await makeWorkspace(owner);
  const people: Person[] = [];
  for (let n = 0; n < users; n += 1) {
    const { token } = n === 0 ? owner : await invited(url, owner, workspace, n);
    people.push({ url, token, workspace, kept: keptInMemory(), add: meter.add });
  }

  return {
    deployment,
    meter,
    tableName,
    workspace,
    people,
    async fill(rows, directory) {
      const file = join(directory, "contacts.csv");
      writeFileSync(file, contactsCsv(rows));
      await importByCommand(owner, workspace, file);
      const client = connect({ endpoint: machine.engine, credentials: S3_CREDENTIALS });
      const store = createDynamoStore({ client, tableName, platform: nodePlatform });
      const until = Date.now() + SNAPSHOT_WITHIN_MS;
      for (;;) {
        await deployment.eventSource?.caughtUp();
        const manifest = await store.get({ pk: `WS#${workspace}`, sk: "SNAPSHOT" });
        if (Number(manifest?.["seq"] ?? 0) > users) break;
        if (Date.now() > until) throw new Error("There is no snapshot of the import.");
        await delay(250);
      }
      client.close();
    },
    async storedBytes() {
      let bytes = 0;
      let ExclusiveStartKey: unknown;
      do {
        const scanned = await call<{
          Items: readonly Readonly<Record<string, Stored>>[];
          LastEvaluatedKey?: unknown;
        }>(machine.engine, "DynamoDB_20120810.Scan", {
          TableName: tableName,
          ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
        });
        for (const item of scanned.Items) bytes += bytesOf({ M: item });
        ExclusiveStartKey = scanned.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return bytes;
    },
    async cool(...names) {
      await meter.quiet();
      const wanted = names.length === 0 ? FUNCTIONS : names;
      const instances = wanted.flatMap((name) => deployment.functions[name].instances);
      await Promise.all(instances.map((instance) => instance.kill()));
    },
  };
}

/** A value as DynamoDB's API has it. */
interface Stored {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly L?: readonly Stored[];
  readonly M?: Readonly<Record<string, Stored>>;
}

/** As DynamoDB counts it: names and values. */
function bytesOf({ S, N, B, L, M }: Stored): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (B !== undefined) return Buffer.byteLength(B, "base64");
  if (L !== undefined) return L.reduce((sum, each) => sum + 1 + bytesOf(each), 3);
  return Object.entries(M ?? {}).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + 1 + bytesOf(value),
    3,
  );
}

/** Somebody new whom the owner has invited. */
async function invited(url: string, owner: Api, workspace: string, n: number): Promise<Api> {
  const email = `person${n}@acme.test`;
  const { link } = await owner.call<{ link: string }>(
    "POST",
    `/api/workspaces/${workspace}/members`,
    { email, role: "member" },
  );
  const person = await Api.signUp(url, `Person ${n}`, email);
  await person.call("POST", `/api/invitations/${link.split("/").at(-1)}/accept`, {});
  return person;
}
