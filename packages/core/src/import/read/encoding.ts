import { DomainError } from "../../error.ts";
import { createDecoder } from "./decoder.ts";

/**
 * Finds the encoding of a text file. A byte order mark decides; else zero bytes betray UTF-16; else what is valid UTF-8 is
 * UTF-8; else the legacy encodings compete: each decodes the lines with other than ASCII bytes, and the one that yields the
 * most believable words wins, windows-1252 on a tie.
 *
 * Throws `unsupported-file` for what is not text.
 */
export function detectEncoding(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return { name: "utf-8", skip: 3, ...(isUtf8(bytes) && { isProven: true }) };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { name: "utf-16le", skip: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { name: "utf-16be", skip: 2 };
  const wide = detectUtf16(bytes);
  if (wide) return { name: wide, skip: 0 };
  refuseBinary(bytes);
  if (isUtf8(bytes)) return { name: "utf-8", skip: 0, isProven: true };
  return { name: detectLegacy(bytes), skip: 0 };
}

export interface Encoding {
  /** As TextDecoder names it. */
  readonly name: string;
  /** Bytes of the byte order mark. */
  readonly skip: number;
  /** Valid UTF-8 from the first byte to the last. */
  readonly isProven?: true;
}

const SAMPLE = 64 * 1024;

function detectUtf16(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const length = Math.min(bytes.length, SAMPLE) & ~1;
  if (length < 4 || bytes.length % 2 !== 0) return undefined;
  let evenZero = 0;
  let oddZero = 0;
  let lineEndsLe = 0;
  let lineEndsBe = 0;
  for (let at = 0; at < length; at += 2) {
    const even = bytes[at];
    const odd = bytes[at + 1];
    if (even === 0) evenZero++;
    if (odd === 0) oddZero++;
    if (odd === 0 && (even === 0x0a || even === 0x2c || even === 0x09 || even === 0x3b))
      lineEndsLe++;
    if (even === 0 && (odd === 0x0a || odd === 0x2c || odd === 0x09 || odd === 0x3b)) lineEndsBe++;
  }
  const pairs = length / 2;
  if (oddZero > pairs * 0.4 && evenZero < pairs * 0.05) return "utf-16le";
  if (evenZero > pairs * 0.4 && oddZero < pairs * 0.05) return "utf-16be";
  // Scripts other than Latin have few zero bytes, but line ends and delimiters still have one each, always on one side.
  if (lineEndsLe > 2 && lineEndsLe * 2 > oddZero && evenZero === 0) return "utf-16le";
  if (lineEndsBe > 2 && lineEndsBe * 2 > evenZero && oddZero === 0) return "utf-16be";
  return undefined;
}

function refuseBinary(bytes: Uint8Array): void {
  const length = Math.min(bytes.length, SAMPLE);
  let control = 0;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!;
    // Tab, line ends, page feeds and ESC (Japanese) occur in text; 0x1a ended files on DOS.
    if (
      byte < 0x20 &&
      byte !== 9 &&
      byte !== 10 &&
      byte !== 13 &&
      byte !== 12 &&
      byte !== 11 &&
      byte !== 0x1b &&
      byte !== 0x1a
    )
      control++;
  }
  if (control > length * 0.02 && control > 1) {
    throw new DomainError(
      "unsupported-file",
      "The file is not a table of text: it holds binary data. Gridfolk reads CSV, TSV and XLSX.",
    );
  }
}

/** Node proves it without decoding, six times as fast; browsers have no such call. */
const native = globalThis.process?.getBuiltinModule?.("node:buffer")?.isUtf8;

/** In pieces that end where a character ends, so that no copy of the whole text is made and the engine's fast path is used. */
function isUtf8(bytes: Uint8Array): boolean {
  if (native !== undefined) return native(bytes);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const step = 4 * 1024 * 1024;
  for (let from = 0; from < bytes.length;) {
    let to = Math.min(bytes.length, from + step);
    while (to < bytes.length && to > from && (bytes[to]! & 0xc0) === 0x80) to--;
    if (to === from) return false;
    if (hasHighByte(bytes, from, to)) {
      try {
        decoder.decode(bytes.subarray(from, to));
      } catch {
        return false;
      }
    }
    from = to;
  }
  return true;
}

function hasHighByte(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at]! > 0x7f) return true;
  return false;
}

const LEGACY = [
  "windows-1252",
  "windows-1250",
  "windows-1251",
  "windows-1253",
  "windows-1254",
  "windows-1257",
  "macintosh",
  "x-mac-cyrillic",
  "iso-8859-2",
  "iso-8859-7",
  "koi8-r",
  "ibm866",
  "shift_jis",
  "euc-jp",
  "gb18030",
  "big5",
  "euc-kr",
] as const;

function detectLegacy(bytes: Uint8Array): string {
  const sample = highLines(bytes);
  let best = "windows-1252";
  let bestScore = -Infinity;
  for (const name of LEGACY) {
    let text: string;
    try {
      text = createDecoder(name, true).decode(sample);
    } catch {
      continue;
    }
    const score = plausibility(text) - prior(name);
    if (score > bestScore + 1e-9) {
      bestScore = score;
      best = name;
    }
  }
  return best;
}

