/** A block of cells as text, row by row. Rows may differ in length. */
export type Block = readonly (readonly string[])[];

/** What spreadsheets exchange: tab-separated, quoted where a text holds a tab, a quote or a line break. */
export function toTsv(block: Block): string {
  return block.map((row) => row.map(quote).join("\t")).join("\r\n");
}

function quote(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function toHtml(block: Block): string {
  const rows = block.map(
    (row) => `<tr>${row.map((text) => `<td>${escape(text)}</td>`).join("")}</tr>`,
  );
  return `<meta charset="utf-8"><table>${rows.join("")}</table>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/\r?\n/g, "<br>");
}

/**
 * Reads what a spreadsheet put on the clipboard. A quote opens a quoted text only at the start of a cell and only where
 * it is closed before a tab or the end of a line, so that `5" pipe` and `"hi" she said` stay as they are.
 */
export function fromTsv(text: string): Block {
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

/** The first table of a page, spans spread out into blank cells; undefined when there is none. */
export function fromHtml(html: string): Block | undefined {
  if (!/<table[\s>]/i.test(html)) return undefined;
  const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  if (table === null) return undefined;
  const rows: string[][] = [];
  [...table.rows].forEach((line, index) => {
    const row = (rows[index] ??= []);
    let column = 0;
    for (const cell of line.cells) {
      while (row[column] !== undefined) column++;
      for (let down = 0; down < Math.min(cell.rowSpan, 1000); down++) {
        const target = (rows[index + down] ??= []);
        for (let right = 0; right < Math.min(cell.colSpan, 1000); right++) {
          target[column + right] = down === 0 && right === 0 ? textOf(cell) : "";
        }
      }
      column += cell.colSpan;
    }
  });
  return rows
    .slice(0, table.rows.length)
    .map((row) => Array.from(row, (text: string | undefined) => text ?? ""));
}

function textOf(cell: Element): string {
  let text = "";
  for (const node of cell.childNodes) {
    if (node.nodeName === "BR") text += "\n";
    else if (node.nodeType === 3) text += (node.textContent ?? "").replaceAll(/[\n\r\t ]+/g, " ");
    else if (node.nodeType === 1) {
      const inner = textOf(node as Element);
      text += /^(P|DIV|LI)$/.test(node.nodeName) && text !== "" ? `\n${inner}` : inner;
    }
  }
  return text.replaceAll("\u00a0", " ").trim();
}

/** The block as it lands on an area: repeated when the area is a multiple of it, otherwise at its own size. */
export function tile(block: Block, area: { rows: number; columns: number }): Block {
  const rows = block.length;
  const columns = Math.max(0, ...block.map((row) => row.length));
  if (rows === 0 || columns === 0) return [];
  const down = area.rows % rows === 0 ? area.rows : rows;
  const right = area.columns % columns === 0 ? area.columns : columns;
  return Array.from({ length: down }, (_, row) =>
    Array.from({ length: right }, (_, column) => block[row % rows]?.[column % columns] ?? ""),
  );
}
