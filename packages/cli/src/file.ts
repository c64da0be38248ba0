import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Worker } from "node:worker_threads";
import { DomainError, type ErrorCode } from "@gridfolk/core/error";
import { readCsv } from "@gridfolk/core/import/read/csv";
import { detectKind } from "@gridfolk/core/import/read/kind";
import type { RawFile, RawTable } from "@gridfolk/core/import/read/raw";
import * as Rows from "@gridfolk/core/import/read/rows";
import type { Reply } from "./read-file.ts";
import { UsageError } from "./usage-error.ts";

const LIMIT_MS = 60_000;
const LIMIT_MB = 1200;

export interface LocalFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** UsageError when there is no such file. Nothing else is waiting to be done: reading it in one go is the quickest. */
export function open(path: string): LocalFile {
  try {
    return { name: basename(path), bytes: readFileSync(path) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new UsageError(`There is no file ${path}.`);
    if (code === "EISDIR") throw new UsageError(`${path} is a folder.`);
    if (code === "EACCES") throw new UsageError(`${path} may not be read.`);
    throw error;
  }
}

/** DomainError "unsupported-file" or "too-large" with words about what to do. */
export function read(file: LocalFile): Promise<RawFile> {
  if (detectKind(file.bytes) === "csv") {
    return Promise.resolve({ kind: "csv", tables: [readCsv(file.bytes)] });
  }
  return readInThread(file.bytes);
}

function readInThread(bytes: Uint8Array): Promise<RawFile> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./read-file.js", import.meta.url), {
      workerData: bytes,
      resourceLimits: { maxOldGenerationSizeMb: LIMIT_MB },
    });
    const timer = setTimeout(
      () => settle(() => reject(tooMuch(`takes longer than ${LIMIT_MS / 1000} seconds to read`))),
      LIMIT_MS,
    );
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      void worker.terminate();
      then();
    };
    worker.once("message", (reply: Reply) =>
      settle(() => {
        if ("file" in reply) resolve(reply.file);
        else reject(new DomainError(reply.code as ErrorCode, reply.message));
      }),
    );
    worker.once("error", (error: NodeJS.ErrnoException) =>
      settle(() =>
        reject(
          error.code === "ERR_WORKER_OUT_OF_MEMORY"
            ? tooMuch("needs too much memory to read")
            : error,
        ),
      ),
    );
  });
}

function tooMuch(what: string): DomainError {
  return new DomainError(
    "unsupported-file",
    `The file ${what}. Save it as CSV, or split it into smaller files.`,
  );
}

/** The worksheet of this name; else the first that is shown and has rows. */
export function chooseTable(file: RawFile, name: string | undefined): RawTable {
  if (name !== undefined) {
    const found = file.tables.find((table) => table.sheet?.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    const names = file.tables.map((table) => `“${table.sheet ?? ""}”`).join(", ");
    throw new UsageError(`There is no worksheet “${name}”. The file has ${names}.`);
  }
  const table =
    file.tables.find((each) => each.hidden !== true && Rows.count(each.rows) > 0) ??
    file.tables.find((each) => Rows.count(each.rows) > 0);
  if (table === undefined)
    throw new DomainError("unsupported-file", "There is nothing in the file.");
  return table;
}
