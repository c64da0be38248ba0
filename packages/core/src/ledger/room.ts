import { DomainError } from "../error.ts";
import type { PageReference } from "./ledger.ts";

/**
 * Heap of a loaded record beside its values, and of its values by their stored size. 100,000 contacts of 21 columns, 5.5 MB stored,
 * take 60 MB; this says 82.
 */
const RECORD_BYTES = 220;
const UNFOLDED = 11;

/** Heap that pages will take once they are loaded, by what the manifest says of them. */
export function expected(pages: Iterable<PageReference>): number {
  let total = 0;
  for (const { kind, count, bytes } of pages) {
    total += (kind === "records" ? count * RECORD_BYTES : 0) + bytes * UNFOLDED;
  }
  return total;
}

/** Loading would take more than there is room for. Waiting does not help. */
export function tooLarge(need: number, bound: number): DomainError {
  return new DomainError(
    "workspace-too-large",
    `This needs about ${inWords(need)} of this workspace in memory at once, and ${inWords(bound)} is allowed. Give it more: on AWS by the function's memory or CACHE_MB, locally by Node's --max-old-space-size.`,
  );
}

function inWords(bytes: number): string {
  const mb = bytes / 2 ** 20;
  if (mb >= 1000) return `${(mb / 1024).toFixed(1)} GB`;
  return `${mb < 10 ? mb.toFixed(1) : Math.round(mb)} MB`;
}
