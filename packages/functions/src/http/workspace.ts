import { hasFormulas, loadFormulas } from "@gridfolk/core/formula/attach";
import * as Role from "@gridfolk/core/access/role";
import { DomainError } from "@gridfolk/core/error";
import { settingsOf } from "@gridfolk/core/sheet/settings";
import type { Workbook } from "@gridfolk/core/ledger/workbook";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { notFound } from "../account/access.ts";
import type { AppEnv } from "./context.ts";

/** The oldest wire format of changes, pages and parts that is still understood. */
const OLDEST_CLIENT = 1;

/** Lets only members in, with their role in the workbook as it is now. Everybody else gets 404. */
export const inWorkspace = createMiddleware<AppEnv>(async (c, next) => {
  const { services, session } = c.var;
  const workspace = c.req.param("ws") ?? "";
  const [workbook, role] = await services.ledger.ask(workspace, (workbook) => {
    // Loads the members and the settings; schema and these are what every route may read at once.
    settingsOf(workbook);
    return [workbook, Role.roleOf(workbook, session.user.id)] as const;
  });
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
