import { call as request } from "../data/api.ts";
import type { ImportWorker, Progress, Request, Response } from "./messages.ts";

export interface ImportClient extends ImportWorker {
  /**
   * Ends the worker at once, whatever it does. What it wrote so far stays invisible, and is given up on the server; so it is when
   * the page is left. What the server is not told of then is swept.
   */
  close(): void;
}

/** A running import worker. */
export function makeImportClient(onProgress: (progress: Progress) => void): ImportClient {
  const worker = new Worker(new URL("./worker/worker.ts", import.meta.url), {
    type: "module",
    name: "import",
  });
  const waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void }
  >();
  /** Addresses of what is on the server and not complete. */
  const uploads = new Set<string>();
  let last = 0;

  const fail = (message: string) => {
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  };
  worker.addEventListener("message", (event: MessageEvent<Response>) => {
    const response = event.data;
    if ("progress" in response) {
      onProgress(response.progress);
      return;
    }
    if ("upload" in response) {
      const { path, open } = response.upload;
      if (open) uploads.add(path);
      else uploads.delete(path);
      return;
    }
    const call = waiting.get(response.id);
    waiting.delete(response.id);
    if (call === undefined) return;
    if ("error" in response) call.reject(new Error(response.error.message));
    else call.resolve(response.result as never);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    fail(
      "Reading the file took more memory than this browser has. Split the file and import the pieces.",
    );
  });

  function giveUp(): void {
    for (const path of uploads) {
      // One that is just being committed is refused, and stays.
      request("DELETE", path, undefined, { keepalive: true }).catch(() => undefined);
    }
    uploads.clear();
  }
  window.addEventListener("pagehide", giveUp);

  const call = <Method extends keyof ImportWorker>(method: Method): ImportWorker[Method] =>
    // The compiler cannot see that a method's parameters and result belong together here.
    ((...parameters: unknown[]) =>
      new Promise<never>((resolve, reject) => {
        const message: Request = { id: ++last, method, parameters };
        waiting.set(message.id, { resolve, reject });
        worker.postMessage(message);
      })) as ImportWorker[Method];

  return {
    open: call("open"),
    complete: call("complete"),
    choose: call("choose"),
    propose: call("propose"),
    plan: call("plan"),
    rows: call("rows"),
    write: call("write"),
    refused: call("refused"),
    health: call("health"),
    close() {
      worker.terminate();
      window.removeEventListener("pagehide", giveUp);
      giveUp();
      fail("The import was cancelled.");
    },
  };
}
