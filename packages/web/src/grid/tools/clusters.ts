import type { Cluster, Method } from "@gridfolk/core/edit/cluster";

/** Asked of the worker that looks for near-equal values. */
export interface ClusterRequest {
  readonly values: readonly string[];
  readonly method: Method;
}

const TIMEOUT_MS = 20_000;

/**
 * Near-equal values of a column, found beside the page. Rejects after 20 seconds, in words; with the signal's reason once it is
 * aborted.
 */
export function findClusters(
  request: ClusterRequest,
  signal: AbortSignal,
): Promise<readonly Cluster[]> {
  const worker = new Worker(new URL("./cluster-worker.ts", import.meta.url), {
    type: "module",
    name: "near-equal values",
  });
  return new Promise<readonly Cluster[]>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new Error(
          `Comparing ${request.values.length.toLocaleString()} values takes too long. Choose another way of comparing, or filter the rows first.`,
        ),
      );
    }, TIMEOUT_MS);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    worker.addEventListener("message", (event: MessageEvent<readonly Cluster[]>) => {
      clearTimeout(timer);
      resolve(event.data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      reject(
        new Error("Comparing the values took more than this browser has. Filter the rows first."),
      );
    });
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}
