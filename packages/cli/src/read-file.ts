import { parentPort, workerData } from "node:worker_threads";
import { DomainError } from "@gridfolk/core/error";
import { readFile } from "@gridfolk/core/import/read/file";
import type { RawFile } from "@gridfolk/core/import/read/raw";

/** What the thread answers. */
export type Reply =
  | { readonly file: RawFile }
  | { readonly code: string; readonly message: string };

// Runs in a thread of its own: workbooks are archives that strangers made, and one that takes too long is ended from outside.
try {
  parentPort?.postMessage({ file: readFile(workerData as Uint8Array) } satisfies Reply);
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  parentPort?.postMessage({ code: error.code, message: error.message } satisfies Reply);
}
