import { afterEach, expect, test, vi } from "vitest";
import { call, inWords, reasonOf, requestIdOf, Unreachable } from "./api.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The network, answering so; what was sent is in the answer. */
function serve(answer: (request: Request) => Response): Request[] {
  const sent: Request[] = [];
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const request = new Request(new URL(path, "http://localhost"), init);
    sent.push(request);
    return answer(request);
  });
  return sent;
}

const problem = (status: number, code: string, id: string) =>
  Response.json(
    { type: `urn:gridfolk:problem:${code}`, detail: "It did not work.", instance: id },
    { status, headers: { "X-Request-Id": id } },
  );

const failing = (path = "/api/x") => call("GET", path).catch((error: unknown) => error);

test("every request has an id of its own, which a failure of the server carries to the person", async () => {
  const sent = serve((request) =>
    problem(500, "internal", request.headers.get("x-request-id") ?? ""),
  );
  const [one, two] = [await failing(), await failing()];
  const ids = sent.map((request) => request.headers.get("x-request-id"));
  expect(new Set(ids).size).toBe(2);
  expect([requestIdOf(one), requestIdOf(two)]).toEqual(ids);
  expect(inWords(one)).toBe(`It did not work. Request ${ids[0]}.`);
  expect(reasonOf(one)).toBe("It did not work.");
});

test("where the page may make no id the server's is shown", async () => {
  const sent = serve(() => problem(500, "corrupt", "theirs"));
  vi.stubGlobal("isSecureContext", false);
  expect(requestIdOf(await failing())).toBe("theirs");
  expect(sent[0]?.headers.has("x-request-id")).toBe(false);
});

test("what the server refused as it should, and what never reached it, has none", async () => {
  serve(() => problem(422, "invalid-values", "an-id"));
  const refused = await failing();
  expect([requestIdOf(refused), inWords(refused)]).toEqual([undefined, "It did not work."]);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
  const away = await failing();
  expect(away).toBeInstanceOf(Unreachable);
  expect(requestIdOf(away)).toBeUndefined();
});

test.each([
  "Failed to fetch dynamically imported module: http://localhost/assets/settings-BL6njlbM.js",
  "error loading dynamically imported module: http://localhost/assets/settings-BL6njlbM.js",
  "Importing a module script failed.",
])("a script that could not be loaded is told without its address: %s", (message) => {
  expect(reasonOf(new TypeError(message))).toBe(
    "A part of Gridfolk could not be loaded: the connection broke, or Gridfolk has been updated.",
  );
});