/** Small handicaps: what is rare must win clearly. */
function prior(name: string): number {
  if (name === "windows-1252") return 0;
  if (
    name === "windows-1250" ||
    name === "windows-1251" ||
    name === "shift_jis" ||
    name === "macintosh"
  )
    return 0.06;
  return 0.12;
}

/** Up to 64 kB of the lines that have bytes above 0x7f, from the whole file. */
function highLines(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(SAMPLE);
  let length = 0;
  let start = 0;
  let high = false;
  for (let at = 0; at <= bytes.length && length < SAMPLE; at++) {
    const byte = bytes[at];
    if (byte === 0x0a || byte === 0x0d || byte === undefined) {
      if (high) {
        const line = bytes.subarray(start, Math.min(at + 1, bytes.length, start + SAMPLE - length));
        out.set(line, length);
        length += line.length;
      }
      start = at + 1;
      high = false;
    } else if (byte > 0x7f) high = true;
  }
  return out.subarray(0, length);
}

/**
 * How much a decoded text looks like words people write, per character beyond ASCII. Counts for: letters that stand among letters
 * of their own script, kana and common ideographs. Counts against: capitals inside lower-case words, runs of accented letters,
 * symbols glued to letters, private or control characters.
 */
function plausibility(text: string): number {
  let score = 0;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    count++;
    const before = at > 0 ? text.charCodeAt(at - 1) : 32;
    const after = at + 1 < text.length ? text.charCodeAt(at + 1) : 32;
    if (code < 0xa0 || code === 0xfffd || (code >= 0xe000 && code <= 0xf8ff)) score -= 3;
    else if (isAccented(code)) {
      const nearAscii = isAsciiLetter(before) || isAsciiLetter(after);
      const nearAccented = isAccented(before) && isAccented(after);
      const upper = isUpperAt(text, at);
      if (upper && (isAsciiLower(before) || isLowerAt(text, at - 1))) score -= 1.5;
      else if (nearAccented) score -= 1;
      else if (nearAscii) score += COMMON.has(text[at]!) ? 1 : 0.55;
      else score -= 0.2;
    } else if (code >= 0x370 && code <= 0x3ff) {
      score +=
        scripted(before, after, 0x370, 0x3ff) * (OFTEN.has(text[at]!.toLowerCase()) ? 1 : 0.5);
    } else if (code >= 0x400 && code <= 0x4ff) {
      if (isUpperAt(text, at) && isLowerAt(text, at - 1)) score -= 1;
      else
        score +=
          scripted(before, after, 0x400, 0x4ff) * (OFTEN.has(text[at]!.toLowerCase()) ? 1 : 0.5);
    } else if (code >= 0x3040 && code <= 0x30ff) score += 1;
    else if (code >= 0xff61 && code <= 0xff9f) score -= 0.4;
    else if (code >= 0x4e00 && code <= 0x9fff)
      score += isAsciiLetter(before) && isAsciiLetter(after) ? -1 : 0.7;
    else if (code >= 0xac00 && code <= 0xd7a3)
      score += isAsciiLetter(before) && isAsciiLetter(after) ? -1 : 0.75;
    else if (PUNCTUATION.has(text[at]!))
      score += isAsciiLetter(before) && isAsciiLetter(after) && text[at] !== "’" ? -0.5 : 0.5;
    else
      score -=
        isAsciiLetter(before) || isAsciiLetter(after) || isAccented(before) || isAccented(after)
          ? 1
          : 0.3;
  }
  return count === 0 ? 0 : score / count;
}

function scripted(before: number, after: number, from: number, to: number): number {
  const near = (code: number) => code >= from && code <= to;
  if (isAsciiLetter(before) || isAsciiLetter(after)) return -1;
  return near(before) || near(after) ? 1 : 0.1;
}

const isAsciiLetter = (code: number) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
const isAsciiLower = (code: number) => code >= 97 && code <= 122;
const isAccented = (code: number) =>
  code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7;

function isUpperAt(text: string, at: number): boolean {
  const letter = text[at]!;
  return letter !== letter.toLowerCase() && letter === letter.toUpperCase();
}

function isLowerAt(text: string, at: number): boolean {
  const letter = text[at] ?? "";
  return letter !== letter.toUpperCase() && letter === letter.toLowerCase();
}

/** Accented letters by how often the languages of Europe use them. */
const COMMON = new Set("éèêëàâäáãåæçñöôóòõøüúùûíìîïßœÉÈÀÄÁÅÆÇÑÖÓØÜÚÍąęłśżźćńóčšžřýěůďťőűășțğışİŞ");
/** The letters that make up four fifths of Greek and of Russian, Ukrainian, Bulgarian, Serbian text. */
const OFTEN = new Set("αοιετσςνηυρπκμλάέίόήώωδоеаинтсрвлкмдпуяіь");
const PUNCTUATION = new Set("–—‘’“”„…€£¥°§«»·•©®™ªº¿¡´½¼¾±²³µ×。、・「」（）：");
