import type { Bytes } from "../platform.ts";

/** What a workspace's chain of heads starts from. */
export const ROOT = "";

export interface Link {
  readonly epoch: string;
  readonly seq: number;
  readonly at: number;
  /** Ids of the head's changesets, in order. */
  readonly ids: readonly string[];
}

/**
 * The hash of a head: over its predecessor's hash and its own epoch, seq, time and changeset ids, not over what they
 * hold (a payload may be redacted later). Two logs with one hash at a seq have the same history up to there.
 */
export async function hash(bytes: Bytes, previous: string, link: Link): Promise<string> {
  const text = [previous, link.epoch, link.seq, link.at, ...link.ids].join("\n");
  return (await bytes.sha256(bytes.encode(text))).slice(0, 32);
}
