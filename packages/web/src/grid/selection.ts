/** A cell by its place on screen: row of the current order, column among the sheet's visible columns. */
export interface Spot {
  readonly row: number;
  readonly column: number;
}

/**
 * What is selected, as people select it: from the cell where it began to the cell where it ends. "rows" and "columns"
 * stretch over the whole sheet and stay whole when columns are added.
 */
export interface Range {
  readonly kind: "cells" | "rows" | "columns";
  readonly anchor: Spot;
  readonly head: Spot;
}

/** Inclusive on all sides. */
export interface Bounds {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export function cellRange(anchor: Spot, head: Spot = anchor): Range {
  return { kind: "cells", anchor, head };
}

export function rowsRange(from: number, to: number = from): Range {
  return { kind: "rows", anchor: { row: from, column: 0 }, head: { row: to, column: 0 } };
}

export function columnsRange(from: number, to: number = from): Range {
  return { kind: "columns", anchor: { row: 0, column: from }, head: { row: 0, column: to } };
}

/** Undefined when nothing of the range is left within the size. */
export function bounds(range: Range, size: Size): Bounds | undefined {
  const { anchor, head, kind } = range;
  const top = kind === "columns" ? 0 : Math.min(anchor.row, head.row);
  const left = kind === "rows" ? 0 : Math.min(anchor.column, head.column);
  const bottom = Math.min(
    kind === "columns" ? size.rows - 1 : Math.max(anchor.row, head.row),
    size.rows - 1,
  );
  const right = Math.min(
    kind === "rows" ? size.columns - 1 : Math.max(anchor.column, head.column),
    size.columns - 1,
  );
  return bottom < top || right < left ? undefined : { top, left, bottom, right };
}

export function contains(area: Bounds, spot: Spot): boolean {
  return (
    spot.row >= area.top &&
    spot.row <= area.bottom &&
    spot.column >= area.left &&
    spot.column <= area.right
  );
}

export function isSingle(area: Bounds): boolean {
  return area.top === area.bottom && area.left === area.right;
}

/** Rows covered by any of the ranges, ascending, each once. */
export function coveredRows(ranges: readonly Range[], size: Size): number[] {
  const areas = areasOf(ranges, size);
  if (areas.length === 1) {
    const [area] = areas as [Bounds];
    return Array.from({ length: area.bottom - area.top + 1 }, (_, index) => area.top + index);
  }
  const rows = new Set<number>();
  for (const area of areas) for (let row = area.top; row <= area.bottom; row++) rows.add(row);
  return [...rows].sort((a, b) => a - b);
}

export function areasOf(ranges: readonly Range[], size: Size): Bounds[] {
  return ranges
    .map((range) => bounds(range, size))
    .filter((area): area is Bounds => area !== undefined);
}

/** Calls back once for every selected cell, also where ranges overlap. */
export function eachCell(
  ranges: readonly Range[],
  size: Size,
  visit: (row: number, column: number) => void,
): void {
  const areas = areasOf(ranges, size);
  areas.forEach((area, index) => {
    const earlier = areas.slice(0, index);
    for (let row = area.top; row <= area.bottom; row++) {
      for (let column = area.left; column <= area.right; column++) {
        if (!earlier.some((other) => contains(other, { row, column }))) visit(row, column);
      }
    }
  });
}

export type Direction = "up" | "down" | "left" | "right";

export function step(spot: Spot, direction: Direction, size: Size, by = 1): Spot {
  const row = direction === "up" ? spot.row - by : direction === "down" ? spot.row + by : spot.row;
  const column =
    direction === "left"
      ? spot.column - by
      : direction === "right"
        ? spot.column + by
        : spot.column;
  return clamp({ row, column }, size);
}

export function clamp(spot: Spot, size: Size): Spot {
  return {
    row: Math.max(0, Math.min(spot.row, size.rows - 1)),
    column: Math.max(0, Math.min(spot.column, size.columns - 1)),
  };
}

/**
 * Where Ctrl+arrow goes, as in every spreadsheet: within a filled stretch to its end, from its end or from a blank over
 * the blanks to the next filled cell, and to the edge of the sheet when there is none.
 */
export function jump(
  from: Spot,
  direction: Direction,
  size: Size,
  filled: (spot: Spot) => boolean,
): Spot {
  let at = from;
  let next = step(at, direction, size);
  if (same(next, at)) return at;
  if (filled(at) && filled(next)) {
    while (!same(next, at) && filled(next)) {
      at = next;
      next = step(at, direction, size);
    }
    return at;
  }
  at = next;
  while (!filled(at)) {
    next = step(at, direction, size);
    if (same(next, at)) return at;
    at = next;
  }
  return at;
}

export function same(a: Spot, b: Spot): boolean {
  return a.row === b.row && a.column === b.column;
}

/** What filling an area starts from and goes over: one cell, or one line, takes what stands above it, or before it. */
export function filledArea(area: Bounds, direction: "down" | "right"): Bounds {
  if (direction === "down") {
    return area.top === area.bottom ? { ...area, top: Math.max(0, area.top - 1) } : area;
  }
  return area.left === area.right ? { ...area, left: Math.max(0, area.left - 1) } : area;
}
