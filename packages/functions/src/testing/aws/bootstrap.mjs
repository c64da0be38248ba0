// What AWS's Node runtime does around a handler, written to the Runtime API: load it, then ask for the next invocation, run it and post its
// answer, one at a time, for ever. It is copied beside the bundle, so it may import nothing but Node.
import { Agent, request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const {
  AWS_LAMBDA_RUNTIME_API: runtime,
  LAMBDA_TASK_ROOT: root,
  _HANDLER: handlerName,
} = process.env;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const invocations = "/2018-06-01/runtime/invocation";
let requestId = "";

for (const [method, level] of [
  ["log", "INFO"],
  ["info", "INFO"],
  ["debug", "DEBUG"],
  ["warn", "WARN"],
  ["error", "ERROR"],
]) {
  console[method] = (...words) =>
    process.stdout.write(
      `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...words)}\n`,
    );
}

function call(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const [host, port] = runtime.split(":");
    const asked = request({ host, port, method, path, agent, headers }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({ headers: answer.headers, text: Buffer.concat(chunks).toString() }),
      );
      answer.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

function inWords(error) {
  const isError = error instanceof Error;
  return JSON.stringify({
    errorType: isError ? error.name : typeof error,
    errorMessage: isError ? error.message : String(error),
    stackTrace: isError ? String(error.stack).split("\n") : [],
  });
}

async function fail(error, path) {
  process.stdout.write(
    `${new Date().toISOString()}\t${requestId}\tERROR\tUnhandled ${inWords(error)}\n`,
  );
  await call("POST", path, inWords(error), {
    "Lambda-Runtime-Function-Error-Type": error instanceof Error ? error.name : "Error",
  });
}

let failing = false;
async function breakDown(cause, code) {
  if (failing) return;
  failing = true;
  const path =
    requestId === "" ? "/2018-06-01/runtime/init/error" : `${invocations}/${requestId}/error`;
  await fail(cause, path).catch(() => {});
  process.exit(code);
}
process.on("unhandledRejection", (reason) => void breakDown(reason, 128));
process.on("uncaughtException", (thrown) => void breakDown(thrown, 129));

async function load() {
  const dot = handlerName.lastIndexOf(".");
  const file = join(root, `${handlerName.slice(0, dot)}.mjs`);
  const handler = (await import(pathToFileURL(file).href))[handlerName.slice(dot + 1)];
  if (typeof handler !== "function") throw new Error(`${handlerName} is undefined or not exported`);
  if (handler.length > 2) throw new Error(`${handlerName} takes a callback, which Node 24 refuses`);
  return handler;
}

const handler = await load().catch(async (error) => {
  await fail(error, "/2018-06-01/runtime/init/error");
  process.exit(1);
});

for (;;) {
  const { headers, text } = await call("GET", `${invocations}/next`).catch(() => process.exit(0));
  requestId = headers["lambda-runtime-aws-request-id"];
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const context = {
    awsRequestId: requestId,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const answer = await handler(JSON.parse(text), context);
    await call("POST", `${invocations}/${requestId}/response`, JSON.stringify(answer ?? null));
  } catch (error) {
    await fail(error, `${invocations}/${requestId}/error`);
  }
}
