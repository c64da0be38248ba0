import * as Role from "@gridfolk/core/access/role";
import { DomainError } from "@gridfolk/core/error";
import { createMiddleware } from "hono/factory";
import { notFound } from "../account/access.ts";
import type { AppEnv } from "./context.ts";

/** The oldest wire format of changes, pages and parts that is still understood. */
const OLDEST_CLIENT = 1;

/** Lets only members in, with the workbook caught up and their role in it. Everybody else gets 404. */
export const inWorkspace = createMiddleware<AppEnv>(async (c, next) => {
  const { services, session } = c.var;
  const workspace = c.req.param("ws") ?? "";
  const workbook = await services.ledger.read(workspace);
  const role = Role.roleOf(workbook, session.user.id);
  if (role === undefined) throw notFound();
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

/** Lets through whose role allows the action. */
export function may(action: Role.Action) {
  return createMiddleware<AppEnv>(async (c, next) => {
    Role.demand(c.var.role, action);
    await next();
  });
}
