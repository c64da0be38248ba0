/**
 * What an exported file says of itself, so that it is recognised when it comes back: in the name of its last column, which holds the
 * id of each row's record. "Gridfolk id (contacts 142 3fa9c2d81b04e6aa whole)".
 */
export interface Marker {
  /** Key of the sheet. */
  readonly sheet: string;
  /** The workbook's when it was exported. */
  readonly seq: number;
  /** The beginning of the chain hash of that seq: it tells whose history this is. */
  readonly hash: string;
  /** Every record of the sheet was in it. */
  readonly whole: boolean;
}

const HASH = 16;
const FORM = /^gridfolk id \(([\w-]{1,100}) (\d{1,12}) ([0-9a-f]{16})( whole)?\)$/i;

export function toName({ sheet, seq, hash, whole }: Marker): string {
  return `Gridfolk id (${sheet} ${seq} ${hash.slice(0, HASH)}${whole ? " whole" : ""})`;
}

/** Undefined for the name of any other column. */
export function fromName(name: string): Marker | undefined {
  const [, sheet, seq, hash, whole] = FORM.exec(name.trim()) ?? [];
  if (sheet === undefined || hash === undefined) return undefined;
  return { sheet, seq: Number(seq), hash: hash.toLowerCase(), whole: whole !== undefined };
}

/** Whether the marker is of the history that has this chain hash at its seq. */
export function isOf(marker: Marker, hash: string): boolean {
  return hash.slice(0, HASH).toLowerCase() === marker.hash;
}
