import { DomainError } from "@gridfolk/core/error";
import type { Context } from "hono";
import * as v from "valibot";
import { bodyOf } from "../http/body.ts";
import type { AppEnv } from "../http/context.ts";
import { ownKey } from "../http/file.ts";
import { isJson } from "../http/json.ts";
import { isUploaded, MAX_FILE_BYTES } from "../routes/files.ts";
import { MappingJson } from "./mapping.ts";

/** A file that somebody sent to be imported, and what they said of its columns. */
export interface SentFile {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly mapping: MappingJson | undefined;
}

/**
 * The file of a request: its body, a part of a form with the mapping beside it, or the one that was uploaded under the key `named`.
 * DomainError "malformed", "not-found", "too-large".
 */
export async function sentFile(c: Context<AppEnv>, named: string | undefined): Promise<SentFile> {
  if (isUploaded(named)) return uploaded(c, named);
  const type = c.req.header("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) {
    const bytes = await bodyOf(c);
    if (c.env?.madeText === true) demandWhole(bytes);
    return { bytes, name: named ?? "", mapping: undefined };
  }
  const form = await c.req.formData().catch((cause: unknown) => {
    throw new DomainError("malformed", "The form cannot be read.", { cause });
  });
  const file = form.get("file");
  if (file === null || typeof file === "string") {
    throw new DomainError("malformed", "The form has no `file`.", {
      errors: [{ path: "/file", message: "missing" }],
    });
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { bytes, name: named ?? file.name, mapping: mappingIn(form.get("mapping")) };
}

/**
 * API Gateway passes on what says that it is text as UTF-8, and puts U+FFFD for every byte that is none: a file in another
 * encoding would be imported with its letters lost.
 */
function demandWhole(bytes: Uint8Array): void {
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes("\ufffd")) {
    throw new DomainError(
      "malformed",
      "The file is not UTF-8, and was damaged on its way because it was sent as text. Send it with the header Content-Type: application/octet-stream.",
    );
  }
}

/** A file that was sent before. The body, if there is one, says what it is called and what becomes of its columns. */
async function uploaded(c: Context<AppEnv>, key: string): Promise<SentFile> {
  const body = isJson(c.req.header("content-type")) ? await c.req.text() : "";
  const { name = "", mapping } = body === "" ? {} : aboutIn(body);
  const bytes = await c.var.services.blobs.get(ownKey(c, "files", key), MAX_FILE_BYTES);
  if (bytes !== undefined) return { bytes, name, mapping };
  throw new DomainError(
    "not-found",
    "There is no such file: it was not sent, or it was sent more than a day ago.",
  );
}

const About = v.object({
  name: v.optional(v.pipe(v.string(), v.maxLength(255))),
  mapping: v.optional(v.unknown()),
});

function aboutIn(body: string): { name?: string | undefined; mapping?: MappingJson | undefined } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw new DomainError("malformed", "The body is not JSON.", { cause });
  }
  const parsed = v.safeParse(About, json);
  if (!parsed.success) {
    throw new DomainError("malformed", "The body is {name, mapping} of the file, or nothing.");
  }
  const { name, mapping } = parsed.output;
  return { name, mapping: mapping === undefined ? undefined : mappingOf(mapping) };
}

function mappingIn(part: ReturnType<FormData["get"]>): MappingJson | undefined {
  if (part === null) return undefined;
  if (typeof part !== "string")
    throw new DomainError("malformed", "`mapping` is JSON, not a file.");
  let json: unknown;
  try {
    json = JSON.parse(part);
  } catch (cause) {
    throw new DomainError("malformed", "`mapping` is not JSON.", { cause });
  }
  return mappingOf(json);
}

function mappingOf(json: unknown): MappingJson {
  const parsed = v.safeParse(MappingJson, json);
  if (parsed.success) return parsed.output;
  throw new DomainError("malformed", "`mapping` does not have the shape this needs.", {
    errors: parsed.issues.slice(0, 20).map((issue) => ({
      path: `/mapping/${v.getDotPath(issue) ?? ""}`,
      message: issue.message,
    })),
  });
}
