import { createHash, randomUUID } from "node:crypto";
import { type Incoming, json, type Outgoing, values } from "./incoming.ts";
import { ACCOUNT, REGION } from "./instance.ts";
import { refusal } from "./signature.ts";

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  receipt: string;
  /** Hidden until then. */
  visibleAt: number;
  received: number;
}

export interface Queue {
  readonly arn: string;
  /** Not deleted yet, oldest first. */
  readonly messages: readonly Message[];
  send(body: string): string;
  /** The JSON protocol of SQS: SendMessage, ReceiveMessage, DeleteMessage, DeleteMessageBatch, GetQueueAttributes. */
  handle(incoming: Incoming): Outgoing;
}

interface Call {
  readonly QueueUrl?: string;
  readonly MessageBody?: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
  readonly Entries?: readonly { readonly Id: string; readonly ReceiptHandle: string }[];
}

const VISIBILITY_MS = 30_000;
const MESSAGE_BYTES = 1_048_576;

/** One SQS queue, at least once, in any order it likes: a message that was received comes again unless it is deleted. */
export function createQueue(name: string): Queue {
  const messages: Message[] = [];

  function send(body: string): string {
    const id = randomUUID();
    messages.push({ id, body, sentAt: Date.now(), receipt: "", visibleAt: 0, received: 0 });
    return id;
  }

  function remove(receipt: string | undefined): boolean {
    const at = messages.findIndex((message) => message.receipt === receipt);
    if (at < 0 || receipt === "") return false;
    messages.splice(at, 1);
    return true;
  }

  function receive({ MaxNumberOfMessages: most = 1, VisibilityTimeout: seconds }: Call): Outgoing {
    if (most < 1 || most > 10)
      return problem("InvalidParameterValue", "MaxNumberOfMessages must be from 1 to 10.");
    const now = Date.now();
    const found = messages.filter(({ visibleAt }) => visibleAt <= now).slice(0, most);
    for (const message of found) {
      message.receipt = randomUUID();
      message.visibleAt = now + (seconds === undefined ? VISIBILITY_MS : seconds * 1_000);
      message.received += 1;
    }
    if (found.length === 0) return json(200, {});
    return json(200, {
      Messages: found.map(({ id, body, receipt, received, sentAt }) => ({
        MessageId: id,
        ReceiptHandle: receipt,
        MD5OfBody: md5(body),
        Body: body,
        Attributes: { ApproximateReceiveCount: String(received), SentTimestamp: String(sentAt) },
      })),
    });
  }

  function answer(operation: string, call: Call): Outgoing {
    if (!String(call.QueueUrl).endsWith(`/${ACCOUNT}/${name}`))
      return problem("QueueDoesNotExist", "The specified queue does not exist.");
    switch (operation) {
      case "SendMessage": {
        const body = call.MessageBody ?? "";
        if (body === "") return problem("MissingParameter", "MessageBody is required.");
        if (Buffer.byteLength(body) > MESSAGE_BYTES)
          return problem("InvalidParameterValue", "One or more parameters are invalid.");
        return json(200, { MessageId: send(body), MD5OfMessageBody: md5(body) });
      }
      case "ReceiveMessage":
        return receive(call);
      case "DeleteMessage":
        return remove(call.ReceiptHandle)
          ? json(200, {})
          : problem("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
      case "DeleteMessageBatch": {
        const done = (call.Entries ?? []).map(({ Id, ReceiptHandle }) => ({
          Id,
          ok: remove(ReceiptHandle),
        }));
        return json(200, {
          Successful: done.filter(({ ok }) => ok).map(({ Id }) => ({ Id })),
          Failed: done
            .filter(({ ok }) => !ok)
            .map(({ Id }) => ({ Id, Code: "ReceiptHandleIsInvalid", SenderFault: true })),
        });
      }
      case "GetQueueAttributes":
        return json(200, { Attributes: { ApproximateNumberOfMessages: String(messages.length) } });
      default:
        return problem("UnsupportedOperation", `${operation} is not emulated.`);
    }
  }

  return {
    arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
    messages,
    send,
    handle(incoming) {
      const why = refusal(incoming, "sqs");
      if (why !== undefined) return problem("InvalidSignatureException", why, 403);
      const [target = ""] = values(incoming.headers, "x-amz-target");
      const [service, operation = ""] = target.split(".");
      if (service !== "AmazonSQS") return problem("UnknownOperationException", target);
      return answer(operation, JSON.parse(incoming.body.toString("utf8")) as Call);
    },
  };
}

function problem(type: string, message: string, status = 400): Outgoing {
  return json(status, { __type: `com.amazonaws.sqs#${type}`, message });
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
