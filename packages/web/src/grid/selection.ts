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

export function cellsOf(area: Bounds): number {
  return (area.bottom - area.top + 1) * (area.right - area.left + 1);
}

/** Whether the areas cover the same rows or the same columns, so that they make one block. */
export function inLine(areas: readonly Bounds[]): boolean {
  const [first] = areas;
  return (
    areas.every(({ top, bottom }) => top === first?.top && bottom === first.bottom) ||
    areas.every(({ left, right }) => left === first?.left && right === first.right)
  );
}

/**
 * Where Enter ("down") or Tab ("right") goes within what is selected: through each area line by line, from its end to the next
 * area, from the last to the first. Undefined where a single cell is selected.
 */
export function within(
  areas: readonly Bounds[],
  spot: Spot,
  direction: "down" | "right",
  back: boolean,
): Spot | undefined {
  const at = areas.findLastIndex((area) => contains(area, spot));
  const area = areas[at];
  if (area === undefined || (areas.length === 1 && isSingle(area))) return undefined;
  const rows = area.bottom - area.top + 1;
  const columns = area.right - area.left + 1;
  const inLine = direction === "down" ? rows : columns;
  const [row, column] = [spot.row - area.top, spot.column - area.left];
  const place = direction === "down" ? column * rows + row : row * columns + column;
  const next = place + (back ? -1 : 1);
  if (next >= 0 && next < rows * columns) {
    const [line, along] = [Math.floor(next / inLine), next % inLine];
    return direction === "down"
      ? { row: area.top + along, column: area.left + line }
      : { row: area.top + line, column: area.left + along };
  }
  const other = areas[(at + (back ? areas.length - 1 : 1)) % areas.length] as Bounds;
  return back ? { row: other.bottom, column: other.right } : { row: other.top, column: other.left };
}

/** The next corner of an area, clockwise; the first where the spot is at none. */
export function nextCorner({ top, left, bottom, right }: Bounds, spot: Spot): Spot {
  const corners = [
    { row: top, column: left },
    { row: top, column: right },
    { row: bottom, column: right },
    { row: bottom, column: left },
  ].filter((corner, at, all) => all.findIndex((other) => same(other, corner)) === at);
  const at = corners.findIndex((corner) => same(corner, spot));
  return corners[(at + 1) % corners.length] as Spot;
}

/** The filled cells around a spot, up to blank rows and columns on every side. */
export function region(from: Spot, size: Size, filled: (spot: Spot) => boolean): Bounds {
  let area: Bounds = { top: from.row, bottom: from.row, left: from.column, right: from.column };
  const someInRow = (row: number) => {
    const [left, right] = [Math.max(0, area.left - 1), Math.min(size.columns - 1, area.right + 1)];
    for (let column = left; column <= right; column++) if (filled({ row, column })) return true;
    return false;
  };
  const someInColumn = (column: number) => {
    const [top, bottom] = [Math.max(0, area.top - 1), Math.min(size.rows - 1, area.bottom + 1)];
    for (let row = top; row <= bottom; row++) if (filled({ row, column })) return true;
    return false;
  };
  for (;;) {
    const before = area;
    while (area.bottom + 1 < size.rows && someInRow(area.bottom + 1))
      area = { ...area, bottom: area.bottom + 1 };
    while (area.top > 0 && someInRow(area.top - 1)) area = { ...area, top: area.top - 1 };
    while (area.right + 1 < size.columns && someInColumn(area.right + 1))
      area = { ...area, right: area.right + 1 };
    while (area.left > 0 && someInColumn(area.left - 1)) area = { ...area, left: area.left - 1 };
    if (cellsOf(before) === cellsOf(area)) return area;
  }
}
