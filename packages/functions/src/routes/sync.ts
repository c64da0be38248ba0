import { DomainError } from "@gridfolk/core/error";
import { Hono } from "hono";
import * as v from "valibot";
import * as Ticket from "../account/ticket.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { partNumber } from "./uploads.ts";

const Manifest = v.looseObject({
  format: v.number(),
  epoch: v.string(),
  seq: v.number(),
  hash: v.string(),
  version: v.number(),
  pages: v.array(v.looseObject({ hash: v.string(), sheet: v.string(), kind: v.string() })),
});
const Changes = v.object({
  epoch: v.string(),
  from: v.number(),
  to: v.number(),
  heads: v.array(v.looseObject({ seq: v.number(), hash: v.string() })),
  more: v.boolean(),
});

/** The read path of clients that hold a workbook of their own. Nothing of it is kept by caches on the way. */
export const sync = new Hono<AppEnv>()
  .get(
    "/snapshot",
    operation({
      tag: "Synchronisation",
      summary: "The pages of the newest snapshot",
      description: "Read the pages, then the changes after `seq`.",
      answers: { 200: { description: "The manifest", schema: Manifest } },
    }),
    async (c) => c.json(await c.var.services.ledger.manifest(c.var.workspace)),
  )
  .get(
    "/pages/:hash",
    operation({
      tag: "Synchronisation",
      summary: "A page of a snapshot",
      answers: { 200: { description: "As stored, gzip", content: "application/json" } },
    }),
    async (c) => stored(await c.var.services.ledger.page(c.var.workspace, c.req.param("hash"))),
  )
  .get(
    "/parts/:changeset/:attempt/:n",
    operation({
      tag: "Synchronisation",
      summary: "A part of a large changeset",
      answers: { 200: { description: "As stored, gzip", content: "application/json" } },
    }),
    async (c) => {
      const { services, workspace } = c.var;
      const { changeset, attempt, n } = c.req.param();
      return stored(await services.ledger.part(workspace, changeset, attempt, partNumber(n)));
    },
  )
  .get(
    "/changes",
    operation({
      tag: "Synchronisation",
      summary: "What was committed after a seq",
      fails: ["reload", "client-too-old"],
      answers: { 200: { description: "Heads in order", schema: Changes } },
    }),
    input(
      "query",
      v.object({
        after: v.pipe(
          v.string(),
          v.regex(/^\d{1,12}$/, "not a seq"),
          v.description("The seq of the workbook at hand"),
        ),
        epoch: v.optional(v.pipe(v.string(), v.maxLength(64), v.description("Of that workbook"))),
        hash: v.optional(
          v.pipe(v.string(), v.maxLength(64), v.description("Chain hash of the seq `after`")),
        ),
      }),
    ),
    async (c) => {
      const { services, workspace } = c.var;
      const { after, epoch, hash } = c.req.valid("query");
      const of = {
        ...(epoch === undefined ? {} : { epoch }),
        ...(hash === undefined ? {} : { hash }),
      };
      return c.json(await services.ledger.changes(workspace, Number(after), of));
    },
  )
  .post(
    "/live-ticket",
    operation({
      tag: "Synchronisation",
      summary: "A ticket for one live connection",
      description:
        "For clients that cannot send a cookie with a WebSocket. Good once, for a minute.",
      answers: {
        200: {
          description: "For /live?workspace=…&ticket=…",
          schema: v.object({ ticket: v.string(), expires: v.string() }),
        },
      },
    }),
    async (c) => {
      const { services, workspace, session } = c.var;
      const { id, name } = session.user;
      const { ticket, expires } = await Ticket.issue(services, { workspace, user: id, name });
      return c.json({ ticket, expires: new Date(expires).toISOString() });
    },
  );

/** Stored bytes, inflated by whoever reads them. */
function stored(bytes: Uint8Array): Response {
  if (bytes.byteLength === 0) throw new DomainError("corrupt", "A stored page is empty.");
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: {
      "Content-Type": "application/json",
      "Content-Encoding": "gzip",
      "Content-Length": String(bytes.byteLength),
      "Cache-Control": "private, no-store",
    },
  });
}
