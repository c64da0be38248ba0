import { parentPort, workerData } from "node:worker_threads";
import { isDomainError } from "@gridfolk/core/error";
import { readFile } from "@gridfolk/core/import/read/file";
import type { Reply } from "./reader.ts";

/** The thread that reads one file and ends: a bundle of its own, started by reader.ts. */
function read(): Reply {
  try {
    return { file: readFile(workerData as Uint8Array) };
  } catch (error) {
    if (isDomainError(error)) return { code: error.code, message: error.message };
    return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.postMessage(read());
