/** What core needs from the machine it runs on and may not import: bytes, digests, time, randomness. */
export interface Bytes {
  /** A complete gzip member. */
  gzip(data: Uint8Array): Promise<Uint8Array>;
  /** Inflates one gzip member; rejects once the output passes `maxBytes` (default 64 MiB). */
  gunzip(data: Uint8Array, maxBytes?: number): Promise<Uint8Array>;
  /** Lower-case hex SHA-256. */
  sha256(data: Uint8Array): Promise<string>;
  /** UTF-8. */
  encode(text: string): Uint8Array;
  /** UTF-8, throws on malformed input. */
  decode(data: Uint8Array): string;
}

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms`. */
  sleep(ms: number): Promise<void>;
}

export interface Random {
  /** Uniform in [0, 1), from a source good enough for ids. */
  next(): number;
}

export interface Platform {
  readonly bytes: Bytes;
  readonly clock: Clock;
  readonly random: Random;
}
