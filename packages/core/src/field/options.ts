import type { Field } from "./field.ts";

interface Options {
  readonly position: ReadonlyMap<string, number>;
  readonly byFolded: ReadonlyMap<string, string>;
}

const prepared = new WeakMap<object, Options>();
const NONE: Options = { position: new Map(), byFolded: new Map() };

function optionsOf(field: Field): Options {
  if (field.options === undefined) return NONE;
  let options = prepared.get(field.options);
  if (options === undefined) {
    const position = new Map<string, number>();
    const byFolded = new Map<string, string>();
    for (const [index, { name }] of field.options.entries()) {
      if (!position.has(name)) position.set(name, index);
      const folded = foldName(name);
      if (!byFolded.has(folded)) byFolded.set(folded, name);
    }
    options = { position, byFolded };
    prepared.set(field.options, options);
  }
  return options;
}

function foldName(name: string): string {
  return name.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** The option's name as it is written in the field; case and spacing of the text do not matter. */
export function named(field: Field, text: string): string | undefined {
  const { position, byFolded } = optionsOf(field);
  return position.has(text) ? text : byFolded.get(foldName(text));
}

export function has(field: Field, name: string): boolean {
  return optionsOf(field).position.has(name);
}

/** Where the option stands; names that are no option come last. */
export function positionOf(field: Field, name: string): number {
  return optionsOf(field).position.get(name) ?? Number.MAX_SAFE_INTEGER;
}

/** For messages: “Lead”, “Qualified” or “Proposal”. */
export function listed(field: Field): string {
  const names = (field.options ?? []).map(({ name }) => `“${name}”`);
  if (names.length === 0) return "this column has no choices yet";
  if (names.length > 8)
    return `one of its ${names.length} choices, such as ${names.slice(0, 3).join(", ")}`;
  return names.length === 1
    ? (names[0] ?? "")
    : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
