const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Text as base64url of its UTF-16 halves as UTF-8; for short strings only. */
export function encode(text: string): string {
  const bytes = unescapeUtf8(encodeURIComponent(text));
  let coded = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const a = bytes.charCodeAt(index);
    const b = bytes.charCodeAt(index + 1);
    const c = bytes.charCodeAt(index + 2);
    const left = bytes.length - index;
    coded += ALPHABET.charAt(a >> 2) + ALPHABET.charAt(((a & 3) << 4) | (left > 1 ? b >> 4 : 0));
    if (left > 1) coded += ALPHABET.charAt(((b & 15) << 2) | (left > 2 ? c >> 6 : 0));
    if (left > 2) coded += ALPHABET.charAt(c & 63);
  }
  return coded;
}

/** `undefined` for anything that `encode` does not write. */
export function decode(coded: string): string | undefined {
  let escaped = "";
  let bits = 0;
  let held = 0;
  for (const character of coded) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    escaped += `%${((held >> bits) & 255).toString(16).padStart(2, "0")}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}

function unescapeUtf8(escaped: string): string {
  return escaped.replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
