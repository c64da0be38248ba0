import { generateSpecs, type GenerateSpecOptions } from "hono-openapi";
import type { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "./http/context.ts";
import { operation } from "./http/operation.ts";

/** Offers the description of every route of the app, made when first asked for. */
export function describe(app: Hono<AppEnv>): void {
  let document: ReturnType<typeof generate> | undefined;
  app.get(
    "/api/openapi.json",
    operation({
      tag: "Server",
      summary: "This description",
      signedIn: false,
      answers: { 200: { description: "OpenAPI 3.1", schema: v.looseObject({}) } },
    }),
    async (c) => {
      document ??= generate(app);
      c.header("Cache-Control", "no-cache");
      return c.json(await document);
    },
  );
}

function generate(app: Hono<AppEnv>) {
  return generateSpecs(app, {
    excludeStaticFile: false,
    defaultValidationErrorResponse: false,
    documentation: {
      info: {
        title: "Gridfolk",
        version: "1",
        description:
          "A CRM that works like a shared spreadsheet. Errors are RFC 9457 problems. Requests are proved by the session cookie (changes then need a same-origin Origin) or by `Authorization: Bearer <session token>`. What an account may not see answers 404.",
      },
      security: [{ bearer: [] }, { cookie: [] }],
      paths: { "/live": live },
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer" },
          cookie: { type: "apiKey", in: "cookie", name: "gridfolk.session_token" },
        },
      },
    },
  });
}

/** Not HTTP beyond its first request, so no route of the app. */
const live: NonNullable<GenerateSpecOptions["documentation"]["paths"]>[string] = {
  get: {
    tags: ["Synchronisation"],
    summary: "What happens in a workspace, as it happens (WebSocket)",
    description:
      "Proved by the session cookie with a same-origin Origin, a bearer token, or a one-time ticket. The server sends {type: hello, epoch, seq, connection}, {type: changes, epoch, from, to, heads?} (without heads: fetch them), {type: presence, people}, {type: pong, epoch, seq} and {type: removed}; the client sends {type: presence, sheet?, record?, field?} and {type: ping}. A message has at most 32 kB.",
    parameters: [
      { name: "workspace", in: "query", required: true, schema: { type: "string" } },
      { name: "ticket", in: "query", required: false, schema: { type: "string" } },
    ],
    responses: {
      101: { description: "Open" },
      401: { description: "Not signed in" },
      403: { description: "A cookie with a foreign Origin" },
      404: { description: "No such workspace" },
      426: { description: "No WebSocket" },
    },
  },
};
