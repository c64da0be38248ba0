import type { WireHead } from "@gridfolk/core/ledger/ledger";
import * as v from "valibot";

/** What either side may send at once. */
export const MAX_MESSAGE_BYTES = 32 * 1024;

const key = v.pipe(v.string(), v.maxLength(128));

/** From a browser. */
export const FromClient = v.variant("type", [
  /** First: where is the log? */
  v.object({ type: v.literal("hello") }),
  v.object({
    type: v.literal("presence"),
    sheet: v.optional(key),
    record: v.optional(key),
    field: v.optional(key),
    /** Nobody looks at the page: it is told nothing until somebody does, and then fetches. */
    away: v.optional(v.boolean()),
    /** Answer as to a ping, after this is known: what is committed later is broadcast to the connection. */
    ask: v.optional(v.boolean()),
  }),
  /** `quiet`: only so that the socket stays open. Nobody looks at the page, so it need not be answered. */
  v.object({ type: v.literal("ping"), quiet: v.optional(v.boolean()) }),
]);

export type FromClient = v.InferOutput<typeof FromClient>;

/** To a browser. `heads` come along while the message stays small; otherwise the browser fetches `from` to `to`. */
export type FromServer =
  | { type: "hello"; epoch: string; seq: number; connection: string }
  | { type: "changes"; epoch: string; from: number; to: number; heads?: readonly WireHead[] }
  | { type: "presence"; people: readonly Person[] }
  /** With where the log is: whoever is behind has missed something. */
  | { type: "pong"; epoch: string; seq: number }
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
  /** Has the page open and does not look at it. */
  readonly away?: boolean | undefined;
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

/** Who is here and where: as many as a message holds. */
export function presence(people: readonly Person[]): string {
  for (let count = people.length; ; count = Math.floor(count * 0.8)) {
    const message: FromServer = { type: "presence", people: people.slice(0, count) };
    const text = JSON.stringify(message);
    if (Buffer.byteLength(text) <= MAX_MESSAGE_BYTES || count === 0) return text;
  }
}

/** So much of a range comes along; whoever wants more fetches it. */
const MOST_MESSAGES = 4;

/**
 * The messages about the heads `from` to `to`: with the heads in them as far as they are small, and one that only announces
 * them all where that would take more than a few messages.
 */
export async function changes(
  range: { readonly epoch: string; readonly from: number; readonly to: number },
  heads: AsyncIterable<WireHead>,
): Promise<string[]> {
  const message = (from: number, to: number, heads?: readonly WireHead[]): string => {
    const told: FromServer = { type: "changes", epoch: range.epoch, from, to };
    return JSON.stringify(heads === undefined ? told : { ...told, heads });
  };
  const messages: string[] = [];
  let pending: WireHead[] = [];
  let bytes = 0;
  const flush = (): void => {
    const [first, last] = [pending[0], pending.at(-1)];
    if (first !== undefined && last !== undefined) {
      messages.push(message(first.seq, last.seq, pending));
    }
    pending = [];
    bytes = 0;
  };
  for await (const head of heads) {
    if (messages.length > MOST_MESSAGES) continue;
    const size = Buffer.byteLength(JSON.stringify(head)) + 1;
    if (bytes + size > HEADS_BYTES) flush();
    if (size > HEADS_BYTES) messages.push(message(head.seq, head.seq));
    else {
      pending.push(head);
      bytes += size;
    }
  }
  flush();
  return messages.length > MOST_MESSAGES ? [message(range.from, range.to)] : messages;
}

/** What is left of a message for heads. */
const HEADS_BYTES = MAX_MESSAGE_BYTES - 200;
