import { DomainError } from "@gridfolk/core/error";
import type { Draft } from "@gridfolk/core/ledger/changeset";
import * as Codec from "@gridfolk/core/ledger/codec";
import * as Ids from "@gridfolk/core/ledger/ids";
import { Hono } from "hono";
import * as v from "valibot";
import { concerns } from "../account/membership.ts";
import type { AppEnv } from "../http/context.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { may } from "../http/workspace.ts";

export const changesetKey = v.pipe(
  v.string(),
  v.check(
    (text) => Ids.isChangesetId(text),
    "a changeset id has 26 characters: 10 of time, 16 random, base 32",
  ),
);
const seq = v.pipe(v.number(), v.integer(), v.minValue(0));
const label = v.pipe(v.string(), v.maxLength(300));
/** What clients may call their own changes. */
const source = v.picklist(["grid", "import", "api", "merge", "undo"]);

const Refusal = v.object({
  sheet: v.string(),
  id: v.string(),
  field: v.optional(v.string()),
  reason: v.string(),
});

export const Written = v.pipe(
  v.object({
    seq: v.number(),
    hash: v.pipe(
      v.string(),
      v.description("Chain hash of that seq: with it, the base of the next changeset"),
    ),
    changeset: v.string(),
    created: v.number(),
    changed: v.pipe(v.number(), v.description("Records whose values differ")),
    deleted: v.number(),
    restored: v.number(),
    refused: v.array(Refusal),
  }),
  v.metadata({ ref: "Written" }),
);

export const Undone = v.object({
  seq: v.number(),
  changeset: v.string(),
  reverted: v.number(),
  skipped: v.array(Refusal),
});

/** The parts of a draft that are not operations. */
export const draftEntries = {
  base: v.pipe(seq, v.description("The seq of the workbook it was decided on")),
  epoch: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(64),
      v.description("Of that workbook; another history than the server's is 409 reload"),
    ),
  ),
  hash: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(64),
      v.description(
        "Chain hash of the seq `base`, as snapshot, changes and answers give it; another one than the server's is 409 reload. Send it to be sure that no restore came between",
      ),
    ),
  ),
  label: v.optional(label, "Changed records"),
  source: v.optional(source, "api"),
  undoes: v.optional(changesetKey),
  import: v.optional(changesetKey),
  guard: v.optional(v.array(v.object({ sheet: v.string(), field: v.string() }))),
};

/** A draft without the parts that were not given. */
export function draftOf(
  given: v.InferOutput<v.ObjectSchema<typeof draftEntries, undefined>>,
  id: string,
  actor: string,
): Omit<Draft, "operations"> {
  const { base, epoch, hash, label, source, undoes, guard } = given;
  return {
    id,
    base,
    actor,
    label,
    source,
    ...(epoch === undefined ? {} : { epoch }),
    ...(hash === undefined ? {} : { hash }),
    ...(undoes === undefined ? {} : { undoes }),
    ...(given.import === undefined ? {} : { import: given.import }),
    ...(guard === undefined ? {} : { guard }),
  };
}

/** The write path of clients that hold a workbook of their own. */
export const changesets = new Hono<AppEnv>()
  .post(
    "/changesets",
    operation({
      tag: "Synchronisation",
      summary: "Write a changeset",
      description:
        "Operations carry stored values, as in snapshots and changes. The id is the client's: sending the same changeset again answers what was answered first.",
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
    input(
      "json",
      v.object({
        id: changesetKey,
        ...draftEntries,
        operations: v.array(v.looseObject({ op: v.string() })),
      }),
    ),
    async (c) => {
      const { services, workspace, session } = c.var;
      const { id, operations: given, ...rest } = c.req.valid("json");
      const operations = Codec.parseOperations(given);
      const answer = await services.ledger.commit(workspace, {
        ...draftOf(rest, id, session.user.id),
        operations,
      });
      c.set("wrote", answer);
      if (concerns(operations)) await services.memberships.sync(workspace);
      return c.json(answer, 201);
    },
  )
  .post(
    "/changesets/:id/undo",
    operation({
      tag: "Synchronisation",
      summary: "Undo a changeset",
      description:
        "Puts back what still is as the changeset left it; what somebody changed since stays and is listed in `skipped`. An undo is a changeset itself and can be undone. `id` is the id of the undoing changeset; with `records`, ids by sheet, only what was done to those is undone.",
      fails: ["changeset-reused"],
      answers: { 200: { description: "Undone", schema: Undone } },
    }),
    may("write"),
    input(
      "json",
      v.optional(
        v.object({
          id: v.optional(changesetKey),
          label: v.optional(label),
          records: v.optional(v.record(v.string(), v.array(v.string()))),
        }),
        {},
      ),
    ),
    async (c) => {
      const { services, workspace, session } = c.var;
      const { ledger, platform, memberships } = services;
      const target = c.req.param("id");
      if (!Ids.isChangesetId(target)) {
        throw new DomainError("not-found", "There is no such change to undo.");
      }
      const { id = Ids.newId(platform), label, records } = c.req.valid("json");
      const by = { id, actor: session.user.id, ...(label === undefined ? {} : { label }) };
      const answer = await ledger.undo(workspace, target, by, records);
      const { seq, changeset, reverted, skipped } = answer;
      c.set("wrote", { seq, changeset });
      await memberships.sync(workspace);
      return c.json({ seq, changeset, reverted, skipped });
    },
  );
