import type { Field } from "@gridfolk/core/field/field";

/** Keys of the hidden columns among the given ones and right beside them. `all` is every column in the order of the screen. */
export function hiddenAmong(
  all: readonly Field[],
  hidden: readonly string[],
  fields: readonly Field[],
): string[] {
  const keys = all.map((field) => field.key);
  const places = fields.map((field) => keys.indexOf(field.key)).filter((place) => place >= 0);
  if (places.length === 0) return [];
  let [first, last] = [Math.min(...places), Math.max(...places)];
  while (first > 0 && hidden.includes(keys[first - 1] as string)) first--;
  while (last < keys.length - 1 && hidden.includes(keys[last + 1] as string)) last++;
  return keys.slice(first, last + 1).filter((key) => hidden.includes(key));
}
