import { reasonOf, requestIdOf } from "../data/api.ts";
import { showToast } from "./toast.tsx";

/** Tells that something failed, with the id of the request where somebody has to look into it. */
export function showProblem(error: unknown): void {
  showToast({ text: reasonOf(error), problem: true, requestId: requestIdOf(error) });
}
