import type { Operator } from "./behaviour.ts";

const blank = ["empty", "notEmpty"] as const;
const oneOf = ["anyOf", "noneOf"] as const;
const size = ["gt", "gte", "lt", "lte", "between"] as const;
const words = ["contains", "notContains", "startsWith", "endsWith"] as const;

/** Free text: nothing typed is wrong, so there is nothing to ask about what does not fit. */
export const forText: readonly Operator[] = ["is", "isNot", ...words, ...oneOf, ...blank];
/** Text with a shape: e-mail, phone, URL. */
export const forShapedText: readonly Operator[] = [...forText, "isInvalid"];
export const forNumbers: readonly Operator[] = [
  "is",
  "isNot",
  ...size,
  ...oneOf,
  ...blank,
  "isInvalid",
];
export const forTimes: readonly Operator[] = [
  "is",
  "isNot",
  "on",
  "during",
  "before",
  "after",
  ...size,
  ...oneOf,
  ...blank,
  "isInvalid",
];
export const forCheckbox: readonly Operator[] = ["is", "isNot", ...blank, "isInvalid"];
export const forOne: readonly Operator[] = [
  "is",
  "isNot",
  ...oneOf,
  ...words,
  ...blank,
  "isInvalid",
];
export const forMany: readonly Operator[] = [
  "is",
  "isNot",
  ...oneOf,
  "allOf",
  "contains",
  "notContains",
  ...blank,
  "isInvalid",
];
