import type { FieldBehaviour, Names } from "../behaviour.ts";
import { compareNumber, compareText, define, invalid, quoted } from "../define.ts";
import type { Field } from "../field.ts";
import * as List from "../list.ts";
import * as Operators from "../operators.ts";
import { sift } from "../sift.ts";

const ID = /^[0-9a-hjkmnp-tv-z]{16}$/;

function nameOf(id: string, field: Field, names?: Names): string {
  return names?.nameOf(field, id) ?? id;
}

/** The id of an id or a name; without names only ids are known. */
function idOf(text: string, field: Field, names?: Names): string | undefined {
  if (names !== undefined) return names.idOf(field, text);
  return ID.test(text) ? text : undefined;
}

function read(text: string, field: Field, names?: Names): readonly string[] | { unknown: string } {
  const whole = idOf(text.trim(), field, names);
  if (whole !== undefined) return [whole];
  return readAll(List.split(text), field, names);
}

function readAll(
  items: readonly string[],
  field: Field,
  names?: Names,
): readonly string[] | { unknown: string } {
  const ids = new Set<string>();
  for (const item of items) {
    const id = idOf(item, field, names);
    if (id === undefined) return { unknown: item };
    ids.add(id);
  }
  return [...ids];
}

function fits(ids: readonly string[], field: Field): boolean {
  return ids.length > 0 && (ids.length === 1 || field.link?.multiple !== false);
}

/** Records of another sheet, by id. */
export const link: FieldBehaviour = define<readonly string[]>({
  type: "link",
  label: "Link to records",
  icon: "arrow-up-right",
  align: "start",
  operators: Operators.forMany,
  takes: "a list of record ids or labels",
  is: (cell) => typeof cell === "object",
  parser(field, _locale, reading) {
    return (text) => {
      if (text.trim() === "") return undefined;
      const ids = read(text, field, reading?.names);
      return "unknown" in ids || !fits(ids, field) ? invalid(text) : ids;
    };
  },
  why(text, field) {
    const items = List.split(text);
    if (items.length > 1 && field.link?.multiple === false) {
      return `${quoted(text.trim())} names ${items.length} records; ${field.name} takes one.`;
    }
    return `${quoted(text.trim())} is not a record that ${field.name} can link to, or several have this name.`;
  },
  format: (value, field, _locale, names) => value.map((id) => nameOf(id, field, names)).join(", "),
  edit: (value, field, _locale, names) =>
    List.join(
      value.map((id) => {
        const name = nameOf(id, field, names);
        return names === undefined || names.idOf(field, name) === id ? name : id;
      }),
    ),
  compare(a, b) {
    for (let index = 0; index < a.length && index < b.length; index += 1) {
      const order = compareText(a[index] ?? "", b[index] ?? "");
      if (order !== 0) return order;
    }
    return compareNumber(a.length, b.length);
  },
  check: (value, field) =>
    fits(value, field) && new Set(value).size === value.length && value.every((id) => ID.test(id)),
  key: (value) => value.toSorted().join(" "),
  toJson: (value, field, names) => value.map((id) => ({ id, label: nameOf(id, field, names) })),
  fromJson(json, field, _locale, reading) {
    const items = (Array.isArray(json) ? json : [json]) as readonly unknown[];
    if (items.length === 0) return undefined;
    const texts = items.map(textOf);
    if (!texts.every((text) => text !== undefined)) return undefined;
    const ids = readAll(texts, field, reading?.names);
    return "unknown" in ids || !fits(ids, field) ? invalid(List.join(texts)) : ids;
  },
  search: (value, field, _locale, names) =>
    value.map((id) => names?.nameOf(field, id) ?? "").join(" "),
  guess(sample) {
    const { texts, placeholders } = sift(sample);
    return {
      fits: 0,
      of: texts.length,
      placeholders,
      against: "records are matched by name, not by shape",
    };
  },
});

/** An id or a label, as text or as `{id}` or `{id, label}`. */
function textOf(item: unknown): string | undefined {
  if (typeof item === "string") return item.trim() === "" ? undefined : item;
  if (typeof item !== "object" || item === null) return undefined;
  const { id, label } = item as { readonly id?: unknown; readonly label?: unknown };
  if (typeof id === "string") return id;
  return typeof label === "string" ? label : undefined;
}
