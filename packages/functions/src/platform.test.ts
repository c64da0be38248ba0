import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { nodePlatform } from "./platform.ts";

const { bytes, random } = nodePlatform;

test("gzip makes one member that gunzip and others read", async () => {
  const data = bytes.encode("Zürich — 名前 ".repeat(10_000));
  const packed = await bytes.gzip(data);
  expect(packed.length).toBeLessThan(data.length / 20);
  expect(Buffer.compare(gunzipSync(packed), data)).toBe(0);
  expect(bytes.decode(await bytes.gunzip(packed))).toBe("Zürich — 名前 ".repeat(10_000));
});

test("gunzip stops at the limit and at bytes that are no gzip", async () => {
  const packed = await bytes.gzip(new Uint8Array(100_000));
  await expect(bytes.gunzip(packed, 99_999)).rejects.toThrow("larger than 99999");
  expect(await bytes.gunzip(packed, 100_000)).toHaveLength(100_000);
  await expect(bytes.gunzip(packed.subarray(0, packed.length - 3))).rejects.toThrow(
    "unexpected end of file",
  );
  await expect(bytes.gunzip(bytes.encode("not gzip"))).rejects.toThrow("incorrect header check");
});

test("decode refuses what is not UTF-8", () => {
  expect(() => bytes.decode(Uint8Array.of(0xc3, 0x28))).toThrow("not valid");
});

test("sha256 is lower-case hex", async () => {
  expect(await bytes.sha256(bytes.encode("abc"))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("random is in [0, 1)", () => {
  for (let n = 0; n < 1000; n += 1) {
    const value = random.next();
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1);
  }
});
