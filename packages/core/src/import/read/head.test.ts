import { expect, test } from "vitest";
import { readFile } from "./file.ts";
import { headOf } from "./head.ts";
import * as Rows from "./rows.ts";

const LINES = Array.from({ length: 200 }, (_, at) => `Ada ${at},ada${at}@example.com,Zoë`);
const text = ["Name,Mail,Friend", ...LINES, ""].join("\r\n");

test.each([
  ["UTF-8", (of: string) => new TextEncoder().encode(of)],
  ["UTF-16 LE", (of: string) => utf16(of, true)],
  ["UTF-16 BE", (of: string) => utf16(of, false)],
])("the beginning of a file in %s ends with a whole line, wherever it was cut", (_, encode) => {
  const whole = encode(text);
  for (let cut = 3000; cut < 3050; cut++) {
    const head = headOf(whole.subarray(0, cut))!;
    const [table] = readFile(head).tables;
    const rows = Rows.list(table!.rows);
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) expect(row).toHaveLength(3);
    expect(rows.at(-1)?.[2]).toBe("Zoë");
  }
});

test("a file of one line, and one that is no text, have none", () => {
  expect(headOf(new TextEncoder().encode("a,b,c".repeat(10)))).toBeUndefined();
  expect(headOf(Uint8Array.of(0x50, 0x4b, 3, 4, 10, 0, 0, 0, 0, 0))).toBeUndefined();
});

function utf16(of: string, isLittleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 + of.length * 2));
  view.setUint16(0, 0xfeff, isLittleEndian);
  for (let at = 0; at < of.length; at++)
    view.setUint16(2 + at * 2, of.charCodeAt(at), isLittleEndian);
  return new Uint8Array(view.buffer);
}
