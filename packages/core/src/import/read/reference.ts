/** References to cells, such as `B7`, `$B$7` and `'My list'!$A$2:$A$9`. Rows and columns count from 0. */

export interface Area {
  /** Undefined: the worksheet that refers. */
  readonly sheet: string | undefined;
  readonly top: number;
  readonly left: number;
  /** Inclusive. */
  readonly bottom: number;
  readonly right: number;
}

const LAST_ROW = 1_048_575;
const AREA =
  /^(?:(?:'((?:[^']|'')+)'|([^'!:]+))!)?\$?([A-Za-z]{1,3})\$?(\d{1,7})?(?::\$?([A-Za-z]{1,3})\$?(\d{1,7})?)?$/;

/** A cell, a block of cells or whole columns; undefined for anything else. */
export function areaAt(text: string): Area | undefined {
  const match = AREA.exec(text.trim());
  if (match === null) return undefined;
  const [, quoted, plain, left = "", top, right, bottom] = match;
  if (top === undefined && right === undefined) return undefined;
  return {
    sheet: quoted?.replaceAll("''", "'") ?? plain,
    left: columnAt(left),
    top: top === undefined ? 0 : Number(top) - 1,
    right: columnAt(right ?? left),
    bottom:
      bottom !== undefined ? Number(bottom) - 1 : right === undefined ? Number(top) - 1 : LAST_ROW,
  };
}

export function cellAt(text: string): { row: number; column: number } | undefined {
  const area = areaAt(text);
  return area === undefined ? undefined : { row: area.top, column: area.left };
}

/** The number of a column from its letters. */
export function columnAt(letters: string): number {
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
