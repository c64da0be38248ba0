import type { Dialect } from "./dialect.ts";
import * as Packer from "./packer.ts";
import { DOUBLED, HIGH } from "./rows.ts";

/** Delimiter, quote and line end as bytes. */
export interface PlainDialect {
  readonly delimiter: number;
  readonly quote: number;
  readonly newline: number;
}

const LF = 10;
const CR = 13;

/** The dialect, when its files can be read plainly: single ASCII characters, a quote inside a quoted cell doubled. */
export function plainDialect(dialect: Dialect, newline: "\n" | "\r"): PlainDialect | undefined {
  const { delimiter, quote, escape } = dialect;
  if (escape !== quote || delimiter.length !== 1 || quote.length !== 1) return undefined;
  const found = {
    delimiter: delimiter.charCodeAt(0),
    quote: quote.charCodeAt(0),
    newline: newline.charCodeAt(0),
  };
  const all = Object.values(found);
  const isApart = new Set([...all, CR]).size === (found.newline === CR ? 3 : 4);
  return isApart && all.every((code) => code < 0x80) ? found : undefined;
}

/** Where the records that were read end, and whether what follows is no plain record; else it is not complete, or there is nothing. */
export interface PlainReading {
  readonly end: number;
  readonly odd: boolean;
}

/**
 * Packs records as long as every cell is either without a quote at its beginning or quoted from its first to its last character: exactly
 * those that papaparse reads the same way and without complaint (there is a test). What is not so plain is left to it. Works on bytes,
 * and makes no texts.
 *
 * `to` is the end of the file when `last`. Answers undefined when the next record has more than `mostCells`.
 */
export function readPlain(
  range: { readonly from: number; readonly to: number; readonly last: boolean },
  { delimiter, quote, newline }: PlainDialect,
  packer: Packer.Packer,
  mostCells: number,
): PlainReading | undefined {
  const { bytes } = packer;
  const { from, to, last } = range;
  let at = from;
  while (at < to || (last && packer.count > 0)) {
    const start = at;
    let width = 0;
    let more = true;
    while (more) {
      if (width >= mostCells) return undefined;
      let hash = 0;
      let high = 0;
      let begin = at;
      let end: number;
      let mark = 0;
      if (at < to && bytes[at] === quote) {
        begin += 1;
        for (at = begin; ; at += 1) {
          if (at >= to) return { end: start, odd: last };
          const byte = bytes[at] as number;
          if (byte === quote) {
            if (at + 1 >= to && !last) return { end: start, odd: false };
            if (at + 1 >= to || bytes[at + 1] !== quote) break;
            mark = DOUBLED;
            at += 1;
          }
          hash = (Math.imul(hash, 31) + byte) | 0;
          high |= byte;
        }
        end = at;
        at += 1;
        const next = at < to ? bytes[at] : newline;
        if (next === delimiter) at += 1;
        else {
          more = false;
          if (next === newline) at += 1;
          else if (next === CR && newline === LF && at + 1 < to && bytes[at + 1] === LF) at += 2;
          else return { end: start, odd: last || at + 1 < to || next !== CR };
        }
      } else {
        let byte = newline;
        for (; at < to; at += 1) {
          byte = bytes[at] as number;
          if (byte === delimiter || byte === newline) break;
          hash = (Math.imul(hash, 31) + byte) | 0;
          high |= byte;
        }
        if (at >= to && !last) return { end: start, odd: false };
        end = at;
        more = at < to && byte === delimiter;
        at += 1;
      }
      // "\r\n" ends a line like "\n".
      if (!more && newline === LF && end > begin && bytes[end - 1] === CR) end -= 1;
      if (high >= 0x80) mark |= HIGH;
      Packer.addCell(packer, width, begin, end, hash, mark);
      width += 1;
    }
    Packer.endRecord(packer, width, at);
    // The end of the file ends its last record; a line end there is followed by an empty one.
    if (last && at > to) break;
  }
  return { end: Math.min(at, to), odd: false };
}
