import { Inflate } from "fflate";
import { DomainError } from "../../error.ts";

/** A ZIP archive's entries by name in lower case. Nothing is inflated before it is asked for. */
export interface Zip {
  /** Bytes that one text in it, or what cannot be split of one, may have. */
  readonly maxText: number;
  has(name: string): boolean;
  /** Names as written. */
  names(): string[];
  /** The entry's bytes piece by piece; `undefined` when there is none. Counts what really comes out against the limit. */
  pieces(name: string, sink: (bytes: Uint8Array) => void): boolean;
  /** A small entry at once. DomainError "unsupported-file" when it has more than `maxText` bytes. */
  read(name: string): Uint8Array | undefined;
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly compressed: number;
  readonly offset: number;
}

export interface ZipLimits {
  readonly maxInflated: number;
  readonly maxText: number;
}

/** Opens an archive that may inflate to at most `maxInflated` bytes in all, whatever its directory declares. */
export function openZip(bytes: Uint8Array, { maxInflated, maxText }: ZipLimits): Zip {
  const entries = readDirectory(bytes);
  let inflated = 0;
  const count = (length: number): void => {
    inflated += length;
    if (inflated > maxInflated) {
      throw new DomainError(
        "too-large",
        `The workbook unpacks to more than ${Math.round(maxInflated / 1024 / 1024)} MB. Split it into smaller files, or save the sheet as CSV.`,
      );
    }
  };
  const pieces: Zip["pieces"] = (name, sink) => {
    const entry = entries.get(normalise(name));
    if (entry === undefined) return false;
    const data = dataOf(bytes, entry);
    if (entry.method === 0) {
      count(data.length);
      sink(data);
      return true;
    }
    const inflate = new Inflate((piece) => {
      count(piece.length);
      sink(piece);
    });
    const step = 64 * 1024;
    for (let at = 0; at < data.length || at === 0; at += step) {
      try {
        inflate.push(data.subarray(at, at + step), at + step >= data.length);
      } catch (error) {
        if (error instanceof DomainError) throw error;
        throw damaged(error);
      }
    }
    return true;
  };
  return {
    maxText,
    has: (name) => entries.has(normalise(name)),
    names: () => [...entries.values()].map((entry) => entry.name),
    pieces,
    read(name) {
      const parts: Uint8Array[] = [];
      let length = 0;
      const found = pieces(name, (piece) => {
        length += piece.length;
        if (length > maxText) throw endless();
        parts.push(piece.slice());
      });
      if (!found) return undefined;
      const whole = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        whole.set(part, at);
        at += part.length;
      }
      return whole;
    },
  };
}

/** For a text that cannot be what it should be: it holds more than any such text without coming to an end. */
export function endless(): DomainError {
  return new DomainError(
    "unsupported-file",
    "The workbook holds a row or text without an end. Open it in Excel or LibreOffice, save it again, and import that.",
  );
}

function normalise(name: string): string {
  return name.replaceAll("\\", "/").replace(/^\/+/, "").toLowerCase();
}

function readDirectory(bytes: Uint8Array): Map<string, Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const entries = new Map<string, Entry>();
  let at = view.getUint32(end + 16, true);
  const count = view.getUint16(end + 10, true);
  const decoder = new TextDecoder();
  for (let n = 0; n < count; n++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw damaged();
    const nameLength = view.getUint16(at + 28, true);
    const name = decoder.decode(bytes.subarray(at + 46, at + 46 + nameLength));
    entries.set(normalise(name), {
      name,
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      compressed: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 65_535); at--) {
    if (view.getUint32(at, true) === 0x06054b50) return at;
  }
  throw damaged();
}

function dataOf(bytes: Uint8Array, entry: Entry): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.encrypted) {
    throw new DomainError(
      "unsupported-file",
      "The workbook is protected with a password. Remove it, save, and import it again.",
    );
  }
  if (entry.method !== 0 && entry.method !== 8) {
    throw new DomainError(
      "unsupported-file",
      "The workbook is packed in a way that is not supported. Open it in Excel, save it again, and import that.",
    );
  }
  const { offset } = entry;
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50) throw damaged();
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + entry.compressed > bytes.length) throw damaged();
  return bytes.subarray(start, start + entry.compressed);
}

function damaged(cause?: unknown): DomainError {
  return new DomainError(
    "unsupported-file",
    "The workbook is damaged or cut off. Open it in Excel or LibreOffice, save it again, and import that.",
    cause === undefined ? {} : { cause },
  );
}
