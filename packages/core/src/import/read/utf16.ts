/**
 * UTF-16 as UTF-8, byte by byte: a decoder would make a text of the whole file in between, at five times the price. Halves of
 * surrogate pairs, and a byte that is left over at the end, become U+FFFD.
 */
export function utf16ToUtf8(bytes: Uint8Array, skip: number, isLittleEndian: boolean): Uint8Array {
  const [low, high] = isLittleEndian ? [0, 1] : [1, 0];
  const end = bytes.length - ((bytes.length - skip) % 2);
  const unit = (at: number): number =>
    (bytes[at + low] as number) | ((bytes[at + high] as number) << 8);
  let length = end === bytes.length ? 0 : 3;
  for (let at = skip; at < end; at += 2) {
    const code = unit(at);
    // Each half of a pair counts for two of its four bytes; one alone needs three.
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
  }
  const utf8 = new Uint8Array(length);
  let to = 0;
  for (let at = skip; at < end; at += 2) {
    let code = unit(at);
    if (code < 0x80) {
      utf8[to++] = code;
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      const next = code < 0xdc00 && at + 2 < end ? unit(at + 2) : 0;
      if (next >= 0xdc00 && next < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00);
        at += 2;
        utf8[to++] = 0xf0 | (code >> 18);
        utf8[to++] = 0x80 | ((code >> 12) & 0x3f);
        utf8[to++] = 0x80 | ((code >> 6) & 0x3f);
        utf8[to++] = 0x80 | (code & 0x3f);
        continue;
      }
      code = 0xfffd;
    }
    if (code < 0x800) utf8[to++] = 0xc0 | (code >> 6);
    else {
      utf8[to++] = 0xe0 | (code >> 12);
      utf8[to++] = 0x80 | ((code >> 6) & 0x3f);
    }
    utf8[to++] = 0x80 | (code & 0x3f);
  }
  const last = end - 2 >= skip ? unit(end - 2) : 0;
  // Half a unit behind half a pair is one character that broke off.
  if (end < bytes.length && !(last >= 0xd800 && last < 0xdc00)) {
    utf8.set([0xef, 0xbf, 0xbd], to);
    to += 3;
  }
  return utf8.subarray(0, to);
}
