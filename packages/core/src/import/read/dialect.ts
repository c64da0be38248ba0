import Papa from "papaparse";

/** How a delimited text file is written. */
export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  /** What stands before a quote inside a quoted cell: the quote itself, or a backslash. */
  readonly escape: string;
}

/**
 * Chooses delimiter, quote and escape for a sample of whole lines. Each candidate parses the sample; the one whose rows agree most
 * in width and whose cells most often look like something known (a number, a date, an address, plain words) wins.
 * The measure follows van den Burg, Nazábal, Sutton: "Wrangling messy CSV files by detecting row and type patterns" (2019).
 */
export function detectDialect(sample: string, newline: string): Dialect {
  let best: Dialect = { delimiter: ",", quote: '"', escape: '"' };
  let bestScore = -1;
  for (const quote of quotesIn(sample)) {
    for (const delimiter of DELIMITERS) {
      if (!sample.includes(delimiter)) continue;
      const rows = sampleRows(sample, newline, { delimiter, quote, escape: quote });
      if (delimiter.length > 1 && !rules(rows)) continue;
      const score = consistency(rows) * (PRIOR[delimiter] ?? 1) * (quote === '"' ? 1 : 0.97);
      if (score > bestScore + 1e-9) {
        bestScore = score;
        best = { delimiter, quote, escape: quote };
      }
    }
  }
  return withEscape(sample, newline, best);
}

/** The last ones stand twice or in groups where one of them may occur in the values. */
const DELIMITERS = ", ; \t | ^ ~ ¦ § \u0001 \u001f : SPACE || |~| ~|~ ~~ ^^ :: ;; @@ ##"
  .split(" ")
  .map((sign) => (sign === "SPACE" ? " " : sign));
/** A space or a colon is a delimiter only where nothing else explains the file nearly as well. */
const PRIOR: { readonly [delimiter: string]: number } = {
  " ": 0.5,
  ":": 0.5,
  "^": 0.9,
  "~": 0.9,
  "¦": 0.9,
  "§": 0.9,
  ";;": 0.5,
  "##": 0.5,
  "@@": 0.7,
  "::": 0.9,
};

function quotesIn(sample: string): string[] {
  const single = sample.match(/(^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|$)/gm)?.length ?? 0;
  const double = sample.match(/(^|[,;\t|])"/gm)?.length ?? 0;
  return single > 2 && single > double ? ['"', "'"] : ['"'];
}

export function sampleRows(sample: string, newline: string, dialect: Dialect): string[][] {
  const result = Papa.parse<string[]>(sample, {
    delimiter: dialect.delimiter,
    newline: newline as "\n",
    quoteChar: dialect.quote,
    escapeChar: dialect.escape,
    preview: 400,
  });
  return result.data;
}

/** Signs in groups occur in values as well: they separate only where every row has as many of them. */
function rules(rows: readonly (readonly string[])[]): boolean {
  const filled = rows.filter((row) => row.length > 1 || row[0]!.trim() !== "");
  const width = filled[0]?.length ?? 0;
  return width > 1 && filled.length > 1 && filled.every((row) => row.length === width);
}

function consistency(rows: readonly (readonly string[])[]): number {
  const widths = new Map<number, number>();
  let cells = 0;
  let known = 0;
  let counted = 0;
  for (const row of rows) {
    if (row.length === 1 && row[0]!.trim() === "") continue;
    counted++;
    widths.set(row.length, (widths.get(row.length) ?? 0) + 1);
    for (const cell of row.length > 200 ? row.slice(0, 200) : row) {
      cells++;
      if (isKnown(cell)) known++;
    }
  }
  if (counted === 0) return 0;
  let pattern = 0;
  let share = 0;
  for (const [width, count] of widths) {
    pattern += (count * Math.max(0.001, width - 1)) / width;
    share = Math.max(share, width > 1 ? count / counted : 0);
  }
  // Dividing by the number of patterns punishes ragged files hard; its root, with the share of the main width, is kinder to junk rows.
  return (
    (pattern / counted / Math.sqrt(widths.size)) *
    (0.5 + 0.5 * share) *
    (0.1 + (0.9 * known) / cells)
  );
}

const KNOWN_CELL =
  /^\s*(?:|[+\-(]?\s?[$€£¥]?\s?\d[\d.,'\s]*\)?\s?(?:%|[$€£¥]|[A-Z]{3})?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s?(?:[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?|\d{1,2}:\d{2}(?::\d{2})?|[^\s@,;|]+@[^\s@,;|]+\.\w+|(?:https?:\/\/|www\.)\S+|[+(]?\d[\d\s().\-/]{5,}|n\/a|[-–]|[\p{L}\p{N}][\p{L}\p{N}\p{M}\s.'’\-_&()/+#!?"]*)\s*$/iu;

function isKnown(cell: string): boolean {
  return cell.length < 400 ? KNOWN_CELL.test(cell) : true;
}

/** A backslash escapes quotes when reading it so leaves fewer malformed quotes. */
function withEscape(sample: string, newline: string, dialect: Dialect): Dialect {
  if (!sample.includes(`\\${dialect.quote}`)) return dialect;
  const malformed = (escape: string) =>
    Papa.parse<string[]>(sample, {
      delimiter: dialect.delimiter,
      newline: newline as "\n",
      quoteChar: dialect.quote,
      escapeChar: escape,
      preview: 400,
    }).errors.filter((error) => error.type === "Quotes").length;
  return malformed("\\") < malformed(dialect.quote) ? { ...dialect, escape: "\\" } : dialect;
}
