// The inspection of one file in a thread of its own, which can be ended when it takes too long.
import { readFileSync } from "node:fs";
import { Worker, parentPort, workerData } from "node:worker_threads";
import { isDomainError } from "@gridfolk/core/error";
import { loadPhones } from "@gridfolk/core/field/phone";
import { registry } from "@gridfolk/core/field/registry";
import { type Inspection, inspect } from "@gridfolk/core/import/inspect";
import { readFile } from "@gridfolk/core/import/read/file";
import { readyMadeSheets } from "@gridfolk/core/sheet/templates";

/** What became of one file. `failure`: it neither was read nor refused in words. */
export interface Outcome {
  readonly ms: number;
  readonly inspection?: Inspection;
  readonly failure?: string;
}

export const LIMIT_MS = 10_000;
const LIMIT_MB = 1500;

/** Answers the questions of `inspections`; for the thread. */
export async function answer(): Promise<void> {
  await loadPhones();
  const sheets = readyMadeSheets();
  const locale = { locale: "en-US", timeZone: "UTC", currency: "USD", country: "US" };
  const { rows } = workerData as { rows?: number };
  parentPort!.on("message", (path: string) => {
    const start = performance.now();
    try {
      const raw = readFile(readFileSync(path));
      const inspection = inspect(raw, {
        locale,
        registry,
        sheets,
        ...(rows === undefined ? {} : { rows }),
      });
      parentPort!.postMessage({ ms: performance.now() - start, inspection } satisfies Outcome);
    } catch (error) {
      const ms = performance.now() - start;
      const refused = isDomainError(error, "unsupported-file") || isDomainError(error, "too-large");
      const outcome: Outcome = refused
        ? { ms, inspection: { tables: [], refusedBecause: (error as Error).message } }
        : { ms, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
      parentPort!.postMessage(outcome);
    }
  });
}

/** Inspects files one after the other in a thread that is replaced when a file is too much for it. */
export function inspections(script: string, rows?: number) {
  let worker: Worker | undefined;
  const begin = (): Worker =>
    new Worker(script, {
      workerData: { rows },
      resourceLimits: { maxOldGenerationSizeMb: LIMIT_MB },
    });
  return {
    inspect(path: string): Promise<Outcome> {
      worker ??= begin();
      const current = worker;
      return new Promise((resolve) => {
        const settle = (outcome: Outcome): void => {
          clearTimeout(timer);
          current.off("message", settle);
          current.off("error", fail);
          if (outcome.failure !== undefined) {
            worker = undefined;
            void current.terminate();
          }
          resolve(outcome);
        };
        const fail = (error: Error): void => settle({ ms: 0, failure: error.message });
        const timer = setTimeout(
          () => settle({ ms: LIMIT_MS, failure: `more than ${LIMIT_MS / 1000} seconds` }),
          LIMIT_MS,
        );
        current.on("message", settle);
        current.on("error", fail);
        current.postMessage(path);
      });
    },
    async close(): Promise<void> {
      await worker?.terminate();
    },
  };
}
