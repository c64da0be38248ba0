import type { Attribute, Item } from "./store.ts";

/** DynamoDB's limit for one item. */
export const MAX_ITEM_BYTES = 400 * 1024;

/** The size DynamoDB counts for an item: UTF-8 names and values, with its overheads for numbers, lists and maps. */
export function bytes(item: Item): number {
  let size = 0;
  for (const name in item) size += textBytes(name) + attributeBytes(item[name] as Attribute);
  return size;
}

function attributeBytes(value: Attribute): number {
  if (value === null || typeof value === "boolean") return 1;
  if (typeof value === "string") return textBytes(value);
  if (typeof value === "number") return Math.ceil(String(Math.abs(value)).length / 2) + 1;
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) {
    return value.reduce((sum: number, element: Attribute) => sum + 1 + attributeBytes(element), 3);
  }
  return Object.entries(value).reduce(
    (sum, [name, element]) => sum + 1 + textBytes(name) + attributeBytes(element),
    3,
  );
}

/** Length in UTF-8. */
function textBytes(text: string): number {
  let size = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    size += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return size;
}
