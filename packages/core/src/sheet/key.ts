import { fold } from "../field/fold.ts";

const LONGEST = 40;
const KEY = /^_?[a-z][A-Za-z0-9]{0,59}$/;
/** Names of the parameters of list requests, of what records carry beside their fields, and of what every object has. */
const RESERVED = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  "id",
  "fields",
  "filter",
  "sort",
  "limit",
  "cursor",
  "prototype",
]);

/** A key of a sheet or field as APIs and formulas write it. Keys that begin with _ belong to Gridfolk. */
export function isKey(text: string): boolean {
  return KEY.test(text) && !RESERVED.has(text);
}

/** A key for a name: "Job Title" is jobTitle, "2. Straße" is field2Strasse. Differs from every key in `taken`. */
export function keyFrom(name: string, taken: ReadonlySet<string>, otherwise = "field"): string {
  const words = fold(name)
    .replace(/['’]/g, "")
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const camel = words
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("")
    .slice(0, LONGEST);
  const base = camel === "" ? otherwise : /^[a-z]/.test(camel) ? camel : `${otherwise}${camel}`;
  let key = base;
  for (let count = 2; taken.has(key) || RESERVED.has(key); count += 1) key = `${base}${count}`;
  return key;
}
