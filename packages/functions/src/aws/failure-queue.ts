import * as v from "valibot";
import { DomainError } from "@gridfolk/core/error";
import { refusal, serviceUrl, type SignedFetch } from "./signed-fetch.ts";

export interface FailureQueueOptions {
  /** Signs for "sqs". */
  readonly sqs: SignedFetch;
  readonly region: string;
  readonly endpoint?: string | undefined;
  /** As SQS names it. */
  readonly url: string;
}

export interface FailureQueue {
  /** Deletes the messages that were sent before this time. Answers how many; what is newer stays. */
  drain(before: number): Promise<number>;
}

const Received = v.object({
  Messages: v.optional(
    v.array(
      v.object({
        MessageId: v.string(),
        ReceiptHandle: v.string(),
        Attributes: v.object({ SentTimestamp: v.pipe(v.string(), v.transform(Number)) }),
      }),
    ),
    [],
  ),
});
const Deleted = v.object({ Failed: v.optional(v.array(v.object({ Id: v.string() })), []) });

/** As many as SQS hands out at once. */
const BATCH = 10;
/** Of one call of drain: 2,000 messages. */
const MAX_BATCHES = 200;

/**
 * What the stream of the table gave up on. Its messages name shards and sequence numbers, not workspaces: they are made
 * good by driving the reactors of all workspaces, and may then be deleted.
 */
export function createFailureQueue({
  sqs,
  region,
  endpoint,
  url,
}: FailureQueueOptions): FailureQueue {
  async function call(operation: string, input: object): Promise<unknown> {
    const answer = await sqs.send({
      method: "POST",
      url: serviceUrl("sqs", region, endpoint),
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${operation}`,
      },
      body: JSON.stringify({ QueueUrl: url, ...input }),
    });
    if (answer.status === 200) return JSON.parse(new TextDecoder().decode(answer.bytes)) as unknown;
    const { code, message } = refusal(answer);
    const said = `Cannot ${operation} on the failure queue (${code}: ${message})`;
    if (answer.status >= 500) throw new DomainError("busy", `${said}.`);
    throw new Error(
      `${said}. The function's role needs sqs:ReceiveMessage and sqs:DeleteMessage on ${url}.`,
    );
  }

  return {
    async drain(before) {
      let count = 0;
      for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
        const { Messages } = v.parse(
          Received,
          await call("ReceiveMessage", {
            MaxNumberOfMessages: BATCH,
            MessageSystemAttributeNames: ["SentTimestamp"],
          }),
        );
        const old = Messages.filter(({ Attributes }) => Attributes.SentTimestamp < before);
        if (old.length === 0) break;
        const { Failed } = v.parse(
          Deleted,
          await call("DeleteMessageBatch", {
            Entries: old.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle })),
          }),
        );
        count += old.length - Failed.length;
      }
      return count;
    },
  };
}
