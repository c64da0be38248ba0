import type { ChoiceOption } from "./field.ts";

/** Colour tokens of choices. */
export const PALETTE = [
  "blue",
  "teal",
  "green",
  "lime",
  "amber",
  "orange",
  "red",
  "pink",
  "purple",
  "indigo",
  "gray",
] as const;

/** A colour for the option that is added at this position. */
export function colorAt(position: number): string {
  return PALETTE[position % PALETTE.length] ?? "gray";
}

/** The field's options with new names at the end, each with a colour. Names that are there already, in any case, are not added. */
export function withOptions(
  options: readonly ChoiceOption[],
  names: Iterable<string>,
): readonly ChoiceOption[] {
  const all = [...options];
  const known = new Set(options.map(({ name }) => name.trim().toLowerCase()));
  for (const name of names) {
    const trimmed = name.trim();
    const folded = trimmed.toLowerCase();
    if (trimmed === "" || known.has(folded)) continue;
    known.add(folded);
    all.push({ name: trimmed, color: colorAt(all.length) });
  }
  return all;
}
