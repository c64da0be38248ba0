import { createMemoryStore } from "@gridfolk/core/ledger/memory-store";
import { createApp } from "../../app.ts";
import { inside } from "./inside.ts";
import type { Target, TargetOptions } from "./target.ts";

const ORIGIN = "http://localhost:3000";

/** The application in this process on a store in memory. */
export function inProcess(options: TargetOptions): Target {
  const own = inside(options.store ?? createMemoryStore(), options, true);
  const app = createApp({
    services: () => Promise.resolve(own.services),
    publicUrl: options.settings.publicUrl,
    log: own.log,
  });
  return {
    ...own,
    origin: () => Promise.resolve(ORIGIN),
    async send({ method, path, headers, body }) {
      const request = new Request(new URL(path, ORIGIN), {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      const answer = await (own.blobs.serve(request) ??
        app.fetch(request, { address: "192.0.2.1" }));
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return { status: answer.status, headers: answer.headers, bytes };
    },
  };
}
