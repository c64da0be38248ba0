import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { browserPlatform } from "./platform.ts";
import { sha256 } from "./sha256.ts";

const { bytes, random } = browserPlatform;

describe("browserPlatform", () => {
  test("what is packed unpacks to the same, and no further than allowed", async () => {
    const data = bytes.encode("Grüße ".repeat(20_000));
    const packed = await bytes.gzip(data);
    expect(packed.length).toBeLessThan(data.length / 10);
    expect(bytes.decode(await bytes.gunzip(packed))).toBe(bytes.decode(data));
    await expect(bytes.gunzip(packed, 1_000)).rejects.toMatchObject({ code: "too-large" });
  });

  test("text that is not UTF-8 is refused", () => {
    expect(() => bytes.decode(new Uint8Array([0xff, 0xfe]))).toThrow(TypeError);
  });

  test("random numbers lie in [0, 1) and differ", () => {
    const drawn = Array.from({ length: 1_000 }, () => random.next());
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(drawn).size).toBeGreaterThan(990);
  });
});

describe("sha256", () => {
  test("is what the browser's own is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (data) => {
        const own = Array.from(sha256(data), (byte) => byte.toString(16).padStart(2, "0")).join("");
        expect(own).toBe(await bytes.sha256(data));
      }),
      { numRuns: 200 },
    );
  });
});
