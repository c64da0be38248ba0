import { DomainError } from "@gridfolk/core/error";
import { Hono } from "hono";
import * as v from "valibot";
import { bodyOf } from "../http/body.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { may } from "../http/workspace.ts";
import { changesetKey, draftEntries, draftOf, Written } from "./changesets.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const Nothing = v.object({});

/** A large changeset, part by part: invisible until it is committed, and then whole. */
export const uploads = new Hono<AppEnv>()
  .post(
    "/uploads",
    operation({
      tag: "Synchronisation",
      summary: "Begin a large changeset",
      description: "`attempt` names this try; a try that breaks off is begun again with a new one.",
      fails: ["too-large"],
      answers: { 201: { description: "Begun", schema: v.object({ attempt: v.string() }) } },
    }),
    may("write"),
    input("json", v.object({ id: changesetKey, parts: count })),
    async (c) => {
      const { services, workspace } = c.var;
      return c.json(await services.ledger.upload.open(workspace, c.req.valid("json")), 201);
    },
  )
  .put(
    "/uploads/:id/:attempt/parts/:n",
    operation({
      tag: "Synchronisation",
      summary: "Send one part",
      description: "One gzip member of at most 350 kB. Sending the same part again is harmless.",
      fails: ["too-large", "stale"],
      body: { "application/octet-stream": { description: "One part of the body" } },
      answers: { 200: { description: "Stored", schema: Nothing } },
    }),
    may("write"),
    async (c) => {
      const { services, workspace } = c.var;
      const { id, attempt, n } = c.req.param();
      const bytes = await bodyOf(c);
      await services.ledger.upload.part(workspace, id, attempt, partNumber(n), bytes);
      return c.json({});
    },
  )
  .post(
    "/uploads/:id/:attempt/commit",
    operation({
      tag: "Synchronisation",
      summary: "Write the changeset whose parts were sent",
      fails: [
        "changeset-reused",
        "stale",
        "reload",
        "invalid-values",
        "unknown-field",
        "client-too-old",
      ],
      answers: { 201: { description: "Durable", schema: Written } },
    }),
    may("write"),
    input("json", v.object({ parts: count, draft: v.object(draftEntries) })),
    async (c) => {
      const { services, workspace, session } = c.var;
      const { ledger, memberships } = services;
      const { id, attempt } = c.req.param();
      const { parts, draft } = c.req.valid("json");
      const answer = await ledger.upload.commit(workspace, id, attempt, {
        parts,
        draft: draftOf(draft, id, session.user.id),
      });
      c.set("wrote", answer);
      await memberships.sync(workspace);
      return c.json(answer, 201);
    },
  )
  .delete(
    "/uploads/:id/:attempt",
    operation({
      tag: "Synchronisation",
      summary: "Give an upload up",
      fails: ["stale"],
      answers: { 200: { description: "Its parts are gone", schema: Nothing } },
    }),
    may("write"),
    async (c) => {
      const { services, workspace } = c.var;
      const { id, attempt } = c.req.param();
      await services.ledger.upload.abandon(workspace, id, attempt);
      return c.json({});
    },
  );

export function partNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new DomainError("malformed", "Parts are numbered from 0.");
  return Number(text);
}
