/**
 * One character for each byte of a text, the same where bytes are ASCII: a part of it is a text at the price of a pointer. It stands in
 * pieces, each with one byte per character: as a whole it would have two in browsers, and be twice as large, for one "é" somewhere.
 */
export type Characters = readonly string[];

const PIECE_BITS = 20;
/** Bytes of all pieces but the last. */
export const PIECE = 1 << PIECE_BITS;

/** From one byte to another, all of them ASCII. */
export function slice(pieces: Characters, from: number, to: number): string {
  const piece = from >> PIECE_BITS;
  const begin = from & (PIECE - 1);
  const end = begin + to - from;
  const text = (pieces[piece] ?? "").slice(begin, end);
  return end <= PIECE ? text : text + slice(pieces, (piece + 1) << PIECE_BITS, to);
}
