import { createHash } from "node:crypto";
import { DomainError } from "@gridfolk/core/error";
import { equals } from "@gridfolk/core/field/cell";
import type { Answer, Draft } from "@gridfolk/core/ledger/changeset";
import * as Ids from "@gridfolk/core/ledger/ids";
import type { Operation } from "@gridfolk/core/ledger/operation";
import * as Workbook from "@gridfolk/core/ledger/workbook";
import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import { ask } from "./workspace.ts";

type Ctx = Context<AppEnv>;

export interface Change {
  /** What people read in histories and in the undo menu. */
  readonly label: string;
  readonly operations: readonly Operation[];
  /** Groups the changesets of one import. */
  readonly import?: string;
}

export const IDEMPOTENCY_KEY = {
  "Idempotency-Key":
    "Makes a repetition of this request answer what the first one answered: a changeset id of your own, or any text of 8 to 200 characters. The same key with another request is 409.",
};

/**
 * Writes what `decide` says about the workbook as it is when the change lands, under the request's Idempotency-Key. It may be
 * asked more than once. The same request under the same key answers what the first one answered.
 */
export async function commit(
  c: Ctx,
  decide: (workbook: Workbook.Workbook) => Change,
  as: {
    readonly id?: string;
    readonly source?: Draft["source"];
    readonly request?: unknown;
  } = {},
): Promise<Answer> {
  const { services, workspace, session } = c.var;
  const id = as.id ?? changesetId(c);
  const request =
    as.request === undefined ? undefined : digest(JSON.stringify([c.req.path, as.request]));
  const answer = await services.ledger.commitWith(
    workspace,
    id,
    (workbook) => ({ actor: session.user.id, source: as.source ?? "api", ...decide(workbook) }),
    request,
  );
  c.set("wrote", answer);
  return answer;
}

/**
 * As `commit`, but where the change would leave everything as it is, nothing is written, and the answer names no changeset. A
 * request with an Idempotency-Key is always written: its repetition must find what was answered, whatever others did since.
 */
export async function commitChange(
  c: Ctx,
  decide: (workbook: Workbook.Workbook) => Change,
  request: unknown,
): Promise<Omit<Answer, "changeset"> & { readonly changeset: string | null }> {
  const idleAt = hasKey(c)
    ? undefined
    : await ask(c, (workbook) =>
        decide(workbook).operations.every((each) => isIdle(workbook, each))
          ? workbook.seq
          : undefined,
      );
  if (idleAt === undefined) return commit(c, decide, { request });
  const nothing = { created: 0, changed: 0, deleted: 0, restored: 0, refused: [] };
  return { seq: idleAt, changeset: null, ...nothing };
}

/** Whether all that the operation writes is there already. */
function isIdle(workbook: Workbook.Workbook, operation: Operation): boolean {
  if (operation.op !== "set") return false;
  const table = Workbook.table(workbook, operation.sheet);
  Workbook.expect(table, operation.ids);
  return operation.ids.every((id, index) => {
    const row = Workbook.record(table, id)?.row;
    if (row === undefined) return false;
    return Object.entries(operation.fields).every(([key, column]) =>
      equals(Workbook.value(table, row, key), column[index]),
    );
  });
}

function hasKey(c: Ctx): boolean {
  return (c.req.header("idempotency-key")?.trim() ?? "") !== "";
}

/** The changeset id that the request's Idempotency-Key stands for, or a new one. */
export function changesetId(c: Ctx): string {
  const key = c.req.header("idempotency-key")?.trim();
  if (key === undefined || key === "") return Ids.newId(c.var.services.platform);
  const isId: boolean = Ids.isChangesetId(key);
  if (isId) return key;
  if (key.length < 8 || key.length > 200) {
    throw new DomainError("malformed", "An Idempotency-Key has 8 to 200 characters.");
  }
  // Any other text becomes an id of the year 1970, which is looked for in the whole log.
  return `0000000000${digest(`${c.var.session.user.id} ${key}`).slice(0, 16)}`;
}

const BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz";

/** 26 letters of the ids' alphabet. */
function digest(text: string): string {
  const bytes = createHash("sha256").update(text).digest();
  return [...bytes.subarray(0, 26)].map((byte) => BASE_32[byte & 31]).join("");
}
