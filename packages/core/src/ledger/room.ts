import { DomainError } from "../error.ts";
import type { PageReference } from "./ledger.ts";

/** Heap of a loaded record beside its values, and of its values by their stored size: measured, rather too much than too little. */
const RECORD_BYTES = 200;
const UNFOLDED = 10;

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
    `This needs about ${inWords(need)} of this workspace in memory at once, and ${inWords(bound)} is allowed. Give the server more memory (CACHE_MB, or the memory of the function).`,
  );
}

function inWords(bytes: number): string {
  const mb = bytes / 2 ** 20;
  if (mb >= 1000) return `${(mb / 1024).toFixed(1)} GB`;
  return `${mb < 10 ? mb.toFixed(1) : Math.round(mb)} MB`;
}
