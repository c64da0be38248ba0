import type { FieldBehaviour } from "../behaviour.ts";
import { compareNumber, compareText, define, invalid, isBlank, isText, quoted } from "../define.ts";
import type { Field } from "../field.ts";
import { keyOf } from "../fold.ts";
import * as Operators from "../operators.ts";
import * as Options from "../options.ts";
import { sift } from "../sift.ts";

/** A column of names looks like choices when few of them come again and again. */
const MOST = 30;
const LONGEST = 40;
const REPEATED = 4;

/** Distinct names when a column looks like choices; else the reason why not. */
export function options(names: readonly string[], rows: number): readonly string[] | string {
  const distinct = new Map<string, string>();
  for (const name of names) {
    if (name.length > LONGEST) return "some are too long to be choices";
    const folded = keyOf(name) ?? "";
    if (!distinct.has(folded)) distinct.set(folded, name);
    if (distinct.size > MOST) return `more than ${MOST} different ones`;
  }
  if (distinct.size * REPEATED > rows) return "too few come more than once";
  return [...distinct.values()];
}

export function compareOptions(a: string, b: string, field?: Field): number {
  const order =
    field === undefined
      ? 0
      : compareNumber(Options.positionOf(field, a), Options.positionOf(field, b));
  return order || compareText(a, b);
}

/** One of the field's options, by name. */
export const choice: FieldBehaviour = define<string>({
  type: "choice",
  label: "Single choice",
  icon: "circle-chevron-down",
  align: "start",
  operators: Operators.forOne,
  takes: "the name of a choice",
  is: (cell) => typeof cell === "string",
  parser(field) {
    return (text) =>
      isBlank(text) && !Options.has(field, text)
        ? undefined
        : (Options.named(field, text) ?? invalid(text));
  },
  why: (text, field) =>
    Options.named(field, text) === undefined
      ? `${quoted(text.trim())} is not one of the choices of ${field.name}: ${Options.listed(field)}.`
      : "",
  format: (value) => value,
  compare: compareOptions,
  check: (value, field) => Options.has(field, value) && isText(value),
  key: keyOf,
  guess(sample) {
    const { texts, placeholders } = sift(sample);
    const found = options(texts, texts.length);
    if (typeof found === "string")
      return { fits: 0, of: texts.length, placeholders, against: found };
    return { fits: texts.length, of: texts.length, placeholders, options: found };
  },
});
