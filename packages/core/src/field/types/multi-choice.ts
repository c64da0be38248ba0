import type { FieldBehaviour } from "../behaviour.ts";
import { compareNumber, define, invalid, isText, quoted } from "../define.ts";
import type { Field } from "../field.ts";
import { keyOf } from "../fold.ts";
import * as List from "../list.ts";
import * as Operators from "../operators.ts";
import * as Options from "../options.ts";
import { sift } from "../sift.ts";
import { compareOptions, options } from "./choice.ts";

/** Option names for a text, or the first name that is no option. */
function read(text: string, field: Field): readonly string[] | { unknown: string } {
  const whole = text.trim() === "" ? undefined : Options.named(field, text);
  if (whole !== undefined) return [whole];
  const names = new Set<string>();
  for (const item of List.split(text)) {
    const name = Options.named(field, item);
    if (name === undefined) return { unknown: item };
    names.add(name);
  }
  return [...names];
}

/** Some of the field's options, by name, in the order chosen. */
export const multiChoice: FieldBehaviour = define<readonly string[]>({
  type: "multiChoice",
  label: "Multiple choice",
  icon: "tags",
  align: "start",
  operators: Operators.forMany,
  takes: "a list of names of choices",
  is: (cell) => typeof cell === "object",
  parser(field) {
    const known = new Map<string, readonly string[]>();
    return (text) => {
      const before = known.get(text);
      if (before !== undefined) return before;
      const names = read(text, field);
      if ("unknown" in names) return invalid(text);
      if (names.length === 0) return text.trim() === "" ? undefined : invalid(text);
      if (known.size < 1_000) known.set(text, names);
      return names;
    };
  },
  why(text, field) {
    const names = read(text, field);
    if ("length" in names && names.length === 0) return `${quoted(text.trim())} names no choice.`;
    return "unknown" in names
      ? `${quoted(names.unknown)} is not one of the choices of ${field.name}: ${Options.listed(field)}.`
      : "";
  },
  format: (value) => value.join(", "),
  edit: (value, field) => {
    const text = List.join(value);
    const whole = Options.named(field, text);
    return whole !== undefined && value.length > 1
      ? value.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ")
      : text;
  },
  compare(a, b, field) {
    for (let index = 0; index < a.length && index < b.length; index += 1) {
      const order = compareOptions(a[index] ?? "", b[index] ?? "", field);
      if (order !== 0) return order;
    }
    return compareNumber(a.length, b.length);
  },
  check: (value, field) =>
    value.length > 0 &&
    value.every(
      (name, index) =>
        Options.has(field, name) && isText(name) && (index === 0 || value.indexOf(name) === index),
    ),
  key: (value) =>
    value
      .map((name) => keyOf(name) ?? "")
      .toSorted()
      .join("\n"),
  fromJson(json, field) {
    if (!Array.isArray(json) || json.length === 0) return undefined;
    const items = json as readonly unknown[];
    if (!items.every((item) => typeof item === "string")) return undefined;
    const names = items.map((item) => Options.named(field, item));
    return names.every((name) => name !== undefined)
      ? [...new Set(names)]
      : invalid(List.join(items));
  },
  search: (value) => value.join(" "),
  guess(sample) {
    const { texts, placeholders } = sift(sample);
    const lists = texts.map((text) => List.split(text));
    if (!lists.some((names) => names.length > 1)) {
      return { fits: 0, of: texts.length, placeholders, against: "no text lists more than one" };
    }
    const found = options(lists.flat(), texts.length);
    if (typeof found === "string")
      return { fits: 0, of: texts.length, placeholders, against: found };
    return { fits: texts.length, of: texts.length, placeholders, options: found };
  },
});
