/** Tables whose columns are kept apart by spaces, as programs print them and mails carry them. */

const LEAST_ROWS = 3;
/** A cell is at least apart by so many spaces from the next one somewhere. */
const GAP = 2;

/** Where columns begin; `undefined` when the lines are no such table. */
export function fixedColumns(lines: readonly string[]): number[] | undefined {
  const filled = lines.filter((line) => line.trim() !== "").map((line) => line.replace(/\s+$/, ""));
  if (filled.length < LEAST_ROWS || filled.some((line) => line.includes("\t"))) return undefined;
  const width = Math.max(...filled.map((line) => line.length));
  if (width > 2000) return undefined;
  const blank = Array.from({ length: width }, (_, at) =>
    filled.every((line) => at >= line.length || line[at] === " "),
  );
  const starts: number[] = [];
  for (let at = 0; at < width; at++) {
    if (blank[at]) continue;
    if (at === 0 || blank[at - 1]) starts.push(at);
  }
  if (starts.length < 2) return undefined;
  // Words of prose line up by chance here and there: most lines must fill most columns, with wide gaps between some.
  const rows = filled.map((line) => cellsOf(line, starts));
  const full = rows.filter((row) => row.filter((cell) => cell !== "").length * 2 > starts.length);
  const gaps = filled.filter((line) => line.trim().includes(" ".repeat(GAP)));
  const enough = full.length >= filled.length * 0.8 && gaps.length >= filled.length * 0.6;
  return enough ? starts : undefined;
}

/** A line cut where columns begin. */
export function cellsOf(line: string, starts: readonly number[]): string[] {
  return starts.map((start, index) =>
    line.slice(index === 0 ? 0 : start, starts[index + 1]).trim(),
  );
}
