import { Worker } from "node:worker_threads";
import { DomainError, type ErrorCode } from "@gridfolk/core/error";
import { readFile } from "@gridfolk/core/import/read/file";
import { detectKind } from "@gridfolk/core/import/read/kind";
import type { RawFile } from "@gridfolk/core/import/read/raw";

/** Reads files that people send. */
export interface FileReader {
  /** DomainError "unsupported-file" for what is no table, is protected, or takes more time or memory than it may. */
  read(bytes: Uint8Array): Promise<RawFile>;
}

export interface FileLimits {
  readonly ms?: number;
  /** Never more than 768. */
  readonly mb?: number;
}

/** What the worker answers. */
export type Reply =
  | { readonly file: RawFile }
  | { readonly code: ErrorCode; readonly message: string }
  | { readonly fault: string };

const LIMIT_MS = 20_000;
const LIMIT_MB = 768;
/** Files read at the same time; the next ones wait. */
const WORKERS = 2;
/** Text of this size is read sooner than a thread starts. */
const SMALL_BYTES = 128 * 1024;

/**
 * Files are made by strangers: they are read in a thread that is ended when it takes too long or too much memory, so that no
 * file stalls or kills the server.
 */
export function createFileReader(workerFile: string, limits: FileLimits = {}): FileReader {
  let free = WORKERS;
  const waiting: (() => void)[] = [];

  async function take(): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }
  function giveBack(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }

  return {
    async read(bytes) {
      if (bytes.byteLength <= SMALL_BYTES && detectKind(bytes) === "csv") return readFile(bytes);
      await take();
      try {
        return await readInThread(workerFile, bytes, {
          ms: limits.ms ?? LIMIT_MS,
          mb: Math.min(limits.mb ?? LIMIT_MB, LIMIT_MB),
        });
      } finally {
        giveBack();
      }
    },
  };
}

function readInThread(
  workerFile: string,
  bytes: Uint8Array,
  limits: { readonly ms: number; readonly mb: number },
): Promise<RawFile> {
  const { promise, resolve, reject } = withResolvers<RawFile>();
  const worker = new Worker(workerFile, {
    workerData: bytes,
    resourceLimits: { maxOldGenerationSizeMb: limits.mb },
    // What a library writes is not the server's log.
    stdout: true,
    stderr: true,
  });
  const timer = setTimeout(() => {
    reject(tooMuch(`takes longer than ${Math.round(limits.ms / 1000)} seconds to read`));
  }, limits.ms);
  worker.once("message", (reply: Reply) => {
    if ("file" in reply) resolve(reply.file);
    else if ("code" in reply) reject(new DomainError(reply.code, reply.message));
    else reject(new Error(reply.fault));
  });
  worker.once("error", (error: NodeJS.ErrnoException) => {
    reject(
      error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooMuch("needs too much memory to read") : error,
    );
  });
  worker.once("exit", () => reject(new Error("The thread that reads files ended early.")));
  return promise.finally(() => {
    clearTimeout(timer);
    void worker.terminate();
  });
}

function tooMuch(what: string): DomainError {
  return new DomainError(
    "unsupported-file",
    `This file ${what}. Save it as CSV, or split it into smaller files.`,
  );
}

function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
