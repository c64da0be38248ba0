import { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../http/context.ts";
import { operation } from "../http/operation.ts";

/** Says that the process answers. Needs neither accounts nor the database. */
export const health = new Hono<AppEnv>().get(
  "/health",
  operation({
    tag: "Server",
    summary: "Whether the server answers",
    signedIn: false,
    answers: {
      200: { description: "It does", schema: v.object({ status: v.literal("ok") }) },
    },
  }),
  (c) => c.json({ status: "ok" }),
);
