/** A value that the application which copied it told beside its text. */
export interface Exact {
  readonly text: string;
  /** Days since 1900 for dates, a fraction for percent, major units for money. */
  readonly value: number | boolean;
  readonly as: "number" | "percent" | "currency" | "date" | "dateTime" | "time" | "boolean";
}

export type BlockCell = string | Exact;

/** A block of cells as they came from a clipboard, row by row. Rows may differ in length. */
export type Block = readonly (readonly BlockCell[])[];

/** What spreadsheets exchange: tab-separated, quoted where a text holds a tab, a quote or a line break. */
export function toTsv(block: readonly (readonly string[])[]): string {
  return block.map((row) => row.map(quote).join("\t")).join("\r\n");
}

function quote(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Reads what a spreadsheet put on the clipboard. A quote opens a quoted text only at the start of a cell and only where
 * it is closed before a tab or the end of a line, so that `5" pipe` and `"hi" she said` stay as they are.
 */
export function fromTsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const quoted = text[at] === '"' ? quotedAt(text, at) : undefined;
    const end = quoted?.end ?? plainEnd(text, at);
    row.push(quoted?.text ?? text.slice(at, end));
    if (text[end] === "\t") {
      at = end + 1;
      continue;
    }
    rows.push(row);
    row = [];
    at = text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1;
    // The line break after the last row ends it; it does not begin another.
    if (at >= text.length) break;
  }
  return rows;
}

function plainEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text[end] !== "\t" && text[end] !== "\n" && text[end] !== "\r") end++;
  return end;
}

function quotedAt(text: string, from: number): { text: string; end: number } | undefined {
  let at = from + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close < 0) return undefined;
    if (text[close + 1] === '"') {
      at = close + 2;
      continue;
    }
    const end = close + 1;
    if (end < text.length && !"\t\r\n".includes(text[end] as string)) return undefined;
    return { text: text.slice(from + 1, close).replaceAll('""', '"'), end };
  }
}

interface Extent {
  readonly rows: number;
  readonly columns: number;
}

/** How large a block lands on an area: in a direction in which the area is a multiple of it, as large as the area. */
export function tiled(block: Block, area: Extent): Extent {
  const rows = block.length;
  const columns = block.reduce((most, line) => Math.max(most, line.length), 0);
  if (rows === 0 || columns === 0) return { rows: 0, columns: 0 };
  return {
    rows: area.rows % rows === 0 ? area.rows : rows,
    columns: area.columns % columns === 0 ? area.columns : columns,
  };
}

/** The block as it lands on an area: repeated when the area is a multiple of it, otherwise at its own size. */
export function tile(block: Block, area: Extent): Block {
  const { rows, columns } = tiled(block, area);
  const own = tiled(block, { rows: 1, columns: 1 });
  if (rows === own.rows && columns === own.columns) return block;
  return Array.from({ length: rows }, (_, row) =>
    Array.from(
      { length: columns },
      (_, column) => block[row % own.rows]?.[column % own.columns] ?? "",
    ),
  );
}

/** How many cells a text would come to, at most; counted without taking it apart. */
export function cellsIn(text: string): number {
  let cells = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 9 || (code === 10 && at < text.length - 1)) cells++;
  }
  return cells;
}
