import type { Store } from "@gridfolk/core/ledger/store";
import type { Platform } from "@gridfolk/core/platform";
import type { FolderBlobs } from "../../blobs/folder.ts";
import type { Line } from "../../log/line.ts";
import type { Log } from "../../log/log.ts";
import type { Services, Settings } from "../../services.ts";

/** Where the application under test runs. */
export interface Target extends Inside {
  /** What browsers of this target send as Origin. */
  origin(): Promise<string>;
  send(asked: Sent): Promise<Got>;
}

/** What a test has in its own process. */
export interface Inside {
  /** Over the application's table. */
  readonly services: Services;
  readonly blobs: FolderBlobs;
  /** What the application's log got; over a process's output it comes a moment late. */
  readonly lines: Line[];
  readonly log: Log;
}

export interface Sent {
  readonly method: string;
  /** Or a whole address. */
  readonly path: string;
  readonly headers: Headers;
  readonly body?: string | Uint8Array<ArrayBuffer> | FormData | undefined;
}

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  /** As sent, not decompressed. */
  readonly bytes: Uint8Array;
}

export interface TargetOptions {
  readonly settings: Settings;
  /** The test uses `services`: a target with an engine of its own takes one that can be looked into. */
  readonly looksInside: boolean;
  /** Only for an application in this process. */
  readonly store?: Store | undefined;
  readonly platform?: Platform | undefined;
  readonly workerFile?: string | undefined;
  readonly filesIn?: string | undefined;
  readonly rememberSessionsMs?: number | undefined;
}

/** A line of a process's output, when it is one of the log. */
export function logLine(line: string): Line | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const parsed = JSON.parse(line) as Partial<Line>;
    return parsed.level === undefined ? undefined : (parsed as Line);
  } catch {
    return undefined;
  }
}
