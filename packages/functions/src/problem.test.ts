import { DomainError } from "@gridfolk/core/error";
import { HTTPException } from "hono/http-exception";
import { expect, test } from "vitest";
import * as Problem from "./problem.ts";

test("from words an expected failure for people and says where", () => {
  const error = new DomainError("invalid-values", "“x” is not a date.", {
    errors: [{ path: "records/0/closeDate", message: "not a date" }],
  });
  expect(Problem.from(error, "abc")).toEqual({
    type: "urn:gridfolk:problem:invalid-values",
    title: "Some values do not fit",
    status: 422,
    detail: "“x” is not a date.",
    instance: "abc",
    errors: [{ path: "/records/0/closeDate", message: "not a date" }],
  });
});

test("from tells nothing about an unexpected failure", () => {
  const problem = Problem.from(new Error("connect ECONNREFUSED 10.0.0.7"), "abc");
  expect(problem.status).toBe(500);
  expect(JSON.stringify(problem)).not.toContain("10.0.0.7");
});

test("from calls JSON that cannot be read malformed", () => {
  const error = new HTTPException(400, { message: "Malformed JSON in request body" });
  expect(Problem.from(error, "").type).toBe("urn:gridfolk:problem:malformed");
});

test("response says how long to wait, at least a second", () => {
  const busy = new DomainError("busy", "Busy.", { retryAfterMs: 1_200 });
  expect(Problem.response(busy, "").headers.get("Retry-After")).toBe("2");
  expect(
    Problem.response(new DomainError("too-many-requests", "."), "").headers.get("Retry-After"),
  ).toBe("1");
  expect(Problem.response(new DomainError("malformed", "."), "").headers.has("Retry-After")).toBe(
    false,
  );
});

test("isFault is true for what belongs in the log with its stack", () => {
  expect(Problem.isFault(new DomainError("not-found", "."))).toBe(false);
  expect(Problem.isFault(new DomainError("corrupt", "."))).toBe(true);
  expect(Problem.isFault(new TypeError("x"))).toBe(true);
});
