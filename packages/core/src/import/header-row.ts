import { filledIn, isRule } from "./footer.ts";
import { isPlaceholder } from "../field/sift.ts";
import { cellText, isBlank, type RawRow } from "./read/raw.ts";
import * as Rows from "./read/rows.ts";
import { type Shape, shapeOf } from "./shape.ts";
import { isHeaderWord } from "./vocabulary.ts";

/** Which rows name the columns. Row numbers count from 0 in all rows. */

export interface SampledRow {
  readonly index: number;
  readonly cells: RawRow;
  readonly shapes: readonly Shape[];
  readonly filled: number;
}

const HEADER_SEARCH = 40;
const SAMPLE = 160;

/** The first rows that hold something. */
export function sampleRows(rows: Rows.Rows, from: number, end: number): SampledRow[] {
  const sample: SampledRow[] = [];
  for (let index = from; index < end && sample.length < SAMPLE; index++) {
    if (Rows.isBlankRow(rows, index)) continue;
    const cells = Rows.at(rows, index);
    if (isRule(cells)) continue;
    const shapes = cells.slice(0, 400).map(shapeOf);
    sample.push({
      index,
      cells,
      shapes,
      filled: shapes.filter((shape) => shape !== "blank").length,
    });
  }
  return sample;
}

/** The row that names the columns; null when the first row looks like the others. */
export function chooseHeader(sample: readonly SampledRow[]): {
  header: number | null;
  reason: string;
} {
  const main = mainWidth(sample);
  let best: { at: number; score: number } | undefined;
  for (let at = 0; at < Math.min(sample.length, HEADER_SEARCH); at++) {
    const row = sample[at]!;
    if (row.filled < Math.min(2, main) || row.filled < main * 0.4) continue;
    const score = headerScore(sample, at, main);
    if (best === undefined || score > best.score) best = { at, score };
    // A full row of data ends the search: what follows cannot be the header of what stands above.
    if (score < -0.4 && row.filled >= main * 0.7) break;
  }
  if (best === undefined || best.score <= 0.05) {
    return {
      header: null,
      reason: "The first row looks like the rows below it, so there is no header.",
    };
  }
  const chosen = sample[best.at]!;
  const above = best.at;
  return {
    header: chosen.index,
    reason:
      above === 0
        ? "The first row names the columns."
        : `Row ${chosen.index + 1} names the columns; ${above === 1 ? "one row" : `${above} rows`} above it ${above === 1 ? "is" : "are"} a title or note.`,
  };
}

/** How many cells a typical row fills. */
function mainWidth(sample: readonly SampledRow[]): number {
  const widths = sample.map((row) => row.filled).sort((a, b) => a - b);
  const upper = widths[Math.floor(widths.length * 0.75)] ?? 1;
  // With few rows the header itself is the best witness of the width.
  return widths.length < 4 ? Math.max(...widths) : upper;
}

/** Positive when the row reads as names of the columns below it; negative when it reads as one more row of data. */
function headerScore(sample: readonly SampledRow[], at: number, main: number): number {
  const row = sample[at]!;
  const body = sample.slice(at + 1);
  const width = Math.max(row.cells.length, ...body.map((other) => other.cells.length));
  const seen = new Set<string>();
  let score = 0;
  let counted = 0;
  let contrast = 0;
  let plain = true;
  for (let column = 0; column < Math.min(width, 400); column++) {
    const below = columnBelow(body, column);
    const shape = row.shapes[column] ?? "blank";
    if (shape === "blank") {
      if (below.share >= 0.5) {
        counted++;
        score -= 0.3;
      }
      continue;
    }
    counted++;
    const text = cellText(row.cells[column]).trim();
    const repeated = seen.has(text.toLowerCase());
    if (repeated || shape !== "text" || isPlaceholder(text)) plain = false;
    else if (isTyped(below.shape) && below.purity === 1 && below.filled > 1) contrast++;
    seen.add(text.toLowerCase());
    score += cellScore(text, shape, below) - (repeated ? 0.2 : 0);
  }
  if (counted === 0) return -1;
  score /= counted;
  score *= Math.min(1, row.filled / Math.max(1, main) + 0.15);
  // Words over figures are names even where another name occurs among the values below it.
  if (plain && contrast > 0 && at === 0 && row.filled >= main) score = Math.max(score, 0.2);
  if (body.length === 0 && at > 0) score -= 0.5;
  // A row as full as this one would rather be it; notes are seldom as wide as the names below them.
  for (const above of sample.slice(0, at)) {
    if (above.filled < Math.max(2, row.filled * 0.7)) continue;
    score -= above.filled < row.filled ? 0.4 : 0.6;
  }
  return score - at * 0.01;
}

interface Below {
  /** The commonest shape, blank left out. */
  readonly shape: Shape;
  /** Its share of the filled cells. */
  readonly purity: number;
  /** Share of rows that fill the column. */
  readonly share: number;
  readonly values: ReadonlySet<string>;
  readonly filled: number;
}

