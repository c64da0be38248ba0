import { DomainError } from "@gridfolk/core/error";
import * as Ids from "@gridfolk/core/ledger/ids";
import { Hono } from "hono";
import * as v from "valibot";
import { rules } from "../account/limit.ts";
import type { AppEnv } from "../http/context.ts";
import { ADDRESS_SECONDS, ownKey } from "../http/file.ts";
import { input } from "../http/input.ts";
import { operation } from "../http/operation.ts";
import { may } from "../http/workspace.ts";

/** A file is read in memory by one request, within its 30 seconds. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** What an uploaded file is called: never the name of a file that people have. */
const UPLOADED = /^upload-[0-9a-z]{26}$/;

/** Files that are too large for a request: sent past it, and read by their key. */
export const files = new Hono<AppEnv>().post(
  "/files",
  operation({
    tag: "Imports",
    summary: "Where to send a large file",
    description:
      "Send exactly that many bytes by PUT to `url`, without any credentials, before `expires`; what that address refuses it says in the answer's body. Then import it: POST …/import?file=<key>. The file is for the account that asked, and is kept for a day.",
    fails: ["too-large"],
    answers: {
      201: {
        description: "An address for one file",
        schema: v.object({
          key: v.string(),
          method: v.literal("PUT"),
          url: v.string(),
          expires: v.pipe(v.string(), v.description("RFC 3339")),
        }),
      },
    },
  }),
  may("write"),
  input(
    "json",
    v.object({
      bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.description("The file's size")),
    }),
  ),
  async (c) => {
    const { services, session } = c.var;
    const { bytes } = c.req.valid("json");
    if (bytes > MAX_FILE_BYTES) {
      throw new DomainError(
        "too-large",
        "A file that is sent this way has at most 32 MB. Larger ones are imported in the browser or with the gridfolk command.",
      );
    }
    await services.limiter.take(rules.file, session.user.id);
    const key = `upload-${Ids.newId(services.platform)}`;
    const address = await services.blobs.uploadUrl(ownKey(c, "files", key), {
      bytes,
      seconds: ADDRESS_SECONDS,
    });
    const url = new URL(address, services.settings.publicUrl ?? c.req.url).href;
    const expires = new Date(services.platform.clock.now() + ADDRESS_SECONDS * 1_000).toISOString();
    return c.json({ key, method: "PUT" as const, url, expires }, 201);
  },
);

/** Whether a request means a file that was sent to an address of ours. */
export function isUploaded(name: string | undefined): name is string {
  return name !== undefined && UPLOADED.test(name);
}
