import { generateSpecs } from "hono-openapi";
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
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer" },
          cookie: { type: "apiKey", in: "cookie", name: "gridfolk.session_token" },
        },
      },
    },
  });
}
