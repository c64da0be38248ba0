import { hasFormulas, loadFormulas } from "@gridfolk/core/formula/attach";
import * as Role from "@gridfolk/core/access/role";
import { DomainError } from "@gridfolk/core/error";
import { settingsOf } from "@gridfolk/core/sheet/settings";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { notFound } from "../account/access.ts";
import { credential } from "../account/session.ts";
import type { AppEnv } from "./context.ts";

/** The oldest wire format of changes, pages and parts that is still understood. */
const OLDEST_CLIENT = 1;

/**
 * Begins to read the workbook before it is known who asks, where it is likely enough that they may: both take a way to the
 * table. What was read is used by `inWorkspace` after that, or not at all.
 */
export const readAhead = createMiddleware<AppEnv>(async (c, next) => {
  const { services } = c.var;
  const proof = credential(c.req.raw);
  const likely = proof && services.sessions.hint(proof);
  if (likely === undefined) {
    await next();
    return;
  }
  // A changeset is checked, its sender's role too, on the exact state it lands on: that the log has not moved, its put proves.
  const asOf = isChangeset(c) ? "likely" : Infinity;
  const look = membersAndSettings(likely.user.id);
  const ahead = services.ledger.ask(c.req.param("ws") ?? "", look, { asOf });
  const ended = ahead.then(
    () => {},
    // Told by whoever uses it.
    () => {},
  );
  c.set("ahead", ahead);
  await next();
  // On Lambda nothing may be under way after the answer.
  await ended;
});

function isChangeset({ req }: Context<AppEnv>): boolean {
  return req.method === "POST" && req.path.endsWith("/changesets");
}

/** Loads the members and the settings; schema and these are what every route may read at once. */
function membersAndSettings(user: string) {
  return (workbook: Workbook): Workbook => {
    settingsOf(workbook);
    Role.roleOf(workbook, user);
    return workbook;
  };
}

/** Lets only members in, with their role in the workbook as it is now. Everybody else gets 404. */
export const inWorkspace = createMiddleware<AppEnv>(async (c, next) => {
  const { services, session } = c.var;
  const workspace = c.req.param("ws") ?? "";
  const user = session.user.id;
  const look = membersAndSettings(user);
  const ahead = await c.var.ahead;
  let workbook = ahead ?? (await services.ledger.ask(workspace, look));
  let role = Role.roleOf(workbook, user);
  if (role === undefined && ahead !== undefined && isChangeset(c)) {
    // It was only likely that it is current.
    workbook = await services.ledger.ask(workspace, look);
    role = Role.roleOf(workbook, user);
  }
  if (role === undefined) throw notFound();
  if (hasFormulas(workbook)) await loadFormulas();
  const client = Number(c.req.header("gridfolk-client") ?? OLDEST_CLIENT);
  if (!(client >= OLDEST_CLIENT)) {
    throw new DomainError(
      "client-too-old",
      "This program is too old for the workspace. Update it; changes not sent yet are kept.",
    );
  }
  c.set("workspace", workspace);
  c.set("workbook", workbook);
  c.set("role", role);
  await next();
});

/**
 * What `look` says about the workbook, not older than when the request came in or than what it has written; see Ledger.ask.
 */
export function ask<T>(c: Context<AppEnv>, look: (workbook: Workbook) => T): Promise<T> {
  const { services, workspace, workbook } = c.var;
  return services.ledger.ask(workspace, look, { asOf: workbook.seq });
}

/** Lets through whose role allows the action. */
export function may(action: Role.Action) {
  return createMiddleware<AppEnv>(async (c, next) => {
    Role.demand(c.var.role, action);
    await next();
  });
}
