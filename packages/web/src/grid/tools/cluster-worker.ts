import { clusters } from "@gridfolk/core/edit/cluster";
import type { ClusterRequest } from "./clusters.ts";

self.addEventListener("message", (event: MessageEvent<ClusterRequest>) => {
  const { values, method } = event.data;
  self.postMessage(clusters(values, method));
});
