import { inLetters } from "./letters.ts";
import { splitName } from "../import/name.ts";
import { splitAddress } from "./address.ts";

/** How a column is split into several. */
export type Split =
  | { readonly by: "delimiter"; readonly delimiter: string; readonly most: number }
  | { readonly by: "name" }
  | { readonly by: "address" };

/** Columns a split makes at most. */
export const MOST_PARTS = 20;

/** Names of the columns that a split makes. `widest` is the most parts that any value has. */
export function partNames(split: Split, column: string, widest: number): readonly string[] {
  switch (split.by) {
    case "name":
      return ["First name", "Last name"];
    case "address":
      return ["Street", "City", "State", "Postal code", "Country"];
    case "delimiter":
      return Array.from(
        { length: Math.min(widest, MOST_PARTS) },
        (_, index) => `${column} ${index + 1}`,
      );
  }
}

/** The parts of one value; blank ones are "". */
export function parts(text: string, split: Split, locale: string): readonly string[] {
  switch (split.by) {
    case "name": {
      const { first, last } = splitName(text);
      return [first, last].map((name) =>
        name === name.toUpperCase() && name.length > 3 ? inLetters(name, "name", locale) : name,
      );
    }
    case "address": {
      const { street, city, state, postalCode, country } = splitAddress(text);
      return [street, city, state, postalCode, country];
    }
    case "delimiter": {
      const most = Math.min(split.most, MOST_PARTS);
      const all = text.split(split.delimiter);
      // The last column takes what is left over: nothing is thrown away.
      const kept =
        all.length <= most
          ? all
          : [...all.slice(0, most - 1), all.slice(most - 1).join(split.delimiter)];
      return kept.map((part) => part.trim());
    }
  }
}

/** The delimiter that splits most values into the same number of parts; undefined when none splits half of them. */
export function likelyDelimiter(texts: readonly string[]): string | undefined {
  let best: { delimiter: string; share: number } | undefined;
  for (const delimiter of [",", ";", "|", "\t", "/", " - ", " ", ":"]) {
    const counts = new Map<number, number>();
    for (const text of texts) {
      const { length } = text.split(delimiter);
      if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1);
    }
    const share = Math.max(0, ...counts.values()) / Math.max(1, texts.length);
    if (share >= 0.5 && (best === undefined || share > best.share)) best = { delimiter, share };
  }
  return best?.delimiter;
}
