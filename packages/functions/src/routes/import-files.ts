import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { larger } from "@gridfolk/core/blobs";
import { DomainError } from "@gridfolk/core/error";
import { KEPT_DAYS, keepsFiles, MOST_KEPT_BYTES } from "@gridfolk/core/import/kept";
import * as Ids from "@gridfolk/core/ledger/ids";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import { bodyOf, MAX_BODY_BYTES } from "../http/body.ts";
import type { AppEnv } from "../http/context.ts";
import { answerFile, KEPT_PREFIX } from "../http/file.ts";
import { operation } from "../http/operation.ts";
import { sheetOf } from "../http/sheet.ts";
import { ask, may } from "../http/workspace.ts";

/** The files that imports were made of, where the workspace keeps them. */
export const importFiles = new Hono<AppEnv>()
  .put(
    "/imports/:import/file",
    operation({
      tag: "Imports",
      summary: "Keep the file of an import",
      description: `For whoever made the import, where the workspace keeps imported files. The body is the file as gzip, at most 4 MB. It is kept for ${KEPT_DAYS} days.`,
      fails: ["too-large"],
      body: { "application/gzip": { description: "The file" } },
      answers: {
        200: { description: "Kept", schema: v.object({ kept: v.literal(true) }) },
      },
    }),
    may("write"),
    async (c) => {
      const { services, session } = c.var;
      const found = await ask(c, (workbook) => {
        // Of imports of others nothing is said, not even whether files would be kept.
        const known = importIn(workbook, c.req.param("import"));
        if (!keepsFiles(workbook)) {
          throw new DomainError("forbidden", "This workspace does not keep imported files.");
        }
        return known;
      });
      if (found.actor !== session.user.id) {
        throw new DomainError("forbidden", "Only who imported a file can add it.");
      }
      const bytes = await bodyOf(c);
      if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
        throw new DomainError("malformed", "The body is not the file as gzip.");
      }
      // Not as an encoding of its way: what fetches it from S3 would unpack it by itself, whatever comes out.
      const { name } = savedAs(found);
      await services.blobs.put(keyOf(c, found.id), whole(bytes), {
        name,
        type: "application/gzip",
      });
      return c.json({ kept: true as const });
    },
  )
  .get(
    "/imports/:import/file",
    operation({
      tag: "Imports",
      summary: "The file that was imported",
      description:
        "As it was. One of more than 4 MB is answered by a redirect to an address that works for a quarter of an hour.",
      answers: {
        200: { description: "The file", content: "application/octet-stream" },
        303: {
          description: "Where the file is, for 15 minutes",
          content: "application/octet-stream",
        },
      },
    }),
    may("export"),
    async (c) => {
      const found = await ask(c, (workbook) => importIn(workbook, c.req.param("import")));
      const bytes = await c.var.services.blobs.get(keyOf(c, found.id), MAX_BODY_BYTES);
      if (bytes === undefined) {
        throw new DomainError(
          "not-found",
          `The file of this import is not kept, or not any more: files are kept for ${KEPT_DAYS} days.`,
        );
      }
      return answerFile(c, unpacked(bytes), savedAs(found));
    },
  );

function savedAs({ file }: { readonly file: string }) {
  return { name: file === "" ? "Pasted rows.txt" : file, type: "application/octet-stream" };
}

/** What comes out is counted: a few bytes may stand for any number of them. */
async function* unpacked(packed: Uint8Array): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  pipeline(Readable.from([packed]), gunzip, () => undefined);
  let bytes = 0;
  for await (const piece of gunzip) {
    bytes += (piece as Uint8Array).byteLength;
    if (bytes > MOST_KEPT_BYTES) throw larger(MOST_KEPT_BYTES);
    yield piece as Uint8Array;
  }
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function keyOf(c: Context<AppEnv>, id: string): string {
  return `${KEPT_PREFIX}/${c.var.workspace}/${id}`;
}

/** The record of an import, also of one that was undone. DomainError "not-found". */
function importIn(workbook: Workbook.Workbook, id: string) {
  const table = sheetOf(workbook, "_imports");
  const row = Ids.isChangesetId(id)
    ? Workbook.allRows(table).find((one) => Workbook.value(table, one, "import") === id)
    : undefined;
  if (row === undefined) throw new DomainError("not-found", "There is no such import.");
  const file = Workbook.value(table, row, "file");
  const actor = workbook.stamps.get(table.created[row] ?? 0)?.actor;
  return { id, actor, file: typeof file === "string" ? file : "" };
}
