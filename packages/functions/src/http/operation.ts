import type { ErrorCode } from "@gridfolk/core/error";
import { describeRoute, resolver, type ResponsesWithResolver } from "hono-openapi";
import type { GenericSchema } from "valibot";
import * as Problem from "../problem.ts";

export interface OperationDescription {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** What it answers when all goes well, by status. A schema is JSON; a content type is a file. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** How it may fail, besides what any request may meet. */
  readonly fails?: readonly ErrorCode[];
  /** False: needs no session. */
  readonly signedIn?: boolean;
  /** A body that is not JSON. */
  readonly body?: Readonly<Record<string, { readonly description: string }>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Answer = { readonly description: string } & (
  | { readonly schema: GenericSchema }
  | { readonly content: string }
);

const failures: Partial<Record<ErrorCode, string>> = {
  malformed: "The request cannot be read",
  "unknown-field": "Unknown field",
  "unknown-operator": "Unknown operator",
  unauthenticated: "Not signed in",
  "not-found": "Not there, or not to be seen by this account",
  forbidden: "The role does not allow it, or a foreign Origin",
  stale: "The data has moved on",
  "changeset-reused": "The id was used with another body",
  reload: "Another epoch: load again",
  "too-large": "The body is over 4 MB",
  "invalid-values": "Values that do not fit, with their paths",
  "unsupported-file": "The file cannot be read",
  "client-too-old": "The client is too old for the workspace",
  "too-many-requests": "Too many; wait for Retry-After seconds",
  busy: "Busy; send the same again after Retry-After seconds",
};

/** Describes a route in the OpenAPI document; every problem it can answer is in there as well. */
export function operation(description: OperationDescription) {
  const { signedIn = true } = description;
  const codes: ErrorCode[] = [
    "malformed",
    "too-many-requests",
    "busy",
    ...(signedIn ? (["unauthenticated", "not-found", "forbidden"] as const) : []),
    ...(description.fails ?? []),
  ];
  const responses: ResponsesWithResolver = {};
  for (const code of codes) responses[Problem.statusOf(code)] = problem(failures[code] ?? code);
  for (const [status, answer] of Object.entries(description.answers)) {
    responses[status] = {
      description: answer.description,
      ...("schema" in answer
        ? { content: { "application/json": { schema: resolver(answer.schema) } } }
        : { content: { [answer.content]: { schema: { type: "string", format: "binary" } } } }),
    };
  }
  return describeRoute({
    tags: [description.tag],
    summary: description.summary,
    ...(description.description === undefined ? {} : { description: description.description }),
    ...(signedIn ? {} : { security: [] }),
    ...(description.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              Object.entries(description.body).map(([type, { description }]) => [
                type,
                { schema: { type: "string", format: "binary", description } },
              ]),
            ),
          },
        }),
    ...(description.headers === undefined
      ? {}
      : {
          parameters: Object.entries(description.headers).map(([name, text]) => ({
            name,
            in: "header",
            required: false,
            description: text,
            schema: { type: "string" },
          })),
        }),
    responses,
  });
}

function problem(description: string) {
  return {
    description,
    content: { "application/problem+json": { schema: resolver(Problem.Problem) } },
  };
}
