import { DomainError } from "@gridfolk/core/error";
import { expect, test } from "vitest";
import { nodePlatform } from "../platform.ts";
import type { Line } from "./line.ts";
import { createLog, type Log, type LogOptions } from "./log.ts";

function open(options: Omit<LogOptions, "sink"> = {}): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  return { lines, log: createLog({ ...options, sink: (line) => lines.push(line) }) };
}

async function refuse(error: Error): Promise<never> {
  throw error;
}

test("work says how it went, what it consumed, and whether the process was new", async () => {
  const { log, lines } = open({ stage: "dev" });
  const answer = await log.work("api", { requestId: "r" }, async () => {
    log.consumed("read", 1.5);
    await nodePlatform.clock.sleep(5);
    log.consumed("write", 2);
    log.retried();
    log.note({ status: 201, seq: 7 });
    return "done";
  });
  await log.work("tick", {}, async () => {});
  expect(answer).toBe("done");
  expect(lines).toMatchObject([
    {
      level: "info",
      function: "api",
      stage: "dev",
      requestId: "r",
      status: 201,
      seq: 7,
      readUnits: 1.5,
      writeUnits: 2,
      retries: 1,
      cold: true,
    },
    { level: "info", function: "tick", readUnits: 0, writeUnits: 0 },
  ]);
  expect(lines[0]?.ms).toBeGreaterThanOrEqual(4);
  expect(lines[1]).not.toHaveProperty("cold");
});

test("units are on the account of the work that consumed them, however many are under way", async () => {
  const { log, lines } = open();
  const piece = (units: number) =>
    log.work("api", { requestId: String(units) }, async () => {
      for (let n = 0; n < units; n += 1) {
        await nodePlatform.clock.sleep(1);
        log.consumed("write", 1);
      }
      await log.work("react", { reactor: "inner" }, async () => log.consumed("write", 100));
    });
  await Promise.all([piece(3), piece(5), piece(2)]);
  const units = lines
    .filter((line) => line.function === "api")
    .map((line) => [line.requestId, line.writeUnits]);
  expect(Object.fromEntries(units)).toEqual({ "2": 2, "3": 3, "5": 5 });
  expect(lines.filter(({ reactor }) => reactor === "inner")).toHaveLength(3);
});

test("an expected failure is a warning without a stack, any other an error with it and its cause", async () => {
  const { log, lines } = open();
  const fail = (error: Error) => log.work("react", { reactor: "live" }, () => refuse(error));
  const refused = new DomainError("busy", "Ada is writing.");
  await expect(fail(refused)).rejects.toBe(refused);
  const broken = new Error("broken", { cause: new Error("the table is away") });
  await expect(fail(broken)).rejects.toBe(broken);
  log.fault("lost");
  expect(lines[0]).toMatchObject({ level: "warn", problem: "busy", reactor: "live" });
  expect(JSON.stringify(lines[0])).not.toContain("Ada");
  expect(lines[1]?.level).toBe("error");
  expect(lines[1]?.error).toMatch(
    /^Error: broken\n[^]*log\.test\.ts[^]*caused by Error: the table/,
  );
  expect(lines[2]).toMatchObject({ level: "error", error: "lost" });
});

test("AWS's id of the invocation is in lines about what did not go well", async () => {
  const { log, lines } = open();
  await log.work("api", { invocation: "i-1" }, async () => log.note({ status: 200 }));
  await log.work("api", { invocation: "i-2" }, async () => log.note({ status: 404 }));
  await expect(
    log.work("react", { invocation: "i-3" }, () => refuse(new Error("broken"))),
  ).rejects.toThrow("broken");
  log.fault("lost", { invocation: "i-4" });
  expect(lines.map(({ invocation }) => invocation)).toEqual([undefined, "i-2", "i-3", "i-4"]);
});

test("what did nothing has no line, unless it failed", async () => {
  const { log, lines } = open();
  await log.work("tick", {}, async () => log.quiet());
  expect(lines).toEqual([]);
  await log
    .work("tick", {}, async () => {
      log.quiet();
      throw new Error("broken");
    })
    .catch(() => undefined);
  expect(lines).toHaveLength(1);
});

test("a line names a few changesets, not thousands", async () => {
  const { log, lines } = open();
  const changesets = Array.from({ length: 5_000 }, (_, n) => String(n));
  await log.work("react", {}, async () => log.note({ from: 1, to: 5_000, changesets }));
  expect(lines[0]?.changesets).toHaveLength(20);
});
