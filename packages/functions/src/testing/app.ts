import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Ids from "@gridfolk/core/ledger/ids";
import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Store } from "@gridfolk/core/ledger/store";
import type { Platform } from "@gridfolk/core/platform";
import { createApp } from "../app.ts";
import type { Line } from "../log/line.ts";
import { createLog, type Log } from "../log/log.ts";
import { createFolderBlobs, type FolderBlobs } from "../blobs/folder.ts";
import { nodePlatform } from "../platform.ts";
import type { Services, Settings } from "../services.ts";
import { createServices } from "../wiring.ts";

export interface TestAppOptions {
  readonly settings?: Partial<Settings>;
  readonly store?: Store;
  readonly platform?: Platform;
  readonly workerFile?: string;
  /** The folder for files that are too large for an answer; who writes some names it, and removes it. */
  readonly filesIn?: string;
  readonly rememberSessionsMs?: number;
}

export interface Asked {
  readonly token?: string;
  readonly cookie?: string;
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer> | FormData;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, read. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; `undefined` when it is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  readonly json: any;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly token: string;
  /** For the Cookie header. */
  readonly cookie: string;
}

export interface TestApp {
  readonly services: Services;
  readonly blobs: FolderBlobs;
  /** What the log got. */
  readonly lines: Line[];
  readonly log: Log;
  ask(method: string, path: string, asked?: Asked): Promise<Answered>;
  signUp(name: string): Promise<Person>;
  /** A workspace of this person; answers its path under /api. */
  workspace(owner: Person, name?: string): Promise<string>;
  /** Makes somebody a member by invitation. */
  join(owner: Person, workspace: string, person: Person, role: string): Promise<void>;
  /** Writes a changeset as a client with a workbook does. */
  commit(by: Person, workspace: string, operations: readonly Operation[]): Promise<Answered>;
}

export const ORIGIN = "http://localhost:3000";
export const PASSWORD = "correct horse";
const SECRET = "a secret that only tests know, long enough";

/** The whole application on a store in memory: real ledger, real accounts, real files. */
export function testApp(options: TestAppOptions = {}): TestApp {
  const lines: Line[] = [];
  const log = createLog({ sink: (line) => lines.push(line) });
  const blobs = createFolderBlobs({
    folder: options.filesIn ?? join(tmpdir(), "gridfolk-no-files"),
    secret: SECRET,
    platform: options.platform ?? nodePlatform,
  });
  const services = createServices({
    store: options.store ?? createMemoryStore(),
    platform: options.platform ?? nodePlatform,
    settings: {
      secret: SECRET,
      signUp: "open",
      ...options.settings,
    },
    blobs,
    workerFile: options.workerFile ?? "",
    rememberSessionsMs: options.rememberSessionsMs ?? 0,
    ledger: { exclusive: true },
  });
  const app = createApp({
    services: () => Promise.resolve(services),
    publicUrl: options.settings?.publicUrl,
    log,
  });

  async function ask(method: string, path: string, asked: Asked = {}): Promise<Answered> {
    const headers = new Headers(asked.headers);
    if (asked.token !== undefined) headers.set("Authorization", `Bearer ${asked.token}`);
    if (asked.cookie !== undefined) headers.set("Cookie", asked.cookie);
    if (asked.json !== undefined) headers.set("Content-Type", "application/json");
    const body = asked.json === undefined ? asked.body : JSON.stringify(asked.json);
    const request = new Request(new URL(path, ORIGIN), {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const answer = await (blobs.serve(request) ?? app.fetch(request, { address: "192.0.2.1" }));
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get("content-type") ?? "");
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json:
        isJson && text !== "" && !answer.headers.has("content-encoding")
          ? JSON.parse(text)
          : undefined,
    };
  }

  let people = 0;
  return {
    services,
    blobs,
    lines,
    log,
    ask,
    async signUp(name) {
      people += 1;
      const email = `${name.toLowerCase()}${people}@example.com`;
      const { json, headers } = await ask("POST", "/api/auth/sign-up/email", {
        json: { name, email, password: PASSWORD },
      });
      const cookie = headers.getSetCookie()[0]?.split(";")[0] ?? "";
      return { id: json.user.id, name, email, token: json.token, cookie };
    },
    async workspace(owner, name = "Acme") {
      const { json } = await ask("POST", "/api/workspaces", {
        token: owner.token,
        json: { name },
      });
      return `/api/workspaces/${json.id}`;
    },
    async join(owner, workspace, person, role) {
      const { json } = await ask("POST", `${workspace}/members`, {
        token: owner.token,
        json: { email: person.email, role },
      });
      const invitation = String(json.link).split("/").at(-1);
      await ask("POST", `/api/invitations/${invitation}/accept`, { token: person.token });
    },
    commit(by, workspace, operations) {
      return ask("POST", `${workspace}/changesets`, {
        token: by.token,
        json: { id: Ids.newId(nodePlatform), base: 1, operations },
      });
    },
  };
}
