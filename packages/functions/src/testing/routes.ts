import { createApp } from "../app.ts";
import { createLog } from "../log/log.ts";
import type { Services } from "../services.ts";

/** Every route the application answers, middleware aside, as "GET /api/workspaces/{ws}". */
export function routes(services: Services): string[] {
  const app = createApp({
    services: () => Promise.resolve(services),
    log: createLog({ sink: () => {} }),
  });
  const paths = app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.includes("*"))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  return [...new Set(paths)];
}
