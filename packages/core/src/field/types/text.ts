import type { FieldBehaviour } from "../behaviour.ts";
import { compareText, define, isBlank, isText } from "../define.ts";
import { keyOf } from "../fold.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";

const shared = {
  align: "start",
  operators: Operators.forText,
  takes: "text",
  is: (cell: unknown): cell is string => typeof cell === "string",
  parser: () => (typed: string) => (isBlank(typed) ? undefined : typed),
  why: () => "",
  format: (value: string) => value,
  compare: compareText,
  check: (value: string) => isText(value) && !isBlank(value),
  key: keyOf,
} as const;

/** Text exactly as typed or imported. */
export const text: FieldBehaviour = define<string>({
  ...shared,
  type: "text",
  label: "Text",
  icon: "type",
  guess(sample) {
    const { texts, placeholders } = sift(sample);
    const fits = texts.filter((item) => item.length <= 200 && !item.includes("\n")).length;
    return { fits, of: texts.length, placeholders };
  },
});

/** Text of several lines. Everything fits. */
export const longText: FieldBehaviour = define<string>({
  ...shared,
  type: "longText",
  label: "Long text",
  icon: "text",
  guess(sample) {
    const { texts, placeholders } = sift(sample);
    return { fits: texts.length, of: texts.length, placeholders };
  },
});
