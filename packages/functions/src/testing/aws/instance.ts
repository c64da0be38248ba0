import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { S3_CREDENTIALS } from "../credentials.ts";
import * as Reaper from "./reaper.ts";

/** Lambda's own: 6 MB and 100 bytes, in either direction. */
export const PAYLOAD_BYTES = 6_291_556;
const INIT_MS = 10_000;

export interface Invocation {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
}

/** The answer as JSON, or how the function failed, in Lambda's words. */
export type Outcome =
  | { readonly requestId: string; readonly payload: string }
  | { readonly requestId: string; readonly failure: Failure };

export interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
}

export interface InstanceOptions {
  /** The folder with the bundle, and nothing above it that it could load. */
  readonly task: string;
  /** The runtime's own file. */
  readonly bootstrap: string;
  readonly name: string;
  /** file.export */
  readonly handler: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** Stops the process between invocations, as AWS does. */
  readonly freeze: boolean;
  readonly onLine: (line: string) => void;
  /** It can take an invocation; when nobody calls `run` at once, it is frozen. */
  readonly onIdle: (instance: Instance) => void;
  /** It is gone. `failure` when it never got to its first invocation. */
  readonly onEnd: (instance: Instance, failure?: Failure) => void;
}

export interface Instance {
  readonly pid: number;
  /** Until it first asked for an invocation. */
  readonly initMs: number | undefined;
  readonly state: "init" | "idle" | "frozen" | "busy" | "answered" | "ended";
  /** One at a time, only while it is idle. */
  run(invocation: Invocation): Promise<Outcome>;
  /** Ends it at once, as a crash of the machine would. */
  kill(): Promise<void>;
}

interface Current {
  readonly requestId: string;
  readonly late: NodeJS.Timeout;
  settle(outcome: Outcome): void;
  settled: boolean;
}

