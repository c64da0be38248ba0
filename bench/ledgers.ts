// Many instances of the ledger in few threads: each with its own store client and workbook, sharing nothing but the table. On two
// cores fifty processes have no time to warm up; what they would do in the function is done here, without HTTP.
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { connect } from "@gridfolk/core/dynamo/client";
import { createDynamoStore } from "@gridfolk/core/dynamo/store";
import { isDomainError } from "@gridfolk/core/error";
import { registry } from "@gridfolk/core/field/registry";
import { createLedger } from "@gridfolk/core/ledger/create-ledger";
import * as Ids from "@gridfolk/core/ledger/ids";
import { settingsOf } from "@gridfolk/core/sheet/settings";
import { access } from "@gridfolk/functions/account/access";
import { nodePlatform as platform } from "@gridfolk/functions/platform";
import { S3_CREDENTIALS as credentials } from "@gridfolk/functions/testing/credentials";

interface Setup {
  readonly kind: "ledgers";
  readonly engine: string;
  readonly tableName: string;
  readonly workspace: string;
  readonly actor: string;
  readonly instances: number;
}

export interface Landing {
  readonly id: string;
  readonly seq: number;
  readonly ms: number;
  /** Lost races. */
  readonly retries: number;
  /** Times it was told to come back. */
  readonly busy: number;
}

export interface Ledgers {
  /** Sets a cell by one of the instances. */
  commit(instance: number, record: string, title: string): Promise<Landing>;
  stop(): Promise<void>;
}

interface Asked {
  readonly n: number;
  readonly instance: number;
  readonly record: string;
  readonly title: string;
}

/** Starts the instances, spread over the threads, each with the workbook in its memory. */
export async function startLedgers(setup: Omit<Setup, "kind">, threads: number): Promise<Ledgers> {
  const waiting = new Map<number, (landing: Landing) => void>();
  let serial = 0;
  const workers = Array.from({ length: threads }, (_, thread) => {
    const own = Math.floor((setup.instances + thread) / threads);
    const data: Setup = { ...setup, kind: "ledgers", instances: own };
    const worker = new Worker(new URL(import.meta.url), { workerData: data });
    worker.on("message", ({ n, landing }: { n: number; landing: Landing }) => {
      waiting.get(n)?.(landing);
      waiting.delete(n);
    });
    worker.on("error", (error) => {
      console.error(error);
      process.exit(1);
    });
    return worker;
  });
  return {
    commit(instance, record, title) {
      serial += 1;
      const n = serial;
      const thread = instance % threads;
      const asked: Asked = { n, instance: Math.floor(instance / threads), record, title };
      return new Promise((resolve) => {
        waiting.set(n, resolve);
        workers[thread]?.postMessage(asked);
      });
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Whether this is one of the threads; then it serves until it is ended. */
export function servesLedgers(): boolean {
  const setup = workerData as Setup | null;
  if (isMainThread || setup?.kind !== "ledgers") return false;
  const instances = Array.from({ length: setup.instances }, () => instance(setup));
  parentPort?.on("message", ({ n, instance: which, record, title }: Asked) => {
    void instances[which % instances.length]?.(record, title).then((landing) =>
      parentPort?.postMessage({ n, landing }),
    );
  });
  return true;
}

function instance({ engine, tableName, workspace, actor }: Setup) {
  let retries = 0;
  const client = connect({ endpoint: engine, credentials });
  const store = createDynamoStore({ client, tableName, platform });
  const ledger = createLedger({
    store,
    platform,
    registry,
    access,
    deferred: "await",
    onRetry: () => (retries += 1),
  });
  // One invocation at a time.
  let last: Promise<unknown> = Promise.resolve();
  return (record: string, title: string): Promise<Landing> => {
    const asked = performance.now();
    const next = last.then(async (): Promise<Landing> => {
      const id = Ids.newId(platform);
      retries = 0;
      for (let busy = 0; ; busy += 1) {
        try {
          await ledger.ask(workspace, settingsOf);
          const { seq } = await ledger.commit(workspace, {
            id,
            base: 1,
            actor,
            source: "grid",
            label: "Changed title",
            operations: [
              { op: "set", sheet: "contacts", ids: [record], fields: { title: [title] } },
            ],
          });
          return { id, seq, ms: performance.now() - asked, retries, busy };
        } catch (error) {
          if (!isDomainError(error, "busy")) throw error;
        }
      }
    });
    last = next;
    return next;
  };
}
