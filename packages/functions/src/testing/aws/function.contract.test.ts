import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Bundles, unpack, unpacked } from "./bundles.ts";
import { createFunction, type FunctionOptions, type LambdaFunction } from "./function.ts";

/** A handler that does as its event says. */
const HANDLER = `
  import { get } from "node:http";
  let invocations = 0;
  export const handler = async (event, context) => {
    invocations += 1;
    const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    switch (event.do) {
      case "answer": return { invocations, pid: process.pid, ...context, remaining: context.getRemainingTimeInMillis() };
      case "env": return { env: process.env, cwd: process.cwd() };
      case "import": return import(event.name).then(() => "found", (error) => error.code);
      case "wait": await later(event.ms); return process.pid;
      case "throw": throw new TypeError(event.message);
      case "exit": process.exit(3);
      case "reject": void Promise.reject(new Error("nobody listens")); await later(1_500); return null;
      case "grow": return "x".repeat(event.bytes - 2);
      case "nothing": return undefined;
      case "say": console.log("said %s", event.what); process.stdout.write("plain\\n"); return null;
      case "afterwards": setTimeout(() => get(event.url), 100); return null;
    }
  };
  export const callback = (event, context, callback) => callback(null, event);
`;

let folder: string;
let place: string;
let bundles: Bundles;
const running: LambdaFunction[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridfolk-handler-"));
  await mkdir(join(folder, "test"));
  await mkdir(join(folder, "broken"));
  await writeFile(join(folder, "test", "test.mjs"), HANDLER);
  await writeFile(join(folder, "broken", "test.mjs"), "throw new RangeError('not today');");
  place = await unpack(folder);
  bundles = unpacked(place);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

afterAll(async () => {
  await rm(place, { recursive: true });
  await rm(folder, { recursive: true });
});

function make(options: Partial<FunctionOptions> = {}) {
  const made = createFunction({
    task: bundles.task("test"),
    bootstrap: bundles.bootstrap,
    name: "test",
    handler: "test.handler",
    env: { SETTING: "set" },
    concurrency: 3,
    ...options,
  });
  running.push(made);
  return made;
}

async function invoke(lambda: LambdaFunction, event: object) {
  const outcome = await lambda.invoke(JSON.stringify(event));
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
  if ("payload" in outcome) return JSON.parse(outcome.payload) as any;
  return outcome.failure;
}

async function stateOf(pid: number): Promise<string> {
  return /^State:\s+(\S)/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
}

test("an instance starts when it is needed, keeps its memory, and is frozen in between", async () => {
  const lambda = make();
  const first = await invoke(lambda, { do: "answer" });
  expect(first).toMatchObject({ invocations: 1, functionName: "test", memoryLimitInMB: "1024" });
  expect(first.remaining).toBeGreaterThan(25_000);
  await expect.poll(() => stateOf(first.pid)).toBe("T");
  const second = await invoke(lambda, { do: "answer" });
  expect(second).toMatchObject({ invocations: 2, pid: first.pid });
  expect(second.awsRequestId).not.toBe(first.awsRequestId);
});

test("work that is left for after the answer waits until the next invocation, or for ever", async () => {
  let called = 0;
  const server = await listen(() => (called += 1));
  const lambda = make();
  await invoke(lambda, { do: "afterwards", url: server.url });
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(called).toBe(0);
  await invoke(lambda, { do: "wait", ms: 1_000 });
  expect(called).toBe(1);
  server.close();
});

test("sees its settings, Lambda's own, and nothing of this machine", async () => {
  const { env, cwd } = await invoke(make(), { do: "env" });
  expect(env).toMatchObject({ SETTING: "set", AWS_REGION: "us-east-1", TZ: ":UTC", HOME: cwd });
  expect(env.NODE_PATH).toBeUndefined();
  const inherited = Object.keys(env).filter(
    (name) => process.env[name] === env[name] && !["PATH", "LANG", "TZ"].includes(name),
  );
  expect(inherited).toEqual([]);
  for (const name of ["hono", "ws", "@aws-sdk/client-dynamodb", "vitest"])
    expect(await invoke(make(), { do: "import", name })).toBe("ERR_MODULE_NOT_FOUND");
});

test("invocations at once go to an instance each, and those that are too many are refused", async () => {
  const lambda = make({ concurrency: 2 });
  const answers = await Promise.all([1, 2, 3].map(() => invoke(lambda, { do: "wait", ms: 300 })));
  const pids = answers.filter((answer) => typeof answer === "number");
  expect(new Set(pids).size).toBe(2);
  expect(answers.filter((answer) => typeof answer === "object")).toMatchObject([
    { errorType: "TooManyRequestsException" },
  ]);
});

test("a fixed number of instances can be made to share the work in turn", async () => {
  const lambda = make({ concurrency: 2, whenBusy: "wait", choose: "alternate" });
  await lambda.warm(2);
  const pids: number[] = [];
  for (let n = 0; n < 8; n += 1) pids.push((await invoke(lambda, { do: "answer" })).pid);
  expect(new Set(pids).size).toBe(2);
  // In turn, unless one has not yet asked for more when the next invocation comes.
  for (const pid of pids) expect(pids.filter((other) => other === pid).length).toBeGreaterThan(1);
  const many = await Promise.all(
    Array.from({ length: 10 }, () => invoke(lambda, { do: "answer" })),
  );
  expect(new Set(many.map(({ pid }) => pid))).toEqual(new Set(pids));
});

test("what goes wrong is told as Lambda tells it, and the next invocation finds a sound instance", async () => {
  const lambda = make({ timeoutMs: 2_000 });
  expect(await invoke(lambda, { do: "throw", message: "no" })).toMatchObject({
    errorType: "TypeError",
    errorMessage: "no",
  });
  expect(await invoke(lambda, { do: "exit" })).toMatchObject({ errorType: "Runtime.ExitError" });
  expect(await invoke(lambda, { do: "reject" })).toMatchObject({ errorMessage: "nobody listens" });
  expect(await invoke(lambda, { do: "wait", ms: 20_000 })).toEqual({
    errorType: "Sandbox.Timedout",
    errorMessage: "Task timed out after 2.00 seconds",
  });
  expect(await invoke(lambda, { do: "nothing" })).toBeNull();
  expect(await invoke(lambda, { do: "answer" })).toMatchObject({ invocations: 2 });
});

test("an instance that is killed in the middle fails its invocation", async () => {
  const lambda = make();
  await lambda.warm(1);
  const answer = invoke(lambda, { do: "wait", ms: 5_000 });
  await lambda.instances[0]?.kill();
  expect(await answer).toEqual({
    errorType: "Runtime.ExitError",
    errorMessage: "Runtime exited: SIGKILL",
  });
  expect(lambda.instances).toHaveLength(0);
});

test("code that cannot be loaded fails the invocation with the reason", async () => {
  const broken = make({ task: bundles.task("broken") });
  expect(await invoke(broken, {})).toEqual({ errorType: "RangeError", errorMessage: "not today" });
  await expect(broken.warm(1)).rejects.toThrow("not today");
  const absent = make({ handler: "test.absent" });
  expect((await invoke(absent, {})).errorMessage).toContain("not exported");
  const old = make({ handler: "test.callback" });
  expect((await invoke(old, {})).errorMessage).toContain("callback");
});

test("payloads end at 6 MB in both directions", async () => {
  const lambda = make();
  const most = 6_291_556;
  expect((await invoke(lambda, { do: "grow", bytes: most })).length).toBe(most - 2);
  expect(await invoke(lambda, { do: "grow", bytes: most + 1 })).toMatchObject({
    errorType: "Function.ResponseSizeTooLarge",
  });
  const large = { do: "nothing", padding: "x".repeat(most) };
  expect(await invoke(lambda, large)).toMatchObject({ errorType: "RequestTooLargeException" });
  expect((await invoke(lambda, { do: "answer" })).invocations).toBe(3);
});

test("lines of the console carry time, request and level; what is written plainly stays plain", async () => {
  const lambda = make();
  await invoke(lambda, { do: "say", what: "something" });
  await expect.poll(() => lambda.lines).toHaveLength(2);
  expect(lambda.lines[0]).toMatch(/^[-0-9T:.]+Z\t[-0-9a-f]{36}\tINFO\tsaid something$/);
  expect(lambda.lines[1]).toBe("plain");
});

async function listen(onRequest: () => void): Promise<{ url: string; close(): void }> {
  const server: Server = createServer((_, response) => {
    onRequest();
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
