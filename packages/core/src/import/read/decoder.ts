/** Turns bytes into text, piece by piece or at once. */
export interface Decoder {
  decode(bytes: Uint8Array, options?: { readonly stream?: boolean }): string;
}

/** What windows-1252 has where Latin-1 has control characters, from 0x80. */
const EXTRA = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** Some versions of Node take windows-1252 for Latin-1, and lose the euro sign and typographic quotes. */
const takesForLatin1 = new TextDecoder("windows-1252").decode(Uint8Array.of(0x80)) !== "€";

/** A decoder for a WHATWG encoding. With `fatal` it throws at what the encoding does not know. */
export function createDecoder(name: string, fatal = false): Decoder {
  const decoder = new TextDecoder(name, { fatal });
  if (!takesForLatin1 || decoder.encoding !== "windows-1252") return decoder;
  return {
    decode(bytes, options) {
      const text = decoder.decode(bytes, options);
      return text.replace(/[\u0080-\u009f]/g, (one) => EXTRA[one.charCodeAt(0) - 0x80]!);
    },
  };
}
