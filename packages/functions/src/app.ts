import { DomainError } from "@gridfolk/core/error";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import { limitBody } from "./http/body.ts";
import type { AppEnv } from "./http/context.ts";
import { soundJson } from "./http/json.ts";
import { sameOrigin } from "./http/origin.ts";
import { logRequests } from "./http/request-log.ts";
import { signedIn } from "./http/session.ts";
import { inWorkspace, readAhead } from "./http/workspace.ts";
import type { Log } from "./log/log.ts";
import { describe } from "./openapi.ts";
import * as Problem from "./problem.ts";
import { auth } from "./routes/auth.ts";
import { bulk } from "./routes/bulk.ts";
import { changesets } from "./routes/changesets.ts";
import { exports } from "./routes/export.ts";
import { fields } from "./routes/fields.ts";
import { files } from "./routes/files.ts";
import { health } from "./routes/health.ts";
import { importFiles } from "./routes/import-files.ts";
import { importHistory } from "./routes/import-history.ts";
import { imports } from "./routes/imports.ts";
import { log } from "./routes/log.ts";
import { invitations, members } from "./routes/members.ts";
import { merges } from "./routes/merges.ts";
import { quality } from "./routes/quality.ts";
import { records } from "./routes/records.ts";
import { sheets } from "./routes/sheets.ts";
import { sync } from "./routes/sync.ts";
import { uploads } from "./routes/uploads.ts";
import { views } from "./routes/views.ts";
import { workspace, workspaces } from "./routes/workspaces.ts";
import type { Services } from "./services.ts";

export interface AppOptions {
  /** Called when a request first needs more than this file: accounts, the ledger, the table. */
  readonly services: () => Promise<Services>;
  readonly publicUrl?: string | undefined;
  readonly log: Log;
}

/** The HTTP application: the same on Lambda and in one process. Everything it answers under /api is in its OpenAPI document. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.onError((error, c) => Problem.response(error, c.var.requestId));
  app.notFound((c) =>
    Problem.response(
      new DomainError("not-found", `There is nothing at ${c.req.method} ${c.req.path}.`),
      c.var.requestId,
    ),
  );
  app.use(logRequests(options.log));
  app.use(
    secureHeaders({
      crossOriginResourcePolicy: "same-origin",
      strictTransportSecurity: options.publicUrl?.startsWith("https:") ?? false,
      xFrameOptions: "DENY",
      xXssProtection: false,
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    }),
  );
  app.use(limitBody);
  app.use(soundJson);
  app.use(sameOrigin(options.publicUrl));
  app.use(privately);

  app.route("/api", health);
  describe(app);
  app.use(
    "/api/*",
    createMiddleware<AppEnv>(async (c, next) => {
      c.set("services", await options.services());
      await next();
    }),
  );
  app.route("/api/auth", auth);
  app.route("/api/invitations", invitations);
  app.use("/api/workspaces/:ws/*", readAhead);
  app.use("/api/workspaces/*", signedIn);
  app.route("/api/workspaces", workspaces);
  app.use("/api/workspaces/:ws/*", inWorkspace);
  for (const routes of routesInside) {
    app.route("/api/workspaces/:ws", routes);
  }
  return app;
}

const routesInside = [
  workspace,
  members,
  sheets,
  fields,
  records,
  merges,
  quality,
  bulk,
  imports,
  importHistory,
  importFiles,
  files,
  exports,
  views,
  changesets,
  log,
  uploads,
  sync,
];

/** Nothing of the API is kept by caches on the way or in the browser, unless a route says otherwise. */
const privately = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "private, no-store");
});