/** One execution environment: a process with nothing but the bundle, and the Runtime API it talks to. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const born = performance.now();
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  // The function waits for its next invocation as long as it takes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  let state: Instance["state"] = "init";
  let waiting: ServerResponse | undefined;
  let current: Current | undefined;
  let initMs: number | undefined;
  let initFailure: Failure | undefined;
  const child = launch(options, server);
  const pid = child.pid ?? 0;
  const initLate = setTimeout(() => {
    initFailure = { errorType: "Sandbox.Timedout", errorMessage: "Init timed out after 10 s" };
    child.kill("SIGKILL");
  }, INIT_MS);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  }).then(() => {
    state = "ended";
    Reaper.gone(pid);
    clearTimeout(initLate);
    server.closeAllConnections();
    server.close();
    current?.settle({
      requestId: current.requestId,
      failure: {
        errorType: "Runtime.ExitError",
        errorMessage: `Runtime exited: ${child.signalCode ?? `exit status ${child.exitCode}`}`,
      },
    });
    options.onEnd(
      instance,
      initMs === undefined
        ? (initFailure ?? {
            errorType: "Runtime.ExitError",
            errorMessage: "Runtime exited before it asked for an invocation",
          })
        : undefined,
    );
  });

  function next(response: ServerResponse): void {
    clearTimeout(initLate);
    initMs ??= performance.now() - born;
    waiting = response;
    current = undefined;
    state = "idle";
    options.onIdle(instance);
    // oxlint-disable-next-line typescript/no-unnecessary-condition -- onIdle may have called run
    if (state === "idle" && options.freeze) {
      state = "frozen";
      child.kill("SIGSTOP");
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").replace("/2018-06-01/runtime/", "");
    if (request.method === "GET" && path === "invocation/next") {
      next(response);
      return;
    }
    const body = await buffer(request);
    if (path === "init/error") {
      initFailure = failureOf(body);
      accept(response);
      return;
    }
    const [, requestId, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (requestId === undefined || current?.requestId !== requestId || current.settled) {
      refuse(response, 400, "InvalidRequestID");
    } else if (kind === "error") {
      current.settle({ requestId, failure: failureOf(body) });
      accept(response);
    } else if (body.byteLength > PAYLOAD_BYTES) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${PAYLOAD_BYTES} bytes).`;
      current.settle({
        requestId,
        failure: { errorType: "Function.ResponseSizeTooLarge", errorMessage },
      });
      refuse(response, 413, "RequestEntityTooLarge");
    } else {
      current.settle({ requestId, payload: body.toString("utf8") });
      accept(response);
    }
  }

  const instance: Instance = {
    pid,
    get initMs() {
      return initMs;
    },
    get state() {
      return state;
    },
    run({ requestId, event }) {
      if (waiting === undefined || (state !== "idle" && state !== "frozen"))
        throw new Error(`Instance ${pid} cannot take an invocation: it is ${state}`);
      const thaw = state === "frozen";
      state = "busy";
      const response = waiting;
      waiting = undefined;
      return new Promise<Outcome>((resolve) => {
        const late = setTimeout(() => {
          const errorMessage = `Task timed out after ${(options.timeoutMs / 1_000).toFixed(2)} seconds`;
          running.settle({ requestId, failure: { errorType: "Sandbox.Timedout", errorMessage } });
          child.kill("SIGKILL");
        }, options.timeoutMs);
        const running: Current = {
          requestId,
          late,
          settled: false,
          settle(outcome) {
            if (running.settled) return;
            running.settled = true;
            if (state === "busy") state = "answered";
            clearTimeout(late);
            resolve(outcome);
          },
        };
        current = running;
        response.writeHead(200, {
          "Content-Type": "application/json",
          "Lambda-Runtime-Aws-Request-Id": requestId,
          "Lambda-Runtime-Deadline-Ms": String(Date.now() + options.timeoutMs),
          "Lambda-Runtime-Trace-Id": traceId(),
          "Lambda-Runtime-Invoked-Function-Arn": arnOf(options.name),
        });
        response.end(event);
        if (thaw) child.kill("SIGCONT");
      });
    },
    async kill() {
      if (state !== "ended") child.kill("SIGKILL");
      await ended;
    },
  };
  return instance;
}

function launch(options: InstanceOptions, server: Server): ChildProcess {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { task, name, memoryMb } = options;
  const env = {
    // Nothing of the machine's own environment: not HOME, not NODE_PATH, no proxies, no credentials.
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: task,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]0",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    ...CREDENTIALS,
    LAMBDA_TASK_ROOT: task,
    _HANDLER: options.handler,
    ...options.env,
  };
  const heap = Math.floor(memoryMb * 0.9);
  const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, options.bootstrap], {
    cwd: task,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid !== undefined) Reaper.add(child.pid);
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) options.onLine(line);
    });
  }
  return child;
}

export const REGION = "us-east-1";
export const ACCOUNT = "123456789012";

/** What a function's role gives it. Emulated services check what is signed with them; S3's emulator has this one account. */
export const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
  AWS_SESSION_TOKEN: "an example of a session token",
} as const;

export function arnOf(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

function traceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  const random = crypto.randomUUID().replaceAll("-", "");
  return `Root=1-${seconds}-${random.slice(0, 24)};Parent=${random.slice(0, 16)};Sampled=0`;
}

function failureOf(body: Buffer): Failure {
  try {
    const { errorType, errorMessage } = JSON.parse(body.toString("utf8")) as Failure;
    return { errorType, errorMessage };
  } catch {
    return { errorType: "Runtime.Unknown", errorMessage: body.toString("utf8").slice(0, 1_000) };
  }
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { "Content-Type": "application/json" }).end('{"status":"OK"}');
}

function refuse(response: ServerResponse, status: number, errorType: string): void {
  response
    .writeHead(status, { "Content-Type": "application/json" })
    .end(JSON.stringify({ errorType, errorMessage: errorType }));
}
