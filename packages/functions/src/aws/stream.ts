import { isDomainError } from "@gridfolk/core/error";
import * as Keys from "@gridfolk/core/ledger/keys";
import type { Log as LedgerLog } from "@gridfolk/core/ledger/reactor";
import * as v from "valibot";
import type { Log } from "../log/log.ts";
import type { Driver } from "../reactors/driver.ts";
import type { Invocation } from "./invocation.ts";

/** An item that the table's stream says was written: its keys only. */
const Record = v.object({
  dynamodb: v.object({
    Keys: v.object({ pk: v.object({ S: v.string() }), sk: v.object({ S: v.string() }) }),
    SequenceNumber: v.string(),
  }),
});
const StreamEvent = v.object({ Records: v.array(v.unknown()) });

export interface StreamParts {
  readonly log: Pick<LedgerLog, "since">;
  readonly driver: Driver;
}

export interface StreamDeps {
  /** Called by the first event that concerns a workspace. */
  readonly open: () => StreamParts;
  readonly log: Log;
}

/** Where Lambda begins again: at the first record that is named here. */
export interface StreamResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Workspaces at once. */
const PARALLEL = 4;
/** With less time left no other workspace is begun. */
const RESERVE_MS = 30_000;
/** Of a longer range only the end is looked at to see whom it concerns: the reactors go by their cursors. */
const LOOKED_AT = 500;

interface Woken {
  readonly workspace: string;
  /** Of the first record about it. */
  readonly sequence: string;
  from: number;
  to: number;
}

/**
 * The table's stream. It is only a wake-up: what was committed is read from the log, from where each reactor's cursor is, so
 * records that come twice, late, in another order or not at all change nothing. Workspaces that could not be brought to
 * their end are named, and their records come again. Never rejects.
 */
export function createStreamHandler(
  deps: StreamDeps,
): (raw: unknown, context?: Invocation) => Promise<StreamResult> {
  return async (raw, context = {}) => {
    const woken = workspacesIn(raw, (error) =>
      deps.log.fault(error, { invocation: context.awsRequestId }),
    );
    const failed = new Set<string>();
    const waiting = [...woken];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const left = context.getRemainingTimeInMillis?.() ?? Infinity;
        if (left < RESERVE_MS || !(await bring(deps, next, context))) failed.add(next.sequence);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, waiting.length) }, worker));
    // In the order of the stream.
    return {
      batchItemFailures: woken
        .filter(({ sequence }) => failed.has(sequence))
        .map(({ sequence }) => ({ itemIdentifier: sequence })),
    };
  };
}

/** Whether nothing of it has to come again. */
async function bring(
  deps: StreamDeps,
  { workspace, from, to }: Woken,
  { awsRequestId: invocation }: Invocation,
): Promise<boolean> {
  try {
    return await deps.log.work("react", { route: "stream", workspace, invocation }, async () => {
      const { log, driver } = deps.open();
      // To the end of the log, which is where most reactors then are: nobody has to ask for it again.
      const first = Math.max(from, to - LOOKED_AT + 1);
      const { heads, end } = await log.since(workspace, first, 2 * LOOKED_AT);
      const left = await driver.drive(workspace, heads.length === 0 ? undefined : heads, end);
      const again = left.filter(({ again }) => again);
      if (again.length === 0) deps.log.quiet();
      else deps.log.note({ outcome: again.map(({ reactor, why }) => `${reactor}: ${why}`).join() });
      return again.length === 0;
    });
  } catch (error) {
    // A workspace that is not there any more needs nothing.
    return isDomainError(error, "not-found");
  }
}

/** The distinct workspaces of a batch, in its order. What is no head of a log never will be: it is told and passed over. */
function workspacesIn(raw: unknown, fault: (error: unknown) => void): readonly Woken[] {
  const event = v.safeParse(StreamEvent, raw);
  if (!event.success) {
    fault(new Error("This is no event of a table's stream."));
    return [];
  }
  const woken = new Map<string, Woken>();
  for (const each of event.output.Records) {
    const record = v.safeParse(Record, each);
    const key = record.success ? keyOf(record.output) : undefined;
    const workspace = key && Keys.workspaceOfHead(key);
    if (!record.success || key === undefined || workspace === undefined) {
      fault(new Error("A record of the stream is not about a log and was passed over."));
      continue;
    }
    const seq = Keys.seqOfHead(key);
    const known = woken.get(workspace);
    if (known === undefined) {
      const sequence = record.output.dynamodb.SequenceNumber;
      woken.set(workspace, { workspace, sequence, from: seq, to: seq });
    } else {
      known.from = Math.min(known.from, seq);
      known.to = Math.max(known.to, seq);
    }
  }
  return [...woken.values()];
}

function keyOf({ dynamodb: { Keys: keys } }: v.InferOutput<typeof Record>) {
  return { pk: keys.pk.S, sk: keys.sk.S };
}
