import type { Remark } from "./formatting.ts";
import { elements, itemText } from "./xml.ts";
import { cellAt } from "./reference.ts";

const MOST = 100_000;

/**
 * Notes on cells, in the order of rows. `notes` is the XML of the notes proper, `threads` that of threaded comments, of which Excel keeps
 * a copy for older versions among the notes: the thread counts.
 */
export function readRemarks(notes: readonly string[], threads: readonly string[]): Remark[] {
  const textByCell = new Map<string, string[]>();
  for (const xml of threads) {
    for (const { attributes, inner } of elements(xml, "threadedComment")) {
      const cell = attributes["ref"] ?? "";
      const text = [...elements(inner, "text")][0]?.inner ?? "";
      textByCell.set(cell, [...(textByCell.get(cell) ?? []), itemText(`<t>${text}</t>`).trim()]);
    }
  }
  const threaded = new Set(textByCell.keys());
  for (const xml of notes) {
    const authors = [...elements(xml, "author")].map(({ inner }) => itemText(`<t>${inner}</t>`));
    for (const { attributes, inner } of elements(xml, "comment")) {
      const cell = attributes["ref"] ?? "";
      if (threaded.has(cell)) continue;
      const author = authors[Number(attributes["authorId"] ?? -1)] ?? "";
      const text = withoutAuthor(itemText(inner), author);
      if (text !== "") textByCell.set(cell, [text]);
    }
  }
  return [...textByCell]
    .slice(0, MOST)
    .flatMap(([cell, texts]) => {
      const place = cellAt(cell);
      const text = texts.filter((one) => one !== "").join("\n");
      return place === undefined || text === "" ? [] : [{ ...place, text }];
    })
    .toSorted((a, b) => a.row - b.row || a.column - b.column);
}

/** Excel begins a note with its author's name. */
function withoutAuthor(text: string, author: string): string {
  const begin = `${author}:`;
  return (author !== "" && text.startsWith(begin) ? text.slice(begin.length) : text).trim();
}
