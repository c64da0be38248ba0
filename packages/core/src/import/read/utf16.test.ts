import fc from "fast-check";
import { expect, test } from "vitest";
import { utf16ToUtf8 } from "./utf16.ts";

test("any UTF-16, also a broken one, becomes what a decoder makes of it", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 }),
        fc
          .array(fc.constantFrom(0x41, 0xe9, 0x20ac, 0xd83d, 0xde00, 0x0a), { maxLength: 30 })
          .map((units) => units.flatMap((unit) => [unit & 0xff, unit >> 8])),
      ),
      fc.boolean(),
      fc.boolean(),
      (list, isLittleEndian, isMarked) => {
        const mark = isLittleEndian ? [0xff, 0xfe] : [0xfe, 0xff];
        const bytes = Uint8Array.from(isMarked ? [...mark, ...list] : list);
        const name = isLittleEndian ? "utf-16le" : "utf-16be";
        const decoder = new TextDecoder(name, { ignoreBOM: true });
        const skip = isMarked ? 2 : 0;
        const expected = decoder.decode(bytes.subarray(skip));
        const made = utf16ToUtf8(bytes, skip, isLittleEndian);
        expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(made)).toBe(expected);
      },
    ),
    { numRuns: 500 },
  );
});