function columnBelow(body: readonly SampledRow[], column: number): Below {
  const counts = new Map<Shape, number>();
  const values = new Set<string>();
  let filled = 0;
  for (const row of body) {
    const shape = row.shapes[column] ?? "blank";
    if (shape === "blank") continue;
    filled++;
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
    values.add(cellText(row.cells[column]).trim().toLowerCase());
  }
  let shape: Shape = "blank";
  let top = 0;
  for (const [candidate, count] of counts) {
    if (count > top) {
      top = count;
      shape = candidate;
    }
  }
  return {
    shape,
    purity: filled === 0 ? 0 : top / filled,
    share: body.length === 0 ? 0 : filled / body.length,
    values,
    filled,
  };
}

function cellScore(text: string, shape: Shape, below: Below): number {
  const known = isHeaderWord(text);
  if (
    shape === "text" ||
    shape === "checkbox" ||
    (shape === "code" && (known || /^\p{L}/u.test(text)))
  ) {
    let score = shape === "code" ? 0.2 : 0.45;
    if (known) score += 0.8;
    if (below.filled > 0 && below.values.has(text.toLowerCase()))
      score -= below.values.size < below.filled ? 1 : 0.5;
    else if (isTyped(below.shape) && below.purity >= 0.7) score += shape === "code" ? 0.3 : 0.8;
    else if (shape === "checkbox" && below.shape === "checkbox") score -= 0.8;
    else if (shape === "code" && below.shape === "code") score -= known ? 0 : 0.5;
    return score;
  }
  if (shape === "code" && below.shape !== "code") return 0.1;
  if (shape === "prose") return known || text.length < 120 ? 0.1 : -0.3;
  if (
    shape === "number" &&
    /^(19|20)\d\d$/.test(text) &&
    below.shape === "number" &&
    !below.values.has(text)
  )
    return 0.1;
  // Codes and years name columns whose values are of another kind.
  if (/^\d+$/.test(text) && isTyped(below.shape) && below.shape !== "number")
    return below.purity >= 0.9 && below.filled > 1 ? 0.3 : -0.6;
  if (shape === below.shape) return -1.4;
  return below.filled === 0 ? -0.6 : -0.8;
}

function isTyped(shape: Shape): boolean {
  return shape !== "text" && shape !== "prose" && shape !== "blank";
}

/**
 * A row of group names right above the header: several cells, fewer than the header has, over wider stretches. Under a row of
 * as many cells it is one more line of notes: a level above has fewer names.
 */
export function groupRows(rows: Rows.Rows, header: number): number[] {
  if (header === 0) return [];
  const above = Rows.at(rows, header - 1);
  const filled = above.flatMap((cell, column) => (isBlank(cell) ? [] : [column]));
  const names = filledIn(Rows.at(rows, header));
  if (filled.length < 2 || filled.length >= names) return [];
  const higher = header > 1 ? filledIn(Rows.at(rows, header - 2)) : 0;
  if (higher > 1 && higher >= filled.length) return [];
  const labels = filled.every((column) => shapeOf(above[column]) === "text");
  return labels && (filled.at(-1) ?? 0) > 0 ? [header - 1] : [];
}

const UNIT =
  /^(?:[([{<].{1,40}[)\]}>]|%|‰|°[CFK]?|€|\$|£|¥|[A-Z]{3}|[kKMm]?€|k?EUR|Mio\.?|Tsd\.?|[µmkcdM]?(?:m|g|l|L|s|A|V|W|Hz|Pa|J|bar|mol|Wh)(?:[²³23]|\/\w+)?|kg|to?|pcs|pc|St(?:k|ck|ück)?\.?|Stk|units?|hrs?|h|min|sec|days?|years?|months?|inch(?:es)?|in|ft|lbs?|oz|mph|km\/h|m\/s|ppm|Anzahl|text|string|integer|int|float|date|number|boolean|varchar)$/;

/** A row right below the names that says in which units or form the values are: its index. */
export function unitsRow(rows: Rows.Rows, header: number, end: number): number | undefined {
  const at = header + 1;
  if (at + 1 >= end) return undefined;
  const names = Rows.at(rows, header);
  const cells = Rows.at(rows, at);
  let units = 0;
  let bracketed = 0;
  for (let column = 0; column < cells.length; column++) {
    const cell = cells[column];
    if (isBlank(cell)) continue;
    if (typeof cell !== "string" || isBlank(names[column])) return undefined;
    const text = cell.trim();
    if (!UNIT.test(text)) return undefined;
    units++;
    if (/^[([{<]/.test(text)) bracketed++;
  }
  if (units === 0) return undefined;
  if (bracketed === units) return at;
  // Three capitals are a currency or a code: below them there must be figures where they stand.
  const below = Rows.list(rows, at + 1, Math.min(end, at + 21));
  const figures = cells.every((cell, column) => {
    if (isBlank(cell)) return true;
    const shapes = below.map((row) => shapeOf(row[column])).filter((shape) => shape !== "blank");
    return shapes.length > 0 && shapes.every((shape) => shape === "number" || shape === "date");
  });
  return figures ? at : undefined;
}
