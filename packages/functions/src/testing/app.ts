import * as Ids from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import type { Store } from "@gridfolk/core/ledger/store";
import type { Platform } from "@gridfolk/core/platform";
import { firstAccountToken } from "../account/first-account.ts";
import type { FolderBlobs } from "../blobs/folder.ts";
import type { Line } from "../log/line.ts";
import type { Log } from "../log/log.ts";
import { nodePlatform } from "../platform.ts";
import type { Services, Settings } from "../services.ts";
import type { DeploymentOptions } from "./aws/deployment.ts";
import { type AwsTarget, awsTarget } from "./targets/aws.ts";
import { inProcess } from "./targets/in-process.ts";
import { localTarget } from "./targets/local.ts";
import type { Target, TargetOptions } from "./targets/target.ts";

export interface TestAppOptions {
  readonly settings?: Partial<Settings>;
  readonly store?: Store;
  readonly platform?: Platform;
  readonly workerFile?: string;
  /** The folder for files that are too large for an answer; who writes some names it, and removes it. */
  readonly filesIn?: string;
  readonly rememberSessionsMs?: number;
  /** The test uses `services`. */
  readonly looksInside?: boolean;
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
  /** Over the same table; needs `looksInside`. */
  readonly services: Services;
  readonly blobs: FolderBlobs;
  /** What the log got, or is about to get. */
  readonly lines: Line[];
  /** Of this process. */
  readonly log: Log;
  /** What pages of this server send as Origin. */
  origin(): Promise<string>;
  ask(method: string, path: string, asked?: Asked): Promise<Answered>;
  signUp(name: string): Promise<Person>;
  /** A workspace of this person; answers its path under /api. */
  workspace(owner: Person, name?: string): Promise<string>;
  /** Makes somebody a member by invitation. */
  join(owner: Person, workspace: string, person: Person, role: string): Promise<void>;
  /** Writes a changeset as a client with a workbook does. */
  commit(by: Person, workspace: string, operations: readonly Operation[]): Promise<Answered>;
}

export const PASSWORD = "correct horse";

const secret = "a secret that only tests know, long enough";

/** What the first account brings along where accounts are by invitation. */
export const FIRST_ACCOUNT = firstAccountToken(secret);

/**
 * The whole application: real ledger, real accounts, real files. In this process on a store in memory; the built functions
 * or the built local server, each started for this test, where GRIDFOLK_TARGET says so (vitest.config.ts).
 */
export function testApp(options: TestAppOptions = {}): TestApp {
  return appOn(targetOf(completed(options)));
}

/** The application deployed whole, for tests of what only AWS does. `deployed` changes how. */
export function deployedApp(
  options: TestAppOptions,
  deployed: Partial<DeploymentOptions>,
): TestApp & Pick<AwsTarget, "deployment"> {
  const target = awsTarget(completed(options), deployed);
  return { ...appOn(target), services: target.services, deployment: target.deployment };
}

function completed(options: TestAppOptions): TargetOptions {
  return {
    ...options,
    settings: { secret, signUp: "open", firstAccountToken: FIRST_ACCOUNT, ...options.settings },
    looksInside: options.looksInside ?? false,
  };
}

function appOn(target: Target): TestApp {
  async function ask(method: string, path: string, asked: Asked = {}): Promise<Answered> {
    const headers = new Headers(asked.headers);
    if (asked.token !== undefined) headers.set("Authorization", `Bearer ${asked.token}`);
    if (asked.cookie !== undefined) headers.set("Cookie", asked.cookie);
    if (asked.json !== undefined) headers.set("Content-Type", "application/json");
    const body = asked.json === undefined ? asked.body : JSON.stringify(asked.json);
    const answer = await target.send({ method, path, headers, body });
    const text = new TextDecoder().decode(answer.bytes);
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
    get services() {
      return target.services;
    },
    blobs: target.blobs,
    lines: target.lines,
    log: target.log,
    origin: () => target.origin(),
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

function targetOf(options: TargetOptions): Target {
  switch (process.env["GRIDFOLK_TARGET"]) {
    case "aws":
      return awsTarget(options);
    case "local":
      return localTarget(options);
    default:
      return inProcess(options);
  }
}
