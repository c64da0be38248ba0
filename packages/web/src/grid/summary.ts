import type { Cell } from "@gridfolk/core/field/cell";
import type { Field } from "@gridfolk/core/field/field";
import * as Selection from "./selection.ts";

/** What the selected cells come to. */
export interface Summary {
  /** Rows touched by the selection. */
  readonly rows: number;
  readonly cells: number;
  /** Cells that hold something. */
  readonly filled: number;
  /** Present when at least two selected cells hold figures of one kind. */
  readonly figures?: Figures;
  /** The figures are amounts of several currencies, which are not added. */
  readonly mixedCurrencies?: true;
}

export interface Figures {
  /** A field of the kind the figures are of, for writing them. */
  readonly field: Field;
  readonly count: number;
  readonly sum: Cell;
  readonly average: Cell;
  readonly min: Cell;
  readonly max: Cell;
}

/** Beyond this many cells nothing is counted but rows and cells. */
const MOST = 3_000_000;

export function summarize(
  ranges: readonly Selection.Range[],
  size: Selection.Size,
  fields: readonly Field[],
  read: (place: number, field: Field) => Cell | undefined,
): Summary {
  const areas = Selection.areasOf(ranges, size);
  const rows = areas.length === 1 ? rowsOf(areas) : Selection.coveredRows(ranges, size).length;
  const total = areas.reduce(
    (sum, area) => sum + (area.bottom - area.top + 1) * (area.right - area.left + 1),
    0,
  );
  if (total > MOST) return { rows, cells: total, filled: 0 };
  let cells = 0;
  let filled = 0;
  const kinds = new Map<string, { field: Field; values: Tally }>();
  Selection.eachCell(ranges, size, (place, column) => {
    cells++;
    const field = fields[column];
    const cell = field && read(place, field);
    if (field === undefined || cell === undefined) return;
    filled++;
    const figure = figureOf(cell, field);
    if (figure === undefined) return;
    const kind = kinds.get(figure.kind) ?? { field, values: emptyTally() };
    kinds.set(figure.kind, kind);
    add(kind.values, figure.value);
  });
  const [only] = kinds;
  if (only === undefined) return { rows, cells, filled };
  if (kinds.size > 1) {
    const isMixed = [...kinds.values()].every(({ field }) => field.type === "currency");
    return { rows, cells, filled, ...(isMixed && { mixedCurrencies: true }) };
  }
  const [kind, { field, values }] = only;
  if (values.count < 2) return { rows, cells, filled };
  const write = (value: number): Cell =>
    field.type === "currency" ? `${Math.round(value)} ${kind}` : round(value);
  return {
    rows,
    cells,
    filled,
    figures: {
      // Averages have more digits than the values: the column's own number of digits would hide them.
      field,
      count: values.count,
      sum: write(values.sum),
      average: write(values.sum / values.count),
      min: write(values.min),
      max: write(values.max),
    },
  };
}

function rowsOf([area]: readonly Selection.Bounds[]): number {
  return area === undefined ? 0 : area.bottom - area.top + 1;
}

interface Tally {
  count: number;
  sum: number;
  min: number;
  max: number;
}

function emptyTally(): Tally {
  return { count: 0, sum: 0, min: Infinity, max: -Infinity };
}

function add(tally: Tally, value: number): void {
  tally.count++;
  tally.sum += value;
  if (value < tally.min) tally.min = value;
  if (value > tally.max) tally.max = value;
}

/** Amounts in minor units, one kind for each currency. */
function figureOf(cell: Cell, field: Field): { kind: string; value: number } | undefined {
  if (typeof cell === "number") return { kind: field.type, value: cell };
  if (field.type !== "currency" || typeof cell !== "string") return undefined;
  const [minor = "", code = ""] = cell.split(" ");
  return { kind: code, value: Number(minor) };
}

/** Without the noise that adding binary fractions leaves at the end. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
