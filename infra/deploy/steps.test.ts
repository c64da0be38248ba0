import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaults, type Settings } from "../settings.ts";
import { hasTools } from "../testing/synthesis.ts";

/** SSM, Lambda and CloudFormation as far as a deployment asks them, on loopback. */
function aws(concurrency: number) {
  const parameters = new Map<string, { Value: string; Type: string }>();
  const fail = (status: number, __type: string) => ({ status, body: JSON.stringify({ __type }) });
  const ok = (body: object | string) => ({
    status: 200,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  function answer(path: string, target: string, body: string): { status: number; body: string } {
    if (path.endsWith("/account-settings"))
      return ok({ AccountLimit: { ConcurrentExecutions: concurrency } });
    if (body.includes("Action=DescribeStacks")) {
      const stack = new URLSearchParams(body).get("StackName");
      const outputs =
        stack === "gridfolk-dev-web"
          ? "<member><OutputKey>Url</OutputKey><OutputValue>https://d1.cloudfront.net</OutputValue></member>"
          : "";
      return ok(
        `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${stack}</StackName><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
      );
    }
    const input = JSON.parse(body);
    const known = parameters.get(input.Name);
    switch (target) {
      case "AmazonSSM.PutParameter":
        if (known !== undefined && !input.Overwrite) return fail(400, "ParameterAlreadyExists");
        parameters.set(input.Name, input);
        return ok({ Version: 1 });
      case "AmazonSSM.GetParameter":
        if (known === undefined) return fail(400, "ParameterNotFound");
        // Without decryption SSM answers what nobody can read.
        return ok({ Parameter: { Value: input.WithDecryption ? known.Value : "AQICAHh" } });
      case "AmazonSSM.DeleteParameter":
        return parameters.delete(input.Name) ? ok({}) : fail(400, "ParameterNotFound");
      default:
        return fail(404, "UnknownOperationException");
    }
  }
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const said = answer(request.url ?? "", String(request.headers["x-amz-target"]), body);
      response.writeHead(said.status, {
        "content-type": said.body.startsWith("<") ? "text/xml" : "application/x-amz-json-1.1",
      });
      response.end(said.body);
    });
  });
  return { server, parameters };
}

describe.skipIf(!hasTools)("steps of a deployment", () => {
  const said: string[] = [];
  const kept = { ...process.env };
  let server: Server | undefined;
  let parameters: ReturnType<typeof aws>["parameters"];
  beforeEach(() => {
    said.length = 0;
  });
  afterEach(async () => {
    process.env = { ...kept };
    await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
  });

  async function start(concurrency = 1_000): Promise<void> {
    const stub = aws(concurrency);
    ({ server, parameters } = stub);
    await new Promise<void>((resolve) => stub.server.listen(0, "127.0.0.1", resolve));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(stub.server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
  }
  const deployment = (stage = "dev", settings: Partial<Settings> = {}) => ({
    stage,
    region: "us-east-1",
    settings: { ...defaults(), ...settings },
    say: (line: string) => void said.push(line),
  });
  const steps = () => import("./steps.ts");

  it("make a secret once, as a SecureString, and never replace it", async () => {
    await start();
    const { before } = await steps();
    await before(deployment());
    const made = parameters.get("/gridfolk/dev/secret");
    expect(made?.Type).toBe("SecureString");
    expect(made?.Value).toMatch(/^[\w-]{43}$/);
    expect(said).toEqual(["Made the secret of dev: /gridfolk/dev/secret"]);
    await before(deployment());
    expect(parameters.get("/gridfolk/dev/secret")).toBe(made);
    expect(said).toHaveLength(1);
  });

  it("make one secret when two deploy at once", async () => {
    await start();
    const { before } = await steps();
    await Promise.all([before(deployment()), before(deployment())]);
    expect(said).toHaveLength(1);
  });

  it("do not print the secret", async () => {
    await start();
    const { before, after } = await steps();
    await before(deployment());
    await after(deployment());
    expect(said.join("\n")).not.toContain(parameters.get("/gridfolk/dev/secret")?.Value);
  });

  it("stop before anything is made where the account's concurrency is too low", async () => {
    await start(10);
    const { before } = await steps();
    await expect(before(deployment())).rejects.toThrow(
      /may run 10 functions at once.*Service Quotas.*"reserveConcurrency": false/,
    );
    expect(parameters.size).toBe(0);
    await before(deployment("dev", { reserveConcurrency: false }));
    expect(parameters.size).toBe(1);
  });

  it("say where it is and how the first account is made, by the rule of the functions", async () => {
    await start();
    const { before, after } = await steps();
    const { firstAccountToken } =
      await import("../../packages/functions/src/account/first-account.ts");
    await before(deployment());
    said.length = 0;
    await after(deployment());
    const token = firstAccountToken(parameters.get("/gridfolk/dev/secret")?.Value ?? "");
    expect(said).toEqual([
      "Gridfolk is at https://d1.cloudfront.net",
      `Accounts are by invitation. The first one, good once: https://d1.cloudfront.net/sign-up?invitation=${token}`,
    ]);
    said.length = 0;
    await after(deployment("dev", { signUp: "open" }));
    expect(said).toEqual(["Gridfolk is at https://d1.cloudfront.net"]);
  });

  it("say what is missing when a stack has no address", async () => {
    await start();
    const { after } = await steps();
    await expect(after(deployment("other"))).rejects.toThrow(
      "The stack gridfolk-other-web has no output Url.",
    );
  });

  it("remove the secret with its stage, but not production's", async () => {
    await start();
    const { before, removed } = await steps();
    for (const stage of ["dev", "production"]) await before(deployment(stage));
    await removed(deployment("dev"));
    await removed(deployment("dev"));
    await removed(deployment("production"));
    expect([...parameters.keys()]).toEqual(["/gridfolk/production/secret"]);
    expect(said.at(-1)).toContain("are kept");
  });
});
