import type { WireHead } from "@gridfolk/core/ledger/ledger";
import * as v from "valibot";

/** What either side may send at once. */
export const MAX_MESSAGE_BYTES = 32 * 1024;

const key = v.pipe(v.string(), v.maxLength(128));

/** From a browser. */
export const FromClient = v.variant("type", [
  v.object({
    type: v.literal("presence"),
    sheet: v.optional(key),
    record: v.optional(key),
    field: v.optional(key),
  }),
  v.object({ type: v.literal("ping") }),
]);

export type FromClient = v.InferOutput<typeof FromClient>;

/** To a browser. `heads` come along while the message stays small; otherwise the browser fetches `from` to `to`. */
export type FromServer =
  | { type: "hello"; epoch: string; seq: number; connection: string }
  | { type: "changes"; epoch: string; from: number; to: number; heads?: readonly WireHead[] }
  | { type: "presence"; people: readonly Person[] }
  | { type: "pong" }
  /** No longer a member: wipe what is kept and leave. */
  | { type: "removed" };

export interface Person {
  readonly connection: string;
  readonly user: string;
  readonly name: string;
  /** A token name from the palette. */
  readonly color: string;
  readonly sheet?: string | undefined;
  readonly record?: string | undefined;
  readonly field?: string | undefined;
}

/** `undefined` for anything else than a message. */
export function parse(text: string): FromClient | undefined {
  try {
    const parsed = v.safeParse(FromClient, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
