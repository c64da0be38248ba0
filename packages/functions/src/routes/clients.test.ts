import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { testApp } from "../testing/app.ts";
import { type Exchange, replay } from "../testing/replay.ts";

const folder = new URL("../testing/clients/", import.meta.url);
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name) => {
    const [, client = "", format = ""] = /^(\w+)-(\d+)\.jsonl$/.exec(name) ?? [];
    const text = readFileSync(new URL(name, folder), "utf8");
    const exchanges = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Exchange);
    return { client, format: Number(format), exchanges };
  });

/** Clients that are in use somewhere: pages that were not loaded anew, commands that were not updated. */
describe("clients of every wire format that is understood", () => {
  test.each(recordings)("$client, format $format", async ({ exchanges }) => {
    expect(await replay(testApp({ looksInside: true }), exchanges)).toEqual([]);
  });

  test("there is a recording of the format that is spoken now, by each client", () => {
    const spoken = {
      web: readFileSync(new URL("../../../web/src/data/api.ts", import.meta.url), "utf8"),
      command: readFileSync(new URL("../../../cli/src/http.ts", import.meta.url), "utf8"),
    };
    for (const [client, source] of Object.entries(spoken)) {
      const format = Number(/const WIRE = "(\d+)"/.exec(source)?.[1]);
      expect({ client, formats: formatsOf(client) }).toEqual({
        client,
        formats: expect.arrayContaining([format]),
      });
    }
  });

  test("a change that an older client could not live with is noticed", async () => {
    const [recording] = recordings;
    const changed = (recording?.exchanges ?? []).map((exchange) => ({
      ...exchange,
      answer: { ...exchange.answer, json: withMore(exchange.answer.json) },
    }));
    const faults = await replay(testApp({ looksInside: true }), changed);
    expect(faults.length).toBeGreaterThan(5);
    expect(faults[0]).toMatch(/\/relied is undefined, not string/);
  });
});

function formatsOf(client: string): number[] {
  return recordings.filter((each) => each.client === client).map(({ format }) => format);
}

function withMore(json: unknown): unknown {
  return typeof json === "object" && json !== null ? { ...json, relied: "on" } : json;
}
