import { DomainError } from "./error.ts";

/**
 * Files beside the table: what is too large for a request or an answer. Keys are paths of letters, digits, `-` and `_`; who
 * may use which is the caller's to decide. Addresses work for whoever has them, until they expire; what they refuse is
 * told in words by whoever serves them. Every implementation passes the same contract.
 *
 * Reads see what was written before. An unreachable store throws DomainError "busy" once the tries are used up.
 */
export interface Blobs {
  /** Writes a file whole or not at all; a file under the same key is replaced. In memory only piece by piece. */
  put(key: string, pieces: AsyncIterable<Uint8Array>, saved: Saved): Promise<void>;
  /** `undefined` when there is none; "too-large" when it has more than `maxBytes`. */
  get(key: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** Deleting what is not there is fine. */
  delete(key: string): Promise<void>;
  /** Where exactly `bytes` bytes may be sent by PUT. Absolute, or a path on the server. */
  uploadUrl(
    key: string,
    upload: { readonly bytes: number; readonly seconds: number },
  ): Promise<string>;
  /** Where a file that was put here may be had by GET. Absolute, or a path on the server. */
  downloadUrl(key: string, download: { readonly seconds: number }): Promise<string>;
}

/** How a file arrives at who downloads it. */
export interface Saved {
  readonly name: string;
  /** Its content type. */
  readonly type: string;
  /** How its bytes are compressed: whoever downloads it has said that they can undo it. */
  readonly encoding?: "gzip";
}

const KEY = /^[\w-]{1,128}(\/[\w-]{1,128}){0,7}$/;

/** Rejects keys that could reach elsewhere. */
export function demandKey(key: string): void {
  if (!KEY.test(key))
    throw new Error(`${JSON.stringify(key.slice(0, 80))} is not a key of a file.`);
}

/** The failure of a file that is larger than what its reader takes. */
export function larger(maxBytes: number): DomainError {
  const mb = Math.floor(maxBytes / 1024 / 1024);
  return new DomainError(
    "too-large",
    `The file is larger than the ${mb} MB that are read at once.`,
  );
}

/** The Content-Disposition of a file to be saved: programs that know only the older form get ASCII. */
export function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, "_");
  // encodeURIComponent leaves characters that RFC 5987 does not.
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
