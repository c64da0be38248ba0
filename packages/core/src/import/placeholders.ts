import { isPlaceholder } from "../field/sift.ts";
import type { Read } from "./cells.ts";
import { normaliseHeader } from "./header.ts";
import { cellText } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import type { Table, TableColumn } from "./table.ts";

/** A text by which people say that there is nothing, as it stands in a column. */
export interface Placeholder {
  readonly text: string;
  /** Data rows that have it. */
  readonly count: number;
  /** It means something in this column and stays: NA among codes such as DE and US is Namibia, Null among family names a person. */
  readonly means: boolean;
}

/** No placeholder is longer, with the spaces around it. */
const LONGEST = 24;
const SHOWN = 50;

/** The placeholders of a column, the most frequent first, counted over all rows. */
export function placeholdersIn(
  table: Table,
  column: TableColumn,
  rows: readonly number[],
  samples: readonly string[],
): Placeholder[] {
  const { size, repeats, code, value, mostLength } = Rows.column(table.raw.rows, column.index);
  const counts = new Map<string, number>();
  const placeholderAt = (place: number): string | undefined => {
    if (mostLength(place) > LONGEST) return undefined;
    const text = cellText(value(place)).trim();
    return isPlaceholder(text) ? text : undefined;
  };
  if (repeats) {
    const texts = new Map<number, string>();
    for (let place = 0; place < size; place++) {
      const text = placeholderAt(place);
      if (text !== undefined) texts.set(place, text);
    }
    if (texts.size === 0) return [];
    for (const row of rows) {
      const text = texts.get(code(row));
      if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  } else {
    for (const row of rows) {
      const place = code(row);
      const text = place < 0 ? undefined : placeholderAt(place);
      if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  const means = meaning(column, samples);
  return [...counts]
    .map(([text, count]) => ({ text, count, means: means(text) }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, SHOWN);
}

const CODE = /^[A-Z]{2,3}$/;
const NAMES =
  /\b(?:name|names|surname|vorname|nachname|familienname|nom|prenom|nombre|apellidos?|nome|cognome|naam|voornaam|achternaam|sobrenome)\b/;
/** Placeholders that are also what people and places are called. */
const WORDS = /^(?:na|nan|nil|null)$/i;

/** Tells which placeholders mean something in this column. */
function meaning(
  column: Pick<TableColumn, "name">,
  samples: readonly string[],
): (text: string) => boolean {
  const telling = samples.filter((text) => !isPlaceholder(text));
  const codes = telling.filter((text) => CODE.test(text.trim())).length;
  if (codes >= 2 && codes >= telling.length * 0.8) return (text) => CODE.test(text);
  if (NAMES.test(normaliseHeader(column.name)))
    return (text) => WORDS.test(text) && /^\p{Lu}\p{Ll}+$/u.test(text);
  return () => false;
}

/** Reads placeholders as blank, but for the texts that stay. */
export function withoutPlaceholders(read: Read, stays: ReadonlySet<string>): Read {
  return (cell) => {
    const text =
      typeof cell === "string"
        ? cell
        : typeof cell === "object" && cell !== null && cell.as === "error"
          ? cell.text
          : undefined;
    return text !== undefined && isNothing(text, stays) ? undefined : read(cell);
  };
}

/** Whether a text says that there is nothing and is not one of those that stay. */
export function isNothing(text: string, stays: ReadonlySet<string>): boolean {
  return text.length <= LONGEST && isPlaceholder(text) && !stays.has(text.trim());
}
